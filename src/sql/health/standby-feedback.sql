-- How many transactions back a standby (hot_standby_feedback) or a slot keeps VACUUM from cleaning up.
SELECT coalesce(max(h.held), 0) AS value,
       CASE WHEN count(*) = 0 THEN 'none' ELSE max(h.held) || ' transactions back' END AS summary
  FROM (SELECT pg_catalog.age(r.backend_xmin) AS held
          FROM pg_catalog.pg_stat_replication r WHERE r.backend_xmin IS NOT NULL
         UNION ALL
        SELECT greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin))
          FROM pg_catalog.pg_replication_slots s WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL) AS h
