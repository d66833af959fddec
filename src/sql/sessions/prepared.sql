-- Transactions that were prepared and wait for COMMIT PREPARED or ROLLBACK PREPARED: they hold their locks, and no backend
-- belongs to them. Runs in psql as it is.
SELECT p.gid, p.owner, p.database,
       (extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared) * 1000)::bigint AS transaction_ms
  FROM pg_catalog.pg_prepared_xacts p
 ORDER BY p.prepared, p.gid
