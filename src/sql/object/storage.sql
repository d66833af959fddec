-- What the schema pgmedic.name takes on disk, as of the last vacuum or analyze of what is in it; the database, as it is.
SELECT CASE pg_catalog.current_setting('pgmedic.kind', true)
           WHEN 'schema'
           THEN (SELECT sum(c.relpages::bigint) * pg_catalog.current_setting('block_size')::bigint
                   FROM pg_catalog.pg_class c
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                   LEFT JOIN pg_catalog.pg_class owner ON owner.reltoastrelid = c.oid
                  WHERE COALESCE((SELECT o.nspname FROM pg_catalog.pg_namespace o WHERE o.oid = owner.relnamespace), n.nspname)
                        = pg_catalog.current_setting('pgmedic.name', true))
           WHEN 'database'
           THEN CASE WHEN pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CONNECT')
                     THEN pg_catalog.pg_database_size(pg_catalog.current_database()) END
       END AS total
