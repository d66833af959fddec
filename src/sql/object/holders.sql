-- Who has an ACCESS EXCLUSIVE lock on the relation pgmedic.objid, its indexes or partitions. A prepared transaction has
-- no backend.
WITH RECURSIVE tree (oid) AS (
    SELECT NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid
    UNION
    SELECT x.oid
      FROM tree t
     CROSS JOIN LATERAL (SELECT h.inhrelid AS oid FROM pg_catalog.pg_inherits h WHERE h.inhparent = t.oid
                         UNION ALL
                         SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = t.oid) x)
SELECT DISTINCT COALESCE('pid ' || l.pid, 'a prepared transaction') AS who, a.usename AS "user",
       NULLIF(a.application_name, '') AS application, a.state,
       (extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint AS transaction_ms
  FROM tree t
  JOIN pg_catalog.pg_locks l ON l.locktype = 'relation' AND l.relation = t.oid AND l.granted AND l.mode = 'AccessExclusiveLock'
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
