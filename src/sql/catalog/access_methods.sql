-- Access methods that are not the server's own.
SELECT '' AS schema,
       NULL AS parent,
       a.amname AS name,
       pg_catalog.format('TYPE %s HANDLER %s', CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler) AS definition,
       about.description AS comment
  FROM pg_catalog.pg_am a
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_am'::pg_catalog.regclass AND about.objoid = a.oid AND about.objsubid = 0
 WHERE a.oid >= 16384
   AND a.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_am'::pg_catalog.regclass AND deptype = 'e')
