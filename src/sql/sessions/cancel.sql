-- Cancel one statement, if that very backend still runs that very statement. No row: it does not.
-- $1 pid  $2 backend_start  $3 query_start
SELECT pg_catalog.pg_cancel_backend(a.pid)
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid = $1::pg_catalog.int4
   AND a.backend_start = $2::pg_catalog.timestamptz
   AND a.query_start = $3::pg_catalog.timestamptz
   AND (a.state = 'active' OR a.backend_type <> 'client backend')
   AND a.pid <> pg_catalog.pg_backend_pid()
   AND NOT (a.application_name IN ('pgmedic inspect', 'pgmedic watch', 'pgmedic read', 'pgmedic run')
            AND a.client_addr IS NOT DISTINCT FROM pg_catalog.inet_client_addr())
