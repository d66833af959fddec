-- Tables, partitioned ones too. Options and settings at their default are null.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       NULL AS parent,
       c.relname AS name,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       CASE WHEN c.relowner <> d.datdba THEN pg_catalog.pg_get_userbyid(c.relowner) END AS owner,
       CASE WHEN am.amname <> 'heap' THEN am.amname END AS access_method,
       CASE
           WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL
           THEN (SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text)
                   FROM (SELECT pg_catalog.unnest(c.reloptions) AS text
                         UNION ALL
                         SELECT 'toast.' || pg_catalog.unnest(t.reloptions)) o)
       END AS options,
       ts.spcname AS tablespace,
       CASE
           WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'forced'
           WHEN c.relrowsecurity THEN 'enabled'
           WHEN c.relforcerowsecurity THEN 'forced, but disabled'
       END AS row_security,
       CASE c.relreplident
           WHEN 'f' THEN 'full'
           WHEN 'n' THEN 'nothing'
           WHEN 'i' THEN (SELECT 'index ' || pg_catalog.quote_ident(ic.relname)
                            FROM pg_catalog.pg_index i
                            JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                           WHERE i.indrelid = c.oid AND i.indisreplident)
       END AS replica_identity,
       CASE
           WHEN c.relkind <> 'p' THEN NULL
           WHEN c.oid IN (SELECT oid FROM locked) THEN '(not read)'
           ELSE pg_catalog.pg_get_partkeydef(c.oid)
       END AS partition_key,
       CASE WHEN c.relispartition THEN parents.names END AS partition_of,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, 0) END AS partition_bound,
       CASE WHEN NOT c.relispartition THEN parents.names END AS inherits,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
       about.description AS comment
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
  LEFT JOIN (SELECT inhrelid, pg_catalog.string_agg(inhparent::pg_catalog.regclass::text, ', ' ORDER BY inhseqno) AS names
               FROM pg_catalog.pg_inherits GROUP BY inhrelid) parents ON parents.inhrelid = c.oid
 WHERE c.relkind IN ('r', 'p')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
