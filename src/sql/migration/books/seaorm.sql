-- SeaORM: one row a file; the greatest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(pg_catalog.to_timestamp(applied_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.seaql_migrations
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(pg_catalog.to_timestamp(applied_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.seaql_migrations ORDER BY version COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
