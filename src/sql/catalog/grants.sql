-- Privileges on relations where they differ from what the owner and PUBLIC have by default, one row a role.
-- Column privileges follow those of the relation, "SELECT (id)".
SELECT n.nspname AS schema,
       c.relname AS parent,
       CASE g.grantee WHEN 0 THEN 'PUBLIC' WHEN c.relowner THEN 'the owner' ELSE pg_catalog.pg_get_userbyid(g.grantee) END AS name,
       COALESCE(pg_catalog.string_agg(g.privilege, ', ' ORDER BY g.privilege) FILTER (WHERE g.has), 'nothing') AS privileges
  FROM (SELECT r.oid AS relation, x.grantee, TRUE AS has,
               x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END AS privilege
          FROM pg_catalog.pg_class r
         CROSS JOIN LATERAL pg_catalog.aclexplode(r.relacl) x
         WHERE r.relacl IS NOT NULL
        UNION ALL
        SELECT r.oid, x.grantee, FALSE, x.privilege_type
          FROM pg_catalog.pg_class r
         CROSS JOIN LATERAL
               pg_catalog.aclexplode(pg_catalog.acldefault(CASE r.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, r.relowner)) x
         WHERE r.relacl IS NOT NULL
        UNION ALL
        SELECT a.attrelid, x.grantee, TRUE,
               pg_catalog.format('%s%s (%I)', x.privilege_type, CASE WHEN x.is_grantable THEN '*' END, a.attname)
          FROM pg_catalog.pg_attribute a
         CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x
         WHERE a.attacl IS NOT NULL AND NOT a.attisdropped) g
  JOIN pg_catalog.pg_class c ON c.oid = g.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
 GROUP BY n.nspname, c.relname, c.relowner, g.grantee
HAVING pg_catalog.array_agg(g.privilege ORDER BY g.privilege) FILTER (WHERE g.has)
       IS DISTINCT FROM pg_catalog.array_agg(g.privilege ORDER BY g.privilege) FILTER (WHERE NOT g.has)
