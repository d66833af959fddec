/* describe_json.c - what inspect's document says of the one object that was asked for. */
#include "cli/describe_json.h"

#include <string.h>

#include "cli/document.h"
#include "cli/schema_json.h"
#include "pgmedic/definition.h"

static void add_number(JsonBuilder *json, const char *name, gint64 number)
{
    if (number >= 0)
    {
        pgm_document_integer(json, name, number);
        return;
    }
    json_builder_set_member_name(json, name);
    json_builder_add_null_value(json);
}

static void add_identity(JsonBuilder *json, const PgmIdentity *identity)
{
    pgm_document_text(json, "kind", identity != NULL ? identity->kind->name : NULL);
    pgm_document_text(json, "schema", identity != NULL && identity->schema[0] != '\0' ? identity->schema : NULL);
    pgm_document_text(json, "parent", identity != NULL ? identity->parent : NULL);
    pgm_document_text(json, "name", identity != NULL ? identity->name : NULL);
}

static void add_dependencies(JsonBuilder *json, const char *name, const GPtrArray *list)
{
    json_builder_set_member_name(json, name);
    if (list == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_array(json);
    for (guint i = 0; i < list->len; i++)
    {
        const PgmDependency *dependency = list->pdata[i];
        json_builder_begin_object(json);
        add_identity(json, dependency->object);
        pgm_document_text(json, "text", dependency->text);
        pgm_document_integer(json, "depth", dependency->depth);
        pgm_document_boolean(json, "goes_with_it", dependency->goes_with_it);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_index_uses(JsonBuilder *json, const PgmDetails *details)
{
    json_builder_set_member_name(json, "each_index");
    json_builder_begin_array(json);
    for (guint i = 0; i < details->index_uses->len; i++)
    {
        const PgmIndexUse *use = details->index_uses->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "name", use->name);
        add_number(json, "bytes", use->bytes);
        add_number(json, "scans", use->scans);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_size(JsonBuilder *json, const PgmDetails *details)
{
    json_builder_set_member_name(json, "size");
    if (details == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_object(json);
    add_number(json, "total", details->total);
    add_number(json, "table", details->heap);
    add_number(json, "indexes", details->indexes);
    add_number(json, "toast", details->toast);
    add_number(json, "rows", details->rows);
    add_number(json, "dead_rows", details->dead_rows);
    add_number(json, "sequential_scans", details->sequential_scans);
    add_number(json, "index_scans", details->index_scans);
    pgm_document_text(json, "last_vacuum", details->last_vacuum);
    pgm_document_text(json, "last_analyze", details->last_analyze);
    pgm_document_text(json, "last_value", details->last_value);
    add_index_uses(json, details);
    pgm_document_text(json, "error", details->size_error);
    pgm_document_texts(json, "holders", details->holders);
    json_builder_end_object(json);
}

static void add_differences(JsonBuilder *json, const PgmObject *object, const PgmMarks *marks)
{
    json_builder_set_member_name(json, "differences");
    if (!pgm_marks_compared(marks))
    {
        json_builder_add_null_value(json);
        return;
    }
    PgmIdentity identity = pgm_identity_of(object);
    g_autoptr(GPtrArray) all = pgm_marks_all(marks, &identity);
    json_builder_begin_array(json);
    for (guint i = 0; i < all->len; i++)
    {
        pgm_schema_json_difference(json, all->pdata[i]);
    }
    json_builder_end_array(json);
}

void pgm_describe_json(JsonBuilder *json, const PgmSnapshot *snapshot, const PgmObject *object, const PgmMarks *marks,
                       const PgmDetails *details)
{
    json_builder_set_member_name(json, "described");
    if (object == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    g_autofree char *sql = pgm_definition_write(snapshot, object);
    json_builder_begin_object(json);
    add_differences(json, object, marks);
    add_size(json, details);
    add_dependencies(json, "dependents", details != NULL ? details->dependents : NULL);
    add_dependencies(json, "depends_on", details != NULL ? details->depends_on : NULL);
    pgm_document_text(json, "dependency_error", details != NULL ? details->dependency_error : NULL);
    pgm_document_text(json, "sql", sql);
    json_builder_end_object(json);
}
