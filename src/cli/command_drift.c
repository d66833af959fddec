/* command_drift.c - pgmedic drift: how the database differs from a baseline, another database, or a schema's SQL. */
#include <string.h>

#include "cli/document.h"
#include "cli/schema_json.h"
#include "pgmedic/drift.h"
#include "pgmedic/scratch.h"
#include "pgmedic/text.h"

static PgmSnapshot *snapshot_of(const PgmConninfo *info, GError **error)
{
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_INSPECT, error);
    return connection != NULL ? pgm_snapshot_read(connection, error) : NULL;
}

/* SERVER: where to make the scratch database; NULL: a private cluster. */
static PgmSnapshot *snapshot_of_script(const char *path, const char *server, const PgmTarget *target, GError **error)
{
    g_autoptr(PgmConninfo) info = server != NULL ? pgm_conninfo_new(server, error) : NULL;
    if (server != NULL && info == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmScratch) scratch = pgm_scratch_new(info, target->conninfo, error);
    if (scratch == NULL)
    {
        return NULL;
    }
    PgmSnapshot *snapshot =
        pgm_scratch_load(scratch, path, error) ? snapshot_of(pgm_scratch_conninfo(scratch), error) : NULL;
    g_autoptr(GError) left = NULL;
    if (!pgm_scratch_drop(scratch, &left))
    {
        g_autofree char *safe = pgm_text_safe(left->message, -1);
        g_printerr("pgmedic: %s\n", safe);
    }
    if (snapshot != NULL)
    {
        g_ptr_array_add(snapshot->unread, g_strdup("database: a .sql file does not say how its database was made"));
    }
    return snapshot;
}

static gboolean is_baseline(const char *against)
{
    return g_str_has_suffix(against, ".yaml") || g_str_has_suffix(against, ".yml");
}

static gboolean is_script(const char *against)
{
    return g_str_has_suffix(against, ".sql");
}

/* What AGAINST names: by its ending a file, else a connection. */
static PgmSnapshot *read_expected(const char *against, const char *scratch, const PgmTarget *target, GError **error)
{
    if (is_baseline(against))
    {
        return pgm_snapshot_load(against, error);
    }
    if (is_script(against))
    {
        return snapshot_of_script(against, scratch, target, error);
    }
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(against, error);
    return info != NULL ? snapshot_of(info, error) : NULL;
}

/* The reading of the target, on a thread and a connection of its own. */
typedef struct
{
    const PgmConninfo *info;
    PgmSnapshot *snapshot;
    GError *error;
} Reading;

static gpointer read_on(gpointer data)
{
    Reading *reading = data;
    reading->snapshot = snapshot_of(reading->info, &reading->error);
    return NULL;
}

/* Both sides, at once where both are servers. A file that does not hold up is told before anybody asks the target. */
static gboolean read_sides(const PgmTarget *target, const char *against, const char *scratch, PgmSnapshot **expected,
                           PgmSnapshot **actual, GError **error)
{
    Reading reading = {.info = target->conninfo};
    gboolean file = is_baseline(against) || is_script(against);
    GThread *thread = file ? NULL : g_thread_new("target", read_on, &reading);
    *expected = read_expected(against, scratch, target, error);
    if (thread != NULL)
    {
        g_thread_join(thread);
    }
    else if (*expected != NULL)
    {
        read_on(&reading);
    }
    *actual = reading.snapshot;
    if (*expected != NULL && reading.error != NULL)
    {
        g_propagate_error(error, g_steal_pointer(&reading.error));
    }
    g_clear_error(&reading.error);
    return *expected != NULL && *actual != NULL;
}

static void add_side(JsonBuilder *json, const char *name, const PgmSnapshot *snapshot)
{
    json_builder_set_member_name(json, name);
    json_builder_begin_object(json);
    pgm_schema_json_facts(json, snapshot);
    json_builder_end_object(json);
}

/* Every member is there; null says that there is none. */
static void add_mend(JsonBuilder *json, const PgmMend *step)
{
    const PgmObject *object =
        step->difference->expected != NULL ? step->difference->expected : step->difference->actual;
    json_builder_begin_object(json);
    pgm_document_text(json, "kind", object->kind->name);
    pgm_document_text(json, "object", step->difference->display);
    pgm_document_text(json, "attribute", step->difference->attribute);
    pgm_document_text(json, "sql", step->sql);
    pgm_document_text(json, "lock", step->lock);
    pgm_document_text(json, "hazard", step->hazard);
    pgm_document_text(json, "if_renamed", step->guess);
    pgm_document_boolean(json, "outside_transaction", step->alone);
    json_builder_set_member_name(json, "transaction");
    if (step->transaction > 0)
    {
        json_builder_add_int_value(json, step->transaction);
    }
    else
    {
        json_builder_add_null_value(json);
    }
    json_builder_end_object(json);
}

static gboolean write_json(const PgmInvocation *invocation, const PgmDrift *drift, GPtrArray *steps,
                           const PgmSnapshot *expected, const PgmSnapshot *actual, GPtrArray *within, GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    add_side(json, "expected", expected);
    add_side(json, "actual", actual);
    pgm_schema_json_drift(json, drift);
    pgm_schema_json_within(json, within);
    json_builder_set_member_name(json, "mend");
    json_builder_begin_array(json);
    for (guint i = 0; i < steps->len; i++)
    {
        add_mend(json, steps->pdata[i]);
    }
    json_builder_end_array(json);
    return pgm_document_write(json, invocation, error);
}

/* A definition may be a whole function: one line of it will do here; --json has all. */
static char *short_text(const char *value)
{
    g_autofree char *safe = pgm_text_safe_lines(value, -1);
    g_autofree char *line = pgm_text_one_line(safe);
    return pgm_text_cut(line, 100);
}

