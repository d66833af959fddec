-- Seconds since the server started.
SELECT pg_catalog.round(extract(epoch FROM pg_catalog.now() - pg_catalog.pg_postmaster_start_time())::numeric) AS value,
       pg_catalog.date_trunc('second', pg_catalog.now() - pg_catalog.pg_postmaster_start_time())::text AS summary
