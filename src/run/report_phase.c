/* report_phase.c - each phase: every statement of every try, what it changed, its verifications, its rollback SQL. */
#include <string.h>

#include "pgmedic/text.h"
#include "run/report.h"

/* Checks */

static void add_check(PgmReport *report, const PgmModelCheck *check)
{
    report_add(report, "| ");
    report_add_text(report, check->name);
    report_add(report, " | ");
    report_add_cell_code(report, check->expected);
    report_add(report, " | ");
    if (check->error != NULL)
    {
        report_add(report, "failed: ");
        report_add_text(report, check->error);
    }
    else
    {
        report_add_cell_code(report, check->answer);
    }
    if (check->moment != NULL)
    {
        report_add(report, " | %s", g_strcmp0(check->moment, "after-commit") == 0 ? "after" : "before");
    }
    report_add(report, " | %s |\n", check->holds ? "✓ yes" : "✗ **no**");
}

void report_add_preconditions(PgmReport *report)
{
    GPtrArray *checks = report->model->preconditions;
    report_add(report, "## Preconditions\n\n");
    if (checks->len == 0)
    {
        report_add(report, "None were asked.\n\n");
        return;
    }
    report_add(report, "| Precondition | Expected | Answer | Holds |\n|---|---|---|---|\n");
    for (guint i = 0; i < checks->len; i++)
    {
        add_check(report, g_ptr_array_index(checks, i));
    }
    report_add(report, "\n");
}

static void add_checks(PgmReport *report, GPtrArray *checks)
{
    if (checks->len == 0)
    {
        report_add(report, "No verification was reached.\n\n");
        return;
    }
    report_add(report, "| Verification | Expected | Answer | COMMIT | Holds |\n|---|---|---|---|---|\n");
    for (guint i = 0; i < checks->len; i++)
    {
        add_check(report, g_ptr_array_index(checks, i));
    }
    report_add(report, "\n");
}

/* Statements */

static void add_failure(PgmReport *report, const PgmModelStatement *statement)
{
    if (statement->sqlstate != NULL && statement->sqlstate[0] != '\0')
    {
        report_add(report, " (SQLSTATE ");
        report_add_code(report, statement->sqlstate);
        report_add(report, ")");
    }
    report_add(report, ": ");
    report_add_text(report, statement->message != NULL ? statement->message : "no message");
}

static void add_success(PgmReport *report, const PgmModelStatement *statement, const char *took)
{
    report_add(report, "✓ ");
    report_add_code(report, statement->tag != NULL ? statement->tag : "done");
    report_add(report, " in %s", took);
    if (statement->rows >= 0)
    {
        g_autofree char *rows = pgm_text_count(statement->rows);
        report_add(report, ", %s row%s", rows, statement->rows == 1 ? "" : "s");
    }
}

