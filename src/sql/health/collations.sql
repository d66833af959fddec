-- Collations that the operating system has changed since they were recorded: indexes on text may be out of order.
WITH found AS (
    SELECT pg_catalog.quote_ident(c.collname) AS name
      FROM pg_catalog.pg_collation c
     WHERE c.collversion IS NOT NULL
       AND c.collversion <> pg_catalog.pg_collation_actual_version(c.oid)
     UNION ALL
    SELECT 'the default of ' || pg_catalog.quote_ident(d.datname)
      FROM pg_catalog.pg_database d
     WHERE d.datname = current_database() AND d.datcollversion IS NOT NULL
       AND d.datcollversion <> pg_catalog.pg_database_collation_actual_version(d.oid)),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
