-- The relations of this database that one backend has locked, strongest lock of each, strongest first. A relation that
-- the backend made and has not committed has no name here: a rewrite's new heap is found that way. Plain catalog columns
-- only: this must not wait behind the locks that it shows. The backend is the setting pgmedic.backend.
WITH strength (mode, rank, name) AS (
    VALUES ('AccessShareLock', 1, 'ACCESS SHARE'), ('RowShareLock', 2, 'ROW SHARE'),
           ('RowExclusiveLock', 3, 'ROW EXCLUSIVE'), ('ShareUpdateExclusiveLock', 4, 'SHARE UPDATE EXCLUSIVE'),
           ('ShareLock', 5, 'SHARE'), ('ShareRowExclusiveLock', 6, 'SHARE ROW EXCLUSIVE'),
           ('ExclusiveLock', 7, 'EXCLUSIVE'), ('AccessExclusiveLock', 8, 'ACCESS EXCLUSIVE')),
held AS (
    SELECT l.relation AS oid, max(s.rank) AS rank
      FROM pg_catalog.pg_locks l JOIN strength s ON s.mode = l.mode
     WHERE l.locktype = 'relation' AND l.granted
       AND l.pid = nullif(pg_catalog.current_setting('pgmedic.backend', true), '')::int
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
     GROUP BY l.relation)
SELECT s.name AS mode,
       CASE WHEN n.nspname = 'public' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
           || pg_catalog.quote_ident(c.relname) AS relation,
       h.oid,
       c.relname AS bare_name
  FROM held h
  JOIN strength s ON s.rank = h.rank
  LEFT JOIN pg_catalog.pg_class c ON c.oid = h.oid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid IS NULL
    OR (c.relkind IN ('r', 'p', 'm', 'v', 'f')
        AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema'))
 ORDER BY h.rank DESC, 2, h.oid
