-- Sqitch: the newest change of each project is its head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'head' AS what, project || ':' || change AS value, pg_catalog.to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
  FROM (SELECT DISTINCT ON (project) project, change, committed_at FROM sqitch.changes
         ORDER BY project, committed_at DESC) AS newest
UNION ALL
SELECT 'applied', project || ':' || change, pg_catalog.to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM sqitch.changes
 ORDER BY 1, 2
