-- Tables that may hold a migration framework's books: small ones with a column that some framework has. What they are
-- is told by their columns. "needs" says what this role lacks for reading it, in GRANT's words; null: nothing. Rows that
-- row security hides would look like revisions that were never applied.
SELECT n.nspname AS schema, c.relname AS name,
       pg_catalog.string_agg(pg_catalog.lower(a.attname), ',' ORDER BY pg_catalog.lower(a.attname) COLLATE "C") AS columns,
       NULLIF(pg_catalog.concat_ws(' and ',
           CASE WHEN NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN pg_catalog.format('USAGE on schema %I', n.nspname) END,
           CASE WHEN NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN pg_catalog.format('SELECT on %I.%I', n.nspname, c.relname) END,
           CASE WHEN pg_catalog.row_security_active(c.oid) AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_policy p
                     WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
                       AND p.polqual::text ~ '^.CONST .*:constvalue 1 . 1 '
                       AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) r (role)
                                    WHERE r.role = 0 OR pg_catalog.pg_has_role(r.role, 'USAGE')))
                THEN pg_catalog.format('BYPASSRLS, or a policy USING (true), since row security may hide rows of %I.%I', n.nspname, c.relname) END),
           '') AS needs,
       pg_catalog.format('%I.%I', n.nspname, c.relname) AS quoted
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relnatts <= 24
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid IN (
       SELECT m.attrelid
         FROM pg_catalog.pg_attribute m
        WHERE m.attnum > 0
          AND pg_catalog.lower(m.attname) IN ('version_num', 'app', 'installed_rank', 'orderexecuted', 'lockgranted',
              'version', 'version_id', 'change_id', 'migration_name', 'migration_time', 'is_locked', 'timestamp', 'name',
              'run_on', 'executed_at', 'applied_at', 'hash', 'migrationid', 'batch', 'done', 'key', 'cli_state'))
 GROUP BY n.oid, n.nspname, c.oid, c.relname
 ORDER BY n.nspname, c.relname
