/* report.c - the incident report: its sources, and the order of its sections. */
#include "run/report.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

/* The run's own copy, and only if it is the one that was run: its summary and the SQL of phases that were not begun are
 * nowhere else. */
static void load_runbook(PgmReport *report)
{
    const PgmModel *model = report->model;
    if (model->runbook == NULL)
    {
        report->no_runbook = g_strdup("the journal names no runbook");
        return;
    }
    g_autofree char *base = g_path_get_basename(model->runbook); /* it comes from a file: never a path */
    g_autofree char *file = g_strconcat(base, ".yaml", NULL);
    g_autofree char *path = g_build_filename(report->folder, "runbooks", file, NULL);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) why = NULL;
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(path, findings, &why);
    if (runbook != NULL && g_strcmp0(runbook->sha256, model->sha256) != 0)
    {
        report->no_runbook = g_strdup("it is not the one that was run: its SHA-256 differs from the journal's");
    }
    else if (runbook == NULL || !pgm_runbook_bind(runbook, model->parameters, &why))
    {
        report->no_runbook = g_strdup(why->message);
    }
    else
    {
        report->runbook = g_steal_pointer(&runbook);
    }
}

static void report_clear(PgmReport *report)
{
    pgm_runbook_free(report->runbook);
    pgm_snapshot_free(report->before);
    pgm_snapshot_free(report->after);
    g_free(report->no_runbook);
    g_free(report->no_before);
    g_free(report->no_after);
}

static void add_end(PgmReport *report)
{
    report_add(report, "---\n\nWritten by pgmedic from the %s journal: %u entries, newest hash `%s`.\n",
               pgm_model_is_run(report->model) ? "run's" : "record's", report->events->len, report->head);
}

static void add_sections(PgmReport *report)
{
    report_add_identification(report);
    if (!pgm_model_is_run(report->model))
    {
        report_add_sessions(report);
        report_add_timeline(report);
        add_end(report);
        return;
    }
    report_add_summary(report);
    report_add_open(report);
    report_add_impact(report);
    report_add_timeline(report);
    report_add_sessions(report);
    report_add_cause(report);
    report_add_preconditions(report);
    report_add_phases(report);
    report_add_schemas(report);
    report_add_drift(report);
    report_add_backup(report);
    report_add_skipped(report);
    report_add_follow_ups(report);
    add_end(report);
}

char *pgm_report_write(const char *folder, GError **error)
{
    g_autofree char *head = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, &head, error);
    if (events == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmModel) model = pgm_model_from_events(events);
    PgmReport report = {.text = g_string_new(NULL), .model = model, .events = events, .folder = folder, .head = head};
    load_runbook(&report);
    report_load_schemas(&report);
    add_sections(&report);
    report_clear(&report);
    return g_string_free(report.text, FALSE);
}
