-- How much the relation pgmedic.objid holds and how it is used, of a partitioned one the sum of its partitions; from
-- plain catalog columns and the statistics, so that it waits for no lock.
WITH RECURSIVE tree (oid) AS (
    SELECT NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid
    UNION
    SELECT h.inhrelid
      FROM tree t
      JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind IN ('p', 'I')
      JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid)
SELECT sum(c.reltuples) FILTER (WHERE c.reltuples >= 0 AND c.relkind IN ('r', 'm', 'p'))::bigint AS rows,
       sum(s.n_dead_tup) AS dead_rows,
       sum(COALESCE(s.seq_scan, 0)) FILTER (WHERE s.relid IS NOT NULL) AS sequential_scans,
       sum(COALESCE(s.idx_scan, x.idx_scan)) AS index_scans,
       pg_catalog.to_char(pg_catalog.timezone('UTC', max(GREATEST(s.last_vacuum, s.last_autovacuum))), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_vacuum,
       pg_catalog.to_char(pg_catalog.timezone('UTC', max(GREATEST(s.last_analyze, s.last_autoanalyze))), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_analyze
  FROM tree t
  JOIN pg_catalog.pg_class c ON c.oid = t.oid
  LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid AND c.relkind <> 'p'
  LEFT JOIN pg_catalog.pg_stat_all_indexes x ON x.indexrelid = c.oid
