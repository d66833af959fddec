-- dbmate: one row a version; the head is the greatest.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, NULL::text AS at FROM public.schema_migrations
UNION ALL
(SELECT 'head', version::text AS value, NULL::text FROM public.schema_migrations ORDER BY version COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
