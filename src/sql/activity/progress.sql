-- How far one backend's statement is, for the commands that PostgreSQL reports on. The backend is the setting
-- pgmedic.backend.
SELECT p.command, p.phase, p.done, p.total,
       CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
           || pg_catalog.quote_ident(c.relname) AS relation,
       pg_catalog.quote_ident(i.relname) AS index
  FROM (SELECT i.pid, i.command, i.phase,
               CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_done
                    WHEN i.phase LIKE '%tuples%' THEN i.tuples_done ELSE i.blocks_done END AS done,
               CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_total
                    WHEN i.phase LIKE '%tuples%' THEN i.tuples_total ELSE i.blocks_total END AS total,
               i.relid, i.index_relid
          FROM pg_catalog.pg_stat_progress_create_index i
         WHERE i.datname = pg_catalog.current_database()
         UNION ALL
        SELECT v.pid, 'VACUUM', v.phase,
               CASE WHEN v.phase = 'vacuuming heap' THEN v.heap_blks_vacuumed ELSE v.heap_blks_scanned END,
               v.heap_blks_total, v.relid, 0::oid
          FROM pg_catalog.pg_stat_progress_vacuum v
         WHERE v.datname = pg_catalog.current_database()
         UNION ALL
        SELECT a.pid, 'ANALYZE', a.phase, a.sample_blks_scanned, a.sample_blks_total, a.relid, 0::oid
          FROM pg_catalog.pg_stat_progress_analyze a
         WHERE a.datname = pg_catalog.current_database()
         UNION ALL
        SELECT r.pid, r.command, r.phase, r.heap_blks_scanned, r.heap_blks_total, r.relid, r.cluster_index_relid
          FROM pg_catalog.pg_stat_progress_cluster r
         WHERE r.datname = pg_catalog.current_database()
         UNION ALL
        SELECT y.pid, y.command, 'copying', y.bytes_processed, y.bytes_total, y.relid, 0::oid
          FROM pg_catalog.pg_stat_progress_copy y
         WHERE y.datname = pg_catalog.current_database()) AS p
  LEFT JOIN pg_catalog.pg_class c ON c.oid = p.relid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class i ON i.oid = p.index_relid
 WHERE p.pid = nullif(pg_catalog.current_setting('pgmedic.backend', true), '')::int
 LIMIT 1
