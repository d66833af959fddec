/* command_report.c - pgmedic report: the incident report, from the journal. */
#include "cli/document.h"
#include "pgmedic/runs.h"

int pgm_command_report(PgmInvocation *invocation, GError **error)
{
    g_autofree char *folder = pgm_runs_find(NULL, invocation->arguments[0], NULL, error);
    g_autofree char *report = folder != NULL ? pgm_report_write(folder, error) : NULL;
    if (report == NULL)
    {
        return 2;
    }
    if (!invocation->json)
    {
        return pgm_invocation_write(invocation, report, error) ? 0 : 2;
    }
    g_autofree char *run = g_path_get_basename(folder);
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_document_text(json, "run", run);
    pgm_document_text(json, "folder", folder);
    pgm_document_text(json, "markdown", report);
    return pgm_document_write(json, invocation, error) ? 0 : 2;
}
