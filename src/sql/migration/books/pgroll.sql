-- pgroll: of each schema, the row that is nobody's parent; not done means active or stuck.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'head' AS what, schema || '/' || name AS value, pg_catalog.to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM pgroll.migrations m
 WHERE NOT EXISTS (SELECT FROM pgroll.migrations c WHERE c.schema = m.schema AND c.parent = m.name)
UNION ALL
SELECT 'applied', schema || '/' || name, pg_catalog.to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS') FROM pgroll.migrations WHERE done
UNION ALL
SELECT 'failed', schema || '/' || name || ' is active: started and not completed', pg_catalog.to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS')
  FROM pgroll.migrations WHERE NOT done
 ORDER BY 1, 2
