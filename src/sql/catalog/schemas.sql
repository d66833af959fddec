-- Schemas that are not the server's own.
-- An owner is named only where it is not the database's owner, so that two environments whose roles have different
-- names do not differ for that alone. "public" belongs by default to pg_database_owner (15 and later) or to the
-- bootstrap superuser, oid 10 (before).
SELECT '' AS schema,
       NULL AS parent,
       n.nspname AS name,
       CASE
           WHEN n.nspowner = d.datdba THEN NULL
           WHEN n.nspname = 'public'
                AND (n.nspowner = 10 OR pg_catalog.pg_get_userbyid(n.nspowner) = 'pg_database_owner') THEN NULL
           ELSE pg_catalog.pg_get_userbyid(n.nspowner)
       END AS owner,
       CASE
           WHEN n.nspname <> 'public'
                OR pg_catalog.obj_description(n.oid, 'pg_namespace') <> 'standard public schema'
           THEN pg_catalog.obj_description(n.oid, 'pg_namespace')
       END AS comment
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
