-- Tables of more than 10,000 rows that were never analyzed, or of which more than half was changed since.
WITH found AS (
    SELECT CASE WHEN s.schemaname = 'public' THEN '' ELSE pg_catalog.quote_ident(s.schemaname) || '.' END
               || pg_catalog.quote_ident(s.relname) AS name
      FROM pg_catalog.pg_stat_user_tables s
     WHERE s.n_live_tup > 10000
       AND (coalesce(s.last_analyze, s.last_autoanalyze) IS NULL OR s.n_mod_since_analyze > s.n_live_tup / 2)),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
