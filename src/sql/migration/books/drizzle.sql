-- Drizzle: one row a file, by its hash and by when it was generated; the greatest of these is the head. When it was
-- applied is not recorded.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, created_at::text AS value, NULL::text AS at FROM drizzle.__drizzle_migrations
UNION ALL
(SELECT 'head', created_at::text AS value, NULL::text FROM drizzle.__drizzle_migrations ORDER BY created_at DESC LIMIT 1)
 ORDER BY 1, 2
