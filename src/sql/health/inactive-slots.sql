-- Replication slots that nobody uses: they keep WAL for ever. Those that a standby copies from its primary (17+) wait for
-- a promotion, and are let go with the primary's.
WITH found AS (
    SELECT s.slot_name::text AS name
      FROM pg_catalog.pg_replication_slots s
     WHERE NOT s.active
       AND NOT coalesce((pg_catalog.to_jsonb(s) ->> 'synced')::boolean, false)),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
