-- One backend as it is now: what it runs, what it waits for, how far the server's WAL has grown, and whether the files
-- of a new heap may be looked at. The backend is the setting pgmedic.backend.
SELECT a.state,
       pg_catalog.left(a.query, 1000) AS query,
       a.query_start::text AS query_start,
       CASE WHEN a.wait_event IS NOT NULL THEN a.wait_event_type || '/' || a.wait_event END AS wait_event,
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
            ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint END AS wal_bytes,
       pg_catalog.has_function_privilege('pg_catalog.pg_stat_file(text,boolean)', 'EXECUTE') AS may_stat
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid = nullif(pg_catalog.current_setting('pgmedic.backend', true), '')::int
