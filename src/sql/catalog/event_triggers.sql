-- Event triggers.
SELECT '' AS schema,
       NULL AS parent,
       t.evtname AS name,
       pg_catalog.concat_ws(' ', 'ON', t.evtevent,
                            'WHEN TAG IN (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(tag), ', ') FROM pg_catalog.unnest(t.evttags) tag) || ')',
                            'EXECUTE FUNCTION', t.evtfoid::pg_catalog.regprocedure) AS definition,
       CASE t.evtenabled
           WHEN 'D' THEN 'disabled'
           WHEN 'R' THEN 'replica'
           WHEN 'A' THEN 'always'
       END AS enabled,
       CASE WHEN t.evtowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.evtowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_event_trigger t
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND deptype = 'e')
