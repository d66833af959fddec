-- What the role is, for the header of a query's result: does it own this database or any relation in it that is not the
-- system's? A member of an owner counts as one.
SELECT EXISTS (SELECT
               FROM pg_catalog.pg_class AS c
               WHERE c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace
                 AND c.relnamespace <> 'information_schema'::pg_catalog.regnamespace
                 AND c.relpersistence <> 't'
                 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                 AND pg_catalog.pg_has_role(c.relowner, 'USAGE'))
    OR EXISTS (SELECT
               FROM pg_catalog.pg_database AS d
               WHERE d.datname = pg_catalog.current_database()
                 AND pg_catalog.pg_has_role(d.datdba, 'USAGE'))
