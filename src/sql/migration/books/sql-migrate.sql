-- sql-migrate: one row a file; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, id AS value, pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.gorp_migrations
UNION ALL
(SELECT 'head', id AS value, pg_catalog.to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.gorp_migrations ORDER BY applied_at DESC, id COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
