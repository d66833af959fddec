-- Aggregates, by name and argument types.
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       pg_catalog.concat_ws(', ',
           'SFUNC = ' || a.aggtransfn,
           'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
           'SSPACE = ' || NULLIF(a.aggtransspace, 0),
           'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
           CASE a.aggfinalmodify WHEN 's' THEN 'FINALFUNC_MODIFY = SHAREABLE' WHEN 'w' THEN 'FINALFUNC_MODIFY = READ_WRITE' END,
           'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
           'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'MSTYPE = ' || pg_catalog.format_type(NULLIF(a.aggmtranstype, 0), NULL),
           'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc,
           'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
           (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', xn.nspname, x.oprname)
              FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = a.aggsortop),
           CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
           CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END) AS definition,
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
  FROM pg_catalog.pg_aggregate a
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND deptype = 'e')
