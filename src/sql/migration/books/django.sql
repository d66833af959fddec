-- Django: the newest row of each app is its head.
-- Rows: what (head, applied, failed, lock), value, at (UTC). The table stands here under its usual name.
SELECT 'head' AS what, app || '.' || name AS value, pg_catalog.to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
  FROM public.django_migrations m
 WHERE id = (SELECT max(o.id) FROM public.django_migrations o WHERE o.app = m.app)
UNION ALL
SELECT 'applied', app || '.' || name, pg_catalog.to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') FROM public.django_migrations
 ORDER BY 1, 2
