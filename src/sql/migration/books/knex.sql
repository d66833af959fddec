-- Knex: one row a file; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, name::text AS value, pg_catalog.to_char(migration_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.knex_migrations
UNION ALL
(SELECT 'head', name::text AS value, pg_catalog.to_char(migration_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.knex_migrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
