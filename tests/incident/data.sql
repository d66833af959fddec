-- Rows for the incident's schema: the same ones every time, keys made from md5. 20,000 documents in a tree, eight
-- children to a parent, and 60,000 questions; other numbers with
--   SET pgmedic.documents = '300000'; SET pgmedic.questions = '900000';
-- before it runs, in the same session. By hand, as a superuser: psql -X -v ON_ERROR_STOP=1 -f data.sql
--
-- The foreign keys hold by construction (a test proves it); checking each row would be most of the work, so their
-- triggers rest meanwhile.

SET session_replication_role = replica;

INSERT INTO public.document_templates (id, name, body, created_at)
SELECT md5('template ' || n)::uuid, name, 'Dear {{client}}, please find enclosed: ' || name || '.',
       timestamptz '2025-11-01 09:00:00+00' + n * interval '1 day'
FROM unnest(ARRAY['Engagement letter', 'Tax return', 'Balance sheet', 'Reminder', 'Invoice']) WITH ORDINALITY AS t (name, n);

INSERT INTO public.documents (id, parent_document_id, template_id, title, status, content, created_at, updated_at)
SELECT md5('document ' || n)::uuid,
       CASE WHEN n > 8 THEN md5('document ' || (n - 1) / 8)::uuid END,
       CASE WHEN n % 3 <> 0 THEN md5('template ' || 1 + n % 5)::uuid END,
       'Document ' || n,
       (ARRAY['draft', 'draft', 'review', 'final', 'archived'])[1 + n % 5],
       'Body of document ' || n || '. ' || repeat(md5(n::text) || ' ', 5),
       timestamptz '2025-12-01 08:00:00+00' + n * interval '1 minute',
       CASE WHEN n % 4 = 0 THEN timestamptz '2026-06-01 08:00:00+00' + n * interval '1 minute' END
FROM generate_series(1, coalesce(nullif(current_setting('pgmedic.documents', true), ''), '20000')::int) AS n;

INSERT INTO public.document_questions (id, document_id, question, answer, created_at)
SELECT md5('question ' || n)::uuid,
       md5('document ' || 1 + n % documents)::uuid,
       'What does clause ' || n % 40 || ' of document ' || 1 + n % documents || ' mean?',
       CASE WHEN n % 2 = 0 THEN 'It was agreed on page ' || n % 90 || '.' END,
       timestamptz '2025-12-02 08:00:00+00' + n * interval '20 seconds'
FROM (SELECT coalesce(nullif(current_setting('pgmedic.documents', true), ''), '20000')::int AS documents) AS d,
     generate_series(1, coalesce(nullif(current_setting('pgmedic.questions', true), ''), '60000')::int) AS n;

SET session_replication_role = DEFAULT;

ANALYZE public.document_templates, public.documents, public.document_questions;
