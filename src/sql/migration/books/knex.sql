-- Knex: one row a file; the newest is the head. A file is the same compiled (.js) and
-- as written (.ts).
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, pg_catalog.regexp_replace(name, '[.][cm]?[jt]s$', '') AS value, pg_catalog.to_char(migration_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.knex_migrations
UNION ALL
(SELECT 'head', pg_catalog.regexp_replace(name, '[.][cm]?[jt]s$', '') AS value, pg_catalog.to_char(migration_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.knex_migrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
