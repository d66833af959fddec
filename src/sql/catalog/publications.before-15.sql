-- Publications, before 15: whole tables only.
SELECT '' AS schema,
       NULL AS parent,
       p.pubname AS name,
       pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes,
       CASE
           WHEN p.puballtables THEN 'all tables'
           ELSE (SELECT pg_catalog.string_agg(pr.prrelid::pg_catalog.regclass::text, ', '
                                              ORDER BY pr.prrelid::pg_catalog.regclass::text)
                   FROM pg_catalog.pg_publication_rel pr WHERE pr.prpubid = p.oid)
       END AS tables,
       CASE WHEN p.pubviaroot THEN 'true' END AS via_root,
       CASE WHEN p.pubowner <> d.datdba THEN pg_catalog.pg_get_userbyid(p.pubowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_publication p
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_publication'::pg_catalog.regclass AND about.objoid = p.oid AND about.objsubid = 0
