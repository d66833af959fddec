-- Drizzle: one row a file, by its hash; the greatest time is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, created_at::text AS value, pg_catalog.to_char(pg_catalog.to_timestamp(created_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM drizzle.__drizzle_migrations
UNION ALL
(SELECT 'head', created_at::text AS value, pg_catalog.to_char(pg_catalog.to_timestamp(created_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1)
 ORDER BY 1, 2
