-- Foreign data wrappers. What an option's name says is secret, or its value looks it, is not read.
SELECT '' AS schema,
       NULL AS parent,
       w.fdwname AS name,
       NULLIF(pg_catalog.concat_ws(' ', 'HANDLER ' || NULLIF(w.fdwhandler, 0)::pg_catalog.regproc,
                            'VALIDATOR ' || NULLIF(w.fdwvalidator, 0)::pg_catalog.regproc), '') AS definition,
       (SELECT pg_catalog.string_agg(o.option_name || '=' || CASE WHEN o.option_name ~* 'passw|pwd|secret|key|token|credential' OR o.option_value ~ '://[^/@[:space:]]*:[^/@[:space:]]*@' OR o.option_value ~* 'passw(or)?d[[:space:]]*='
                                                                 THEN '(not shown)' WHEN o.option_value ~ '[][(),''"]' THEN pg_catalog.quote_literal(o.option_value) ELSE o.option_value END, ', ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(w.fdwoptions) o) AS options,
       CASE WHEN w.fdwowner <> d.datdba THEN pg_catalog.pg_get_userbyid(w.fdwowner) END AS owner,
       CASE
           WHEN w.fdwacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(w.fdwacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('F', w.fdwowner)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN w.fdwowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(w.fdwacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       about.description AS comment
  FROM pg_catalog.pg_foreign_data_wrapper w
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND about.objoid = w.oid AND about.objsubid = 0
 WHERE w.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND deptype = 'e')
