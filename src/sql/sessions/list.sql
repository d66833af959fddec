-- Every backend but this one, oldest transaction first. Of other users' sessions a role without pg_read_all_stats sees
-- the user, the database and the application's name alone: the last columns say what may be seen, what is missing to
-- signal it (null: nothing), and whether it is a session of pgmedic from this very host. Runs in psql as it is.
SELECT a.pid,
       pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS backend_start,
       pg_catalog.to_char(a.query_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS query_start,
       a.backend_type,
       a.usename AS "user",
       a.datname AS database,
       a.application_name AS application,
       coalesce(pg_catalog.host(a.client_addr), CASE WHEN a.client_port = -1 THEN 'local' END) AS client,
       a.state,
       CASE WHEN a.wait_event_type IN ('Lock', 'LWLock', 'IO', 'IPC', 'BufferPin')
            THEN a.wait_event_type || '/' || a.wait_event END AS wait,
       pg_catalog.left(a.query, 10000) AS query,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint AS transaction_ms,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::bigint AS state_ms,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.query_start) * 1000)::bigint AS query_ms,
       a.leader_pid,
       coalesce(r.rolsuper, false) AS superuser,
       a.backend_start IS NOT NULL AS visible,
       CASE WHEN me.rolsuper THEN NULL
            WHEN a.usesysid IS NULL AND a.backend_type = 'autovacuum worker'
                 AND EXISTS (SELECT FROM pg_catalog.pg_roles v WHERE v.rolname = 'pg_signal_autovacuum_worker')
            THEN (SELECT CASE WHEN NOT pg_catalog.pg_has_role(v.oid, 'USAGE') THEN 'pg_signal_autovacuum_worker' END
                    FROM pg_catalog.pg_roles v WHERE v.rolname = 'pg_signal_autovacuum_worker')
            WHEN a.usesysid IS NULL OR r.rolsuper THEN 'superuser'
            WHEN pg_catalog.pg_has_role(a.usesysid, 'USAGE')
                 OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE') THEN NULL
            ELSE 'pg_signal_backend' END AS lacks,
       a.application_name IN ('pgmedic inspect', 'pgmedic watch', 'pgmedic read', 'pgmedic run')
           AND a.client_addr IS NOT DISTINCT FROM pg_catalog.inet_client_addr() AS own
  FROM pg_catalog.pg_stat_activity AS a
  JOIN pg_catalog.pg_roles AS me ON me.rolname = current_user
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = a.usesysid
 WHERE a.pid <> pg_catalog.pg_backend_pid()
 ORDER BY a.xact_start NULLS LAST, a.state_change DESC NULLS LAST, a.pid
