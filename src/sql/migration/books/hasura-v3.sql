-- Hasura (configuration v3): migrations of each of its databases in one JSON document, "version": dirty.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
WITH migration AS (
    SELECT d.key AS database, m.key AS version, m.value = 'true'::jsonb AS dirty
      FROM hdb_catalog.hdb_version v
     CROSS JOIN LATERAL pg_catalog.jsonb_each(CASE WHEN pg_catalog.jsonb_typeof(v.cli_state::jsonb -> 'migrations') = 'object'
                                                   THEN v.cli_state::jsonb -> 'migrations' END) d
     CROSS JOIN LATERAL pg_catalog.jsonb_each(CASE WHEN pg_catalog.jsonb_typeof(d.value) = 'object' THEN d.value END) m
)
SELECT 'applied' AS what, version AS value, NULL::text AS at FROM migration WHERE NOT dirty
UNION ALL
(SELECT DISTINCT ON (database) 'head', version, NULL::text FROM migration WHERE NOT dirty
  ORDER BY database, pg_catalog.length(version) DESC, version COLLATE "C" DESC)
UNION ALL
SELECT 'failed', 'version ' || version || ' of database ' || database || ' is marked dirty', NULL FROM migration WHERE dirty
 ORDER BY 1, 2
