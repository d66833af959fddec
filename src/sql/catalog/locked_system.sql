-- Who holds, or waits for, an ACCESS EXCLUSIVE lock on a system catalog of this database or a shared one: VACUUM FULL,
-- REINDEX, CLUSTER, or a LOCK by hand. Asked when a query of the catalogs waited for a lock in vain, so it reads no
-- catalog itself: pg_stat_activity and pg_database would wait too. Columns as in catalog/locked.
SELECT 'pg_catalog' AS schema,
       pg_catalog.text(l.relation::pg_catalog.regclass) AS name,
       l.pid,
       l.granted,
       a.backend_type AS kind,
       pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start))::pg_catalog.int8 AS seconds,
       pg_catalog.left(a.query, 200) AS query,
       a.state
  FROM pg_catalog.pg_locks l
 CROSS JOIN LATERAL pg_catalog.pg_stat_get_activity(l.pid) a
 WHERE l.locktype = 'relation'
   AND l.mode = 'AccessExclusiveLock'
   AND l.relation < 16384
   AND l.pid <> pg_catalog.pg_backend_pid()
   AND l.database IN (0, (SELECT own.datid FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) own))
 ORDER BY l.granted DESC, l.pid, 2
 LIMIT 1
