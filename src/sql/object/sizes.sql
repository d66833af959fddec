-- The bytes of the relation pgmedic.objid on disk, of a partitioned one the sum of its partitions; the last value of a
-- sequence. Opens the relation: waits behind an ACCESS EXCLUSIVE lock.
WITH RECURSIVE tree (oid) AS (
    SELECT NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid
    UNION
    SELECT h.inhrelid
      FROM tree t
      JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind IN ('p', 'I')
      JOIN pg_catalog.pg_inherits h ON h.inhparent = t.oid)
SELECT sum(pg_catalog.pg_total_relation_size(c.oid))::bigint AS total,
       sum(pg_catalog.pg_relation_size(c.oid))::bigint AS heap,
       sum(CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_indexes_size(c.oid) END)::bigint AS indexes,
       sum(CASE WHEN c.reltoastrelid <> 0 THEN pg_catalog.pg_total_relation_size(c.reltoastrelid) END)::bigint AS toast,
       max(CASE WHEN c.relkind = 'S' AND pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE')
                THEN pg_catalog.pg_sequence_last_value(c.oid) END) AS last_value
  FROM tree t
  JOIN pg_catalog.pg_class c ON c.oid = t.oid
 WHERE c.relkind IN ('r', 'm', 'S', 'i', 'p', 'I')
