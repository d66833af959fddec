-- Functions and procedures, by name and argument types; not those that a type made for itself.
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       pg_catalog.pg_get_functiondef(p.oid) AS definition,
       CASE WHEN p.proowner <> d.datdba THEN pg_catalog.pg_get_userbyid(p.proowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
 WHERE p.prokind <> 'a'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend dep
                    WHERE dep.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND dep.objid = p.oid
                      AND dep.deptype IN ('e', 'i'))
