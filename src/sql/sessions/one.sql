-- What one backend does now; no row: it has ended.  $1 pid  $2 backend_start
SELECT pg_catalog.to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS query_start,
       a.state,
       CASE WHEN a.wait_event IS NOT NULL THEN a.wait_event_type || '/' || a.wait_event END AS wait
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid = $1::pg_catalog.int4
   AND a.backend_start = $2::pg_catalog.timestamptz
