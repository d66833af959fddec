-- Conversions between encodings.
SELECT n.nspname AS schema,
       NULL AS parent,
       c.conname AS name,
       pg_catalog.format('FOR %L TO %L FROM %s', pg_catalog.pg_encoding_to_char(c.conforencoding),
                         pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc) AS definition,
       CASE WHEN c.condefault THEN 'true' END AS default,
       CASE WHEN c.conowner <> d.datdba THEN pg_catalog.pg_get_userbyid(c.conowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_conversion c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_conversion'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass AND deptype = 'e')
