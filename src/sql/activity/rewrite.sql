-- Bytes that a rewrite has written so far: the new heap's files, and those of the indexes and the TOAST table built after
-- it, whose numbers follow the new heap's (all come from one counter). pgmedic.heaps: the uncommitted relations'
-- numbers, comma-separated; pgmedic.relation: the number of the relation that is rewritten, which gives the folder.
-- Needs EXECUTE on pg_stat_file(text, boolean). None of it opens a relation.
WITH RECURSIVE place AS MATERIALIZED (
    SELECT pg_catalog.regexp_replace(
               pg_catalog.pg_relation_filepath(
                   nullif(pg_catalog.current_setting('pgmedic.relation', true), '')::oid), '[^/]+$', '') AS folder,
           pg_catalog.pg_size_bytes(pg_catalog.current_setting('segment_size')) AS segment),
heaps AS MATERIALIZED (
    SELECT h::bigint AS number
      FROM pg_catalog.regexp_split_to_table(
               nullif(pg_catalog.current_setting('pgmedic.heaps', true), ''), ',') AS h),
numbers AS (
    SELECT number FROM heaps
     UNION
    SELECT f FROM (SELECT max(number) AS last FROM heaps) AS m, generate_series(m.last + 1, m.last + 64) AS f),
files (number, part, size) AS (
    SELECT n.number, 0, (pg_catalog.pg_stat_file(p.folder || n.number, true)).size
      FROM numbers n CROSS JOIN place p
     UNION ALL
    SELECT f.number, f.part + 1, (pg_catalog.pg_stat_file(p.folder || f.number || '.' || (f.part + 1), true)).size
      FROM files f CROSS JOIN place p
     WHERE f.size = p.segment)
SELECT coalesce(sum(size), 0)::bigint AS bytes FROM files
