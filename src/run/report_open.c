/* report_open.c - what is not finished, and what is left for people to do. */
#include <string.h>

#include "pgmedic/drift.h"
#include "pgmedic/text.h"
#include "run/report.h"

static void add_command(PgmReport *report, const char *command)
{
    g_autofree char *text =
        g_strdup_printf("pgmedic %s %s", command, report->model->run != NULL ? report->model->run : "RUN");
    report_add_code(report, text);
}

/* What an attempt without an outcome may have done depends on how far it got. */
static void add_unknown(PgmReport *report, const PgmModelPhase *phase)
{
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
    report_add(report, "- **Unknown:** %sphase ", attempt->backward ? "the rollback of " : "");
    report_add_code(report, phase->name);
    if (!attempt->transaction)
    {
        report_add(report, " was begun and has no outcome on record. Its statements commit one by one, so some of them "
                           "may stand, and one may still be running. ");
    }
    else if (attempt->intent)
    {
        report_add(report, " was about to COMMIT when the record broke off: it may be committed or not. ");
    }
    else
    {
        report_add(report, " was open when the record broke off. COMMIT was never announced, so nothing of it can "
                           "stand; its transaction may still hold its locks. ");
    }
    add_command(report, "resume");
    report_add(report, " settles it.\n");
}

static gboolean last_check_failed(const PgmModelAttempt *attempt, const PgmModelCheck **failed)
{
    for (guint i = 0; attempt != NULL && i < attempt->checks->len; i++)
    {
        const PgmModelCheck *check = g_ptr_array_index(attempt->checks, i);
        if (!check->holds && g_strcmp0(check->moment, "after-commit") == 0)
        {
            *failed = check;
            return TRUE;
        }
    }
    return FALSE;
}

static void add_not_applied(PgmReport *report, const PgmModelPhase *phase)
{
    const PgmPhase *written = report->runbook != NULL ? pgm_runbook_phase(report->runbook, phase->name) : NULL;
    const char *title = phase->title != NULL ? phase->title : written != NULL ? written->title : NULL;
    report_add(report, "- Phase ");
    report_add_code(report, phase->name);
    if (title != NULL)
    {
        report_add(report, " (");
        report_add_text(report, title);
        report_add(report, ")");
    }
    report_add(report, ": %s.\n", report_phase_state(report, phase));
}

static gboolean add_phase(PgmReport *report, const PgmModelPhase *phase)
{
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
    const PgmModelCheck *failed = NULL;
    gboolean undoing = g_strcmp0(report->model->outcome, "rolled-back") == 0;
    if (attempt != NULL && attempt->outcome == PGM_PHASE_RUNNING)
    {
        add_unknown(report, phase);
        return TRUE;
    }
    if (phase->state == PGM_PHASE_ABORTED || phase->state == PGM_PHASE_PENDING)
    {
        if (!undoing || pgm_model_phase_partial(phase))
        {
            add_not_applied(report, phase);
            return TRUE;
        }
        return FALSE;
    }
    if (phase->state == PGM_PHASE_COMMITTED && attempt != NULL && attempt->backward)
    {
        report_add(report, "- Phase ");
        report_add_code(report, phase->name);
        report_add(report, " is still applied: undoing it was tried and did not commit.\n");
        return TRUE;
    }
    if (phase->state == PGM_PHASE_COMMITTED && last_check_failed(attempt, &failed))
    {
        report_add(report, "- Phase ");
        report_add_code(report, phase->name);
        report_add(report, " is committed, but a verification did not hold afterwards: ");
        report_add_text(report, failed->name);
        report_add(report, ".\n");
        return TRUE;
    }
    return FALSE;
}

static gboolean is_index_loss(const PgmDifference *difference)
{
    return difference->kind == PGM_DIFFERENCE_MISSING && strcmp(difference->expected->kind->name, "index") == 0;
}

/* With a schema from afterwards it is a fact; a run that stopped has none, and then the committed transactions' own
 * lists must do. */
static gboolean add_lost_indexes(PgmReport *report)
{
    if (report->before == NULL || report->after == NULL)
    {
        return FALSE;
    }
    gboolean any = FALSE;
    g_autoptr(PgmDrift) drift = pgm_drift_compare(report->before, report->after, NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        if (is_index_loss(difference))
        {
            report_add(report, "- The index ");
            report_add_code(report, difference->display);
            report_add(report, " was there before the run and is missing after it.\n");
            any = TRUE;
        }
    }
    return any;
}

