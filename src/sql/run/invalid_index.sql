-- The invalid index of that name, as the search_path finds it, quoted.  $1: the name, quoted as SQL needs it
SELECT i.indexrelid::pg_catalog.regclass::pg_catalog.text
  FROM pg_catalog.pg_index i
 WHERE i.indexrelid = pg_catalog.to_regclass($1) AND NOT i.indisvalid
