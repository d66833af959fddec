/* finish.c - the end of a run: the schema after, what still differs from the baseline, the last word, the report. */
#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/runs.h"
#include "run/walk.h"

static gboolean keep_schema_after(PgmEngine *engine, PgmSnapshot *after, GError **error)
{
    g_autofree char *text = pgm_snapshot_write(after, error);
    g_autofree char *path = g_build_filename(engine->folder, "schema-after.yaml", NULL);
    if (text == NULL || !pgm_file_write(path, text, -1, 0600, error))
    {
        return FALSE;
    }
    g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_SCHEMA), "moment", "after");
    pgm_event_set_text(event, "file", "schema-after.yaml");
    return engine_tell(engine, pgm_event_set_text(event, "sha256", sha256), error);
}

static gboolean tell_drift(PgmEngine *engine, const PgmSnapshot *after, GError **error)
{
    const PgmTarget *target = engine->options.target;
    g_autoptr(GError) why = NULL;
    if (target->baseline == NULL)
    {
        return TRUE;
    }
    g_autoptr(PgmSnapshot) baseline = pgm_snapshot_load(target->baseline, &why);
    if (baseline == NULL)
    {
        return engine_note(engine, error, "not compared with the baseline: %s", why->message);
    }
    g_autoptr(PgmDrift) drift = pgm_drift_compare(baseline, after, target->ignore);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        g_ptr_array_add(lines, g_strdup_printf("%s  %s ≠ %s", difference->display, difference->actual_text,
                                               difference->expected_text));
    }
    PgmEvent *event = pgm_event_new(PGM_EVENT_DRIFT);
    pgm_event_set_text(event, "baseline", baseline->label != NULL ? baseline->label : target->baseline);
    pgm_event_set_text(event, "taken_at", baseline->taken_at);
    pgm_event_set_integer(event, "breaking", drift->breaking);
    pgm_event_set_integer(event, "risky", drift->risky);
    pgm_event_set_integer(event, "cosmetic", drift->cosmetic);
    return engine_tell(engine, pgm_event_set_texts(event, "lines", lines), error);
}

gboolean finish_compare(PgmEngine *engine, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (engine->connection == NULL || pgm_connection_is_lost(engine->connection))
    {
        return TRUE;
    }
    g_autoptr(PgmSnapshot) after = pgm_snapshot_read(engine->connection, &why);
    if (after == NULL)
    {
        return engine_note(engine, error, "the schema could not be read afterwards: %s", why->message);
    }
    return keep_schema_after(engine, after, error) && tell_drift(engine, after, error);
}

gboolean finish_end(PgmEngine *engine, PgmOutcome outcome, const char *message)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_END), "outcome", pgm_outcome_name(outcome));
    engine_tell_anyway(engine, pgm_event_set_text(event, "message", message));
    g_autofree char *report = engine->folder != NULL ? pgm_report_write(engine->folder, NULL) : NULL;
    if (report == NULL)
    {
        return FALSE;
    }
    g_autofree char *path = g_build_filename(engine->folder, "report.md", NULL);
    return pgm_file_write(path, report, -1, 0600, NULL);
}
