-- Foreign servers. What an option's name says is secret, or its value looks it, is not read.
SELECT '' AS schema,
       NULL AS parent,
       s.srvname AS name,
       pg_catalog.concat_ws(' ', 'TYPE ' || pg_catalog.quote_literal(s.srvtype), 'VERSION ' || pg_catalog.quote_literal(s.srvversion),
                            'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)) AS definition,
       (SELECT pg_catalog.string_agg(o.option_name || '=' || CASE WHEN o.option_name ~* 'passw|pwd|secret|key|token|credential' OR o.option_value ~ '://[^/@[:space:]]*:[^/@[:space:]]*@' OR o.option_value ~* 'passw(or)?d[[:space:]]*='
                                                                 THEN '(not shown)' WHEN o.option_value ~ '[][(),''"]' THEN pg_catalog.quote_literal(o.option_value) ELSE o.option_value END, ', ' ORDER BY o.option_name)
          FROM pg_catalog.pg_options_to_table(s.srvoptions) o) AS options,
       CASE WHEN s.srvowner <> d.datdba THEN pg_catalog.pg_get_userbyid(s.srvowner) END AS owner,
       CASE
           WHEN s.srvacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(s.srvacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('S', s.srvowner)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN s.srvowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(s.srvacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       about.description AS comment
  FROM pg_catalog.pg_foreign_server s
  JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass AND about.objoid = s.oid AND about.objsubid = 0
 WHERE s.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass AND deptype = 'e')
