-- Liquibase's lock: one row; locked stays true when a run was killed.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'lock' AS what, lockedby::text AS value, pg_catalog.to_char(lockgranted, 'YYYY-MM-DD"T"HH24:MI:SS') AS at FROM public.databasechangeloglock WHERE locked
