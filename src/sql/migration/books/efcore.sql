-- Entity Framework Core: one row a migration; the greatest id is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, "MigrationId"::text AS value, NULL::text AS at FROM public."__EFMigrationsHistory"
UNION ALL
(SELECT 'head', "MigrationId"::text AS value, NULL::text FROM public."__EFMigrationsHistory" ORDER BY "MigrationId" COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
