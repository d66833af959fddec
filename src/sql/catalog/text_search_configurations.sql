-- Configurations of text search, with the dictionaries for each type of token.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.cfgname AS name,
       pg_catalog.format('PARSER = %I.%I', pn.nspname, p.prsname) AS definition,
       (SELECT pg_catalog.string_agg(m.text, '; ' ORDER BY m.text)
          FROM (SELECT pg_catalog.format('%s WITH %s', (SELECT k.alias FROM pg_catalog.ts_token_type(t.cfgparser) k
                                                        WHERE k.tokid = map.maptokentype),
                                         pg_catalog.string_agg(map.mapdict::pg_catalog.regdictionary::text, ', ' ORDER BY map.mapseqno)) AS text
                  FROM pg_catalog.pg_ts_config_map map
                 WHERE map.mapcfg = t.oid
                 GROUP BY map.maptokentype) m) AS mappings,
       CASE WHEN t.cfgowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.cfgowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_ts_config t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace
  JOIN pg_catalog.pg_ts_parser p ON p.oid = t.cfgparser
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass AND deptype = 'e')
