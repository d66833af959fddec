/* report_impact.c - what was locked, for how long, and who waited. */
#include "pgmedic/text.h"
#include "run/report.h"

typedef struct
{
    guint locked;   /* tries that got their locks */
    guint unknown;  /* of these, without a measure */
    gint64 held_ms; /* sum */
    gint64 most;    /* sessions waiting at once */
    gint64 oldest_ms;
} Total;

static void add_attempt(PgmReport *report, const PgmModelPhase *phase, const PgmModelAttempt *attempt, Total *total)
{
    gboolean measured = attempt->exclusive_ms >= 0;
    if (attempt->locked->len == 0 && !measured)
    {
        return;
    }
    g_autofree char *held = measured ? pgm_text_duration(attempt->exclusive_ms) : g_strdup("not measured");
    g_autofree char *oldest = measured ? pgm_text_duration(attempt->oldest_wait_ms) : g_strdup("not measured");
    total->locked++;
    report_add(report, "| ");
    report_add_cell_code(report, phase->name);
    report_add(report, "%s, try %d | ", attempt->backward ? ", rollback" : "", attempt->number);
    report_add_names(report, attempt->locked);
    report_add(report,
               attempt->locked->len == 0 ? " (waited for its locks, and did not get them all) | %s | " : " | %s | ",
               held);
    if (!measured)
    {
        total->unknown++;
        report_add(report, "not measured | not measured |\n");
        return;
    }
    report_add(report, "%" G_GINT64_FORMAT " | %s |\n", attempt->most_waiting, oldest);
    total->held_ms += attempt->exclusive_ms;
    total->most = MAX(total->most, attempt->most_waiting);
    total->oldest_ms = MAX(total->oldest_ms, attempt->oldest_wait_ms);
}

static gboolean anything_locked(const PgmModel *model)
{
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        for (guint j = 0; j < phase->attempts->len; j++)
        {
            const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, j);
            if (attempt->locked->len > 0 || attempt->exclusive_ms >= 0)
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static void add_total(PgmReport *report, const Total *total)
{
    g_autofree char *held = pgm_text_duration(total->held_ms);
    g_autofree char *oldest = pgm_text_duration(total->oldest_ms);
    report_add(report, "Tables were locked against readers and writers for **%s** in all", held);
    if (total->most > 0)
    {
        report_add(report, "; at most **%" G_GINT64_FORMAT "** session%s waited at once, the longest for **%s**.",
                   total->most, total->most == 1 ? "" : "s", oldest);
    }
    else
    {
        report_add(report, "; nobody was seen waiting.");
    }
    if (total->unknown > 0)
    {
        report_add(report, " %u of the tries ended without a measure, so it was more than that.", total->unknown);
    }
    report_add(report, " Waiting sessions were counted by looking several times a second.\n\n");
}

void report_add_impact(PgmReport *report)
{
    const PgmModel *model = report->model;
    Total total = {0};
    report_add(report, "## Impact\n\n");
    if (!anything_locked(model))
    {
        report_add(report, "No phase locked a table against its readers (none took ACCESS EXCLUSIVE beforehand).\n\n");
        return;
    }
    report_add(report, "| Phase | Locked ACCESS EXCLUSIVE | For | Most sessions waiting | Longest wait |\n"
                       "|---|---|---|---|---|\n");
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        for (guint j = 0; j < phase->attempts->len; j++)
        {
            add_attempt(report, phase, g_ptr_array_index(phase->attempts, j), &total);
        }
    }
    report_add(report, "\n");
    add_total(report, &total);
}
