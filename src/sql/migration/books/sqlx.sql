-- sqlx: the head is the greatest version that succeeded; a row without success is a failure that stayed.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM public._sqlx_migrations WHERE success
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public._sqlx_migrations WHERE success ORDER BY version DESC LIMIT 1)
UNION ALL
SELECT 'failed', 'version ' || version || ' (' || description || ') was begun and did not finish', pg_catalog.to_char(installed_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  FROM public._sqlx_migrations WHERE NOT success
 ORDER BY 1, 2
