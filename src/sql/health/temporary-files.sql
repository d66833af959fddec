-- Bytes of temporary files that this database wrote, a day, since its statistics were last reset.
SELECT pg_catalog.round((d.temp_bytes / greatest(extract(epoch FROM pg_catalog.now() - coalesce(d.stats_reset,
                         pg_catalog.pg_postmaster_start_time())) / 86400.0, 1))::numeric) AS value,
       CASE WHEN d.temp_files = 0 THEN 'none'
            ELSE d.temp_files || ' files, ' || pg_catalog.pg_size_pretty(d.temp_bytes) || ' since '
                 || coalesce(d.stats_reset, pg_catalog.pg_postmaster_start_time())::date END AS summary
  FROM pg_catalog.pg_stat_database d
 WHERE d.datname = current_database()
