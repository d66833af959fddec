-- WAL that the replication slot furthest behind keeps from being removed, in bytes.
SELECT coalesce(max(s.bytes), 0) AS value,
       coalesce((pg_catalog.array_agg(s.slot_name || ' keeps ' || pg_catalog.pg_size_pretty(s.bytes)
                                      ORDER BY s.bytes DESC))[1], 'no slots') AS summary
  FROM (SELECT r.slot_name::text, pg_catalog.pg_wal_lsn_diff(
                   CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                        ELSE pg_catalog.pg_current_wal_lsn() END, r.restart_lsn) AS bytes
          FROM pg_catalog.pg_replication_slots r
         WHERE r.restart_lsn IS NOT NULL) AS s
