-- Constraints of tables. What can be altered by itself (deferrable, validated) is taken off the end of the definition.
-- Left out, since their parent's constraint implies them: foreign keys cloned to partitions, inherited checks.
-- Left out, since the column says it: NOT NULL as 18 catalogues it, unless it was named, is not valid or not inherited.
-- What another session's lock keeps from being read is '(not read)': see catalog/locked.sql.
WITH locked AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.locked', true), '')::pg_catalog.oid[]) AS oid),
     unreadable AS
     (SELECT pg_catalog.unnest(NULLIF(pg_catalog.current_setting('pgmedic.unreadable', true), '')::pg_catalog.oid[]) AS oid)
SELECT n.nspname AS schema,
       c.relname AS parent,
       k.conname AS name,
       CASE k.contype
           WHEN 'p' THEN 'primary key'
           WHEN 'u' THEN 'unique'
           WHEN 'f' THEN 'foreign key'
           WHEN 'c' THEN 'check'
           WHEN 'x' THEN 'exclusion'
           WHEN 'n' THEN 'not null'
           ELSE 'trigger'
       END AS type,
       CASE
           WHEN k.contype IN ('c', 'x')
                AND (c.oid IN (SELECT oid FROM locked) OR k.oid IN (SELECT oid FROM unreadable))
           THEN '(not read)'
           WHEN k.condeferrable OR NOT k.convalidated
           THEN pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid),
                                          '( DEFERRABLE| INITIALLY DEFERRED| NOT VALID)+$', '')
           ELSE pg_catalog.pg_get_constraintdef(k.oid)
       END AS definition,
       CASE WHEN NOT k.convalidated AND pg_catalog.to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false' THEN 'true' END AS not_valid,
       CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate' END AS deferrable,
       about.description AS comment
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND about.objoid = k.oid AND about.objsubid = 0
 WHERE c.relkind IN ('r', 'p', 'f')
   AND k.contype <> 't'
   AND NOT (k.contype = 'f' AND k.conparentid <> 0)
   AND NOT (k.contype IN ('c', 'n') AND k.coninhcount > 0)
   AND NOT (k.contype = 'n' AND k.conname ~ '_not_null[0-9]*$' AND k.convalidated AND NOT k.connoinherit)
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT objid FROM pg_catalog.pg_depend
                      WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND deptype = 'e')
   /*relations c.oid*/
