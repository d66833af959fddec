-- TypeORM: one row a class; the greatest timestamp is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, "timestamp"::text AS value, NULL::text AS at FROM public.migrations
UNION ALL
(SELECT 'head', "timestamp"::text AS value, NULL::text FROM public.migrations ORDER BY "timestamp" DESC LIMIT 1)
 ORDER BY 1, 2
