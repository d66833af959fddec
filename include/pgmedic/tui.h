/*
 * tui.h - the console: what an engineer opens at three in the morning.
 *
 * It takes the terminal over, shows the state of one target, and walks through
 * a runbook when asked to. The terminal is given back as it was on every way
 * out. Nothing that writes is sent to the target until the operator has armed
 * a run.
 */
#ifndef PGMEDIC_TUI_H
#define PGMEDIC_TUI_H

#include "pgmedic/config.h"
#include "pgmedic/runbook.h"

typedef enum
{
    PGM_TUI_OVERVIEW, /* the console itself */
    PGM_TUI_RUN,      /* straight into the walk through `runbook` */
    PGM_TUI_RESUME,   /* take up the run in `folder` */
    PGM_TUI_ROLLBACK, /* roll back the run in `folder` */
} PgmTuiStart;

typedef struct
{
    const PgmConfig *config;  /* thresholds and targets; never NULL */
    const PgmTarget *target;  /* where to connect first; the operator may go on to others of CONFIG */
    const char *runbooks;     /* --runbooks; NULL: the usual places */
    const char *error_log;    /* a log to diagnose at once and to offer for `d`; NULL: none */
    const char *state_folder; /* where runs are; NULL: the usual place */
    gboolean no_color;
    PgmTuiStart start;
    PgmRunbook *runbook; /* RUN: loaded; when it is not bound yet, the operator is asked for its parameters and it is
                            bound. Must outlive the call */
    const char *folder;  /* RESUME, ROLLBACK */
    const char *until;   /* stop after that phase; NULL: the last */
} PgmTuiOptions;

/*
 * Runs until the operator leaves; everything OPTIONS points to must outlive the call. Returns the exit code of CLI.md:
 * that of the last run, 0 when there was none, 3 when the server was never reached.
 * Error: PGM_ERROR_USAGE when there is no terminal that a screen could be drawn on (returns 2); nothing was shown then.
 */
int pgm_tui_run(const PgmTuiOptions *options, GError **error);

#endif
