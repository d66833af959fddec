/* runbook_argument.c - RUNBOOK and --set of the command line. */
#include "cli/runbook_argument.h"

#include <string.h>

#include "pgmedic/error.h"

PgmRunbook *pgm_invocation_runbook(const PgmInvocation *invocation, GError **error)
{
    g_autofree char *path = pgm_library_find(invocation->runbooks, invocation->arguments[0], error);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    return path != NULL ? pgm_runbook_load(path, findings, error) : NULL;
}

GHashTable *pgm_invocation_values(const PgmInvocation *invocation, GError **error)
{
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (char **set = invocation->set; set != NULL && *set != NULL; set++)
    {
        const char *equals = strchr(*set, '=');
        if (equals == NULL || equals == *set)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "--set takes NAME=VALUE, not \"%s\"", *set);
            return NULL;
        }
        g_autofree char *name = g_strndup(*set, (gsize)(equals - *set));
        if (!g_hash_table_insert(values, g_strdup(name), g_strdup(equals + 1)))
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "--set names \"%s\" twice", name);
            return NULL;
        }
    }
    return g_steal_pointer(&values);
}
