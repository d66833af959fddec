-- Hasura (configuration v2): one row a version; dirty means begun and not finished.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, NULL::text AS at FROM hdb_catalog.schema_migrations WHERE NOT dirty
UNION ALL
(SELECT 'head', version::text AS value, NULL::text FROM hdb_catalog.schema_migrations WHERE NOT dirty ORDER BY version DESC LIMIT 1)
UNION ALL
SELECT 'failed', 'version ' || version || ' is marked dirty', NULL FROM hdb_catalog.schema_migrations WHERE dirty
 ORDER BY 1, 2
