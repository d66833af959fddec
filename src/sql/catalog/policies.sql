-- Row security policies.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       c.relname AS parent,
       p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                     ELSE 'ALL' END AS command,
       CASE WHEN NOT p.polpermissive THEN 'true' END AS restrictive,
       (SELECT pg_catalog.string_agg(CASE WHEN r.oid = 0 THEN 'PUBLIC'
                                          ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)) END, ', '
                                     ORDER BY pg_catalog.pg_get_userbyid(r.oid))
          FROM pg_catalog.unnest(p.polroles) r (oid)) AS roles,
       CASE
           WHEN p.polqual IS NULL THEN NULL
           WHEN c.oid IN (SELECT oid FROM locked) OR p.oid IN (SELECT oid FROM unreadable)
           THEN '(not read)'
           ELSE pg_catalog.pg_get_expr(p.polqual, p.polrelid)
       END AS using,
       CASE
           WHEN p.polwithcheck IS NULL THEN NULL
           WHEN c.oid IN (SELECT oid FROM locked) OR p.oid IN (SELECT oid FROM unreadable)
           THEN '(not read)'
           ELSE pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
       END AS with_check,
       about.description AS comment
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
