-- The functions that names in a query may mean.  $1: schemas, '' for none written; $2: names; $3: how many arguments,
-- -1 for not known; $4: call, attribute (row.name), or perhaps (any schema).  All four are arrays of one length.
SELECT DISTINCT w.place,
       n.nspname,
       p.proname,
       p.provolatile,
       p.oid < 16384 AS own, -- made by initdb: FirstNormalObjectId
       e.extname
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]),
                  pg_catalog.unnest($3::pg_catalog.int4[]), pg_catalog.unnest($4::pg_catalog.text[]))
       WITH ORDINALITY AS w (schema, name, arguments, how, place)
  JOIN pg_catalog.pg_proc AS p ON p.proname = w.name::pg_catalog.name
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  LEFT JOIN (pg_catalog.pg_depend AS d JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid)
         ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
        AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
 WHERE CASE WHEN w.how = 'perhaps' THEN true
            WHEN w.schema = 'pg_temp' THEN n.oid = pg_catalog.pg_my_temp_schema()
            WHEN w.schema <> '' THEN n.nspname = w.schema::pg_catalog.name
            ELSE n.nspname = ANY (pg_catalog.current_schemas(true)) END
   AND (w.arguments < 0
        OR p.pronargs - p.pronargdefaults <= w.arguments AND (w.arguments <= p.pronargs OR p.provariadic <> 0))
   AND (w.how <> 'attribute'
        OR EXISTS (SELECT 1 FROM pg_catalog.pg_type AS t WHERE t.oid = p.proargtypes[0] AND t.typtype IN ('c', 'p')))
 ORDER BY w.place, n.nspname, p.proname, p.provolatile;
