-- The incident's database as the books say it was: what Alembic revision f867c7e3d51c creates (alembic/versions/), as
-- pg_dump writes it, with the row in which Alembic keeps the revision. Keys are UUID; the next revision expects
-- VARCHAR(36). By hand: psql -X -v ON_ERROR_STOP=1 -f schema.sql

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.document_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name character varying(200) NOT NULL,
    body text,
    created_at timestamp with time zone DEFAULT now()
);

CREATE TABLE public.documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    parent_document_id uuid,
    template_id uuid,
    title character varying(300) NOT NULL,
    status character varying(20) DEFAULT 'draft'::character varying NOT NULL,
    content text,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone
);

CREATE TABLE public.document_questions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    document_id uuid NOT NULL,
    question text NOT NULL,
    answer text,
    created_at timestamp with time zone DEFAULT now()
);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.document_templates
    ADD CONSTRAINT document_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.document_questions
    ADD CONSTRAINT document_questions_pkey PRIMARY KEY (id);

CREATE INDEX ix_documents_parent_document_id ON public.documents USING btree (parent_document_id);

CREATE INDEX ix_documents_status_created_at ON public.documents USING btree (status, created_at);

CREATE INDEX ix_document_questions_document_id ON public.document_questions USING btree (document_id);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_parent_document_id_fkey FOREIGN KEY (parent_document_id) REFERENCES public.documents(id);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.document_templates(id);

ALTER TABLE ONLY public.document_questions
    ADD CONSTRAINT document_questions_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE;

INSERT INTO public.alembic_version VALUES ('f867c7e3d51c');
