-- Settings that were changed in the files and wait for a restart.
WITH found AS (
    SELECT s.name AS name FROM pg_catalog.pg_settings s WHERE s.pending_restart),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
