-- Since when archiving of the WAL fails, in seconds: it fails when the last failure is younger than the last success.
SELECT CASE WHEN a.last_failed_time > coalesce(a.last_archived_time, '-infinity')
            THEN extract(epoch FROM pg_catalog.now()
                         - coalesce(a.last_archived_time, pg_catalog.pg_postmaster_start_time()))::numeric + 1
            ELSE 0 END AS value,
       CASE WHEN current_setting('archive_mode') = 'off' THEN 'off'
            WHEN a.last_failed_time > coalesce(a.last_archived_time, '-infinity')
            THEN 'failing on ' || a.last_failed_wal || ', last success '
                 || coalesce(pg_catalog.date_trunc('second', a.last_archived_time)::text, 'never')
            ELSE 'last success '
                 || coalesce(pg_catalog.date_trunc('second', a.last_archived_time)::text, 'none yet') END AS summary
  FROM pg_catalog.pg_stat_archiver a
