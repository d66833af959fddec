/* report_summary.c - who, where, what and with what end; what it cost others; why it was needed. */
#include <string.h>

#include "pgmedic/text.h"
#include "run/report.h"

static const PgmEvent *newest_event(const PgmReport *report)
{
    return report->events->len > 0 ? g_ptr_array_index(report->events, report->events->len - 1) : NULL;
}

static const char *newest_time(const PgmReport *report)
{
    const PgmEvent *newest = newest_event(report);
    return newest != NULL ? pgm_event_time(newest) : NULL;
}

static const PgmEvent *first_event(const PgmReport *report, PgmEventKind kind)
{
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        if (pgm_event_kind(event) == kind)
        {
            return event;
        }
    }
    return NULL;
}

static gboolean rolled_back(const PgmReport *report)
{
    return g_strcmp0(report->model->outcome, "rolled-back") == 0;
}

const char *report_phase_state(const PgmReport *report, const PgmModelPhase *phase)
{
    switch (phase->state)
    {
    case PGM_PHASE_PENDING:
        return "not run";
    case PGM_PHASE_SKIPPED:
        return "skipped: it was applied before";
    case PGM_PHASE_RUNNING:
        return "**unknown**: begun, without an outcome on record";
    case PGM_PHASE_COMMITTED:
        return rolled_back(report) ? "committed, and left: nothing to undo" : "committed";
    case PGM_PHASE_ABORTED:
        return pgm_model_phase_partial(phase) ? "**broken off: some of its statements stand**"
                                              : "rolled back, not applied";
    case PGM_PHASE_ROLLED_BACK:
        return "committed, then undone";
    }
    return "";
}

/* Identification */

static void add_row(PgmReport *report, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
    {
        report_add(report, "| %s | ", name);
        report_add_text(report, value);
        report_add(report, " |\n");
    }
}

static void add_code_row(PgmReport *report, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
    {
        report_add(report, "| %s | ", name);
        report_add_cell_code(report, value);
        report_add(report, " |\n");
    }
}

static void add_time_row(PgmReport *report, const char *name, const char *time)
{
    report_add(report, "| %s | ", name);
    report_add_time(report, time);
    report_add(report, " UTC |\n");
}

static void add_parameters(PgmReport *report)
{
    g_autoptr(GList) names = g_hash_table_get_keys(report->model->parameters);
    names = g_list_sort(names, (GCompareFunc)strcmp);
    for (GList *name = names; name != NULL; name = name->next)
    {
        report_add(report, "| Parameter ");
        report_add_cell_code(report, name->data);
        report_add(report, " | ");
        report_add_cell_code(report, g_hash_table_lookup(report->model->parameters, name->data));
        report_add(report, " |\n");
    }
}

static void add_operator(PgmReport *report, const PgmEvent *event, const char *what, const char *mode)
{
    report_add(report, "| %s | ", what);
    report_add_text(report, pgm_event_text(event, "operator"));
    report_add(report, " on ");
    report_add_text(report, pgm_event_text(event, "os_host"));
    report_add(report, ", ");
    report_add_time(report, pgm_event_time(event));
    if (pgm_event_has(event, mode))
    {
        report_add(report, " (");
        report_add_text(report, pgm_event_text(event, mode));
        report_add(report, ")");
    }
    report_add(report, " |\n");
}

static void add_operators(PgmReport *report)
{
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        if (pgm_event_kind(event) == PGM_EVENT_RUN)
        {
            add_operator(report, event, "Operator", "mode");
        }
        else if (pgm_event_kind(event) == PGM_EVENT_RESUMED)
        {
            gboolean back = g_strcmp0(pgm_event_text(event, "mode"), "rollback") == 0;
            add_operator(report, event, back ? "Rolled back by" : "Taken up again by", "walk");
        }
    }
}

