-- Liquibase: one row a change set; its lock is another table.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'applied' AS what, id || '::' || author || '::' || filename AS value, pg_catalog.to_char(dateexecuted, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.databasechangelog
UNION ALL
(SELECT 'head', id || '::' || author || '::' || filename, pg_catalog.to_char(dateexecuted, 'YYYY-MM-DD"T"HH24:MI:SS') FROM public.databasechangelog
  ORDER BY orderexecuted DESC LIMIT 1)
 ORDER BY 1, 2
