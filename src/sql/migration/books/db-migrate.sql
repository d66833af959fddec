-- db-migrate: one row a file, named with a slash before it; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, pg_catalog.ltrim(name, '/') AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.migrations
UNION ALL
(SELECT 'head', pg_catalog.ltrim(name, '/') AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.migrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
