-- Client sessions of all databases, oldest transaction first, with whom each waits for. Other users' sessions show NULLs
-- to a role without pg_monitor. Runs in psql as it is.
SELECT a.pid,
       a.usename,
       a.datname,
       a.application_name,
       coalesce(pg_catalog.host(a.client_addr), 'local'),
       a.state,
       CASE WHEN a.wait_event_type IN ('Lock', 'LWLock', 'IO', 'IPC', 'BufferPin') THEN a.wait_event_type || '/' || a.wait_event END,
       pg_catalog.left(a.query, 1000),
       pg_catalog.array_to_string(pg_catalog.array_replace(b.pids::text[], '0', 'a prepared transaction'), ', '),
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::bigint
FROM pg_catalog.pg_stat_activity AS a
     CROSS JOIN LATERAL (SELECT CASE WHEN a.wait_event_type = 'Lock'
                                     THEN pg_catalog.pg_blocking_pids(a.pid) ELSE '{}'::int[] END) AS b (pids)
WHERE a.backend_type IN ('client backend', 'walsender')
  AND a.pid <> pg_catalog.pg_backend_pid()
ORDER BY a.xact_start NULLS LAST, a.state_change;
