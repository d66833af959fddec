-- What the role is, for the header of a query's result: does it own this database or any relation in it that is not the
-- system's? A member of an owner counts as one. The role's own search_path holds here, so that operators are named in
-- full too.
SELECT EXISTS (SELECT
               FROM pg_catalog.pg_class AS c
               WHERE c.relnamespace OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace
                 AND c.relnamespace OPERATOR(pg_catalog.<>) 'information_schema'::pg_catalog.regnamespace
                 AND c.relpersistence OPERATOR(pg_catalog.<>) 't'
                 AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S}'::pg_catalog."char"[])
                 AND pg_catalog.pg_has_role(c.relowner, 'USAGE'))
    OR EXISTS (SELECT
               FROM pg_catalog.pg_database AS d
               WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
                 AND pg_catalog.pg_has_role(d.datdba, 'USAGE'))
