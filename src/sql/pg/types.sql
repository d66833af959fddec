-- Types in PostgreSQL's words, and whether their values are short by nature.  $1: oids; $2: type modifiers; arrays of
-- one length.  The role's own search_path holds here, so that operators are named in full too.
SELECT pg_catalog.format_type(w.type, w.modifier),
       COALESCE(t.typlen OPERATOR(pg_catalog.>) 0, false)
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int4[])) WITH ORDINALITY AS w (type, modifier, place)
  LEFT JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) w.type
 ORDER BY w.place;