static void append_difference(GString *text, const PgmDifference *difference)
{
    const PgmObject *object = difference->expected != NULL ? difference->expected : difference->actual;
    g_autofree char *display = pgm_text_safe(difference->display, -1);
    g_autofree char *expected = short_text(difference->expected_text);
    g_autofree char *actual = short_text(difference->actual_text);
    g_string_append_printf(text, "\n%-8s  %s %s: ", pgm_severity_name(difference->severity), object->kind->name,
                           display);
    switch (difference->kind)
    {
    case PGM_DIFFERENCE_MISSING:
        g_string_append_printf(text, "missing (expected: %s)\n", expected);
        break;
    case PGM_DIFFERENCE_EXTRA:
        g_string_append_printf(text, "not expected (%s)\n", actual);
        break;
    case PGM_DIFFERENCE_CHANGED:
        g_string_append_printf(text, "%s is %s, expected %s\n", difference->attribute, actual, expected);
        break;
    }
    g_string_append_printf(text, "          %s\n", difference->reason);
}

static void append_unread(GString *text, const PgmSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        g_autofree char *line = pgm_text_safe(snapshot->unread->pdata[i], -1);
        g_string_append_printf(text, "not compared: %s\n", line);
    }
}

static void append_mends(GString *text, const PgmSnapshot *actual, GPtrArray *steps)
{
    if (steps->len == 0)
    {
        return;
    }
    g_autofree char *database = pgm_text_safe(actual->database, -1);
    g_string_append_printf(
        text, "\nWhat makes %s as it is expected to be, in this order; nothing of it has been run\n\n", database);
    /* What was read from a catalog and would be sent back is shown as it is only where that is safe. */
    g_autoptr(GPtrArray) lines = pgm_drift_mend_script(steps);
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmMendLine *line = lines->pdata[i];
        g_autofree char *safe = pgm_text_safe_lines(line->text, -1);
        g_string_append_printf(text, "%s\n", safe);
    }
}

static void append_within(GString *text, const PgmSnapshot *actual, const GPtrArray *mismatches)
{
    g_autofree char *database = pgm_text_safe(actual->database, -1);
    for (guint i = 0; i < mismatches->len; i++)
    {
        const PgmMismatch *mismatch = mismatches->pdata[i];
        g_autofree char *sentence = pgm_text_safe(mismatch->text, -1);
        if (i == 0)
        {
            g_string_append_printf(text, "\nWithin %s itself, whatever is expected:\n", database);
        }
        g_string_append_printf(text, "  %s\n", sentence);
    }
}

static char *drift_text(const PgmDrift *drift, GPtrArray *steps, const PgmSnapshot *expected, const PgmSnapshot *actual,
                        const GPtrArray *within)
{
    GString *text = g_string_new(NULL);
    g_autofree char *label = pgm_text_safe(expected->label != NULL ? expected->label : expected->database, -1);
    g_autofree char *taken = pgm_text_safe(expected->taken_at, -1);
    g_autofree char *database = pgm_text_safe(actual->database, -1);
    g_string_append_printf(text, "%s against %s, as it was at %s\n", database, label, taken);
    append_unread(text, expected);
    append_unread(text, actual);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        append_difference(text, drift->differences->pdata[i]);
    }
    g_string_append_printf(text, "%s%d breaking · %d risky · %d cosmetic\n", drift->differences->len > 0 ? "\n" : "",
                           drift->breaking, drift->risky, drift->cosmetic);
    append_within(text, actual, within);
    append_mends(text, actual, steps);
    return g_string_free(text, FALSE);
}

/* Without a difference: was all of it compared? That a .sql file says nothing of its database is no gap. */
static gboolean is_proved(const char *against, const PgmTarget *target, const PgmSnapshot *expected,
                          const PgmSnapshot *actual)
{
    g_autoptr(GPtrArray) ignore = g_ptr_array_new();
    for (guint i = 0; i < target->ignore->len; i++)
    {
        g_ptr_array_add(ignore, target->ignore->pdata[i]);
    }
    if (is_script(against))
    {
        g_ptr_array_add(ignore, (gpointer)(gsize) "database *");
    }
    g_autoptr(GPtrArray) uncompared = pgm_drift_uncompared(expected, actual, ignore);
    if (uncompared->len > 0)
    {
        g_autofree char *first = pgm_text_safe(uncompared->pdata[0], -1);
        g_printerr(
            "pgmedic: nothing differs in what was compared, but not all of it was (%s%s): look again later, or as "
            "a role that may read it; or leave it out with --ignore\n",
            first, uncompared->len > 1 ? " …" : "");
    }
    return uncompared->len == 0;
}

int pgm_command_drift(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    if (target == NULL)
    {
        return 0;
    }
    const char *against = invocation->against != NULL ? invocation->against : target->baseline;
    if (against == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "drift needs --against: a baseline, a database or a .sql file to compare with; or a target whose "
                    "configuration names a baseline");
        return 0;
    }
    g_autoptr(PgmSnapshot) expected = NULL;
    g_autoptr(PgmSnapshot) actual = NULL;
    if (!read_sides(target, against, invocation->scratch, &expected, &actual, error))
    {
        return 0;
    }
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, target->ignore);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, actual);
    g_autoptr(GPtrArray) within = pgm_drift_within(actual, target->ignore);
    if (invocation->json)
    {
        write_json(invocation, drift, steps, expected, actual, within, error);
    }
    else
    {
        g_autofree char *text = drift_text(drift, steps, expected, actual, within);
        pgm_invocation_write(invocation, text, error);
    }
    return drift->differences->len > 0 ? 1 : is_proved(against, target, expected, actual) ? 0 : 3;
}
