-- Alembic: each row is a head; no row means that nothing is applied.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'head' AS what, version_num::text AS value, NULL::text AS at FROM public.alembic_version ORDER BY 2
