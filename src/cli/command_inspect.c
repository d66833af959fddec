/* command_inspect.c - pgmedic inspect: the schema's objects, or one of them as the console's page shows it. */
#include <string.h>

#include "cli/describe_json.h"
#include "cli/document.h"
#include "cli/schema_json.h"
#include "pgmedic/describe.h"
#include "pgmedic/node.h"
#include "pgmedic/text.h"

/* What was read, for as long as the command runs. */
typedef struct
{
    PgmConnection *connection;
    PgmSnapshot *snapshot, *baseline;
    PgmDrift *drift;
    PgmMarks *marks;
} Inspection;

static void inspection_clear(Inspection *inspection)
{
    g_clear_pointer(&inspection->marks, pgm_marks_free);
    g_clear_pointer(&inspection->drift, pgm_drift_free);
    g_clear_pointer(&inspection->baseline, pgm_snapshot_free);
    g_clear_pointer(&inspection->snapshot, pgm_snapshot_free);
    g_clear_pointer(&inspection->connection, pgm_connection_close);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inspection, inspection_clear)

/* A baseline that cannot be read is no reason not to show what is there. */
static void compare(Inspection *inspection, const PgmTarget *target)
{
    g_autoptr(GError) error = NULL;
    inspection->baseline = target->baseline != NULL ? pgm_snapshot_load(target->baseline, &error) : NULL;
    if (error != NULL)
    {
        g_autofree char *safe = pgm_text_safe(error->message, -1);
        g_printerr("drift is not marked: %s\n", safe);
    }
    if (inspection->baseline != NULL)
    {
        inspection->drift = pgm_drift_compare(inspection->baseline, inspection->snapshot, target->ignore);
    }
    inspection->marks = pgm_marks_new(inspection->drift);
}

static gboolean inspect(const PgmInvocation *invocation, Inspection *inspection, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    inspection->connection = target != NULL ? pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, error) : NULL;
    inspection->snapshot = inspection->connection != NULL ? pgm_snapshot_read(inspection->connection, error) : NULL;
    if (inspection->snapshot == NULL)
    {
        return FALSE;
    }
    compare(inspection, target);
    return TRUE;
}

static char *describe(const Inspection *inspection, const PgmObject *object, const PgmDetails *details,
                      const char *note)
{
    PgmIdentity identity = pgm_identity_of(object);
    const PgmDescribeSource source = {inspection->snapshot, inspection->baseline, inspection->marks, details, note};
    g_autoptr(GPtrArray) lines = pgm_describe(&source, &identity);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
    {
        g_string_append_printf(text, "%s\n", ((const PgmLine *)lines->pdata[i])->text);
    }
    return g_string_free(text, FALSE);
}

static const char *sign_of(const Inspection *inspection, const PgmObject *object)
{
    PgmIdentity identity = pgm_identity_of(object);
    PgmMark mark = pgm_marks_whole(inspection->marks, &identity);
    return mark.count > 0 ? pgm_severity_sign(mark.worst) : " ";
}

static void append_row(GString *text, const Inspection *inspection, const PgmSnapshot *snapshot,
                       const PgmObject *object)
{
    g_autofree char *display = pgm_object_display(object);
    g_autofree char *safe = pgm_text_safe(display, -1);
    gboolean counted = strcmp(object->kind->name, "table") == 0;
    g_autofree char *counts = counted ? pgm_describe_briefly(snapshot, object) : g_strdup("");
    g_string_append_printf(text, "%s %-25s %s%s%s\n", sign_of(inspection, object), pgm_object_word(object), safe,
                           counts[0] != '\0' ? "  " : "", counts);
}

/* Is OBJECT listed when PATTERN was asked for? "*" and "?" as in a shell; it stands for the whole name, with its schema
 * or without. NULL: everything that belongs to no relation. */
static gboolean is_listed(const PgmObject *object, const char *pattern)
{
    if (object->parent != NULL || pattern == NULL)
    {
        return object->parent == NULL;
    }
    g_autofree char *display = pgm_object_display(object);
    g_autofree char *beside = g_strdup_printf("%s.%s", object->schema, object->name);
    return g_pattern_match_simple(pattern, display) || g_pattern_match_simple(pattern, beside) ||
           g_pattern_match_simple(pattern, object->name);
}

/* One line each; what the baseline has besides comes last. */
static char *list_all(const Inspection *inspection, const char *pattern)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < inspection->snapshot->objects->len; i++)
    {
        const PgmObject *object = inspection->snapshot->objects->pdata[i];
        if (is_listed(object, pattern))
        {
            append_row(text, inspection, inspection->snapshot, object);
        }
    }
    const GPtrArray *absent = pgm_marks_absent(inspection->marks, NULL, NULL);
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        const PgmObject *object = absent->pdata[i];
        if (!is_listed(object, pattern))
        {
            continue;
        }
        g_autofree char *display = pgm_object_display(object);
        g_autofree char *safe = pgm_text_safe(display, -1);
        g_string_append_printf(text, "%s %-25s %s  absent here; the baseline has it\n", sign_of(inspection, object),
                               pgm_kind_word(object->kind, FALSE), safe);
    }
    return g_string_free(text, FALSE);
}

/* What NAME means here, or at least in the baseline. */
static GPtrArray *find_meant(const Inspection *inspection, const char *name)
{
    g_autoptr(GPtrArray) found = pgm_snapshot_meant(inspection->snapshot, name);
    if (found->len == 0 && inspection->baseline != NULL)
    {
        return pgm_snapshot_meant(inspection->baseline, name);
    }
    return g_steal_pointer(&found);
}

