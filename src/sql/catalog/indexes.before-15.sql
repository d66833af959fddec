-- Indexes, before 15, where no unique index holds nulls to be equal. The definition is what follows "CREATE [UNIQUE] INDEX name ON table USING ", without any of that, so that
-- a renamed index is recognised; one that a constraint made names it.
-- pg_get_indexdef() opens the table, which takes time and waits behind an ACCESS EXCLUSIVE lock. So the plain case, a
-- btree, hash or gin of up to three columns with the default operator classes and collations, is put together here.
-- "IN (...) IS TRUE" keeps the operator classes a hashed table: as a join they would be read again for each index.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid),
     defaults AS MATERIALIZED
     (SELECT oc.oid, pg_catalog.unnest(CASE oc.opcintype WHEN 'pg_catalog.text'::pg_catalog.regtype
                                            THEN '{pg_catalog.text, pg_catalog.varchar}'::pg_catalog.regtype[]::pg_catalog.oid[]
                                            ELSE ARRAY[oc.opcintype] END) AS type
        FROM pg_catalog.pg_opclass oc
       WHERE oc.opcdefault)
SELECT n.nspname AS schema,
       c.relname AS parent,
       ic.relname AS name,
       CASE
           WHEN pg_catalog.num_nonnulls(key.first, key.second, key.third) = i.indnatts
           THEN key.method || ' (' || pg_catalog.concat_ws(', ', key.first, key.second, key.third) || ')'
           WHEN c.oid IN (SELECT oid FROM locked) OR ic.oid IN (SELECT oid FROM unreadable)
           THEN '(not read)'
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
       CASE
           WHEN ic.relispartition
           THEN (SELECT ph.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits ph WHERE ph.inhrelid = ic.oid)
       END AS partition_of,
       ts.spcname AS tablespace,
       CASE
           WHEN i.indexprs IS NOT NULL
           THEN (SELECT pg_catalog.string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a WHERE a.attrelid = ic.oid AND a.attstattarget >= 0)
       END AS statistics,
       about.description AS comment
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL
       (SELECT CASE ic.relam WHEN 403 THEN 'btree' WHEN 405 THEN 'hash' WHEN 2742 THEN 'gin' END AS method,
               (SELECT pg_catalog.quote_ident(a.attname) || o.words[i.indoption[0]]
                  FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attcollation = i.indcollation[0]
                   AND ((i.indclass[0], a.atttypid) IN (SELECT oc.oid, oc.type FROM defaults oc)) IS TRUE) AS first,
               CASE WHEN i.indnatts > 1 THEN
                    (SELECT pg_catalog.quote_ident(a.attname) || o.words[i.indoption[1]]
                       FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[1] AND a.attcollation = i.indcollation[1]
                        AND ((i.indclass[1], a.atttypid) IN (SELECT oc.oid, oc.type FROM defaults oc)) IS TRUE)
               END AS second,
               CASE WHEN i.indnatts > 2 THEN
                    (SELECT pg_catalog.quote_ident(a.attname) || o.words[i.indoption[2]]
                       FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[2] AND a.attcollation = i.indcollation[2]
                        AND ((i.indclass[2], a.atttypid) IN (SELECT oc.oid, oc.type FROM defaults oc)) IS TRUE)
               END AS third
          FROM (SELECT '[0:3]={""," DESC NULLS LAST"," NULLS FIRST"," DESC"}'::text[] AS words) o
        OFFSET 0) key
         ON ic.relam IN (403, 405, 2742)
        AND i.indexprs IS NULL
        AND i.indpred IS NULL
        AND ic.reloptions IS NULL
        AND i.indnkeyatts = i.indnatts
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = ic.oid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = ic.oid AND about.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'm')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
