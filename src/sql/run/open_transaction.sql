-- Settings of a phase's transaction, and who it is.
-- $1 lock_timeout  $2 statement_timeout  $3 idle_in_transaction_session_timeout  $4 search_path
SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text AS xid,
       pg_catalog.pg_backend_pid() AS pid,
       pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) AS timeline,
       pg_catalog.set_config('lock_timeout', $1, true),
       pg_catalog.set_config('statement_timeout', $2, true),
       pg_catalog.set_config('idle_in_transaction_session_timeout', $3, true),
       pg_catalog.set_config('search_path', $4, true),
       pg_catalog.set_config('client_connection_check_interval', '1s', true),
       CASE WHEN pg_catalog.current_setting('synchronous_commit') = 'off'
            THEN pg_catalog.set_config('synchronous_commit', 'on', true) END
