-- Checkpoints that were forced before their time, in percent of all: too little max_wal_size.
SELECT CASE WHEN b.num_timed + b.num_requested < 20 THEN 0
            ELSE pg_catalog.round(100.0 * b.num_requested
                                  / (b.num_timed + b.num_requested), 1) END AS value,
       b.num_requested || ' of ' || b.num_timed + b.num_requested || ' forced' AS summary
  FROM pg_catalog.pg_stat_checkpointer b
