-- PGOPTIONS='-c search_path=public -c lock_timeout=5s' psql -X -1 -v ON_ERROR_STOP=1 -f hotfixes/uuid-to-varchar/4-analyze.sql
--
-- The change of type threw the columns' statistics away; until they are back, the planner guesses. Blocks nobody.

ANALYZE documents;

ANALYZE document_questions;
