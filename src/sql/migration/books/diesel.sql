-- Diesel: one row a version; the greatest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.__diesel_schema_migrations
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(run_on, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.__diesel_schema_migrations ORDER BY version COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
