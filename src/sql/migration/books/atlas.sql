-- Atlas: an error, or fewer statements applied than there are, is a failure that stayed.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM atlas_schema_revisions.atlas_schema_revisions WHERE coalesce(error, '') = '' AND applied = total
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM atlas_schema_revisions.atlas_schema_revisions WHERE coalesce(error, '') = '' AND applied = total ORDER BY version COLLATE "C" DESC LIMIT 1)
UNION ALL
SELECT 'failed', 'version ' || version || ' applied ' || applied || ' of ' || total || ' statements' || coalesce(': ' || nullif(error, ''), ''), pg_catalog.to_char(executed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM atlas_schema_revisions.atlas_schema_revisions WHERE coalesce(error, '') <> '' OR applied < total
 ORDER BY 1, 2
