/* walk_options.h - what run, resume and rollback have in common on the command line. */
#ifndef PGMEDIC_CLI_WALK_OPTIONS_H
#define PGMEDIC_CLI_WALK_OPTIONS_H

#include "cli/engine_thread.h"

/* Do --plain, --unattended and what belongs to them go together? KIND RUN needs all that an unattended run decides
 * beforehand; RESUME and ROLLBACK do without what is on record (BACKUP_ON_RECORD) or never asked. Error:
 * PGM_ERROR_USAGE. */
gboolean pgm_walk_options_check(const PgmInvocation *invocation, PgmWalkKind kind, gboolean backup_on_record,
                                GError **error);
/* Is PHASE (may be NULL) one of RUNBOOK's? Error: PGM_ERROR_USAGE with the nearest. */
gboolean pgm_walk_check_until(const PgmRunbook *runbook, const char *phase, GError **error);
/* Walks ORDER in the way INVOCATION asks for: unattended, plain, or in the console. The exit code. */
int pgm_walk_by_options(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error);

#endif
