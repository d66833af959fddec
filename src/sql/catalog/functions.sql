-- Functions and procedures, by name and argument types; not those that a type made for itself.
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       pg_catalog.pg_get_functiondef(p.oid) AS definition,
       CASE WHEN p.proowner <> d.datdba THEN pg_catalog.pg_get_userbyid(p.proowner) END AS owner,
       pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
 WHERE p.prokind <> 'a'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND deptype IN ('e', 'i'))
