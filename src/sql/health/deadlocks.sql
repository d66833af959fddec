-- Deadlocks in this database, a day, since its statistics were last reset.
SELECT pg_catalog.round((d.deadlocks / greatest(extract(epoch FROM pg_catalog.now() - coalesce(d.stats_reset,
                         pg_catalog.pg_postmaster_start_time())) / 86400.0, 1))::numeric, 1) AS value,
       CASE WHEN d.deadlocks = 0 THEN 'none'
            ELSE d.deadlocks || ' since ' || coalesce(d.stats_reset, pg_catalog.pg_postmaster_start_time())::date END
           AS summary
  FROM pg_catalog.pg_stat_database d
 WHERE d.datname = current_database()
