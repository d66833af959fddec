-- Foreign key columns that reference the column pgmedic.column of pgmedic.schema.pgmedic.relation.
SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname || '.' || a.attname AS referrer,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, k.conname
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
  JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) AS p(attnum, refnum)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.attnum
  JOIN pg_catalog.pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = p.refnum
 WHERE k.contype = 'f'
   AND rn.nspname = pg_catalog.current_setting('pgmedic.schema', true)
   AND r.relname = pg_catalog.current_setting('pgmedic.relation', true)
   AND ra.attname = pg_catalog.current_setting('pgmedic.column', true)
 ORDER BY 1, 3
