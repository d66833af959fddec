-- Indexes. The definition is what follows "CREATE [UNIQUE] INDEX name ON table USING ", without any of that, so that
-- a renamed index is recognised; one that a constraint made names it.
SELECT n.nspname AS schema,
       c.relname AS parent,
       ic.relname AS name,
       pg_catalog.substr(
           pg_catalog.pg_get_indexdef(ic.oid),
           pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I USING ',
                                               CASE WHEN i.indisunique THEN 'UNIQUE ' END,
                                               ic.relname,
                                               CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END,
                                               n.nspname,
                                               c.relname)) + 1) AS definition,
       CASE WHEN i.indisunique THEN 'true' END AS unique,
       CASE WHEN i.indisprimary THEN 'true' END AS primary,
       k.conname AS constraint,
       CASE WHEN NOT i.indisvalid OR NOT i.indisready THEN 'true' END AS invalid,
       CASE WHEN i.indisclustered THEN 'true' END AS clustered,
       (SELECT ph.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits ph WHERE ph.inhrelid = ic.oid) AS partition_of,
       ts.spcname AS tablespace,
       (SELECT pg_catalog.string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
         WHERE i.indexprs IS NOT NULL AND a.attrelid = ic.oid AND a.attstattarget >= 0) AS statistics,
       about.description AS comment
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = ic.oid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = ic.oid AND about.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'm')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
