-- Default privileges of what is yet to be made; a role is named where it is not the database's owner. What they grant
-- besides, or instead of, what a role has anyway.
SELECT '' AS schema,
       NULL AS parent,
       pg_catalog.concat_ws(' ',
           CASE WHEN a.defaclrole <> d.datdba THEN 'FOR ROLE ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.defaclrole)) END,
           'IN SCHEMA ' || pg_catalog.quote_ident(n.nspname),
           'ON',
           CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
                                WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END) AS name,
       COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                   FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN a.defaclrole THEN 'the owner'
                                               ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                      ORDER BY x.privilege_type) AS privileges
                           FROM pg_catalog.aclexplode(a.defaclacl) x GROUP BY x.grantee) g), 'nothing') AS privileges
  FROM pg_catalog.pg_default_acl a
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = a.defaclnamespace
