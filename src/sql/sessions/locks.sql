-- Who waits for what, who else has a lock on the same thing or stands in the queue for it, and each transaction's
-- strongest locks on ordinary relations. Names come from plain catalog columns: this must not wait behind the locks that
-- it shows. Only for those who wait is pg_blocking_pids() asked, which holds the lock manager up. Runs in psql as it is.
WITH strength (mode, rank) AS (
    VALUES ('AccessShareLock', 1), ('RowShareLock', 2), ('RowExclusiveLock', 3), ('ShareUpdateExclusiveLock', 4),
           ('ShareLock', 5), ('ShareRowExclusiveLock', 6), ('ExclusiveLock', 7), ('AccessExclusiveLock', 8)),
locks AS MATERIALIZED (
    SELECT l.*, s.rank,
           pg_catalog.concat_ws('/', l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid,
                                l.classid, l.objid, l.objsubid) AS thing
      FROM pg_catalog.pg_locks l LEFT JOIN strength s ON s.mode = l.mode
     WHERE l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()),
waits AS MATERIALIZED (
    SELECT l.pid, l.thing FROM locks l WHERE NOT l.granted AND l.pid IS NOT NULL),
kept AS (
    SELECT l.*, 'awaited' AS part, 0 AS more FROM locks l WHERE l.thing IN (SELECT w.thing FROM waits w)
     UNION ALL
    -- A waiter for a transaction's end holds the row itself: that tells which row.
    SELECT l.*, 'row', 0 FROM locks l
     WHERE l.locktype = 'tuple' AND l.granted AND l.pid IN (SELECT w.pid FROM waits w)
     UNION ALL
    SELECT h.*
      FROM (SELECT DISTINCT ON (l.virtualtransaction, l.thing) l.*, 'held', 0
              FROM locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
             WHERE l.granted
               AND (l.locktype = 'advisory'
                    OR (l.locktype = 'relation' AND coalesce(c.relkind NOT IN ('i', 'I', 't', 'S'), true)
                        AND coalesce(c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace, true)))
             ORDER BY l.virtualtransaction, l.thing, l.rank DESC) AS h),
counted AS (
    SELECT k.*,
           row_number() OVER (PARTITION BY k.part, k.virtualtransaction ORDER BY k.rank DESC, k.thing) AS place,
           count(*) OVER (PARTITION BY k.part, k.virtualtransaction) AS of
      FROM kept k)
SELECT k.part,
       k.pid,
       CASE WHEN k.pid IS NULL THEN p.gid END AS gid,
       k.granted,
       k.mode,
       k.thing,
       k.locktype AS type,
       CASE WHEN k.relation IS NULL THEN NULL
            WHEN c.relname IS NOT NULL AND k.database IN (0, me.oid)
            THEN CASE WHEN n.nspname IN ('public', 'pg_catalog') THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
                 || pg_catalog.quote_ident(c.relname)
            WHEN k.database IN (0, me.oid) THEN 'relation ' || k.relation || ', not committed yet'
            ELSE 'relation ' || k.relation || ' of database ' || coalesce(d.datname, k.database::text) END AS relation,
       k.page,
       k.tuple,
       k.virtualxid,
       k.transactionid,
       k.classid,
       k.objid,
       k.objsubid,
       CASE WHEN k.granted THEN NULL
            ELSE pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(k.pid), ' ') END AS blockers,
       -- Servers before 14 have no such column; where it is not set yet, the wait has just begun.
       CASE WHEN NOT k.granted AND pg_catalog.to_jsonb(k) ? 'waitstart'
            THEN coalesce((extract(epoch FROM pg_catalog.clock_timestamp()
                                              - (pg_catalog.to_jsonb(k) ->> 'waitstart')::timestamptz) * 1000)::bigint, 0)
       END AS wait_ms,
       k.of
  FROM counted k
  JOIN pg_catalog.pg_database me ON me.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_database d ON d.oid = k.database
  LEFT JOIN pg_catalog.pg_class c ON c.oid = k.relation
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN locks x ON k.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid'
                   AND x.virtualtransaction = k.virtualtransaction
  LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
 WHERE k.place <= 20 OR k.part <> 'held'
