-- Doctrine: one row a class; the newest executed is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, pg_catalog.regexp_replace(version, '^.*\\', '')::text AS value, pg_catalog.to_char(executed_at, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.doctrine_migration_versions
UNION ALL
(SELECT 'head', pg_catalog.regexp_replace(version, '^.*\\', '')::text AS value, pg_catalog.to_char(executed_at, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.doctrine_migration_versions ORDER BY executed_at DESC NULLS LAST, version DESC LIMIT 1)
 ORDER BY 1, 2
