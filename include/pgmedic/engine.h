/*
 * engine.h - walks one runbook against one target, phase by phase.
 *
 * The engine decides and records; it never draws and never prompts. Whoever
 * answers is an Operator. Every effect on the target is preceded by a durable
 * journal entry, so that a crash at any point leaves a run that resume settles.
 * The protocol is POSTGRES.md section 1 of the design.
 *
 * Threads: pgm_engine_run() and its kin block, on a thread of the caller's
 * choice that from then on owns the run connection; pgm_engine_answer() and
 * pgm_engine_request() come from any. A watch thread of the engine's own reads
 * locks and waiters while the run connection is busy.
 *
 * Errors: the run's own outcome is a value, not an error; GError is for what
 * stops the engine itself (no connection, a journal that cannot be written).
 */
#ifndef PGMEDIC_ENGINE_H
#define PGMEDIC_ENGINE_H

#include "pgmedic/config.h"
#include "pgmedic/model.h"
#include "pgmedic/operator.h"
#include "pgmedic/runbook.h"

typedef enum
{
    PGM_OUTCOME_FINISHED,  /* every phase committed (or rolled back, when that was asked): exit 0 */
    PGM_OUTCOME_NOT_BEGUN, /* a precondition does not hold, or the operator left before the first phase: exit 1 (4 when
                              he left) */
    PGM_OUTCOME_STOPPED,   /* every phase is known to be committed or rolled back: exit 4 */
    PGM_OUTCOME_ROLLED_BACK, /* failed, and the committed phases were rolled back: exit 4 */
    PGM_OUTCOME_UNKNOWN,     /* exit 5 */
} PgmOutcome;

typedef struct
{
    const PgmTarget *target;   /* conninfo, environment, baseline … */
    const char *mode;          /* "console", "plain", "unattended": recorded */
    const char *until;         /* stop after that phase; NULL: the last */
    const char *operator_name; /* who; NULL: the login name */
    const char *diagnosis;     /* what led here, recorded for the report; NULL */
    const char *state_folder;  /* where runs are; NULL: $XDG_STATE_HOME/pgmedic/runs */
} PgmEngineOptions;

/* RUNBOOK is bound; it and OPTIONS must outlive the engine, as must OPERATOR. */
PgmEngine *pgm_engine_new(PgmOperator *operator, const PgmEngineOptions * options);
void pgm_engine_free(PgmEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmEngine, pgm_engine_free)

/* Walk RUNBOOK from the start: preconditions, arming, backup, phases, comparison. MESSAGE (may be NULL) gets the last
 * word, for people. */
gboolean pgm_engine_run(PgmEngine *engine, PgmRunbook *runbook, PgmOutcome *outcome, GError **error);
/* Take up run RUN (its folder): settle what a crash left open, then go on. */
gboolean pgm_engine_resume(PgmEngine *engine, const char *folder, PgmOutcome *outcome, GError **error);
/* Roll back what run RUN committed, last phase first (settling what is open before). */
gboolean pgm_engine_rollback(PgmEngine *engine, const char *folder, PgmOutcome *outcome, GError **error);

/* The run's folder once it exists, else NULL; borrowed. Valid after the calls above return, and when EVENT_RUN was
 * told. */
const char *pgm_engine_folder(const PgmEngine *engine);
const char *pgm_engine_message(const PgmEngine *engine); /* how it ended, one sentence; raw */
const char *pgm_outcome_name(PgmOutcome outcome);        /* "rolled-back": in the journal and in JSON */
int pgm_outcome_exit_code(PgmOutcome outcome);

#endif
