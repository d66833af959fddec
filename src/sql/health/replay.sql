-- On a standby: how old, in seconds, what it replayed last is, while there is more to replay; or that replay is paused, or
-- that nothing comes any more, when what was received is no measure.
WITH state AS (
    SELECT pg_catalog.pg_is_in_recovery() AS standby,
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_is_wal_replay_paused() END AS paused,
           pg_catalog.pg_last_wal_receive_lsn() > pg_catalog.pg_last_wal_replay_lsn() AS behind,
           EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) AS receives,
           pg_catalog.current_setting('restore_command') <> '' AS restores,
           pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp() AS age)
SELECT CASE WHEN s.paused THEN greatest(60, coalesce(extract(epoch FROM s.age), 0))
            WHEN s.standby AND NOT s.receives AND NOT s.restores THEN greatest(60, coalesce(extract(epoch FROM s.age), 0))
            WHEN s.behind THEN greatest(0, coalesce(extract(epoch FROM s.age), 0))
            ELSE 0 END::numeric AS value,
       CASE WHEN NOT s.standby THEN 'not a standby'
            ELSE pg_catalog.concat_ws(', ',
                     CASE WHEN s.paused THEN 'paused: nothing is replayed'
                          WHEN NOT s.receives AND NOT s.restores THEN 'cut off: nothing is received from the primary'
                          WHEN s.behind THEN 'behind' WHEN NOT s.receives THEN 'fed from the archive' ELSE 'up to date' END,
                     'last commit ' || pg_catalog.date_trunc('second', s.age)::text || ' ago') END AS summary
  FROM state s
