-- PGOPTIONS='-c search_path=public -c lock_timeout=300ms' psql -X -1 -v ON_ERROR_STOP=1 -f hotfixes/uuid-to-varchar/1-convert.sql
--
-- documents.id and the two columns that reference it, from uuid to varchar(36). One transaction; readers and writers of
-- both tables wait until it ends. Each table is rewritten once. The secondary indexes are dropped first, so that the
-- rewrite need not build them; phase 2 builds them again without blocking anyone. The foreign keys are back before the
-- COMMIT, NOT VALID: every new row is checked from then on, and phase 3 proves the old ones.
-- "canceling statement due to lock timeout" means that nothing was done: run it again.

SET LOCAL maintenance_work_mem = '256MB';

LOCK TABLE documents, document_questions IN ACCESS EXCLUSIVE MODE;

ALTER TABLE document_questions DROP CONSTRAINT document_questions_document_id_fkey;
ALTER TABLE documents DROP CONSTRAINT documents_parent_document_id_fkey;

DROP INDEX ix_document_questions_document_id;
DROP INDEX ix_documents_parent_document_id;
DROP INDEX ix_documents_status_created_at;

ALTER TABLE documents
    ALTER COLUMN id TYPE varchar(36),
    ALTER COLUMN parent_document_id TYPE varchar(36);

ALTER TABLE document_questions
    ALTER COLUMN document_id TYPE varchar(36);

ALTER TABLE documents ADD CONSTRAINT documents_parent_document_id_fkey
    FOREIGN KEY (parent_document_id) REFERENCES documents (id) NOT VALID;

ALTER TABLE document_questions ADD CONSTRAINT document_questions_document_id_fkey
    FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE NOT VALID;
