-- Range types. The multirange's name is told where it is not the one that the server gives, from 14 on; before, there is
-- none: to_jsonb() takes it where it is.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.typname AS name,
       pg_catalog.concat_ws(', ',
           'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
           (SELECT pg_catalog.format('SUBTYPE_OPCLASS = %I.%I', s.nspname, o.opcname)
              FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace s ON s.oid = o.opcnamespace
             WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
           (SELECT pg_catalog.format('COLLATION = %I.%I', s.nspname, co.collname)
              FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace s ON s.oid = co.collnamespace
             WHERE co.oid = r.rngcollation AND co.oid <> (SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = r.rngsubtype)),
           'CANONICAL = ' || NULLIF(r.rngcanonical::pg_catalog.oid, 0)::pg_catalog.regproc,
           'SUBTYPE_DIFF = ' || NULLIF(r.rngsubdiff::pg_catalog.oid, 0)::pg_catalog.regproc,
           (SELECT pg_catalog.format('MULTIRANGE_TYPE_NAME = %I.%I', s.nspname, m.typname)
              FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace s ON s.oid = m.typnamespace
             WHERE m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::pg_catalog.oid
               AND (m.typnamespace, m.typname::text) IS DISTINCT FROM
                   (t.typnamespace, CASE WHEN t.typname ~ 'range' THEN pg_catalog.regexp_replace(t.typname, 'range', 'multirange')
                                         ELSE t.typname || '_multirange' END))) AS definition,
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
  FROM pg_catalog.pg_range r
  JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND deptype = 'e')
