-- Foreign tables; their columns are the columns' query's. What an option's name says is secret, or its value looks it, is
-- not read; `key` alone is a primary key to many a wrapper.
SELECT n.nspname AS schema,
       NULL AS parent,
       c.relname AS name,
       pg_catalog.quote_ident(sv.srvname) AS server,
       (SELECT pg_catalog.string_agg(o.option_name || '=' || CASE WHEN o.option_name ~* 'passw|pwd|secret|token|credential|(api|access|private)_?key' OR o.option_value ~ '://[^/@[:space:]]*:[^/@[:space:]]*@' OR o.option_value ~* 'passw(or)?d[[:space:]]*='
                                                                 THEN '(not shown)' WHEN o.option_value ~ '[][(),''"]' THEN pg_catalog.quote_literal(o.option_value) ELSE o.option_value END,
                                     ', ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(f.ftoptions) o) AS options,
       CASE WHEN c.relowner <> d.datdba THEN pg_catalog.pg_get_userbyid(c.relowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_foreign_table f
  JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid
  JOIN pg_catalog.pg_foreign_server sv ON sv.oid = f.ftserver
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
