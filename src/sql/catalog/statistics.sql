-- Extended statistics.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       NULL AS parent,
       s.stxname AS name,
       CASE
           WHEN s.stxrelid IN (SELECT oid FROM locked) OR s.oid IN (SELECT oid FROM unreadable)
           THEN '(not read)'
           ELSE pg_catalog.pg_get_statisticsobjdef(s.oid)
       END AS definition,
       CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END AS statistics,
       CASE WHEN s.stxowner <> d.datdba THEN pg_catalog.pg_get_userbyid(s.stxowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND about.objoid = s.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND s.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND deptype = 'e')
