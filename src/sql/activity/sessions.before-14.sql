-- Who waits behind one backend, directly or in the queue behind those who do, and whom it waits for itself. A prepared
-- transaction has no backend: its pid is 0. The backend is the setting pgmedic.backend. Servers before 14
-- do not say since when a lock is awaited: the start of the statement stands in for it. Whose activity was read just
-- before the statement began has only begun to wait: what stands there is the start of the one before.
WITH RECURSIVE target AS MATERIALIZED (
    SELECT nullif(pg_catalog.current_setting('pgmedic.backend', true), '')::int AS pid),
locks AS MATERIALIZED (
    SELECT l.* FROM pg_catalog.pg_locks l),
waits AS MATERIALIZED (
    SELECT l.pid, min(s.query_start) FILTER (WHERE s.state = 'active') AS since
      FROM locks l LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = l.pid
     WHERE NOT l.granted AND l.pid IS NOT NULL GROUP BY l.pid),
edges AS MATERIALIZED (
    SELECT DISTINCT w.pid AS waiter, b.pid AS blocker
      FROM waits w CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b(pid)),
behind (pid) AS (
    SELECT e.waiter FROM edges e JOIN target t ON e.blocker = t.pid
     UNION
    SELECT e.waiter FROM edges e JOIN behind b ON e.blocker = b.pid),
concerned (role, pid) AS (
    SELECT 'waiting', b.pid FROM behind b JOIN target t ON b.pid <> t.pid
     UNION ALL
    SELECT 'blocker', e.blocker FROM edges e JOIN target t ON e.waiter = t.pid),
wanted AS (
    SELECT l.* FROM locks l JOIN target t ON l.pid = t.pid WHERE NOT l.granted)
SELECT c.role, c.pid, a.usename AS "user", a.application_name AS application,
       coalesce(a.client_hostname, host(a.client_addr)) AS client, a.state, pg_catalog.left(a.query, 200) AS query,
       coalesce((extract(epoch FROM pg_catalog.clock_timestamp() - w.since) * 1000)::bigint, 0) AS wait_ms,
       coalesce((extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint, -1) AS transaction_ms
  FROM concerned c
  JOIN pg_catalog.pg_stat_activity a ON a.pid = c.pid
  LEFT JOIN waits w ON w.pid = c.pid
 WHERE c.pid <> 0
 UNION ALL
SELECT 'blocker', 0, p.owner, NULL, NULL, 'prepared transaction', pg_catalog.left(p.gid, 200), 0,
       (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::bigint
  FROM pg_catalog.pg_prepared_xacts p
 WHERE EXISTS (SELECT FROM concerned c WHERE c.role = 'blocker' AND c.pid = 0)
   AND EXISTS (SELECT FROM locks h JOIN wanted l
                   ON h.locktype = l.locktype AND h.database IS NOT DISTINCT FROM l.database
                  AND h.relation IS NOT DISTINCT FROM l.relation
                  AND h.transactionid IS NOT DISTINCT FROM l.transactionid
                  AND h.classid IS NOT DISTINCT FROM l.classid AND h.objid IS NOT DISTINCT FROM l.objid
                 JOIN locks x ON x.locktype = 'transactionid' AND x.granted AND x.pid IS NULL
                  AND x.virtualtransaction = h.virtualtransaction AND x.transactionid = p.transaction
                WHERE h.granted AND h.pid IS NULL)
 ORDER BY 1, 8 DESC, 9 DESC, 2
