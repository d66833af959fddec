-- Kysely: one row a file; the newest is the head. The time is text, as JavaScript writes it (UTC).
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, name::text AS value, pg_catalog.regexp_replace("timestamp"::text, '[.][0-9]+Z$', 'Z') AS at FROM public.kysely_migration
UNION ALL
(SELECT 'head', name::text AS value, pg_catalog.regexp_replace("timestamp"::text, '[.][0-9]+Z$', 'Z') FROM public.kysely_migration ORDER BY "timestamp" DESC, name COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
