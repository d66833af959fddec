-- The timeline being written now; pg_control_checkpoint() lags behind after a promotion. Fails on a standby.
SELECT pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8);
