-- Extensions of which the server has a newer version than this database.
WITH found AS (
    SELECT e.name || ' ' || e.installed_version || ' < ' || e.default_version AS name
      FROM pg_catalog.pg_available_extensions e
     WHERE e.installed_version IS NOT NULL AND e.installed_version <> e.default_version),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
