-- node-pg-migrate: one row a file; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, name::text AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.pgmigrations
UNION ALL
(SELECT 'head', name::text AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.pgmigrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
