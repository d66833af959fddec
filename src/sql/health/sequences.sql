-- How far the sequence nearest its end is, in percent: against its own last value, or that of the column it feeds. Where a
-- sequence stands is only told to a role that may read it: for the others the summary says so.
WITH used AS (
    SELECT CASE WHEN s.schemaname = 'public' THEN '' ELSE pg_catalog.quote_ident(s.schemaname) || '.' END
               || pg_catalog.quote_ident(s.sequencename) AS name,
           CASE WHEN s.increment_by > 0
                THEN 100.0 * s.last_value / least(s.max_value, CASE a.atttypid WHEN 'int2'::regtype THEN 32767
                                                                               WHEN 'int4'::regtype THEN 2147483647 END)
                ELSE 100.0 * s.last_value / greatest(s.min_value, CASE a.atttypid WHEN 'int2'::regtype THEN -32768
                                                                                  WHEN 'int4'::regtype THEN -2147483648 END)
                END AS share,
           pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE') AS readable
      FROM pg_catalog.pg_sequences s
      JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
      LEFT JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE NOT s.cycle AND (s.last_value IS NULL OR pg_catalog.sign(s.last_value) = pg_catalog.sign(s.increment_by)))
SELECT CASE WHEN max(u.share) IS NOT NULL OR pg_catalog.bool_and(u.readable) IS NOT FALSE
            THEN coalesce(pg_catalog.round(max(u.share), 1), 0) END AS value,
       pg_catalog.concat_ws('; ',
           CASE WHEN max(u.share) IS NOT NULL OR pg_catalog.bool_and(u.readable) IS NOT FALSE
                THEN coalesce((pg_catalog.array_agg(u.name || ' ' || pg_catalog.round(u.share) || ' %'
                                                    ORDER BY u.share DESC) FILTER (WHERE u.share IS NOT NULL))[1], 'none in use') END,
           CASE WHEN pg_catalog.bool_and(u.readable) IS FALSE
                THEN count(*) FILTER (WHERE NOT u.readable) || ' not read: needs SELECT on '
                     || CASE count(*) FILTER (WHERE NOT u.readable)
                            WHEN 1 THEN (pg_catalog.array_agg(u.name) FILTER (WHERE NOT u.readable))[1]
                            ELSE 'the sequences' END END) AS summary
  FROM used u
