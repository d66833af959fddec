-- What this role may read of what others do: a row that decides which checks can be asked.
SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS stats,
       pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
           AND pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT') AS file_settings
