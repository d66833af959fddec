-- PGOPTIONS='-c search_path=public -c lock_timeout=5s' psql -X -1 -v ON_ERROR_STOP=1 -f hotfixes/uuid-to-varchar/3-validate.sql
--
-- Proves both foreign keys for the rows that were there before phase 1. Reads and writes go on meanwhile.

ALTER TABLE documents VALIDATE CONSTRAINT documents_parent_document_id_fkey;

ALTER TABLE document_questions VALIDATE CONSTRAINT document_questions_document_id_fkey;
