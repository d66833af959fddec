-- The facts of the server that any role may read, and which of the others this one may.
SELECT pg_catalog.current_setting('server_version_num'),
       pg_catalog.current_setting('server_version'),
       current_user,
       pg_catalog.current_database(),
       (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()),
       pg_catalog.pg_is_in_recovery(),
       pg_catalog.current_setting('is_superuser') = 'on',
       pg_catalog.pg_backend_pid(),
       (SELECT pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = pg_catalog.pg_backend_pid()),
       -- asked by oid, so that a function that is not there counts as one that may not be called
       COALESCE(pg_catalog.has_function_privilege(
           pg_catalog.to_regprocedure('pg_catalog.pg_control_system()')::oid, 'EXECUTE'), false),
       COALESCE(pg_catalog.has_function_privilege(
           pg_catalog.to_regprocedure('pg_catalog.pg_walfile_name(pg_lsn)')::oid, 'EXECUTE')
         AND pg_catalog.has_function_privilege(
           pg_catalog.to_regprocedure('pg_catalog.pg_current_wal_lsn()')::oid, 'EXECUTE'), false),
       -- a superuser is a member of every role
       (SELECT pg_catalog.pg_has_role(d.datdba, 'USAGE') FROM pg_catalog.pg_database AS d
        WHERE d.datname = pg_catalog.current_database());
