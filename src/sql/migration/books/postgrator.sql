-- Postgrator: one row a version; the greatest is the head. Version 0 is its own, from before the first.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public.schemaversion WHERE version > 0
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.schemaversion WHERE version > 0 ORDER BY version DESC LIMIT 1)
 ORDER BY 1, 2
