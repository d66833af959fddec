-- Client connections against max_connections, in percent.
SELECT pg_catalog.round(100.0 * count(*) / current_setting('max_connections')::int, 1) AS value,
       count(*) || ' of ' || current_setting('max_connections') AS summary
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datid IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'
