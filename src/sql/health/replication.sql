-- How far the standby furthest behind has to replay, in bytes; on a standby, itself against what it received.
SELECT CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(),
                                                     pg_catalog.pg_last_wal_replay_lsn()), 0)
            ELSE coalesce(max(r.behind), 0) END AS value,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN 'standby, ' || pg_catalog.pg_size_pretty(coalesce(pg_catalog.pg_wal_lsn_diff(
                     pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()), 0)) || ' to replay'
            WHEN count(r.pid) = 0 THEN 'no standbys'
            ELSE count(r.pid) || CASE count(r.pid) WHEN 1 THEN ' standby, ' ELSE ' standbys, ' END
                 || pg_catalog.pg_size_pretty(coalesce(max(r.behind), 0)) || ' behind' END AS summary
  FROM (SELECT a.pid, CASE WHEN NOT pg_catalog.pg_is_in_recovery()
                           THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), a.replay_lsn) END AS behind
          FROM pg_catalog.pg_stat_replication a
         WHERE a.state IS DISTINCT FROM 'backup') AS r
