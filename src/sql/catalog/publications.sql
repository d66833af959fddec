-- Publications, their tables with filters and column lists apart. Generated columns can be published from 18 on.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid)
SELECT '' AS schema,
       NULL AS parent,
       p.pubname AS name,
       pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes,
       CASE
           WHEN p.puballtables THEN 'all tables'
           WHEN EXISTS (SELECT FROM pg_catalog.pg_publication_rel pr
                         WHERE pr.prpubid = p.oid AND pr.prqual IS NOT NULL
                           AND pr.prrelid IN (SELECT oid FROM locked))
           THEN '(not read)'
           ELSE (SELECT pg_catalog.string_agg(t.text, ', ' ORDER BY t.text)
                   FROM (SELECT pr.prrelid::pg_catalog.regclass::text
                                || COALESCE(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
                                                       FROM pg_catalog.pg_attribute a
                                                      WHERE a.attrelid = pr.prrelid AND a.attnum = ANY (pr.prattrs)) || ')', '')
                                || COALESCE(' WHERE ' || pg_catalog.pg_get_expr(pr.prqual, pr.prrelid), '') AS text
                           FROM pg_catalog.pg_publication_rel pr WHERE pr.prpubid = p.oid
                         UNION ALL
                         SELECT 'schema ' || pg_catalog.quote_ident(pn.nspname)
                           FROM pg_catalog.pg_publication_namespace ps
                           JOIN pg_catalog.pg_namespace pn ON pn.oid = ps.pnnspid WHERE ps.pnpubid = p.oid) t)
       END AS tables,
       CASE WHEN p.pubviaroot THEN 'true' END AS via_root,
       CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' END AS generated_columns,
       CASE WHEN p.pubowner <> d.datdba THEN pg_catalog.pg_get_userbyid(p.pubowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_publication p
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_publication'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
