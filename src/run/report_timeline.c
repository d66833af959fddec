/* report_timeline.c - what a reader of a postmortem wants to know in order: decisions, outcomes, trouble. */
#include <string.h>

#include "run/report.h"

static gboolean worth_a_line(const PgmEvent *event)
{
    switch (pgm_event_kind(event))
    {
    case PGM_EVENT_RUN:
    case PGM_EVENT_RESUMED:
    case PGM_EVENT_ARMED:
    case PGM_EVENT_BACKUP_BEGIN:
    case PGM_EVENT_BACKUP:
    case PGM_EVENT_PHASE_BEGIN:
    case PGM_EVENT_PHASE_SKIPPED:
    case PGM_EVENT_LOCK_RETRY:
    case PGM_EVENT_LOCKED:
    case PGM_EVENT_IMPACT:
    case PGM_EVENT_COMMITTED:
    case PGM_EVENT_ABORTED:
    case PGM_EVENT_LOST:
    case PGM_EVENT_RESOLVED:
    case PGM_EVENT_DRIFT:
    case PGM_EVENT_SESSION_CANCEL:
    case PGM_EVENT_SESSION_TERMINATE:
    case PGM_EVENT_SESSION_OUTCOME:
    case PGM_EVENT_DISARMED:
    case PGM_EVENT_NOTE:
    case PGM_EVENT_END:
        return TRUE;
    case PGM_EVENT_PRECONDITION:
    case PGM_EVENT_VERIFICATION:
        return !pgm_event_boolean(event, "holds"); /* those that hold stand in their tables */
    default:
        return FALSE;
    }
}

static void begin_row(PgmReport *report, const PgmEvent *event)
{
    report_add(report, "| ");
    report_add_time(report, pgm_event_time(event));
    report_add(report, " | ");
}

static void add_statement(PgmReport *report, const PgmEvent *event)
{
    if (pgm_event_boolean(event, "ok"))
    {
        return;
    }
    begin_row(report, event);
    report_add(report, "%s statement %d of phase ", pgm_event_boolean(event, "skipped") ? "▲ skipped:" : "✗ failed:",
               (int)pgm_event_integer(event, "index") + 1);
    report_add_text(report, pgm_event_text(event, "phase"));
    report_add(report, ": ");
    report_add_text(report, pgm_event_text(event, "message"));
    report_add(report, " |\n");
}

static const char *closed_by(const char *by)
{
    static const struct
    {
        const char *by;
        const char *words;
    } texts[] = {{"deadline", "nobody decided in time"},
                 {"stall", "closed because other sessions had waited too long"},
                 {"signal", "closed because pgmedic was told to end"},
                 {"lost", "closed because the connection was lost"},
                 {"policy", "answered by the rules given beforehand"}};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        if (g_strcmp0(texts[i].by, by) == 0)
        {
            return texts[i].words;
        }
    }
    return "closed without an answer";
}

/* What is not here is its own word: "commit", "stop". */
static const char *decision_words(const char *decision)
{
    static const struct
    {
        const char *decision;
        const char *words;
    } texts[] = {{"none", "ended at the operator's request"}, {"text", "typed"},
                 {"evidence", "an existing backup is named"}, {"decline", "no backup, with the reason"},
                 {"begin", "begin, and ask before COMMIT"},   {"begin-verified", "begin, and commit if verified"},
                 {"rollback-phase", "roll this phase back"},  {"rollback-run", "roll back the committed phases"},
                 {"not-committed", "it was not committed"},   {"committed", "it was committed"}};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        if (g_strcmp0(texts[i].decision, decision) == 0)
        {
            return texts[i].words;
        }
    }
    return decision;
}

/* One line for a question and its answer. QUESTION may be NULL. */
static void add_decision(PgmReport *report, const PgmEvent *question, const PgmEvent *answer)
{
    const char *by = answer != NULL ? pgm_event_text(answer, "by") : NULL;
    const char *text = answer != NULL ? pgm_event_text(answer, "text") : NULL;
    begin_row(report, answer != NULL ? answer : question);
    report_add(report, "**Decision.** ");
    report_add_text(report, question != NULL ? pgm_event_text(question, "title") : "a question");
    report_add(report, " → ");
    if (answer == NULL)
    {
        report_add(report, "*the record ends before an answer*");
    }
    else if (g_strcmp0(by, "operator") == 0)
    {
        report_add(report, "**");
        report_add_text(report, decision_words(pgm_event_text(answer, "decision")));
        report_add(report, "**");
    }
    else
    {
        report_add(report, "*%s*", closed_by(by));
    }
    if (text != NULL && text[0] != '\0')
    {
        report_add(report, ": ");
        report_add_text(report, text);
    }
    report_add(report, " |\n");
}

static void add_sentence(PgmReport *report, const PgmEvent *event)
{
    g_autofree char *sentence = pgm_event_sentence(event);
    if (sentence == NULL)
    {
        return;
    }
    begin_row(report, event);
    report_add_text(report, sentence);
    report_add(report, " |\n");
}

void report_add_timeline(PgmReport *report)
{
    const PgmEvent *question = NULL;
    report_add(report, "## Timeline\n\n| Time (UTC) | Event |\n|---|---|\n");
    for (guint i = 0; i < report->events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, i);
        PgmEventKind kind = pgm_event_kind(event);
        if (question != NULL && (kind == PGM_EVENT_QUESTION || kind == PGM_EVENT_RESUMED || kind == PGM_EVENT_END))
        {
            add_decision(report, question, NULL);
            question = NULL;
        }
        if (kind == PGM_EVENT_QUESTION)
        {
            question = event;
        }
        else if (kind == PGM_EVENT_ANSWER)
        {
            add_decision(report, question, event);
            question = NULL;
        }
        else if (kind == PGM_EVENT_STATEMENT_RESULT)
        {
            add_statement(report, event);
        }
        else if (worth_a_line(event))
        {
            add_sentence(report, event);
        }
    }
    if (question != NULL)
    {
        add_decision(report, question, NULL);
    }
    report_add(report, "\n");
}
