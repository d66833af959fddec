-- The functions that names in a query may mean.  $1: schemas, '' for none written; $2: names; $3: how many arguments,
-- -1 for not known; $4: call, attribute (row.name), field ((expression).name), or perhaps (any schema).  All four are
-- arrays of one length.  The role's own search_path holds here, so that operators are named in full too.
SELECT DISTINCT w.place,
       n.nspname,
       p.proname,
       p.provolatile,
       p.oid OPERATOR(pg_catalog.<) 16384::pg_catalog.oid AS own, -- made by initdb: FirstNormalObjectId
       e.extname
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]),
                  pg_catalog.unnest($3::pg_catalog.int4[]), pg_catalog.unnest($4::pg_catalog.text[]))
       WITH ORDINALITY AS w (schema, name, arguments, how, place)
  JOIN pg_catalog.pg_proc AS p ON p.proname OPERATOR(pg_catalog.=) w.name::pg_catalog.name
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
  LEFT JOIN (pg_catalog.pg_depend AS d JOIN pg_catalog.pg_extension AS e ON e.oid OPERATOR(pg_catalog.=) d.refobjid)
         ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND d.objid OPERATOR(pg_catalog.=) p.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"
        AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
 WHERE CASE WHEN w.how OPERATOR(pg_catalog.=) 'perhaps' THEN true
            WHEN w.schema OPERATOR(pg_catalog.=) 'pg_temp'
            THEN n.oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()
            WHEN w.schema OPERATOR(pg_catalog.<>) '' THEN n.nspname OPERATOR(pg_catalog.=) w.schema::pg_catalog.name
            ELSE n.nspname OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(true)) END
   AND (w.arguments OPERATOR(pg_catalog.<) 0
        OR (p.pronargs OPERATOR(pg_catalog.-) p.pronargdefaults) OPERATOR(pg_catalog.<=) w.arguments
           AND (w.arguments OPERATOR(pg_catalog.<=) p.pronargs OR p.provariadic OPERATOR(pg_catalog.<>) 0::pg_catalog.oid))
   -- A row is a composite, or a domain over one.
   AND (w.how OPERATOR(pg_catalog.<>) 'attribute'
        OR EXISTS (SELECT 1
                     FROM pg_catalog.pg_type AS t
                    WHERE t.oid OPERATOR(pg_catalog.=) p.proargtypes[0]
                      AND t.typtype OPERATOR(pg_catalog.=) ANY ('{c,d,p}'::pg_catalog."char"[])))
 ORDER BY w.place, n.nspname, p.proname, p.provolatile;
