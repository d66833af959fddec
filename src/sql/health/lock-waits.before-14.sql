-- Sessions that wait for a lock, and the longest wait in seconds. Servers before 14 do not say since when a lock is
-- awaited: the start of the statement stands in for it, and only who may read it knows. Whose activity was read just
-- before the statement began has only begun to wait.
WITH waits AS (
    SELECT l.pid, min(CASE WHEN a.state <> 'active' THEN pg_catalog.clock_timestamp() ELSE a.query_start END) AS since
      FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE NOT l.granted AND l.pid IS NOT NULL
     GROUP BY l.pid)
SELECT CASE WHEN count(*) = count(w.since)
            THEN coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - w.since)), 0) END::numeric AS value,
       CASE count(*) WHEN 0 THEN 'none' WHEN 1 THEN '1 session, ' ELSE count(*) || ' sessions, oldest ' END
           || CASE WHEN count(*) = 0 THEN ''
                   WHEN count(*) > count(w.since) THEN 'since when is not known: needs pg_read_all_stats'
                   ELSE pg_catalog.date_trunc('second', max(pg_catalog.clock_timestamp() - w.since))::text END AS summary
  FROM waits w
