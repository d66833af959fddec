-- Foreign keys of other tables that reference this one: schema, table, constraint.
-- $1 the table, quoted as SQL needs it  $2 search_path, to find it by
WITH found AS (SELECT pg_catalog.set_config('search_path', $2, true) AS path)
SELECT n.nspname, c.relname, k.conname
  FROM found, pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE k.contype = 'f' AND k.conparentid = 0
   AND k.confrelid = CASE WHEN found.path IS NOT NULL THEN pg_catalog.to_regclass($1) END
 ORDER BY 1, 2, 3
