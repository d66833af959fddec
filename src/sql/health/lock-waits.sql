-- Sessions that wait for a lock, and the longest wait in seconds.
WITH waits AS (
    SELECT l.pid, min(l.waitstart) AS since
      FROM pg_catalog.pg_locks l
     WHERE NOT l.granted AND l.pid IS NOT NULL
     GROUP BY l.pid)
SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - w.since)), 0)::numeric AS value,
       CASE count(*) WHEN 0 THEN 'none' WHEN 1 THEN '1 session, ' ELSE count(*) || ' sessions, oldest ' END
           || CASE WHEN count(*) = 0 THEN ''
                   ELSE coalesce(pg_catalog.date_trunc('second',
                                 max(pg_catalog.clock_timestamp() - w.since))::text, 'just now') END AS summary
  FROM waits w
