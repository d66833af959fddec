-- Security labels, by what they are on and who gave them.
SELECT '' AS schema,
       NULL AS parent,
       pg_catalog.format('%s FOR %s', pg_catalog.pg_describe_object(l.classoid, l.objoid, l.objsubid), l.provider) AS name,
       l.label
  FROM pg_catalog.pg_seclabel l
