-- Security labels, by what they are on, as SECURITY LABEL takes it, and who gave them.
SELECT '' AS schema,
       NULL AS parent,
       pg_catalog.format('%s %s FOR %I',
                         CASE i.type WHEN 'table column' THEN 'COLUMN' WHEN 'view column' THEN 'COLUMN'
                                     WHEN 'materialized view column' THEN 'COLUMN' WHEN 'foreign table column' THEN 'COLUMN'
                                     WHEN 'composite type column' THEN 'COLUMN' ELSE pg_catalog.upper(i.type) END,
                         i.identity, l.provider) AS name,
       l.label
  FROM pg_catalog.pg_seclabel l
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
