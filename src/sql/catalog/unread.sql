-- What this role may not read, though it may read the rest: a line each, "KIND.ATTRIBUTE: why".
SELECT pg_catalog.format('user_mapping.options: %s of the user mappings hide their options from this role', pg_catalog.count(*))
  FROM pg_catalog.pg_user_mappings m
  JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
 WHERE m.umoptions IS NULL
   AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
   AND NOT (m.umuser <> 0 AND m.usename = current_user
            AND (pg_catalog.pg_has_role(s.srvowner, 'USAGE') OR pg_catalog.has_server_privilege(s.oid, 'USAGE')))
   AND NOT (m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE'))
HAVING pg_catalog.count(*) > 0
