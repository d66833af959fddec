-- Subscriptions of this database, without the connection: it may hold a password, and only superusers may read it.
-- Streaming is a boolean before 16 and a letter since; it is told where it is not off, which is not the default from 18 on.
-- A column that an older server lacks is that of "older": a name is looked for in the nearest FROM first.
SELECT '' AS schema,
       NULL AS parent,
       s.subname AS name,
       pg_catalog.array_to_string(s.publications, ', ') AS publications,
       CASE WHEN NOT s.enabled THEN 'true' END AS disabled,
       s.slot,
       NULLIF(pg_catalog.concat_ws(', ', 'synchronous_commit = ' || NULLIF(s.synchronous_commit, 'off'),
                            'binary = ' || NULLIF(s.is_binary, 'false'), 'streaming = ' || CASE s.streaming WHEN 'p' THEN 'parallel' WHEN 't' THEN 'on' WHEN 'true' THEN 'on' END,
                            'two_phase = ' || CASE WHEN s.two_phase <> 'd' THEN 'true' END, 'disable_on_error = ' || NULLIF(s.disable_on_error, 'false'),
                            'origin = ' || NULLIF(s.origin, 'any'), 'run_as_owner = ' || NULLIF(s.run_as_owner, 'false'),
                            'password_required = ' || NULLIF(s.password_required, 'true'),
                            'failover = ' || NULLIF(s.failover, 'false')), '') AS options,
       CASE WHEN s.owner <> d.datdba THEN pg_catalog.pg_get_userbyid(s.owner) END AS owner,
       about.description AS comment
  FROM (SELECT 'false'::text AS subbinary, 'false'::text AS substream, 'd'::text AS subtwophasestate,
               'false'::text AS subdisableonerr, 'any'::text AS suborigin, 'false'::text AS subrunasowner,
               'true'::text AS subpasswordrequired, 'false'::text AS subfailover) older
 CROSS JOIN LATERAL
       (SELECT oid, subdbid, subname, subowner AS owner, subpublications AS publications, subenabled AS enabled, subslotname AS slot,
               subsynccommit AS synchronous_commit, subbinary::text AS is_binary, substream::text AS streaming,
               subtwophasestate::text AS two_phase, subdisableonerr::text AS disable_on_error, suborigin::text AS origin,
               subrunasowner::text AS run_as_owner,
               subpasswordrequired::text AS password_required, subfailover::text AS failover
          FROM pg_catalog.pg_subscription) s
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  LEFT JOIN pg_catalog.pg_description about
         ON about.classoid = 'pg_catalog.pg_subscription'::pg_catalog.regclass AND about.objoid = s.oid AND about.objsubid = 0
 WHERE s.subdbid = d.oid
