-- Indexes that a failed CREATE or REINDEX CONCURRENTLY left behind; not those of tables on which a build is under way,
-- told by its lock: which index it builds is only told to a role that may read others' statistics.
WITH found AS (
    SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
               || pg_catalog.quote_ident(c.relname) AS name
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE (NOT i.indisvalid OR NOT i.indisready) AND c.relkind = 'i'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                         JOIN pg_catalog.pg_locks l ON l.pid = p.pid AND l.database = p.datid
                        WHERE l.granted AND l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock')),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
