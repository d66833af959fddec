-- Who has written in a framework's tables, or locked them against writers, in a transaction that is still open: a
-- migration that is running. pgmedic.tables: their names, quoted, as a JSON array.
SELECT l.pid, a.usename AS "user", a.application_name AS application,
       pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
       pg_catalog.to_char(pg_catalog.make_interval(secs => greatest(0,
           extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::double precision)), 'HH24:MI:SS') AS age
  FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid AND a.backend_type = 'client backend'
 WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
   AND l.mode IN ('RowExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND l.relation IN (
       SELECT pg_catalog.to_regclass(t.name)
         FROM pg_catalog.json_array_elements_text(
                  coalesce(nullif(pg_catalog.current_setting('pgmedic.tables', true), ''), '[]')::json) AS t(name))
 ORDER BY l.pid
 LIMIT 1
