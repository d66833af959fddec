-- Laravel: one row a file; the newest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, migration::text AS value, NULL::text AS at FROM public.migrations
UNION ALL
(SELECT 'head', migration::text AS value, NULL::text FROM public.migrations ORDER BY id DESC LIMIT 1)
 ORDER BY 1, 2
