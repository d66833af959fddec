/* report_sessions.c - whose statements were cancelled and whose sessions terminated, and what came of it. */
#include "pgmedic/text.h"
#include "run/report.h"

static gboolean is_signal(const PgmEvent *event)
{
    PgmEventKind kind = pgm_event_kind(event);
    return kind == PGM_EVENT_SESSION_CANCEL || kind == PGM_EVENT_SESSION_TERMINATE;
}

/* The outcome of the signal in line I: the next one of that pid. NULL: none on record. */
static const PgmEvent *outcome_of(const PgmReport *report, guint i)
{
    const PgmEvent *signal = g_ptr_array_index(report->events, i);
    for (guint j = i + 1; j < report->events->len; j++)
    {
        const PgmEvent *event = g_ptr_array_index(report->events, j);
        gboolean same = pgm_event_integer(event, "pid") == pgm_event_integer(signal, "pid");
        if (same && pgm_event_kind(event) == PGM_EVENT_SESSION_OUTCOME)
        {
            return event;
        }
        if (same && is_signal(event))
        {
            break;
        }
    }
    return NULL;
}

static void add_who(PgmReport *report, const PgmEvent *signal)
{
    static const char *const fields[] = {"user", "application", "client"};
    report_add(report, "%d", (int)pgm_event_integer(signal, "pid"));
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    {
        const char *value = pgm_event_text(signal, fields[i]);
        if (value != NULL)
        {
            report_add(report, ", ");
            report_add_text(report, value);
        }
    }
}

static void add_row(PgmReport *report, guint i)
{
    const PgmEvent *signal = g_ptr_array_index(report->events, i);
    const PgmEvent *outcome = outcome_of(report, i);
    gint64 transaction = pgm_event_integer(signal, "transaction_ms");
    g_autofree char *age = transaction >= 0 ? pgm_text_duration(transaction) : g_strdup("none");
    g_autofree char *told = outcome != NULL ? pgm_event_sentence(outcome) : NULL;
    report_add(report, "| ");
    report_add_time(report, pgm_event_time(signal));
    report_add(report, " | %s | ", pgm_event_kind(signal) == PGM_EVENT_SESSION_CANCEL ? "cancel" : "terminate");
    add_who(report, signal);
    report_add(report, " | %s | %d | ", age, (int)pgm_event_integer(signal, "behind"));
    report_add_cell_code(report, pgm_event_text(signal, "query"));
    report_add(report, " | ");
    report_add_text(report, told != NULL ? told : "not on record");
    report_add(report, " |\n");
}

void report_add_sessions(PgmReport *report)
{
    guint signals = 0;
    for (guint i = 0; i < report->events->len; i++)
    {
        signals += is_signal(g_ptr_array_index(report->events, i)) ? 1 : 0;
    }
    if (signals == 0 && pgm_model_is_run(report->model))
    {
        return;
    }
    report_add(report, "## Sessions that were ended\n\n");
    if (signals == 0)
    {
        report_add(report, "None: it was armed for that, and nothing was sent.\n\n");
        return;
    }
    report_add(report, "By the operator. A statement that is cancelled, and the transaction of a session that is "
                       "terminated, are rolled back.\n\n"
                       "| Time (UTC) | What | Session | Its transaction | Waited behind it | Its newest statement | "
                       "What came of it |\n|---|---|---|---|---|---|---|\n");
    for (guint i = 0; i < report->events->len; i++)
    {
        if (is_signal(g_ptr_array_index(report->events, i)))
        {
            add_row(report, i);
        }
    }
    report_add(report, "\n");
}
