-- Collations. Servers differ in where they keep a locale: to_jsonb() takes it from whichever column there is.
SELECT n.nspname AS schema,
       NULL AS parent,
       c.collname AS name,
       pg_catalog.concat_ws(', ',
           'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
           CASE
               WHEN c.collprovider IN ('i', 'b')
               THEN 'locale = ' || pg_catalog.quote_literal(COALESCE(j.row ->> 'colllocale', j.row ->> 'colliculocale', j.row ->> 'collcollate'))
               ELSE pg_catalog.format('lc_collate = %L, lc_ctype = %L', j.row ->> 'collcollate', j.row ->> 'collctype')
           END,
           CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
           'rules = ' || pg_catalog.quote_literal(j.row ->> 'collicurules')) AS definition,
       c.collversion AS version,
       CASE WHEN c.collowner <> d.datdba THEN pg_catalog.pg_get_userbyid(c.collowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_collation c
 CROSS JOIN LATERAL pg_catalog.to_jsonb(c) j (row)
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND about.objoid = c.oid AND about.objsubid = 0
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_collation'::pg_catalog.regclass AND deptype = 'e')
