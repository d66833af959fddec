-- How far the sequence nearest its end is, in percent: against its own maximum, or that of the column it feeds.
WITH used AS (
    SELECT s.sequencename AS name,
           100.0 * s.last_value / least(s.max_value, CASE a.atttypid WHEN 'int2'::regtype THEN 32767
                                                                     WHEN 'int4'::regtype THEN 2147483647 END) AS share
      FROM pg_catalog.pg_sequences s
      JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
      LEFT JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE NOT s.cycle AND s.increment_by > 0 AND s.last_value > 0)
SELECT coalesce(pg_catalog.round(max(u.share), 1), 0) AS value,
       coalesce((pg_catalog.array_agg(pg_catalog.quote_ident(u.name) || ' ' || pg_catalog.round(u.share) || ' %'
                                      ORDER BY u.share DESC))[1], 'none in use') AS summary
  FROM used u
