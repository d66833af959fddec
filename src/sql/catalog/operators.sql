-- Operators, by name and operand types.
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.format('%s (%s, %s)', o.oprname,
                         CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END,
                         CASE WHEN o.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END) AS name,
       pg_catalog.concat_ws(', ',
           'FUNCTION = ' || o.oprcode,
           'LEFTARG = ' || pg_catalog.format_type(NULLIF(o.oprleft, 0), NULL),
           'RIGHTARG = ' || pg_catalog.format_type(NULLIF(o.oprright, 0), NULL),
           (SELECT pg_catalog.format('COMMUTATOR = OPERATOR(%I.%s)', xn.nspname, x.oprname)
              FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprcom),
           (SELECT pg_catalog.format('NEGATOR = OPERATOR(%I.%s)', xn.nspname, x.oprname)
              FROM pg_catalog.pg_operator x JOIN pg_catalog.pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprnegate),
           'RESTRICT = ' || NULLIF(o.oprrest::pg_catalog.oid, 0)::pg_catalog.regproc,
           'JOIN = ' || NULLIF(o.oprjoin::pg_catalog.oid, 0)::pg_catalog.regproc,
           CASE WHEN o.oprcanhash THEN 'HASHES' END,
           CASE WHEN o.oprcanmerge THEN 'MERGES' END) AS definition,
       CASE WHEN o.oprowner <> d.datdba THEN pg_catalog.pg_get_userbyid(o.oprowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND about.objoid = o.oid AND about.objsubid = 0
 WHERE o.oprcode <> 0
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND o.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND deptype = 'e')
