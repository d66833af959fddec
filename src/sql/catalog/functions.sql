-- Functions and procedures, by name and argument types; not those that a type made for itself. From 14 on servers write
-- a procedure's IN, which means nothing: it is taken out, so that versions can be compared.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.quote_ident(p.proname) || '('
           || CASE p.prokind
                  WHEN 'p' THEN pg_catalog.regexp_replace(pg_catalog.pg_get_function_identity_arguments(p.oid), '(^|, )IN ', '\1', 'g')
                  ELSE pg_catalog.pg_get_function_identity_arguments(p.oid)
              END || ')' AS name,
       CASE
           WHEN p.oid IN (SELECT oid FROM unreadable) THEN '(not read)'
           WHEN p.prokind = 'p'
           THEN pg_catalog.replace(pg_catalog.pg_get_functiondef(p.oid),
                                   '(' || pg_catalog.pg_get_function_arguments(p.oid) || E')\n',
                                   '(' || pg_catalog.regexp_replace(pg_catalog.pg_get_function_arguments(p.oid), '(^|, )IN ', '\1', 'g') || E')\n')
           ELSE pg_catalog.pg_get_functiondef(p.oid)
       END AS definition,
       CASE WHEN p.proowner <> d.datdba THEN pg_catalog.pg_get_userbyid(p.proowner) END AS owner,
       CASE
           WHEN p.proacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(p.proacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('f', p.proowner)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN p.proowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(p.proacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
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