static void add_place(PgmReport *report)
{
    const PgmModel *model = report->model;
    g_autofree char *host =
        g_strdup_printf("%s:%s", model->host != NULL ? model->host : "?", model->port != NULL ? model->port : "?");
    g_autofree char *server = g_strdup_printf("PostgreSQL %s, system identifier %s, timeline %s",
                                              model->server_version != NULL ? model->server_version : "?",
                                              model->system_identifier != NULL ? model->system_identifier : "?",
                                              model->timeline != NULL ? model->timeline : "?");
    const PgmEvent *run = first_event(report, PGM_EVENT_RUN);
    add_code_row(report, "Database", model->database);
    add_code_row(report, "Host", host);
    add_code_row(report, "Role", model->user);
    add_row(report, "Server", server);
    add_row(report, "Environment", model->environment);
    add_row(report, "Target", run != NULL ? pgm_event_text(run, "target") : NULL);
}

static void add_heading(PgmReport *report)
{
    const char *title = report->model->title;
    report_add(report, "# Incident report");
    if (title != NULL)
    {
        report_add(report, ": ");
        report_add_text(report, title);
    }
    report_add(report, "\n\n");
}

void report_add_identification(PgmReport *report)
{
    const PgmModel *model = report->model;
    add_heading(report);
    report_add(report, "| | |\n|---|---|\n");
    add_code_row(report, "Run", model->run);
    add_code_row(report, "Runbook", model->runbook);
    add_row(report, "Severity", report->runbook != NULL ? report->runbook->severity : NULL);
    add_code_row(report, "Runbook SHA-256", model->sha256);
    add_parameters(report);
    add_place(report);
    add_operators(report);
    add_time_row(report, "Began", model->began_at);
    add_time_row(report, model->ended_at != NULL ? "Ended" : "Last entry", newest_time(report));
    add_row(report, "pgmedic", model->pgmedic);
    report_add(report, "| Journal | %u entries, newest hash ", report->events->len);
    report_add_cell_code(report, report->head);
    report_add(report, " |\n\n");
}

/* Summary */

static void add_first_line(PgmReport *report, const char *text)
{
    const char *end = strchr(text, '\n');
    g_autofree char *line = g_strndup(text, end != NULL ? (gsize)(end - text) : strlen(text));
    report_add_text(report, line);
}

static void add_problem(PgmReport *report)
{
    const PgmEvent *run = first_event(report, PGM_EVENT_RUN);
    const char *diagnosis = run != NULL ? pgm_event_text(run, "diagnosis") : NULL;
    report_add(report, "**What was wrong.** ");
    if (diagnosis != NULL)
    {
        add_first_line(report, diagnosis);
    }
    else
    {
        report_add(report, "No diagnosis was recorded; the runbook ");
        report_add_code(report, report->model->runbook);
        report_add(report, " was chosen by hand.");
    }
    report_add(report, "\n\n**What was to be done.** ");
    report_add_text(report, report->model->title);
    report_add(report, ".\n\n");
}

static guint count_state(const PgmModel *model, PgmPhaseState state)
{
    guint count = 0;
    for (guint i = 0; i < model->phases->len; i++)
    {
        count += ((const PgmModelPhase *)g_ptr_array_index(model->phases, i))->state == state ? 1 : 0;
    }
    return count;
}

static const char *outcome_words(const PgmModel *model)
{
    static const struct
    {
        const char *outcome;
        const char *words;
    } texts[] = {{"finished", "Finished"},
                 {"not-begun", "Nothing was begun: the database was not changed"},
                 {"stopped", "Stopped before the end"},
                 {"rolled-back", "Rolled back"},
                 {"unknown", "Ended with something unknown"}};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        if (g_strcmp0(texts[i].outcome, model->outcome) == 0)
        {
            return texts[i].words;
        }
    }
    return "The record has no end: pgmedic is still at work, or was cut off";
}

