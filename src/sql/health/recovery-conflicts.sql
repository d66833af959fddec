-- On a standby: statements of this database that were cancelled since its figures began, because replay needed to go on.
SELECT coalesce(c.confl_tablespace + c.confl_lock + c.confl_snapshot + c.confl_bufferpin + c.confl_deadlock, 0) AS value,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN 'not a standby'
            WHEN c.confl_tablespace + c.confl_lock + c.confl_snapshot + c.confl_bufferpin + c.confl_deadlock = 0 THEN 'none'
            ELSE pg_catalog.concat_ws(', ', NULLIF(c.confl_lock, 0) || ' by locks', NULLIF(c.confl_snapshot, 0) || ' by old snapshots',
                                      NULLIF(c.confl_bufferpin, 0) || ' by pinned buffers',
                                      NULLIF(c.confl_tablespace + c.confl_deadlock, 0) || ' others') END
           || CASE WHEN pg_catalog.pg_is_in_recovery()
                   THEN '; hot_standby_feedback ' || pg_catalog.current_setting('hot_standby_feedback') ELSE '' END AS summary
  FROM pg_catalog.pg_stat_database_conflicts c
 WHERE c.datname = pg_catalog.current_database()
