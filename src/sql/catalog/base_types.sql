-- Base types, which C functions make; not the arrays that come with every type.
-- From 14 on a type may have a function for subscripts: to_jsonb() takes it where it is.
SELECT n.nspname AS schema,
       NULL AS parent,
       t.typname AS name,
       CASE
           WHEN t.typisdefined
           THEN pg_catalog.concat_ws(', ',
               'INPUT = ' || t.typinput, 'OUTPUT = ' || t.typoutput,
               'RECEIVE = ' || NULLIF(t.typreceive::pg_catalog.oid, 0)::pg_catalog.regproc,
               'SEND = ' || NULLIF(t.typsend::pg_catalog.oid, 0)::pg_catalog.regproc,
               'TYPMOD_IN = ' || NULLIF(t.typmodin::pg_catalog.oid, 0)::pg_catalog.regproc,
               'TYPMOD_OUT = ' || NULLIF(t.typmodout::pg_catalog.oid, 0)::pg_catalog.regproc,
               'SUBSCRIPT = ' || NULLIF(NULLIF(pg_catalog.to_jsonb(t) ->> 'typsubscript', '-'), 'raw_array_subscript_handler'),
               'ANALYZE = ' || NULLIF(t.typanalyze::pg_catalog.oid, 0)::pg_catalog.regproc,
               'INTERNALLENGTH = ' || CASE WHEN t.typlen = -1 THEN 'VARIABLE' ELSE t.typlen::text END,
               CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
               'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' ELSE 'int4' END,
               'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END,
               'CATEGORY = ' || pg_catalog.quote_literal(t.typcategory::text),
               CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
               'DEFAULT = ' || pg_catalog.quote_literal(t.typdefault),
               'ELEMENT = ' || pg_catalog.format_type(NULLIF(t.typelem, 0), NULL),
               CASE WHEN t.typdelim <> ',' THEN 'DELIMITER = ' || pg_catalog.quote_literal(t.typdelim::text) END,
               CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END)
       END AS definition,
       CASE WHEN t.typowner <> d.datdba THEN pg_catalog.pg_get_userbyid(t.typowner) END AS owner,
       about.description AS comment
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND about.objoid = t.oid AND about.objsubid = 0
 WHERE (t.typtype = 'b' OR NOT t.typisdefined)
   AND t.typinput <> 'pg_catalog.array_in'::pg_catalog.regproc
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND deptype = 'e')
