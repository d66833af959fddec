-- Parsers of text search.
SELECT n.nspname AS schema,
       NULL AS parent,
       p.prsname AS name,
       pg_catalog.concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend,
                            'HEADLINE = ' || NULLIF(p.prsheadline::pg_catalog.oid, 0)::pg_catalog.regproc,
                            'LEXTYPES = ' || p.prslextype) AS definition,
       about.description AS comment
  FROM pg_catalog.pg_ts_parser p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass AND deptype = 'e')
