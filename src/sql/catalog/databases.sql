-- The database itself, under one name wherever it is: encoding, collation, settings, privileges. Servers differ in what
-- they keep of a locale: to_jsonb() takes what there is.
SELECT '' AS schema,
       NULL AS parent,
       'database' AS name,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       d.datcollate AS collate,
       d.datctype AS ctype,
       NULLIF(pg_catalog.concat_ws(' ', CASE j.row ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END,
                            COALESCE(j.row ->> 'datlocale', j.row ->> 'daticulocale'), j.row ->> 'daticurules'), '') AS locale,
       j.row ->> 'datcollversion' AS collation_version,
       (SELECT pg_catalog.string_agg(s.text, '; ' ORDER BY s.text)
          FROM (SELECT CASE WHEN rs.setrole <> 0 THEN 'role ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(rs.setrole)) || ': ' ELSE '' END
                       || pg_catalog.unnest(rs.setconfig) AS text
                  FROM pg_catalog.pg_db_role_setting rs WHERE rs.setdatabase = d.oid) s) AS settings,
       CASE
           WHEN d.datacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(d.datacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('d', d.datdba)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN d.datdba THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(d.datacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       about.description AS comment
  FROM pg_catalog.pg_database d
 CROSS JOIN LATERAL pg_catalog.to_jsonb(d) j (row)
  LEFT JOIN pg_catalog.pg_shdescription about
         ON about.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass AND about.objoid = d.oid
 WHERE d.datname = pg_catalog.current_database()
