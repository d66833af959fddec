-- Phinx: one row a version; the greatest is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(end_time, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.phinxlog
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(end_time, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.phinxlog ORDER BY version DESC LIMIT 1)
 ORDER BY 1, 2
