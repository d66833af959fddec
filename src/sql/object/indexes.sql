-- The indexes of the relation pgmedic.objid: their bytes, and how often they were used. Opens them: waits behind an
-- ACCESS EXCLUSIVE lock.
SELECT c.relname AS name, pg_catalog.pg_relation_size(c.oid) AS bytes, s.idx_scan AS scans
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
  LEFT JOIN pg_catalog.pg_stat_all_indexes s ON s.indexrelid = c.oid
 WHERE i.indrelid = NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid
 ORDER BY 2 DESC, 1
