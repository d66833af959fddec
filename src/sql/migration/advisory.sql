-- Who holds an advisory lock on a bigint key between pgmedic.key_low and pgmedic.key_high in this database, and since
-- when its transaction or session began. A bigint key is split: classid is the high half, objid the low one.
SELECT l.pid, a.usename AS "user", a.application_name AS application,
       pg_catalog.to_char(s.began AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
       pg_catalog.to_char(pg_catalog.make_interval(secs => greatest(0,
           extract(epoch FROM pg_catalog.clock_timestamp() - s.began)::double precision)), 'HH24:MI:SS') AS age
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 CROSS JOIN LATERAL (SELECT coalesce(a.xact_start, a.query_start, a.backend_start)) AS s(began)
 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND (l.classid::bigint << 32 | l.objid::bigint)
       BETWEEN nullif(pg_catalog.current_setting('pgmedic.key_low', true), '')::bigint
           AND nullif(pg_catalog.current_setting('pgmedic.key_high', true), '')::bigint
 ORDER BY l.pid
 LIMIT 1
