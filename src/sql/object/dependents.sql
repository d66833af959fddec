-- What depends on the object with the address pgmedic.classid, pgmedic.objid, pgmedic.objsubid; through views, what
-- depends on those too. A view's rule stands for the view, a column's default for the column, a row type and an array
-- type for what they are of. Each with how deep it lies and by way of which other it was found (both 0: directly).
WITH RECURSIVE walk (classid, objid, objsubid, depth, via_class, via_object, deptype) AS (
    SELECT NULLIF(pg_catalog.current_setting('pgmedic.classid', true), '')::pg_catalog.oid,
           NULLIF(pg_catalog.current_setting('pgmedic.objid', true), '')::pg_catalog.oid,
           NULLIF(pg_catalog.current_setting('pgmedic.objsubid', true), '')::integer,
           0, 0::pg_catalog.oid, 0::pg_catalog.oid, ' '::"char"
    UNION
    SELECT dependent.classid, dependent.objid, dependent.objsubid, w.depth + 1,
           CASE WHEN w.depth = 0 THEN 0 ELSE w.classid END::pg_catalog.oid,
           CASE WHEN w.depth = 0 THEN 0 ELSE w.objid END::pg_catalog.oid, d.deptype
      FROM walk w
      LEFT JOIN pg_catalog.pg_class wc ON w.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND wc.oid = w.objid
      LEFT JOIN pg_catalog.pg_type wt
             ON wt.oid = CASE w.classid WHEN 'pg_catalog.pg_type'::pg_catalog.regclass THEN w.objid
                                        WHEN 'pg_catalog.pg_class'::pg_catalog.regclass
                                        THEN CASE WHEN w.objsubid = 0 THEN wc.reltype END END
     CROSS JOIN LATERAL (VALUES (w.classid, w.objid, w.objsubid),
                                ('pg_catalog.pg_type'::pg_catalog.regclass, wt.oid, 0),
                                ('pg_catalog.pg_type'::pg_catalog.regclass, wt.typarray, 0)) ref (classid, objid, objsubid)
      JOIN pg_catalog.pg_depend d
        ON d.refclassid = ref.classid AND d.refobjid = ref.objid AND (ref.objsubid = 0 OR d.refobjsubid = ref.objsubid)
      LEFT JOIN pg_catalog.pg_rewrite r
             ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
      LEFT JOIN pg_catalog.pg_attrdef ad ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND ad.oid = d.objid
      LEFT JOIN pg_catalog.pg_class dc ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dc.oid = d.objid
     CROSS JOIN LATERAL (SELECT CASE WHEN r.oid IS NOT NULL OR ad.oid IS NOT NULL
                                     THEN 'pg_catalog.pg_class'::pg_catalog.regclass ELSE d.classid END AS classid,
                                COALESCE(r.ev_class, ad.adrelid, d.objid) AS objid,
                                CASE WHEN r.oid IS NOT NULL THEN 0 ELSE COALESCE(ad.adnum, d.objsubid) END AS objsubid) dependent
     WHERE (w.depth = 0 OR (w.depth < 20 AND wc.relkind IN ('v', 'm')))
       AND (dependent.classid, dependent.objid) <> (w.classid, w.objid)
       AND (d.deptype IN ('n', 'a', 'e', 'x') OR (d.deptype = 'i' AND (r.oid IS NOT NULL OR dc.relkind = 'S')))
       AND dc.relkind IS DISTINCT FROM 't'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = dc.oid AND h.inhparent = w.objid))
SELECT w.classid, w.objid, w.objsubid, min(w.depth) AS depth, w.via_class, w.via_object,
       bool_or(w.deptype IN ('a', 'i')) AS goes_with_it,
       pg_catalog.pg_describe_object(w.classid, w.objid, w.objsubid) AS text
  FROM walk w
 WHERE w.depth > 0
 GROUP BY w.classid, w.objid, w.objsubid, w.via_class, w.via_object
 ORDER BY 4, 8
 LIMIT 1000
