-- Could a foreign key column of type pgmedic.type_from reference a column of type pgmedic.type_to? The rule of ALTER
-- TABLE: an equality operator of a btree family between the two, or an implicit cast to the referenced type. NULL when
-- a type is not found. Settings as "character varying(36)", "uuid".
WITH types AS (
    SELECT pg_catalog.to_regtype(nullif(pg_catalog.current_setting('pgmedic.type_from', true), ''))::oid AS source,
           pg_catalog.to_regtype(nullif(pg_catalog.current_setting('pgmedic.type_to', true), ''))::oid AS target)
SELECT coalesce(source IS NULL OR target IS NULL OR source = target
       OR EXISTS (SELECT FROM pg_catalog.pg_amop o
                    JOIN pg_catalog.pg_am m ON m.oid = o.amopmethod AND m.amname = 'btree'
                   WHERE o.amopstrategy = 3 AND o.amoplefttype = target AND o.amoprighttype = source)
       OR EXISTS (SELECT FROM pg_catalog.pg_cast c
                   WHERE c.castsource = source AND c.casttarget = target AND c.castcontext = 'i')
       OR EXISTS (SELECT FROM pg_catalog.pg_type t
                   WHERE t.oid = source AND t.typtype = 'd' AND t.typbasetype = target), true) AS comparable
  FROM types
