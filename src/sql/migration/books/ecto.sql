-- Ecto: one row a version; the head is the greatest.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(inserted_at, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.schema_migrations
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(inserted_at, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.schema_migrations ORDER BY version DESC LIMIT 1)
 ORDER BY 1, 2
