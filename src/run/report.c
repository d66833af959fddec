/* report.c - the incident report, from the journal. */
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

char *pgm_report_write(const char *folder, GError **error)
{
    g_autofree char *head = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, &head, error);
    if (events == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmModel) model = pgm_model_from_events(events);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "# Run %s\n\n", model->run != NULL ? model->run : "");
    for (guint i = 0; i < model->timeline_lines->len; i++)
    {
        const PgmTimelineLine *line = g_ptr_array_index(model->timeline_lines, i);
        g_string_append_printf(out, "- %s %s\n", line->time, line->text);
    }
    g_string_append_printf(out, "\nJournal head: %s\n", head);
    return g_string_free(out, FALSE);
}
