-- Reads of this database answered from shared memory, in percent, since its statistics were last reset.
SELECT CASE WHEN d.blks_hit + d.blks_read < 100000 THEN 100
            ELSE pg_catalog.round(100.0 * d.blks_hit / (d.blks_hit + d.blks_read), 1) END AS value,
       CASE WHEN d.blks_hit + d.blks_read < 100000 THEN 'too few reads to tell'
            ELSE pg_catalog.round(100.0 * d.blks_hit / (d.blks_hit + d.blks_read), 1) || ' %' END AS summary
  FROM pg_catalog.pg_stat_database d
 WHERE d.datname = current_database()
