-- Schemas that are not the server's own.
-- An owner is named only where it is not the database's owner, so that two environments whose roles have different
-- names do not differ for that alone. "public" belongs by default to pg_database_owner (15 and later) or to the
-- bootstrap superuser, oid 10 (before), and has the privileges that initdb gave it.
SELECT '' AS schema,
       NULL AS parent,
       n.nspname AS name,
       CASE
           WHEN n.nspowner = d.datdba THEN NULL
           WHEN n.nspname = 'public'
                AND (n.nspowner = 10 OR pg_catalog.pg_get_userbyid(n.nspowner) = 'pg_database_owner') THEN NULL
           ELSE pg_catalog.pg_get_userbyid(n.nspowner)
       END AS owner,
       CASE
           WHEN n.nspacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(n.nspacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(COALESCE(i.initprivs, pg_catalog.acldefault('n', n.nspowner))) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN n.nspowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(n.nspacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       CASE WHEN n.nspname <> 'public' OR about.description <> 'standard public schema' THEN about.description END AS comment
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_init_privs i
         ON i.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.objoid = n.oid AND i.privtype = 'i'
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND about.objoid = n.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND n.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND deptype = 'e')
