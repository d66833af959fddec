-- Enumerated types, their labels in order.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.typname AS name,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
          FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) AS labels,
       CASE WHEN t.typowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.typowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE t.typtype = 'e'
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND deptype = 'e')
