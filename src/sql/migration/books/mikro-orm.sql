-- MikroORM: one row a class; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, name::text AS value, pg_catalog.to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.mikro_orm_migrations
UNION ALL
(SELECT 'head', name::text AS value, pg_catalog.to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.mikro_orm_migrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
