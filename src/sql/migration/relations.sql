-- Which of some relations exist, with their columns and types. pgmedic.relations: a JSON array of names, "name" or
-- "schema.name", as they stand in a migration. A bare name means the one in the role's own schema, then public, then any.
WITH wanted AS (
    SELECT DISTINCT w.name
      FROM pg_catalog.json_array_elements_text(
               coalesce(nullif(pg_catalog.current_setting('pgmedic.relations', true), ''), '[]')::json) AS w(name)),
found AS (
    SELECT DISTINCT ON (w.name) w.name AS wanted, n.nspname, c.oid, c.relkind
      FROM wanted w
      JOIN pg_catalog.pg_class c
        ON c.relname = w.name
        OR c.relname = pg_catalog.substr(w.name, pg_catalog.strpos(w.name, '.') + 1)
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND (c.relname = w.name AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            OR n.nspname || '.' || c.relname = w.name)
     ORDER BY w.name, n.nspname <> current_user, n.nspname <> 'public', n.nspname)
SELECT f.wanted, f.nspname AS schema, a.attname AS "column",
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, f.relkind
  FROM found f
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY f.wanted, a.attnum
