-- On a standby: how old, in seconds, what it replayed last is, while there is more to replay; or that replay is paused.
WITH state AS (
    SELECT pg_catalog.pg_is_in_recovery() AS standby,
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_is_wal_replay_paused() END AS paused,
           pg_catalog.pg_last_wal_receive_lsn() > pg_catalog.pg_last_wal_replay_lsn() AS behind,
           pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp() AS age)
SELECT CASE WHEN s.paused THEN greatest(60, coalesce(extract(epoch FROM s.age), 0))
            WHEN s.behind THEN greatest(0, coalesce(extract(epoch FROM s.age), 0))
            ELSE 0 END::numeric AS value,
       CASE WHEN NOT s.standby THEN 'not a standby'
            ELSE pg_catalog.concat_ws(', ',
                     CASE WHEN s.paused THEN 'paused: nothing is replayed' WHEN s.behind THEN 'behind' ELSE 'up to date' END,
                     'last commit ' || pg_catalog.date_trunc('second', s.age)::text || ' ago') END AS summary
  FROM state s
