/* schema_json.c - what the documents of several commands have in common. */
#include "cli/schema_json.h"

#include "cli/document.h"

void pgm_schema_json_facts(JsonBuilder *json, const PgmSnapshot *snapshot)
{
    pgm_document_text(json, "label", snapshot->label);
    pgm_document_text(json, "database", snapshot->database);
    pgm_document_text(json, "server_version", snapshot->server_version);
    pgm_document_text(json, "taken_at", snapshot->taken_at);
    pgm_document_texts(json, "unread", snapshot->unread);
}

void pgm_schema_json_object(JsonBuilder *json, const PgmObject *object)
{
    g_autofree char *display = pgm_object_display(object);
    json_builder_begin_object(json);
    pgm_document_text(json, "kind", object->kind->name);
    pgm_document_text(json, "schema", object->schema[0] != '\0' ? object->schema : NULL);
    pgm_document_text(json, "parent", object->parent);
    pgm_document_text(json, "name", object->name);
    pgm_document_text(json, "display", display);
    json_builder_set_member_name(json, "attributes");
    json_builder_begin_object(json);
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL; i++)
    {
        if (object->values[i] != NULL)
        {
            pgm_document_text(json, object->kind->attributes[i].name, object->values[i]);
        }
    }
    json_builder_end_object(json);
    json_builder_end_object(json);
}

static void add_count(JsonBuilder *json, PgmSeverity severity, const int *count)
{
    json_builder_set_member_name(json, pgm_severity_name(severity));
    if (count != NULL)
    {
        json_builder_add_int_value(json, *count);
    }
    else
    {
        json_builder_add_null_value(json);
    }
}

void pgm_schema_json_difference(JsonBuilder *json, const PgmDifference *difference)
{
    static const char *const changes[] = {
        [PGM_DIFFERENCE_MISSING] = "missing", [PGM_DIFFERENCE_EXTRA] = "extra", [PGM_DIFFERENCE_CHANGED] = "changed"};
    const PgmObject *object = difference->expected != NULL ? difference->expected : difference->actual;
    json_builder_begin_object(json);
    pgm_document_text(json, "change", changes[difference->kind]);
    pgm_document_text(json, "kind", object->kind->name);
    pgm_document_text(json, "object", difference->display);
    pgm_document_text(json, "attribute", difference->attribute);
    pgm_document_text(json, "expected", difference->expected_text);
    pgm_document_text(json, "actual", difference->actual_text);
    pgm_document_text(json, "severity", pgm_severity_name(difference->severity));
    pgm_document_text(json, "reason", difference->reason);
    json_builder_end_object(json);
}

void pgm_schema_json_drift(JsonBuilder *json, const PgmDrift *drift)
{
    add_count(json, PGM_SEVERITY_BREAKING, drift != NULL ? &drift->breaking : NULL);
    add_count(json, PGM_SEVERITY_RISKY, drift != NULL ? &drift->risky : NULL);
    add_count(json, PGM_SEVERITY_COSMETIC, drift != NULL ? &drift->cosmetic : NULL);
    json_builder_set_member_name(json, "differences");
    json_builder_begin_array(json);
    for (guint i = 0; drift != NULL && i < drift->differences->len; i++)
    {
        pgm_schema_json_difference(json, drift->differences->pdata[i]);
    }
    json_builder_end_array(json);
}

static void add_mismatch(JsonBuilder *json, const PgmMismatch *mismatch)
{
    g_autofree char *column = pgm_object_display(mismatch->column);
    g_autofree char *key = pgm_object_display(mismatch->key);
    json_builder_begin_object(json);
    pgm_document_text(json, "column", column);
    pgm_document_text(json, "type", pgm_object_value(mismatch->column, "type"));
    pgm_document_text(json, "key", key);
    pgm_document_text(json, "key_type", pgm_object_value(mismatch->key, "type"));
    pgm_document_text(json, "foreign_key", mismatch->constraint != NULL ? mismatch->constraint->name : NULL);
    json_builder_end_object(json);
}

void pgm_schema_json_within(JsonBuilder *json, const GPtrArray *mismatches)
{
    json_builder_set_member_name(json, "within");
    json_builder_begin_array(json);
    for (guint i = 0; mismatches != NULL && i < mismatches->len; i++)
    {
        add_mismatch(json, mismatches->pdata[i]);
    }
    json_builder_end_array(json);
}
