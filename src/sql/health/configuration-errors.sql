-- Lines of the configuration files that the server refuses.
WITH found AS (
    SELECT coalesce(f.name || ': ', '') || f.error AS name
      FROM pg_catalog.pg_file_settings f
     WHERE f.error IS NOT NULL AND f.error <> 'setting could not be applied'),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
