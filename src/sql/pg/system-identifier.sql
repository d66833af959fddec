-- Which cluster this is, whatever its address.
SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s;
