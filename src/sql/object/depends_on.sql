-- What the object with the address pgmedic.classid, pgmedic.objid, pgmedic.objsubid depends on, by itself or by what
-- belongs to it (rules, defaults, constraints, indexes, triggers, policies); through views, what those depend on too. A
-- row type stands for its relation, an array type for its element. Schemas and what the server comes with are left out.
WITH RECURSIVE walk (classid, objid, objsubid, depth, via_class, via_object) AS (
    SELECT NULLIF(pg_catalog.current_setting('pgmedic.classid', true), '')::pg_catalog.oid,
           NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid,
           NULLIF(pg_catalog.current_setting('pgmedic.objsubid', true), '')::integer,
           0, 0::pg_catalog.oid, 0::pg_catalog.oid
    UNION
    SELECT needed.classid, needed.objid, 0, w.depth + 1,
           CASE WHEN w.depth = 0 THEN 0 ELSE w.classid END::pg_catalog.oid,
           CASE WHEN w.depth = 0 THEN 0 ELSE w.objid END::pg_catalog.oid
      FROM walk w
      LEFT JOIN pg_catalog.pg_class wc ON w.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND wc.oid = w.objid
     CROSS JOIN LATERAL (
           SELECT w.classid, w.objid, w.objsubid
           UNION ALL
           SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, ad.oid, 0
             FROM pg_catalog.pg_attrdef ad WHERE ad.adrelid = wc.oid AND w.objsubid IN (0, ad.adnum)
           UNION ALL
           SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0
             FROM pg_catalog.pg_rewrite r WHERE r.ev_class = wc.oid AND w.objsubid = 0
           UNION ALL
           SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0
             FROM pg_catalog.pg_constraint k WHERE k.conrelid = wc.oid AND w.objsubid = 0
           UNION ALL
           SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, 0
             FROM pg_catalog.pg_index i WHERE i.indrelid = wc.oid AND w.objsubid = 0
           UNION ALL
           SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0
             FROM pg_catalog.pg_trigger g WHERE g.tgrelid = wc.oid AND NOT g.tgisinternal AND w.objsubid = 0
           UNION ALL
           SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, 0
             FROM pg_catalog.pg_policy p WHERE p.polrelid = wc.oid AND w.objsubid = 0) part (classid, objid, objsubid)
      JOIN pg_catalog.pg_depend d
        ON d.classid = part.classid AND d.objid = part.objid AND (part.objsubid = 0 OR d.objsubid = part.objsubid)
      LEFT JOIN pg_catalog.pg_type t ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.refobjid
      LEFT JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
      LEFT JOIN pg_catalog.pg_class ec ON ec.oid = e.typrelid AND ec.relkind <> 'c'
      LEFT JOIN pg_catalog.pg_index i ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = d.refobjid
      LEFT JOIN pg_catalog.pg_constraint k
             ON d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.refobjid
     CROSS JOIN LATERAL (SELECT CASE WHEN ec.oid IS NOT NULL OR i.indrelid IS NOT NULL OR k.conrelid <> 0
                                     THEN 'pg_catalog.pg_class'::pg_catalog.regclass ELSE d.refclassid END AS classid,
                                COALESCE(ec.oid, i.indrelid, NULLIF(k.conrelid, 0), e.oid, d.refobjid) AS objid) needed
     WHERE (w.depth = 0 OR (w.depth < 20 AND wc.relkind IN ('v', 'm')))
       AND d.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
       AND needed.objid >= 16384
       AND (needed.classid, needed.objid) <> (w.classid, CASE WHEN w.objsubid = 0 THEN w.objid ELSE 0 END)
       AND NOT (w.objsubid <> 0 AND needed.objid = w.objid))
SELECT w.classid, w.objid, w.objsubid, min(w.depth) AS depth, w.via_class, w.via_object, FALSE AS goes_with_it,
       pg_catalog.pg_describe_object(w.classid, w.objid, w.objsubid) AS text
  FROM walk w
 WHERE w.depth > 0
 GROUP BY w.classid, w.objid, w.objsubid, w.via_class, w.via_object
 ORDER BY 4, 8
 LIMIT 1000
