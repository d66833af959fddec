-- Dictionaries of text search.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.dictname AS name,
       pg_catalog.concat_ws(', ', pg_catalog.format('TEMPLATE = %I.%I', tn.nspname, p.tmplname), t.dictinitoption) AS definition,
       CASE WHEN t.dictowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.dictowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_ts_dict t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.dictnamespace
  JOIN pg_catalog.pg_ts_template p ON p.oid = t.dicttemplate
  JOIN pg_catalog.pg_namespace tn ON tn.oid = p.tmplnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass AND deptype = 'e')
