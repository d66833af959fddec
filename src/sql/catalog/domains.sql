-- Domains, with their constraints.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.typname AS name,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typnotnull THEN 'true' END AS not_null,
       t.typdefault AS default,
       CASE
           WHEN t.typcollation <> b.typcollation
           THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
                   FROM pg_catalog.pg_collation co
                   JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                  WHERE co.oid = t.typcollation)
       END AS collation,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', '
                                     ORDER BY k.conname)
          FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n') AS constraints,
       CASE WHEN t.typowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.typowner) END AS owner,
       CASE
           WHEN t.typacl IS NOT NULL
                AND (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(t.typacl) x) IS DISTINCT FROM
                    (SELECT pg_catalog.array_agg(x ORDER BY x::text) FROM pg_catalog.unnest(pg_catalog.acldefault('T', t.typowner)) x)
           THEN COALESCE((SELECT pg_catalog.string_agg(g.role || ' ' || g.privileges, '; ' ORDER BY g.role)
                            FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN t.typowner THEN 'the owner'
                                                        ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END AS role,
                                         pg_catalog.string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                                                               ORDER BY x.privilege_type) AS privileges
                                    FROM pg_catalog.aclexplode(t.typacl) x GROUP BY x.grantee) g), 'nothing')
       END AS privileges,
       about.description AS comment
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE t.typtype = 'd'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND deptype = 'e')
