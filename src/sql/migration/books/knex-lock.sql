-- Knex's lock: is_locked stays 1 when a run was killed.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'lock' AS what, 'somebody, or a run that was killed' AS value, NULL::text AS at FROM public.knex_migrations_lock WHERE is_locked = 1
