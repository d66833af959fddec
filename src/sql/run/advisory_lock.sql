-- Keep a second operator out of this database: taken?, and if not, who has it.  $1: the lock's class
WITH attempt AS MATERIALIZED (SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int4, 0) AS taken)
SELECT attempt.taken,
       CASE WHEN NOT attempt.taken THEN (
         SELECT pg_catalog.format('pid %s, user %s, since %s', a.pid, a.usename, a.backend_start)
           FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
          WHERE l.locktype = 'advisory' AND l.classid = $1::pg_catalog.int4::pg_catalog.oid AND l.objid = 0 AND l.granted
            AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
          LIMIT 1) END
  FROM attempt
