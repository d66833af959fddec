-- Casts that are neither the server's own nor made by a type for itself.
SELECT '' AS schema,
       NULL AS parent,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)) AS name,
       CASE c.castmethod
           WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
           WHEN 'i' THEN 'WITH INOUT'
           ELSE 'WITHOUT FUNCTION'
       END || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition,
       about.description AS comment
  FROM pg_catalog.pg_cast c
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend dep
                    WHERE dep.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND dep.objid = c.oid
                      AND dep.deptype IN ('e', 'i'))
