-- What a relation's rewrite will about have to write, by the catalog's own page counts: its heap, its TOAST table, and
-- the indexes of both. Plain columns only, so that it can be asked while the relation is locked. NULL: never counted.
-- The relation is the setting pgmedic.relation (its number).
SELECT CASE WHEN c.relpages > 0 THEN
           (c.relpages::bigint
            + coalesce((SELECT greatest(t.relpages, 0) FROM pg_catalog.pg_class t WHERE t.oid = c.reltoastrelid), 0)
            + (SELECT coalesce(sum(greatest(i.relpages, 0)), 0)
                 FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
                WHERE x.indrelid IN (c.oid, c.reltoastrelid)))
           * pg_catalog.current_setting('block_size')::bigint END::bigint AS bytes
  FROM pg_catalog.pg_class c
 WHERE c.oid = nullif(pg_catalog.current_setting('pgmedic.relation', true), '')::oid
