-- What another session's ACCESS EXCLUSIVE lock keeps from being read now. Whoever asks for a definition of such a
-- relation waits, and does so behind a session that itself only waits for that lock. So the catalog queries leave out
-- what needs the relation: pgmedic.locked lists the relations, pgmedic.unreadable the rules, views, functions, policies
-- ... that refer to them, or to their row types. A relation on which this session holds a lock itself is not in its way.
-- One row for each relation: its schema and name, who is in the way, since when (seconds), and what is run there.
WITH seen AS MATERIALIZED
     (SELECT l.relation, l.mode, l.granted, l.pid, l.virtualtransaction
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
       WHERE l.locktype = 'relation'
         AND (l.mode = 'AccessExclusiveLock' OR l.pid = pg_catalog.pg_backend_pid())),
     held AS MATERIALIZED
     (SELECT s.relation AS oid
        FROM seen s
       GROUP BY s.relation
      HAVING pg_catalog.bool_or(s.mode = 'AccessExclusiveLock' AND s.pid IS DISTINCT FROM pg_catalog.pg_backend_pid())
         AND NOT COALESCE(pg_catalog.bool_or(s.granted AND s.pid = pg_catalog.pg_backend_pid()), false)),
     row_types AS MATERIALIZED
     (SELECT pg_catalog.unnest(ARRAY[t.oid, t.typarray]) AS oid
        FROM held h
        JOIN pg_catalog.pg_class c ON c.oid = h.oid
        JOIN pg_catalog.pg_type t ON t.oid = c.reltype),
     by_type AS MATERIALIZED
     (SELECT dep.classid, dep.objid
        FROM pg_catalog.pg_depend dep
       WHERE dep.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
         AND dep.refobjid IN (SELECT r.oid FROM row_types r WHERE r.oid <> 0)),
     referring AS MATERIALIZED
     (SELECT dep.objid
        FROM pg_catalog.pg_depend dep
       WHERE dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND dep.refobjid IN (SELECT h.oid FROM held h)
         AND (dep.classid <> 'pg_catalog.pg_attrdef'::pg_catalog.regclass
              OR dep.objid IN (SELECT ad.oid FROM pg_catalog.pg_attrdef ad
                                WHERE ad.adrelid NOT IN (SELECT h.oid FROM held h)))
       UNION
      SELECT b.objid
        FROM by_type b
       WHERE b.classid <> 'pg_catalog.pg_proc'::pg_catalog.regclass
       UNION
      SELECT dep.objid
        FROM pg_catalog.pg_depend dep
       WHERE dep.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
         AND dep.refobjid IN (SELECT b.objid FROM by_type b WHERE b.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
         AND dep.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass),
     settings AS MATERIALIZED
     (SELECT pg_catalog.set_config('pgmedic.locked',
                                   COALESCE((SELECT pg_catalog.array_agg(h.oid)::text FROM held h), '{}'), true) AS locked,
             pg_catalog.set_config('pgmedic.unreadable',
                                   COALESCE((SELECT pg_catalog.array_agg(u.oid)::text
                                               FROM (SELECT r.objid AS oid FROM referring r
                                                      UNION
                                                     SELECT w.ev_class
                                                       FROM pg_catalog.pg_rewrite w
                                                      WHERE w.rulename = '_RETURN' AND w.oid IN (SELECT r.objid FROM referring r)) u),
                                            '{}'), true) AS unreadable)
SELECT n.nspname AS schema,
       c.relname AS name,
       blocker.pid,
       blocker.granted,
       COALESCE(a.backend_type, CASE WHEN blocker.pid IS NULL THEN 'prepared transaction' END) AS kind,
       pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - COALESCE(a.xact_start, p.prepared)))::pg_catalog.int8 AS seconds,
       COALESCE(pg_catalog.left(a.query, 200), p.gid) AS query,
       a.state
  FROM settings
 CROSS JOIN held h
  JOIN pg_catalog.pg_class c ON c.oid = h.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL
       (SELECT s.pid, s.granted, s.virtualtransaction
          FROM seen s
         WHERE s.relation = h.oid AND s.mode = 'AccessExclusiveLock'
         ORDER BY s.granted DESC, s.pid
         LIMIT 1) blocker
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = blocker.pid
  LEFT JOIN pg_catalog.pg_prepared_xacts p
         ON blocker.pid IS NULL
        AND p.transaction IN (SELECT x.transactionid
                                FROM pg_catalog.pg_locks x
                               WHERE x.locktype = 'transactionid' AND x.pid IS NULL
                                 AND x.virtualtransaction = blocker.virtualtransaction)
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
 ORDER BY blocker.pid, blocker.granted DESC, 1, 2
