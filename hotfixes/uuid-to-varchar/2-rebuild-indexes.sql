-- PGOPTIONS='-c search_path=public -c lock_timeout=0' psql -X -v ON_ERROR_STOP=1 -f hotfixes/uuid-to-varchar/2-rebuild-indexes.sql
--
-- The three secondary indexes again, as they were. No transaction around it (no -1): each statement commits alone, and
-- nobody is blocked, but each waits for older transactions to end.
-- A statement that fails leaves an INVALID index behind, which IF NOT EXISTS then takes for the real one. After a
-- failure, DROP INDEX CONCURRENTLY that index, then run the script again: it builds only what is missing.

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_documents_parent_document_id ON documents (parent_document_id);

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_documents_status_created_at ON documents (status, created_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_document_questions_document_id ON document_questions (document_id);
