-- Sequences, those of serial and identity columns too; owned_by is the column, by which they come and go.
SELECT n.nspname AS schema,
       NULL AS parent,
       c.relname AS name,
       pg_catalog.format('AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s',
                         pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                         s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END) AS definition,
       dep.refobjid::pg_catalog.regclass::text || '.' || pg_catalog.quote_ident(a.attname) AS owned_by,
       CASE WHEN dep.deptype = 'i' THEN 'true' END AS identity,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       CASE WHEN c.relowner <> d.datdba THEN pg_catalog.pg_get_userbyid(c.relowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_depend dep
         ON dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.objid = c.oid AND dep.objsubid = 0
        AND dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.deptype IN ('a', 'i')
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = dep.refobjid AND a.attnum = dep.refobjsubid
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
 WHERE c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
