-- Languages other than the server's own and those of extensions.
SELECT '' AS schema,
       NULL AS parent,
       l.lanname AS name,
       NULLIF(pg_catalog.concat_ws(' ',
           'HANDLER ' || NULLIF(l.lanplcallfoid, 0)::pg_catalog.regproc,
           'INLINE ' || NULLIF(l.laninline, 0)::pg_catalog.regproc,
           'VALIDATOR ' || NULLIF(l.lanvalidator, 0)::pg_catalog.regproc), '') AS definition,
       CASE WHEN l.lanpltrusted THEN 'true' END AS trusted,
       CASE WHEN l.lanowner <> d.datdba THEN pg_catalog.pg_get_userbyid(l.lanowner) END AS owner,
       CASE
           WHEN l.lanacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(l.lanacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('l', l.lanowner)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN l.lanowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(l.lanacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       about.description AS comment
  FROM pg_catalog.pg_language l
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_language'::pg_catalog.regclass AND about.objoid = l.oid AND about.objsubid = 0
 WHERE l.lanispl
   AND l.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_language'::pg_catalog.regclass AND deptype = 'e')