static gboolean later_phase_is_open(const PgmModel *model, guint from)
{
    for (guint i = from + 1; i < model->phases->len; i++)
    {
        PgmPhaseState state = ((const PgmModelPhase *)g_ptr_array_index(model->phases, i))->state;
        if (state == PGM_PHASE_PENDING || state == PGM_PHASE_ABORTED || state == PGM_PHASE_RUNNING)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean add_dropped_indexes(PgmReport *report)
{
    const PgmModel *model = report->model;
    gboolean any = FALSE;
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
        gboolean counts = phase->state == PGM_PHASE_COMMITTED && attempt != NULL && !attempt->backward &&
                          later_phase_is_open(model, i);
        for (guint j = 0; counts && j < attempt->changes->len; j++)
        {
            const char *line = g_ptr_array_index(attempt->changes, j);
            if (!g_str_has_suffix(line, "dropped (index)"))
            {
                continue;
            }
            report_add(report, "- Phase ");
            report_add_code(report, phase->name);
            report_add(report, " left an index out; until a later phase builds it, queries that need it are slow: ");
            report_add_text(report, line);
            report_add(report, "\n");
            any = TRUE;
        }
    }
    return any;
}

static gboolean add_torn(PgmReport *report)
{
    gboolean any = FALSE;
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        gint64 torn = pgm_event_kind(event) == PGM_EVENT_RESUMED ? pgm_event_integer(event, "torn_bytes") : 0;
        if (torn > 0)
        {
            report_add(report, "- The journal's last line was torn (%" G_GINT64_FORMAT " bytes) and cut off at ", torn);
            report_add_time(report, pgm_event_time(event));
            report_add(report, " UTC: that entry had not been finished, so what it announced was not done.\n");
            any = TRUE;
        }
    }
    return any;
}

static gboolean add_breaking_drift(PgmReport *report)
{
    const PgmEvent *drift = report->model->drift;
    gint64 breaking = drift != NULL ? pgm_event_integer(drift, "breaking") : 0;
    if (breaking == 0)
    {
        return FALSE;
    }
    report_add(report,
               "- The database still differs from its baseline in %" G_GINT64_FORMAT " breaking way%s (below).\n",
               breaking, breaking == 1 ? "" : "s");
    return TRUE;
}

void report_add_open(PgmReport *report)
{
    const PgmModel *model = report->model;
    gboolean any = FALSE;
    report_add(report, "## What is still open\n\n");
    if (model->outcome == NULL)
    {
        report_add(report, "- The run has no end on record. If no pgmedic is at work on it, ");
        add_command(report, "resume");
        report_add(report, " takes it up.\n");
        any = TRUE;
    }
    for (guint i = 0; i < model->phases->len; i++)
    {
        any = add_phase(report, g_ptr_array_index(model->phases, i)) || any;
    }
    any = (report->after != NULL ? add_lost_indexes(report) : add_dropped_indexes(report)) || any;
    any = add_torn(report) || any;
    any = add_breaking_drift(report) || any;
    if (any && model->outcome != NULL && pgm_model_unfinished(model))
    {
        report_add(report, "- The run can be gone on with: ");
        add_command(report, "resume");
        report_add(report, "; or undone: ");
        add_command(report, "rollback");
        report_add(report, ".\n");
    }
    report_add(report, any ? "\n" : "Nothing.\n\n");
}

/* Follow-ups */

static gboolean anything_changed(const PgmModel *model)
{
    for (guint i = 0; i < model->phases->len; i++)
    {
        PgmPhaseState state = ((const PgmModelPhase *)g_ptr_array_index(model->phases, i))->state;
        if (state == PGM_PHASE_COMMITTED || state == PGM_PHASE_ROLLED_BACK)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* The paragraphs of the runbook's summary that send people to their applications. */
static gboolean add_reconnect(PgmReport *report)
{
    const char *summary = report->runbook != NULL ? report->runbook->summary : NULL;
    if (summary == NULL || !anything_changed(report->model))
    {
        return FALSE;
    }
    gboolean any = FALSE;
    g_auto(GStrv) paragraphs = g_regex_split_simple("\\n[ \\t]*\\n", summary, 0, 0);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
    {
        if (g_regex_match_simple("reconnect|restart|connection pool", *paragraph, G_REGEX_CASELESS, 0))
        {
            g_autofree char *line = pgm_text_one_line(*paragraph);
            report_add(report, "- [ ] Restart the application's connection pools. The runbook: ");
            report_add_text(report, line);
            report_add(report, "\n");
            any = TRUE;
        }
    }
    return any;
}

static gboolean add_backup_task(PgmReport *report)
{
    gboolean dump = g_strcmp0(report->model->backup_how, "dump") == 0;
    if (!dump || !anything_changed(report->model))
    {
        return FALSE;
    }
    report_add(report,
               "- [ ] Keep the dump in the run's folder until nobody needs to go back, then delete it: it holds "
               "the tables' data.\n");
    return TRUE;
}

static gboolean add_retry_task(PgmReport *report)
{
    if (g_strcmp0(report->model->outcome, "finished") != 0)
    {
        return FALSE;
    }
    report_add(report, "- [ ] Run again what failed (see Cause), and see it get past that error.\n");
    return TRUE;
}

void report_add_follow_ups(PgmReport *report)
{
    report_add(report, "## Follow-ups\n\n");
    gboolean any = add_reconnect(report);
    any = add_retry_task(report) || any;
    any = add_backup_task(report) || any;
    report_add(report, any ? "\n" : "None from the record.\n\n");
}
