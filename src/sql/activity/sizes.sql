-- Exact sizes of relations with their TOAST tables and indexes, taken before they are locked. pgmedic.relations: a JSON
-- array of names; one that the search_path does not find means every user relation of that name.
WITH named AS (
    SELECT w.name, pg_catalog.to_regclass(w.name)::oid AS oid
      FROM pg_catalog.json_array_elements_text(
               nullif(pg_catalog.current_setting('pgmedic.relations', true), '')::json) AS w(name))
SELECT c.oid, pg_catalog.pg_total_relation_size(c.oid) AS bytes
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm')
   AND EXISTS (SELECT FROM named w
                WHERE c.oid = w.oid
                   OR (w.oid IS NULL AND w.name IN (c.relname, pg_catalog.quote_ident(c.relname))
                       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))
