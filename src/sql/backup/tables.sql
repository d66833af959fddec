-- The tables that a backup takes: those named by the setting pgmedic.relations (a JSON array; an identifier as it is, or
-- a name as SQL writes it, found by search_path) with their partitions and children, or without the setting all of the
-- database's. A name that means nothing comes back with a null number.
WITH RECURSIVE asked AS (
    SELECT w.name,
           coalesce(pg_catalog.to_regclass(pg_catalog.quote_ident(w.name)),
                    CASE WHEN w.name ~ '^("([^"]|"")+"|[^\s".]+)(\.("([^"]|"")+"|[^\s".]+))?$'
                         THEN pg_catalog.to_regclass(w.name) END)::oid AS oid
      FROM pg_catalog.json_array_elements_text(
               nullif(pg_catalog.current_setting('pgmedic.relations', true), '')::json) AS w(name)
     UNION ALL
    SELECT c.relname, c.oid
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE coalesce(pg_catalog.current_setting('pgmedic.relations', true), '') = ''
       AND c.relkind = 'r' AND c.relpersistence <> 't'
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
tree (name, oid) AS (
    SELECT a.name::text, a.oid FROM asked a
     UNION
    SELECT t.name, i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.oid)
SELECT min(t.name) AS name, t.oid, c.relkind, n.nspname AS schema, c.relname AS relation,
       CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
           || pg_catalog.quote_ident(c.relname) AS display,
       CASE WHEN c.relkind = 'r' THEN pg_catalog.pg_total_relation_size(c.oid) ELSE 0 END AS bytes
  FROM tree t
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.oid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 GROUP BY t.oid, c.oid, c.relkind, n.nspname, c.relname, CASE WHEN t.oid IS NULL THEN t.name END
 ORDER BY 6, 1
