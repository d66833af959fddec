-- PGOPTIONS='-c search_path=public -c lock_timeout=300ms' psql -X -1 -v ON_ERROR_STOP=1 -f hotfixes/uuid-to-varchar/1-convert.rollback.sql
--
-- Back to uuid: the schema as it was before phase 1, indexes and validated foreign keys included, whichever of the later
-- phases were applied. One transaction; it holds both tables about twice as long as phase 1 did.
-- It fails as a whole, and changes nothing, when a key was stored meanwhile that is no UUID, or when another table has
-- come to reference documents.id as varchar.

SET LOCAL maintenance_work_mem = '256MB';

LOCK TABLE documents, document_questions IN ACCESS EXCLUSIVE MODE;

ALTER TABLE document_questions DROP CONSTRAINT document_questions_document_id_fkey;
ALTER TABLE documents DROP CONSTRAINT documents_parent_document_id_fkey;

DROP INDEX IF EXISTS ix_document_questions_document_id;
DROP INDEX IF EXISTS ix_documents_parent_document_id;
DROP INDEX IF EXISTS ix_documents_status_created_at;

ALTER TABLE documents
    ALTER COLUMN id DROP DEFAULT,
    ALTER COLUMN id TYPE uuid USING id::uuid,
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN parent_document_id TYPE uuid USING parent_document_id::uuid;

ALTER TABLE document_questions
    ALTER COLUMN document_id TYPE uuid USING document_id::uuid;

CREATE INDEX ix_documents_parent_document_id ON documents (parent_document_id);
CREATE INDEX ix_documents_status_created_at ON documents (status, created_at);
CREATE INDEX ix_document_questions_document_id ON document_questions (document_id);

ALTER TABLE documents ADD CONSTRAINT documents_parent_document_id_fkey
    FOREIGN KEY (parent_document_id) REFERENCES documents (id);

ALTER TABLE document_questions ADD CONSTRAINT document_questions_document_id_fkey
    FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE;
