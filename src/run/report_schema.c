/* report_schema.c - the schema before and after, and what still differs from the baseline. */
#include <string.h>

#include "pgmedic/drift.h"
#include "pgmedic/file.h"
#include "run/report.h"

enum
{
    MAX_SCHEMA_BYTES = 64 * 1024 * 1024,
};

/* The newest word of the journal on that file's bytes; NULL: none. What was read "after" holds only until another phase
 * is begun, forward or back. */
static const char *recorded_hash(const PgmReport *report, const char *moment)
{
    const char *hash = NULL;
    gboolean after = strcmp(moment, "after") == 0;
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        if (after && pgm_event_kind(event) == PGM_EVENT_PHASE_BEGIN)
        {
            hash = NULL;
        }
        if (pgm_event_kind(event) == PGM_EVENT_SCHEMA && g_strcmp0(pgm_event_text(event, "moment"), moment) == 0)
        {
            hash = pgm_event_text(event, "sha256");
        }
    }
    return hash;
}

/* A file that the journal does not vouch for proves nothing. */
static PgmSnapshot *load(const PgmReport *report, const char *moment, const char *name, char **why_not)
{
    const char *hash = recorded_hash(report, moment);
    if (hash == NULL)
    {
        *why_not = g_strdup(strcmp(moment, "after") == 0
                                ? "the schema is read when every phase is committed, or undone; this run is at neither"
                                : "it was not read");
        return NULL;
    }
    g_autofree char *path = g_build_filename(report->folder, name, NULL);
    g_autoptr(GError) why = NULL;
    g_autoptr(GBytes) bytes = pgm_file_read(path, MAX_SCHEMA_BYTES, &why);
    g_autofree char *found = bytes != NULL ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
    if (bytes != NULL && g_strcmp0(found, hash) != 0)
    {
        *why_not = g_strdup_printf("%s was changed after it was written: its SHA-256 differs from the journal's", name);
        return NULL;
    }
    gsize size = 0;
    const char *data = bytes != NULL ? g_bytes_get_data(bytes, &size) : NULL;
    PgmSnapshot *snapshot = data != NULL ? pgm_snapshot_parse(name, data, size, &why) : NULL;
    if (snapshot == NULL)
    {
        *why_not = g_strdup(why != NULL ? why->message : "it is empty");
    }
    return snapshot;
}

void report_load_schemas(PgmReport *report)
{
    report->before = load(report, "before", "schema-before.yaml", &report->no_before);
    report->after = load(report, "after", "schema-after.yaml", &report->no_after);
}

static void add_difference(PgmReport *report, const PgmDifference *difference)
{
    const PgmObject *object = difference->expected != NULL ? difference->expected : difference->actual;
    report_add(report, "| ");
    report_add_text(report, object->kind->name);
    report_add(report, " ");
    report_add_cell_code(report, difference->display);
    if (difference->kind == PGM_DIFFERENCE_CHANGED)
    {
        report_add(report, ", ");
        report_add_text(report, difference->attribute);
    }
    report_add(report, " | ");
    report_add_cell_code(report, difference->expected_text);
    report_add(report, " | ");
    report_add_cell_code(report, difference->actual_text);
    report_add(report, " |\n");
}

static void add_missing(PgmReport *report, const char *what, const char *why)
{
    if (why != NULL)
    {
        report_add(report, "%s ", what);
        report_add_text(report, why);
        report_add(report, ".\n\n");
    }
}

static void add_unread(PgmReport *report)
{
    for (guint i = 0; i < report->after->unread->len; i++)
    {
        report_add(report, "- Not compared: ");
        report_add_text(report, g_ptr_array_index(report->after->unread, i));
        report_add(report, "\n");
    }
    report_add(report, report->after->unread->len > 0 ? "\n" : "");
}

void report_add_schemas(PgmReport *report)
{
    report_add(report, "## Schema before and after\n\n");
    add_missing(report, "There is no schema from before to compare with:", report->no_before);
    add_missing(report, "There is no schema from afterwards to compare with:", report->no_after);
    if (report->before == NULL || report->after == NULL)
    {
        return;
    }
    report_add(report, "Read ");
    report_add_time(report, report->before->taken_at);
    report_add(report, " and ");
    report_add_time(report, report->after->taken_at);
    report_add(report, " UTC (`schema-before.yaml`, `schema-after.yaml`).\n\n");
    g_autoptr(PgmDrift) drift = pgm_drift_compare(report->before, report->after, NULL);
    if (drift->differences->len == 0)
    {
        report_add(report, "The two are the same.\n\n");
    }
    else
    {
        report_add(report, "| Object | Before | After |\n|---|---|---|\n");
        for (guint i = 0; i < drift->differences->len; i++)
        {
            add_difference(report, g_ptr_array_index(drift->differences, i));
        }
        report_add(report, "\n");
    }
    add_unread(report);
}

void report_add_drift(PgmReport *report)
{
    const PgmEvent *drift = report->model->drift;
    report_add(report, "## Drift from the baseline afterwards\n\n");
    if (drift == NULL)
    {
        report_add(report, "Not compared with a baseline.\n\n");
        return;
    }
    g_autoptr(GPtrArray) lines = pgm_event_texts(drift, "lines");
    report_add(report, recorded_hash(report, "after") == NULL ? "Phases were begun after this comparison. " : "");
    report_add(report, "Against ");
    report_add_code(report, pgm_event_text(drift, "baseline"));
    if (pgm_event_has(drift, "taken_at"))
    {
        report_add(report, ", taken ");
        report_add_time(report, pgm_event_text(drift, "taken_at"));
        report_add(report, " UTC");
    }
    report_add(report, ", compared ");
    report_add_time(report, pgm_event_time(drift));
    report_add(report, " UTC: **%d breaking, %d risky, %d cosmetic**.\n\n", (int)pgm_event_integer(drift, "breaking"),
               (int)pgm_event_integer(drift, "risky"), (int)pgm_event_integer(drift, "cosmetic"));
    for (guint i = 0; i < lines->len; i++)
    {
        report_add(report, "- ");
        report_add_text(report, g_ptr_array_index(lines, i));
        report_add(report, "\n");
    }
    report_add(report, lines->len > 0 ? "\n" : "");
}
