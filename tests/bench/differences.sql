-- What sets a database apart from its twin after some months: twenty differences to many_tables.sql, as they come from
-- hotfixes by hand, migrations that one of the two has not seen, and experiments that nobody took back.
-- By hand, as a superuser, where many_tables.sql has been run: psql -X -v ON_ERROR_STOP=1 -f differences.sql

SET client_min_messages = warning;

-- Types, defaults and nullability.
ALTER TABLE public.invoice_records ALTER COLUMN code TYPE varchar(255);
ALTER TABLE public.contract_records ALTER COLUMN quantity TYPE bigint;
ALTER TABLE public.ticket_records ALTER COLUMN status SET DEFAULT 'active';
ALTER TABLE public.account_records ALTER COLUMN attributes DROP NOT NULL;
ALTER TABLE crm.course_lines ALTER COLUMN updated_at SET DEFAULT now();

-- Columns that came and went.
ALTER TABLE billing.order_records ADD COLUMN external_reference text;
ALTER TABLE public.customer_notes ADD COLUMN pinned boolean NOT NULL DEFAULT false;
ALTER TABLE audit.warehouse_records DROP COLUMN attributes;

-- Constraints and indexes.
ALTER TABLE public.property_records DROP CONSTRAINT property_records_updated_after_created;
ALTER TABLE public.invoice_records ADD CONSTRAINT invoice_records_code_not_empty CHECK (code <> '') NOT VALID;
ALTER TABLE inventory.claim_records DROP CONSTRAINT claim_records_employee_ref_id_fkey;
CREATE INDEX ix_contract_records_tenant_id ON public.contract_records (tenant_id);
DROP INDEX public.ix_property_records;
ALTER TABLE public.supplier_records DROP CONSTRAINT supplier_records_tenant_code_key;

-- Whole objects.
CREATE TABLE public.invoice_records_backup AS SELECT * FROM public.invoice_records WHERE false;
DROP VIEW public.active_project_notes;
CREATE VIEW public.late_shipments AS SELECT id, code, created_at FROM public.shipment_records WHERE status <> 'archived';
ALTER TYPE public.channel ADD VALUE 'app';
DROP TRIGGER touch_updated_at ON public.customer_notes;
CREATE OR REPLACE FUNCTION public.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$body$;
