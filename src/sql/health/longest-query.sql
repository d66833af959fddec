-- The longest running statement, in seconds.
SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start)), 0)::numeric AS value,
       CASE count(*) WHEN 0 THEN 'none' WHEN 1 THEN '1 session, ' ELSE count(*) || ' sessions, oldest ' END
           || coalesce(pg_catalog.date_trunc('second', max(pg_catalog.clock_timestamp() - a.query_start))::text
                       || ', pid ' || (pg_catalog.array_agg(a.pid ORDER BY a.query_start))[1], '') AS summary
  FROM pg_catalog.pg_stat_activity a
 WHERE a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
   AND a.state = 'active'
