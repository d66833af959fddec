-- How much of the room before transaction ids wrap around is used up, in percent, in the worst database.
SELECT pg_catalog.round(100.0 * pg_catalog.age(d.datfrozenxid) / 2147483647, 1) AS value,
       pg_catalog.round(100.0 * pg_catalog.age(d.datfrozenxid) / 2147483647) || ' %'
           || CASE WHEN d.datname <> current_database() THEN ' in ' || d.datname ELSE '' END AS summary
  FROM pg_catalog.pg_database d
 ORDER BY pg_catalog.age(d.datfrozenxid) DESC, d.datname = current_database() DESC
 LIMIT 1
