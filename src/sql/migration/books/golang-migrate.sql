-- golang-migrate: a single row; dirty means that the version was begun and did not finish.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'head' AS what, version::text AS value, NULL::text AS at FROM public.schema_migrations
UNION ALL
SELECT 'failed', 'version ' || version || ' is marked dirty: it was begun and did not finish', NULL
  FROM public.schema_migrations WHERE dirty
