-- End our own old backend, if it is still there.  $1 pid  $2 backend_start.  The role's own search_path holds here, so
-- that operators are named in full too.
SELECT pg_catalog.pg_terminate_backend(a.pid), a.wait_event_type, a.wait_event
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid OPERATOR(pg_catalog.=) $1::pg_catalog.int4
   AND pg_catalog.date_trunc('milliseconds', a.backend_start)
       OPERATOR(pg_catalog.=) pg_catalog.date_trunc('milliseconds', $2::pg_catalog.timestamptz)
