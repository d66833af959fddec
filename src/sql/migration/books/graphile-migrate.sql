-- Graphile Migrate: one row a committed migration, by its file's number; the greatest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, pg_catalog.regexp_replace(filename, '[.]sql$', '') AS value, pg_catalog.to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM graphile_migrate.migrations
UNION ALL
(SELECT 'head', pg_catalog.regexp_replace(filename, '[.]sql$', '') AS value, pg_catalog.to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM graphile_migrate.migrations ORDER BY filename COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
