-- Extensions; plpgsql is everywhere, unless someone dropped it.
SELECT '' AS schema,
       NULL AS parent,
       e.extname AS name,
       e.extversion AS version,
       n.nspname AS in_schema
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
