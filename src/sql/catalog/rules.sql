-- Rewrite rules, without the one that a view is.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       c.relname AS parent,
       r.rulename AS name,
       CASE
           WHEN c.oid IN (SELECT oid FROM locked) OR r.oid IN (SELECT oid FROM unreadable)
           THEN '(not read)'
           ELSE pg_catalog.pg_get_ruledef(r.oid)
       END AS definition,
       CASE r.ev_enabled
           WHEN 'D' THEN 'disabled'
           WHEN 'R' THEN 'replica'
           WHEN 'A' THEN 'always'
       END AS enabled,
       about.description AS comment
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND about.objoid = r.oid AND about.objsubid = 0
 WHERE r.rulename <> '_RETURN'
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
