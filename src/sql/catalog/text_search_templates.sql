-- Templates of text search dictionaries.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.tmplname AS name,
       pg_catalog.concat_ws(', ', 'INIT = ' || NULLIF(t.tmplinit::pg_catalog.oid, 0)::pg_catalog.regproc,
                            'LEXIZE = ' || t.tmpllexize) AS definition,
       about.description AS comment
  FROM pg_catalog.pg_ts_template t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass AND deptype = 'e')
