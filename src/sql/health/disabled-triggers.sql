-- Triggers that are switched off, those that enforce foreign keys too.
WITH found AS (
    SELECT pg_catalog.quote_ident(t.tgname) || ' on '
               || CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
               || pg_catalog.quote_ident(c.relname) AS name
      FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE t.tgenabled = 'D'),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
