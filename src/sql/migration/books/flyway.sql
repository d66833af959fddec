-- Flyway: the head is the greatest rank that succeeded; a row without success is a failure that stayed.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, version::text AS value, pg_catalog.to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.flyway_schema_history WHERE success AND version IS NOT NULL
UNION ALL
(SELECT 'head', version::text AS value, pg_catalog.to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.flyway_schema_history WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1)
UNION ALL
SELECT 'failed', 'version ' || coalesce(version, '(repeatable)') || ' failed: ' || script, pg_catalog.to_char(installed_on, 'YYYY-MM-DD"T"HH24:MI:SS')
  FROM public.flyway_schema_history WHERE NOT success
 ORDER BY 1, 2
