-- Triggers, without those that a constraint or a partitioned table's trigger implies.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       c.relname AS parent,
       t.tgname AS name,
       CASE
           WHEN t.tgqual IS NOT NULL
                AND (c.oid IN (SELECT oid FROM locked) OR t.oid IN (SELECT oid FROM unreadable))
           THEN '(not read)'
           ELSE pg_catalog.pg_get_triggerdef(t.oid)
       END AS definition,
       CASE t.tgenabled
           WHEN 'D' THEN 'disabled'
           WHEN 'R' THEN 'replica'
           WHEN 'A' THEN 'always'
       END AS enabled,
       about.description AS comment
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE NOT t.tgisinternal
   AND t.tgparentid = 0
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
