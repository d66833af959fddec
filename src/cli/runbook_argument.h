/* runbook_argument.h - RUNBOOK and --set of the command line. */
#ifndef PGMEDIC_CLI_RUNBOOK_ARGUMENT_H
#define PGMEDIC_CLI_RUNBOOK_ARGUMENT_H

#include "cli/command.h"
#include "pgmedic/runbook.h"

/* The runbook that the first argument names: loaded, not bound. Errors: PGM_ERROR_USAGE, PGM_ERROR_INVALID. */
PgmRunbook *pgm_invocation_runbook(const PgmInvocation *invocation, GError **error);
/* --set as a table, name → value; caller unrefs. Error: PGM_ERROR_USAGE for what is no NAME=VALUE, or named twice. */
GHashTable *pgm_invocation_values(const PgmInvocation *invocation, GError **error);

#endif
