-- Indexes. The definition is what follows "CREATE [UNIQUE] INDEX name ON table USING ", without any of that, so that
-- a renamed index is recognised; one that a constraint made names it.
-- pg_get_indexdef() opens the table, which takes time and waits behind an ACCESS EXCLUSIVE lock. So the plain case, a
-- btree of columns with the default operator classes, orders and collations, is put together here.
SELECT n.nspname AS schema,
       c.relname AS parent,
       ic.relname AS name,
       CASE
           WHEN plain.is_plain THEN 'btree (' || plain.columns || ')'
           ELSE pg_catalog.substr(
               pg_catalog.pg_get_indexdef(ic.oid),
               pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I USING ',
                                                   CASE WHEN i.indisunique THEN 'UNIQUE ' END,
                                                   ic.relname,
                                                   CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END,
                                                   n.nspname,
                                                   c.relname)) + 1)
       END AS definition,
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
  JOIN pg_catalog.pg_am am ON am.oid = ic.relam
  LEFT JOIN LATERAL
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY key.place) AS columns,
               pg_catalog.bool_and(oc.opcdefault
                                   AND a.attcollation = i.indcollation[key.place - 1]
                                   AND (oc.opcintype = a.atttypid
                                        OR (oc.opcintype = 'pg_catalog.text'::pg_catalog.regtype
                                            AND a.atttypid = 'pg_catalog.varchar'::pg_catalog.regtype))) AS is_plain
          FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY key (attnum, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum
          JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[key.place - 1]
         WHERE am.amname = 'btree'
           AND i.indexprs IS NULL
           AND i.indpred IS NULL
           AND i.indnkeyatts = i.indnatts
           AND ic.reloptions IS NULL
           AND (i.indisprimary OR NOT i.indisunique)
           AND i.indoption::text !~ '[^0 ]') plain ON TRUE
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
