-- Settings of a read-only transaction that asks a runbook's questions.  $1 statement_timeout  $2 search_path
SELECT pg_catalog.set_config('statement_timeout', $1, true),
       pg_catalog.set_config('lock_timeout', '2s', true),
       pg_catalog.set_config('search_path', $2, true)
