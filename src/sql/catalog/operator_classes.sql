-- Operator classes, with the operators and functions that belong to them.
SELECT n.nspname AS schema,
       NULL AS parent,
       pg_catalog.format('%I USING %I', o.opcname, am.amname) AS name,
       pg_catalog.format('%sFOR TYPE %s USING %I FAMILY %I.%I AS ', CASE WHEN o.opcdefault THEN 'DEFAULT ' END,
                         pg_catalog.format_type(o.opcintype, NULL), am.amname, fn.nspname, f.opfname)
       || pg_catalog.concat_ws(', ', 'STORAGE ' || pg_catalog.format_type(COALESCE(NULLIF(o.opckeytype, 0), o.opcintype), NULL),
       (SELECT pg_catalog.string_agg(m.text, ', ' ORDER BY m.text)
          FROM (SELECT pg_catalog.format('OPERATOR %s %s%s', ao.amopstrategy, ao.amopopr::pg_catalog.regoperator,
                                         (SELECT pg_catalog.format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname)
                                            FROM pg_catalog.pg_opfamily sf
                                            JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
                                           WHERE sf.oid = ao.amopsortfamily)) AS text
                  FROM pg_catalog.pg_amop ao
                  JOIN pg_catalog.pg_depend dep
                    ON dep.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND dep.objid = ao.oid
                   AND dep.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND dep.refobjid = o.oid
                UNION ALL
                SELECT pg_catalog.format('FUNCTION %s (%s, %s) %s', ap.amprocnum, pg_catalog.format_type(ap.amproclefttype, NULL),
                                         pg_catalog.format_type(ap.amprocrighttype, NULL), ap.amproc::pg_catalog.oid::pg_catalog.regprocedure)
                  FROM pg_catalog.pg_amproc ap
                  JOIN pg_catalog.pg_depend dep
                    ON dep.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND dep.objid = ap.oid
                   AND dep.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND dep.refobjid = o.oid) m)) AS definition,
       CASE WHEN o.opcowner <> d.datdba THEN pg_catalog.pg_get_userbyid(o.opcowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_am am ON am.oid = o.opcmethod
  JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
  JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND about.objoid = o.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND o.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND deptype = 'e')
