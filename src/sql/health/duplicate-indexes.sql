-- Indexes that another index of the same table makes superfluous: same columns, classes, expressions and predicate. What
-- keeps a constraint, or belongs to a partitioned index, cannot be dropped by itself. Before 17 an expression remembers
-- where in its statement it stood.
WITH found AS (
    SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
               || pg_catalog.quote_ident(c.relname) AS name
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT i.indisunique AND NOT i.indisexclusion AND NOT c.relispartition
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND EXISTS (SELECT FROM pg_catalog.pg_index o JOIN pg_catalog.pg_class oc ON oc.oid = o.indexrelid
                    WHERE o.indrelid = i.indrelid AND o.indexrelid <> i.indexrelid
                      AND (o.indisunique OR o.indexrelid < i.indexrelid) AND o.indisvalid
                      AND oc.relam = c.relam AND o.indkey = i.indkey AND o.indclass = i.indclass
                      AND o.indcollation = i.indcollation AND o.indoption = i.indoption
                      AND pg_catalog.regexp_replace(o.indexprs::text, ':location -?[0-9]+', '', 'g')
                          IS NOT DISTINCT FROM pg_catalog.regexp_replace(i.indexprs::text, ':location -?[0-9]+', '', 'g')
                      AND pg_catalog.regexp_replace(o.indpred::text, ':location -?[0-9]+', '', 'g')
                          IS NOT DISTINCT FROM pg_catalog.regexp_replace(i.indpred::text, ':location -?[0-9]+', '', 'g'))),
numbered AS (
    SELECT f.name, row_number() OVER (ORDER BY f.name) AS n FROM found f)
SELECT count(*) AS value,
       CASE WHEN count(*) = 0 THEN 'none'
            ELSE count(*) || ': ' || string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
                 || CASE WHEN count(*) > 3 THEN ', ...' ELSE '' END END AS summary
  FROM numbered
