-- Prepared transactions that nobody has finished: the oldest, in seconds.
SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)), 0)::numeric AS value,
       CASE count(*) WHEN 0 THEN 'none'
            ELSE count(*) || ', oldest '
                 || pg_catalog.date_trunc('second', max(pg_catalog.clock_timestamp() - p.prepared))::text END AS summary
  FROM pg_catalog.pg_prepared_xacts p
