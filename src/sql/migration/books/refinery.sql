-- refinery: one row a version; the greatest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, applied_on::text AS at FROM public.refinery_schema_history
UNION ALL
(SELECT 'head', version::text AS value, applied_on::text FROM public.refinery_schema_history ORDER BY version DESC LIMIT 1)
 ORDER BY 1, 2
