-- goose: the newest row of a version says whether it is applied; version 0 is the baseline.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
WITH latest AS (
    SELECT DISTINCT ON (version_id) version_id, is_applied, tstamp FROM public.goose_db_version
     WHERE version_id > 0 ORDER BY version_id, id DESC)
SELECT 'applied' AS what, version_id::text AS value, pg_catalog.to_char(tstamp, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM latest WHERE is_applied
UNION ALL
(SELECT 'head', version_id::text AS value, pg_catalog.to_char(tstamp, 'YYYY-MM-DD"T"HH24:MI:SS') FROM latest WHERE is_applied ORDER BY version_id DESC LIMIT 1)
 ORDER BY 1, 2
