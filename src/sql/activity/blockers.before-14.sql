-- Who holds or awaits a lock on relations right now, and so stands in the way of ACCESS EXCLUSIVE. A prepared
-- transaction has no backend: its pid is 0. pgmedic.relations: a JSON array of names; one that the search_path does not
-- find means every user relation of that name. Servers before 14 do not say since when a lock is
-- awaited: the start of the statement stands in for it.
WITH named AS (
    SELECT w.name, pg_catalog.to_regclass(w.name)::oid AS oid
      FROM pg_catalog.json_array_elements_text(
               nullif(pg_catalog.current_setting('pgmedic.relations', true), '')::json) AS w(name)),
wanted AS (
    SELECT c.oid
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE EXISTS (SELECT FROM named w
                    WHERE c.oid = w.oid
                       OR (w.oid IS NULL AND w.name IN (c.relname, pg_catalog.quote_ident(c.relname))
                           AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))),
locks AS MATERIALIZED (
    SELECT l.pid, l.virtualtransaction, bool_or(l.mode = 'AccessExclusiveLock') AS exclusive
      FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'relation' AND l.relation IN (SELECT oid FROM wanted)
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
     GROUP BY l.pid, l.virtualtransaction)
SELECT 'blocker' AS role, l.pid, a.usename AS "user", a.application_name AS application,
       coalesce(a.client_hostname, host(a.client_addr)) AS client, a.state, pg_catalog.left(a.query, 200) AS query,
       coalesce((extract(epoch FROM pg_catalog.clock_timestamp()
                         - CASE WHEN a.wait_event_type = 'Lock' THEN a.query_start END) * 1000)::bigint, 0) AS wait_ms,
       coalesce((extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint, -1) AS transaction_ms,
       l.exclusive
  FROM locks l
  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.pid <> pg_catalog.pg_backend_pid()
 UNION ALL
SELECT 'blocker', 0, p.owner, NULL, NULL, 'prepared transaction', pg_catalog.left(p.gid, 200), 0,
       (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::bigint,
       l.exclusive
  FROM locks l
  JOIN pg_catalog.pg_locks x ON x.locktype = 'transactionid' AND x.granted AND x.pid IS NULL
   AND x.virtualtransaction = l.virtualtransaction
  JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
 WHERE l.pid IS NULL
 ORDER BY 8, 9 DESC, 2
