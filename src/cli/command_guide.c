/* command_guide.c - pgmedic guide: a runbook as an execution guide, for the engineer who has psql and nothing else. */
#include "cli/document.h"
#include "cli/runbook_argument.h"

int pgm_command_guide(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmRunbook) runbook = pgm_invocation_runbook(invocation, error);
    if (runbook == NULL)
    {
        return 2;
    }
    if (invocation->set != NULL)
    {
        g_autoptr(GHashTable) values = pgm_invocation_values(invocation, error);
        if (values == NULL || !pgm_runbook_bind(runbook, values, error))
        {
            return 2;
        }
    }
    g_autofree char *guide = pgm_runbook_guide(runbook);
    if (!invocation->json)
    {
        return pgm_invocation_write(invocation, guide, error) ? 0 : 2;
    }
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_document_text(json, "runbook", runbook->name);
    pgm_document_text(json, "sha256", runbook->sha256);
    pgm_document_text(json, "markdown", guide);
    return pgm_document_write(json, invocation, error) ? 0 : 2;
}
