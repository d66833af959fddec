-- Checkpoints that were forced before their time, in percent of all: too little max_wal_size.
SELECT CASE WHEN b.checkpoints_timed + b.checkpoints_req < 20 THEN 0
            ELSE pg_catalog.round(100.0 * b.checkpoints_req
                                  / (b.checkpoints_timed + b.checkpoints_req), 1) END AS value,
       b.checkpoints_req || ' of ' || b.checkpoints_timed + b.checkpoints_req || ' forced' AS summary
  FROM pg_catalog.pg_stat_bgwriter b
