-- Sequelize: one row a file; the greatest name is the head. A file is the same compiled (.js) and
-- as written (.ts).
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, pg_catalog.regexp_replace(name, '[.][cm]?[jt]s$', '') AS value, NULL::text AS at FROM public."SequelizeMeta"
UNION ALL
(SELECT 'head', pg_catalog.regexp_replace(name, '[.][cm]?[jt]s$', '') AS value, NULL::text FROM public."SequelizeMeta" ORDER BY name COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