/* A phase without a transaction does not repeat what an earlier try of it committed. */
static gboolean done_before(const PgmModelPhase *phase, const PgmModelAttempt *attempt, const char *sql)
{
    for (guint i = 0; i < phase->attempts->len && !attempt->transaction; i++)
    {
        const PgmModelAttempt *earlier = g_ptr_array_index(phase->attempts, i);
        if (earlier == attempt)
        {
            return FALSE;
        }
        for (guint j = 0; j < earlier->statements->len && earlier->backward == attempt->backward; j++)
        {
            const PgmModelStatement *statement = g_ptr_array_index(earlier->statements, j);
            if (statement->state == PGM_STEP_OK && g_strcmp0(statement->sql, sql) == 0)
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static void add_statement(PgmReport *report, guint number, const PgmModelStatement *statement, gboolean done)
{
    g_autofree char *took = statement->ms >= 0 ? pgm_text_duration(statement->ms) : g_strdup("?");
    report_add(report, "**%u.** ", number);
    switch (statement->state)
    {
    case PGM_STEP_PENDING:
        report_add(report, done ? "○ not run again: an earlier try did it" : "○ not run");
        break;
    case PGM_STEP_RUNNING:
        report_add(report, "**?** sent, no result on record");
        break;
    case PGM_STEP_OK:
        add_success(report, statement, took);
        break;
    case PGM_STEP_SKIPPED:
        report_add(report, "▲ **skipped**, as the runbook tolerates this error, after %s", took);
        add_failure(report, statement);
        break;
    case PGM_STEP_FAILED:
        report_add(report, "✗ **failed** after %s", took);
        add_failure(report, statement);
        break;
    }
    if (statement->began_at != NULL)
    {
        report_add(report, ", begun ");
        report_add_time(report, statement->began_at);
    }
    report_add(report, "\n\n");
    report_add_block(report, "sql", statement->sql);
}

/* What the model does not keep: the error's detail and hint, notices of the server. */
static void add_told(PgmReport *report, const PgmModelPhase *phase, const PgmModelAttempt *attempt)
{
    static const char *const fields[] = {"detail", "hint", "text"};
    static const char *const names[] = {"Detail", "Hint", "The server said"};
    gboolean any = FALSE;
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        PgmEventKind kind = pgm_event_kind(event);
        if ((kind != PGM_EVENT_STATEMENT_RESULT && kind != PGM_EVENT_NOTICE) ||
            g_strcmp0(pgm_event_text(event, "phase"), phase->name) != 0 ||
            pgm_event_integer(event, "attempt") != attempt->number)
        {
            continue;
        }
        for (guint f = 0; f < G_N_ELEMENTS(fields); f++)
        {
            if (pgm_event_text(event, fields[f]) != NULL)
            {
                report_add(report, "- %s: ", names[f]);
                report_add_text(report, pgm_event_text(event, fields[f]));
                report_add(report, "\n");
                any = TRUE;
            }
        }
    }
    report_add(report, any ? "\n" : "");
}

static void add_lines(PgmReport *report, const char *heading, GPtrArray *lines)
{
    if (lines->len == 0)
    {
        return;
    }
    report_add(report, "%s\n\n", heading);
    for (guint i = 0; i < lines->len; i++)
    {
        report_add(report, "- ");
        report_add_text(report, g_ptr_array_index(lines, i));
        report_add(report, "\n");
    }
    report_add(report, "\n");
}

/* Tries */

static const char *attempt_outcome(const PgmModelAttempt *attempt)
{
    switch (attempt->outcome)
    {
    case PGM_PHASE_COMMITTED:
        return "**Committed**";
    case PGM_PHASE_ABORTED:
        return attempt->transaction ? "**Rolled back**" : "**Broken off**";
    default:
        return attempt->intent ? "**No outcome on record: COMMIT was announced, its answer was not recorded**"
                               : "**No outcome on record: COMMIT was not announced**";
    }
}

static void add_attempt_outcome(PgmReport *report, const PgmModelAttempt *attempt)
{
    report_add(report, "%s", attempt_outcome(attempt));
    if (attempt->decided_by != NULL)
    {
        report_add(report, ", decided by: ");
        report_add_text(report, attempt->decided_by);
    }
    if (attempt->reason != NULL)
    {
        report_add(report, ". ");
        report_add_text(report, attempt->reason);
    }
    report_add(report, "\n\n");
    if (attempt->xid != NULL)
    {
        report_add(report, "Transaction ");
        report_add_code(report, attempt->xid);
        if (attempt->intent)
        {
            report_add(report, attempt->intent_proven ? ", on disk in the WAL before COMMIT"
                                                      : ", not proven to be on disk before COMMIT");
        }
        report_add(report, ".\n\n");
    }
}

static void add_attempt(PgmReport *report, const PgmModelPhase *phase, const PgmModelAttempt *attempt)
{
    report_add(report, "#### %s %d, ", attempt->backward ? "Rollback, try" : "Try", attempt->number);
    report_add_time(report, attempt->began_at);
    if (attempt->ended_at != NULL)
    {
        report_add(report, " to ");
        report_add_time(report, attempt->ended_at);
    }
    report_add(report, " UTC\n\n");
    add_attempt_outcome(report, attempt);
    if (!attempt->transaction)
    {
        report_add(report, "Without a transaction around it: each statement committed alone.\n\n");
    }
    add_lines(report, "Locks that had to be tried for again:", attempt->retries);
    for (guint i = 0; i < attempt->statements->len; i++)
    {
        const PgmModelStatement *statement = g_ptr_array_index(attempt->statements, i);
        add_statement(report, i + 1, statement, done_before(phase, attempt, statement->sql));
    }
    add_told(report, phase, attempt);
    add_lines(report,
              attempt->outcome == PGM_PHASE_COMMITTED ? "What this transaction changed in the tables it locked:"
                                                      : "What this transaction would have changed in the tables it "
                                                        "locked:",
              attempt->changes);
    add_checks(report, attempt->checks);
}

/* Rollback */

static void add_sql(PgmReport *report, GString *sql)
{
    report_add_block(report, "sql", sql->str);
    g_string_free(sql, TRUE);
}

void report_add_rollback(PgmReport *report, const PgmModelPhase *phase)
{
    const PgmPhase *written = report->runbook != NULL ? pgm_runbook_phase(report->runbook, phase->name) : NULL;
    GString *sql = g_string_new(NULL);
    for (guint i = 0; i < phase->rollback->len; i++)
    {
        g_string_append_printf(sql, "%s;\n", (const char *)g_ptr_array_index(phase->rollback, i));
    }
    GPtrArray *statements = sql->len == 0 && written != NULL && written->rollback_script != NULL
                                ? written->rollback_script->statements
                                : NULL;
    for (guint i = 0; statements != NULL && i < statements->len; i++)
    {
        g_string_append_printf(sql, "%s;\n", ((const PgmStatement *)g_ptr_array_index(statements, i))->sql);
    }
    if (sql->len > 0)
    {
        report_add(report, "Rollback SQL:\n\n");
        add_sql(report, sql);
        return;
    }
    g_string_free(sql, TRUE);
    if (written != NULL && written->rollback == PGM_ROLLBACK_IRREVERSIBLE)
    {
        report_add(report, "Rollback SQL: none, this phase cannot be undone. ");
        report_add_text(report, written->irreversible);
        report_add(report, "\n\n");
        return;
    }
    report_add(report, written != NULL || phase->attempts->len > 0
                           ? "Rollback SQL: none; the runbook has nothing to undo for this phase.\n\n"
                           : "Rollback SQL: not on record, since the phase was not begun.\n\n");
}

/* A phase that was not begun has its SQL in the runbook's copy alone. */
static void add_planned(PgmReport *report, const PgmModelPhase *phase)
{
    const PgmPhase *written = report->runbook != NULL ? pgm_runbook_phase(report->runbook, phase->name) : NULL;
    if (written == NULL || phase->attempts->len > 0)
    {
        return;
    }
    GString *sql = g_string_new(NULL);
    for (guint i = 0; i < written->script->statements->len; i++)
    {
        g_string_append_printf(sql, "%s;\n",
                               ((const PgmStatement *)g_ptr_array_index(written->script->statements, i))->sql);
    }
    report_add(report, "Its SQL, which this run did not send:\n\n");
    add_sql(report, sql);
}

void report_add_phases(PgmReport *report)
{
    report_add(report, "## Phases\n\n");
    for (guint i = 0; i < report->model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(report->model->phases, i);
        report_add(report, "### %u ", i + 1);
        report_add_text(report, phase->name);
        if (phase->title != NULL)
        {
            report_add(report, ": ");
            report_add_text(report, phase->title);
        }
        report_add(report, "\n\nState: %s.\n\n", report_phase_state(report, phase));
        add_planned(report, phase);
        for (guint j = 0; j < phase->attempts->len; j++)
        {
            add_attempt(report, phase, g_ptr_array_index(phase->attempts, j));
        }
        report_add_rollback(report, phase);
    }
}
