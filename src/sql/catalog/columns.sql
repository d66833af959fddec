-- Columns of tables and foreign tables; "position" is where they stand, dropped columns counted: the reader renumbers.
-- A default names no column, so pg_get_expr() needs no relation: told none, it opens none, and waits for no lock.
-- "options" leaves out pg_attver, which some servers keep there for themselves.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
-- From 17 on a partition's identity is that of the partitioned table: it comes with ATTACH and goes with DETACH.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       c.relname AS parent,
       a.attname AS name,
       a.attnum AS position,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN 'true' END AS not_null,
       CASE
           WHEN a.attgenerated <> '' THEN NULL
           WHEN ad.oid IN (SELECT oid FROM unreadable) THEN '(not read)'
           ELSE pg_catalog.pg_get_expr(ad.adbin, 0)
       END AS default,
       CASE
           WHEN NOT c.relispartition OR pg_catalog.current_setting('server_version_num')::integer < 170000
           THEN CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END
       END AS identity,
       CASE
           WHEN a.attgenerated = '' THEN NULL
           WHEN c.oid IN (SELECT oid FROM locked) OR ad.oid IN (SELECT oid FROM unreadable) THEN '(not read)'
           ELSE CASE a.attgenerated WHEN 'v' THEN 'virtual ' ELSE 'stored ' END || pg_catalog.pg_get_expr(ad.adbin, ad.adrelid)
       END AS generated,
       CASE
           WHEN a.attcollation <> t.typcollation
           THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                   FROM pg_catalog.pg_collation co
                   JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                  WHERE co.oid = a.attcollation)
       END AS collation,
       CASE
           WHEN a.attstorage <> t.typstorage
           THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END
       END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
       CASE
           WHEN a.attoptions IS NOT NULL OR a.attfdwoptions IS NOT NULL
           THEN (SELECT pg_catalog.string_agg(o.option_name || '=' || CASE WHEN o.option_value ~ '[][(),''"]' THEN pg_catalog.quote_literal(o.option_value) ELSE o.option_value END,
                                              ', ' ORDER BY o.option_name)
                   FROM pg_catalog.pg_options_to_table(a.attoptions || a.attfdwoptions) o
                  WHERE o.option_name <> 'pg_attver')
       END AS options,
       about.description AS comment
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = a.attrelid AND about.objsubid = a.attnum
 WHERE c.relkind IN ('r', 'p', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