static void add_outcome(PgmReport *report)
{
    const PgmModel *model = report->model;
    report_add(report, "**Outcome.** %s", outcome_words(model));
    if (model->message != NULL && model->message[0] != '\0')
    {
        report_add(report, ": ");
        report_add_text(report, model->message);
    }
    guint committed = count_state(model, PGM_PHASE_COMMITTED);
    report_add(report, ". Of %u phase%s, %u %s committed%s", model->phases->len, model->phases->len == 1 ? "" : "s",
               committed, committed == 1 ? "is" : "are",
               committed > 0 && rolled_back(report) ? " with nothing to undo" : "");
    static const struct
    {
        PgmPhaseState state;
        const char *words;
    } others[] = {{PGM_PHASE_SKIPPED, "applied before and skipped"},
                  {PGM_PHASE_ROLLED_BACK, "committed and then undone"},
                  {PGM_PHASE_ABORTED, "given up without being committed as a whole"},
                  {PGM_PHASE_RUNNING, "of unknown outcome"},
                  {PGM_PHASE_PENDING, "not run"}};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    {
        guint count = count_state(model, others[i].state);
        if (count > 0)
        {
            report_add(report, ", %u %s", count, others[i].words);
        }
    }
    gint64 elapsed = report_elapsed(model->began_at, newest_time(report));
    g_autofree char *took = elapsed >= 0 ? pgm_text_duration(elapsed) : g_strdup("unknown");
    report_add(report, ". Time from the first entry to the last: %s.\n\n", took);
}

static gint64 phase_elapsed(const PgmModelPhase *phase)
{
    gint64 sum = -1;
    for (guint i = 0; i < phase->attempts->len; i++)
    {
        const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, i);
        gint64 elapsed = report_elapsed(attempt->began_at, attempt->ended_at);
        sum = elapsed >= 0 ? MAX(sum, 0) + elapsed : sum;
    }
    return sum;
}

static void add_tries(PgmReport *report, const PgmModelPhase *phase)
{
    guint forward = 0, backward = 0;
    for (guint i = 0; i < phase->attempts->len; i++)
    {
        gboolean back = ((const PgmModelAttempt *)g_ptr_array_index(phase->attempts, i))->backward;
        forward += back ? 0 : 1;
        backward += back ? 1 : 0;
    }
    report_add(report, "%u", forward);
    if (backward > 0)
    {
        report_add(report, ", back %u", backward);
    }
}

void report_add_summary(PgmReport *report)
{
    const PgmModel *model = report->model;
    report_add(report, "## Summary\n\n");
    add_problem(report);
    add_outcome(report);
    report_add(report, "| # | Phase | What it does | State | Tries | Time |\n|---|---|---|---|---|---|\n");
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        const PgmPhase *written = report->runbook != NULL ? pgm_runbook_phase(report->runbook, phase->name) : NULL;
        gint64 elapsed = phase_elapsed(phase);
        g_autofree char *took = elapsed >= 0 ? pgm_text_duration(elapsed) : g_strdup("-");
        report_add(report, "| %u | ", i + 1);
        report_add_cell_code(report, phase->name);
        report_add(report, " | ");
        report_add_text(report, phase->title != NULL ? phase->title : written != NULL ? written->title : "-");
        report_add(report, " | %s | ", report_phase_state(report, phase));
        add_tries(report, phase);
        report_add(report, " | %s |\n", took);
    }
    report_add(report, "\n");
}

/* Cause */

void report_add_cause(PgmReport *report)
{
    const PgmEvent *run = first_event(report, PGM_EVENT_RUN);
    const char *diagnosis = run != NULL ? pgm_event_text(run, "diagnosis") : NULL;
    report_add(report, "## Cause\n\n");
    if (diagnosis != NULL)
    {
        report_add(report, "As diagnosed before the run:\n\n");
        report_add_quote(report, diagnosis);
    }
    else
    {
        report_add(report, "No diagnosis was recorded with this run.\n\n");
    }
    if (report->runbook != NULL && report->runbook->summary != NULL)
    {
        report_add(report, "What the runbook says of it:\n\n");
        report_add_quote(report, report->runbook->summary);
    }
    else if (report->no_runbook != NULL)
    {
        report_add(report, "The run's copy of the runbook was not read for this report: ");
        report_add_text(report, report->no_runbook);
        report_add(report, "\n\n");
    }
}
