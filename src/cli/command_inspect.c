/* command_inspect.c - pgmedic inspect: the schema's objects, or one of them with all that belongs to it. */
#include <string.h>

#include "cli/document.h"
#include "cli/schema_json.h"
#include "pgmedic/text.h"

/* Does NAME mean OBJECT: as it is displayed, as it is called, or with its schema? */
static gboolean is_meant(const PgmObject *object, const char *name)
{
    g_autofree char *display = pgm_object_display(object);
    g_autofree char *qualified = g_strdup_printf("%s.%s", object->schema, object->name);
    return strcmp(name, display) == 0 || strcmp(name, object->name) == 0 || strcmp(name, qualified) == 0;
}

/* Objects that NAME means: those that stand in a schema before those that belong to a relation. Borrowed. */
static GPtrArray *find_meant(const PgmSnapshot *snapshot, const char *name)
{
    GPtrArray *found = g_ptr_array_new();
    for (int belonging = 0; belonging < 2 && found->len == 0; belonging++)
    {
        for (guint i = 0; i < snapshot->objects->len; i++)
        {
            PgmObject *object = snapshot->objects->pdata[i];
            if ((object->parent != NULL) == (belonging == 1) && is_meant(object, name))
            {
                g_ptr_array_add(found, object);
            }
        }
    }
    return found;
}

static void append_column(GString *text, const PgmObject *column)
{
    static const char *const extras[] = {"default", "identity", "generated", "collation", NULL};
    g_autofree char *name = pgm_text_safe(column->name, -1);
    g_autofree char *type = pgm_text_safe(pgm_object_value(column, "type"), -1);
    g_autofree char *padded_name = pgm_text_fit(name, MAX(28, pgm_text_columns(name)));
    g_autofree char *padded_type = pgm_text_fit(type, MAX(28, pgm_text_columns(type)));
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "  %s  %s  %s", padded_name, padded_type,
                           pgm_object_value(column, "not_null") != NULL ? "not null" : "        ");
    for (int i = 0; extras[i] != NULL; i++)
    {
        const char *value = pgm_object_value(column, extras[i]);
        if (value != NULL)
        {
            g_autofree char *safe = pgm_text_safe(value, -1);
            g_string_append_printf(line, "  %s %s", extras[i], safe);
        }
    }
    g_string_append_printf(text, "%s\n", g_strchomp(line->str));
}

static void append_attributes(GString *text, const PgmObject *object, const char *indent)
{
    for (int i = object->kind->ordered ? 1 : 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL;
         i++)
    {
        if (object->values[i] == NULL)
        {
            continue;
        }
        g_autofree char *value = pgm_text_safe_lines(object->values[i], -1);
        const char *name = object->kind->attributes[i].name;
        if (strchr(value, '\n') != NULL)
        {
            g_string_append_printf(text, "%s%s:\n%s\n", indent, name, value);
        }
        else
        {
            g_string_append_printf(text, "%s%s: %s\n", indent, name, strcmp(value, "true") == 0 ? "yes" : value);
        }
    }
}

static void append_children(GString *text, const PgmSnapshot *snapshot, const PgmObject *object)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        guint first, n = pgm_snapshot_children(snapshot, kind, object->schema, object->name, &first);
        if (kind->parent == NULL || n == 0)
        {
            continue;
        }
        g_string_append_printf(text, "\n%s\n", kind->plural);
        for (guint i = first; i < first + n; i++)
        {
            const PgmObject *child = snapshot->objects->pdata[i];
            if (strcmp(kind->name, "column") == 0)
            {
                append_column(text, child);
                continue;
            }
            g_autofree char *name = pgm_text_safe(child->name, -1);
            g_string_append_printf(text, "  %s\n", name);
            append_attributes(text, child, "      ");
        }
    }
}

static char *describe(const PgmSnapshot *snapshot, GPtrArray *found)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++)
    {
        const PgmObject *object = found->pdata[i];
        g_autofree char *display = pgm_object_display(object);
        g_autofree char *safe = pgm_text_safe(display, -1);
        g_string_append_printf(text, "%s%s %s\n", i > 0 ? "\n" : "", object->kind->name, safe);
        append_attributes(text, object, "  ");
        if (object->kind->relation)
        {
            append_children(text, snapshot, object);
        }
    }
    return g_string_free(text, FALSE);
}

/* What stands in the schemas, one line each, with what belongs to it counted. */
static char *list_all(const PgmSnapshot *snapshot)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (object->parent != NULL)
        {
            continue;
        }
        g_autofree char *display = pgm_object_display(object);
        g_autofree char *safe = pgm_text_safe(display, -1);
        g_string_append_printf(text, "%-18s %s", object->kind->name, safe);
        for (const PgmKind *kind = pgm_kinds; kind->name != NULL && object->kind->relation; kind++)
        {
            guint first, n = pgm_snapshot_children(snapshot, kind, object->schema, object->name, &first);
            if (kind->parent != NULL && n > 0)
            {
                g_string_append_printf(text, "  %u %s", n, n == 1 ? kind->name : kind->plural);
            }
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* FOUND alone when it is the whole snapshot, else with what belongs to it. */
static gboolean write_json(const PgmInvocation *invocation, const PgmSnapshot *snapshot, GPtrArray *found,
                           GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_schema_json_facts(json, snapshot);
    json_builder_set_member_name(json, "objects");
    json_builder_begin_array(json);
    for (guint i = 0; i < found->len; i++)
    {
        const PgmObject *object = found->pdata[i];
        pgm_schema_json_object(json, object);
        for (const PgmKind *kind = pgm_kinds;
             found != snapshot->objects && kind->name != NULL && object->kind->relation; kind++)
        {
            guint first, n = pgm_snapshot_children(snapshot, kind, object->schema, object->name, &first);
            for (guint at = first; kind->parent != NULL && at < first + n; at++)
            {
                pgm_schema_json_object(json, snapshot->objects->pdata[at]);
            }
        }
    }
    json_builder_end_array(json);
    return pgm_document_write(json, invocation, error);
}

int pgm_command_inspect(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    g_autoptr(PgmConnection) connection =
        target != NULL ? pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, error) : NULL;
    g_autoptr(PgmSnapshot) snapshot = connection != NULL ? pgm_snapshot_read(connection, error) : NULL;
    if (snapshot == NULL)
    {
        return 0;
    }
    const char *name = invocation->arguments != NULL ? invocation->arguments[0] : NULL;
    g_autoptr(GPtrArray) found = name != NULL ? find_meant(snapshot, name) : g_ptr_array_ref(snapshot->objects);
    if (found->len == 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "there is no \"%s\" in %s; \"pgmedic inspect\" without a name lists what there is", name,
                    snapshot->database);
        return 0;
    }
    if (invocation->json)
    {
        write_json(invocation, snapshot, found, error);
        return 0;
    }
    g_autofree char *text = name != NULL ? describe(snapshot, found) : list_all(snapshot);
    pgm_invocation_write(invocation, text, error);
    return 0;
}
