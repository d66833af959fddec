-- The table with the largest share of dead rows, in percent; small tables do not count.
SELECT coalesce(max(t.share), 0) AS value,
       coalesce((pg_catalog.array_agg(t.name || ' ' || t.share || ' %' ORDER BY t.share DESC))[1], 'none') AS summary
  FROM (SELECT CASE WHEN s.schemaname = 'public' THEN '' ELSE pg_catalog.quote_ident(s.schemaname) || '.' END
                   || pg_catalog.quote_ident(s.relname) AS name,
               pg_catalog.round(100.0 * s.n_dead_tup / (s.n_live_tup + s.n_dead_tup)) AS share
          FROM pg_catalog.pg_stat_user_tables s
         WHERE s.n_dead_tup > 10000) AS t
