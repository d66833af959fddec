-- Prisma: a row neither finished nor rolled back is a failure, or running now.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, migration_name::text AS value, pg_catalog.to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
  FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
UNION ALL
(SELECT 'head', migration_name, pg_catalog.to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
  ORDER BY started_at DESC, migration_name DESC LIMIT 1)
UNION ALL
SELECT 'failed', migration_name || ' was begun and did not finish' || coalesce(': ' || pg_catalog.left(logs, 500), ''), pg_catalog.to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM public._prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL
 ORDER BY 1, 2