/* " Did you mean …?", or nothing. Caller frees. */
static char *guess(const PgmSnapshot *snapshot, const char *name)
{
    const char *last = strrchr(name, '.');
    g_autofree const char **known = g_new0(const char *, snapshot->objects->len + 1);
    guint n = 0;
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (object->parent == NULL)
        {
            known[n++] = object->name;
        }
    }
    const char *nearest = pgm_findings_nearest(last != NULL ? last + 1 : name, known);
    return nearest != NULL ? g_strdup_printf(" Did you mean \"%s\"?", nearest) : g_strdup("");
}

static gboolean is_one(const Inspection *inspection, const char *name, const GPtrArray *found, GError **error)
{
    if (found->len == 1)
    {
        return TRUE;
    }
    if (found->len == 0)
    {
        g_autofree char *nearest = guess(inspection->snapshot, name);
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "there is no \"%s\" in %s.%s \"pgmedic inspect\" without a name lists what there is, with a "
                    "pattern (\"app.*\") some of it",
                    name, inspection->snapshot->database, nearest);
        return FALSE;
    }
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < found->len && i < 20; i++)
    {
        const PgmObject *object = found->pdata[i];
        g_autofree char *display = pgm_object_display(object);
        gboolean bare = strcmp(object->schema, "public") == 0;
        g_string_append_printf(list, "%s\"%s %s%s\"", i > 0 ? ", " : "", pgm_object_word(object), bare ? "public." : "",
                               display);
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "\"%s\" may mean any of %u: %s%s; name one of them so", name,
                found->len, list->str, found->len > 20 ? " …" : "");
    return FALSE;
}

/* What is not there may be among it. */
static char *unread_text(const PgmSnapshot *snapshot)
{
    GString *text = g_string_new(snapshot->unread->len > 0 ? "\n" : NULL);
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        g_autofree char *safe = pgm_text_safe(snapshot->unread->pdata[i], -1);
        g_string_append_printf(text, "not read: %s\n", safe);
    }
    return g_string_free(text, FALSE);
}

/* PATTERN: NULL lists everything. */
static gboolean write_list(const PgmInvocation *invocation, const Inspection *inspection, const char *pattern,
                           GError **error)
{
    if (!invocation->json)
    {
        g_autofree char *list = list_all(inspection, pattern);
        if (list[0] == '\0' && pattern != NULL)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "nothing in %s is called like \"%s\"",
                        inspection->snapshot->database, pattern);
            return FALSE;
        }
        g_autofree char *unread = unread_text(inspection->snapshot);
        g_autofree char *text = g_strconcat(list, unread, NULL);
        return pgm_invocation_write(invocation, text, error);
    }
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_schema_json_facts(json, inspection->snapshot);
    json_builder_set_member_name(json, "objects");
    json_builder_begin_array(json);
    for (guint i = 0; i < inspection->snapshot->objects->len; i++)
    {
        const PgmObject *object = inspection->snapshot->objects->pdata[i];
        if (pattern == NULL || is_listed(object, pattern))
        {
            pgm_schema_json_object(json, object);
        }
    }
    json_builder_end_array(json);
    pgm_describe_json(json, NULL, NULL, NULL, NULL);
    return pgm_document_write(json, invocation, error);
}

/* The object, then what belongs to it. */
static void write_parts(JsonBuilder *json, const PgmSnapshot *snapshot, const PgmObject *object)
{
    json_builder_set_member_name(json, "objects");
    json_builder_begin_array(json);
    pgm_schema_json_object(json, object);
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL && object->kind->relation; kind++)
    {
        guint first, n = pgm_snapshot_children(snapshot, kind, object->schema, object->name, &first);
        for (guint at = first; kind->parent != NULL && at < first + n; at++)
        {
            pgm_schema_json_object(json, snapshot->objects->pdata[at]);
        }
    }
    json_builder_end_array(json);
}

static gboolean write_one(const PgmInvocation *invocation, const Inspection *inspection, const PgmObject *object,
                          GError **error)
{
    g_autoptr(GError) why = NULL;
    PgmIdentity identity = pgm_identity_of(object);
    gboolean here = pgm_identity_find(&identity, inspection->snapshot) != NULL;
    g_autoptr(PgmDetails) details = here ? pgm_details_read(inspection->connection, &identity, &why) : NULL;
    if (!invocation->json)
    {
        g_autofree char *found = describe(inspection, object, details, why != NULL ? why->message : NULL);
        g_autofree char *unread = unread_text(inspection->snapshot);
        g_autofree char *text = g_strconcat(found, unread, NULL);
        return pgm_invocation_write(invocation, text, error);
    }
    const PgmSnapshot *snapshot = here || inspection->baseline == NULL ? inspection->snapshot : inspection->baseline;
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_schema_json_facts(json, inspection->snapshot);
    write_parts(json, snapshot, object);
    pgm_describe_json(json, snapshot, object, inspection->marks, details);
    return pgm_document_write(json, invocation, error);
}

int pgm_command_inspect(PgmInvocation *invocation, GError **error)
{
    g_auto(Inspection) inspection = {0};
    if (!inspect(invocation, &inspection, error))
    {
        return 0;
    }
    const char *name = invocation->arguments != NULL ? invocation->arguments[0] : NULL;
    if (name == NULL)
    {
        write_list(invocation, &inspection, NULL, error);
        return 0;
    }
    g_autoptr(GPtrArray) found = find_meant(&inspection, name);
    if (found->len == 0 && strpbrk(name, "*?") != NULL)
    {
        write_list(invocation, &inspection, name, error);
        return 0;
    }
    if (is_one(&inspection, name, found, error))
    {
        write_one(invocation, &inspection, found->pdata[0], error);
    }
    return 0;
}
