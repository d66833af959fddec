-- Sqitch's log: a project whose newest event is a failure, with what it was.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'failed' AS what, project || ':' || change || ' failed at ' || pg_catalog.to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS value, pg_catalog.to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
  FROM (SELECT DISTINCT ON (project) project, change, event, committed_at FROM public.events
         ORDER BY project, committed_at DESC) AS newest
 WHERE event = 'fail'
 ORDER BY 2
