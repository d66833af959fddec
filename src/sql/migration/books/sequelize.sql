-- Sequelize: one row a file; the greatest name is the head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, name::text AS value, NULL::text AS at FROM public."SequelizeMeta"
UNION ALL
(SELECT 'head', name::text AS value, NULL::text FROM public."SequelizeMeta" ORDER BY name COLLATE "C" DESC LIMIT 1)
 ORDER BY 1, 2
