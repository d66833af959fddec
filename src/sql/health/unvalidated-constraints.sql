-- Constraints made NOT VALID and not validated since; not those that are NOT ENFORCED (18+), which never are.
WITH found AS (
    SELECT pg_catalog.quote_ident(k.conname) || ' on '
               || CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
               || pg_catalog.quote_ident(c.relname) AS name
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT k.convalidated
       AND coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true)
     UNION ALL
    SELECT pg_catalog.quote_ident(k.conname) || ' on domain '
               || CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
               || pg_catalog.quote_ident(t.typname)
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_type t ON t.oid = k.contypid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE NOT k.convalidated),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
