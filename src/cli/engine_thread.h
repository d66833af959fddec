/*
 * engine_thread.h - the engine on a thread of its own, for the operators of the command line.
 *
 * The thread that starts it keeps the terminal and hears the signals.
 */
#ifndef PGMEDIC_CLI_ENGINE_THREAD_H
#define PGMEDIC_CLI_ENGINE_THREAD_H

#include "cli/command.h"
#include "pgmedic/engine.h"

typedef enum
{
    PGM_WALK_RUN,
    PGM_WALK_RESUME,
    PGM_WALK_ROLLBACK,
} PgmWalkKind;

/* What is to be walked; everything in it outlives the walk. */
typedef struct
{
    PgmWalkKind kind;
    const PgmTarget *target;
    PgmRunbook *runbook; /* bound. RESUME, ROLLBACK: the run's own copy, only to be shown; NULL: it could not be read */
    const char *folder;  /* RESUME, ROLLBACK */
    const char *until;   /* NULL: the last phase */
    const char *diagnosis; /* what led here, for the report; NULL: not known */
    guint past;            /* RESUME, ROLLBACK: how many events the journal holds, which are told first, again */
} PgmWalkOrder;

typedef struct PgmEngineThread PgmEngineThread;

/* MODE: "plain", "unattended". Signals must be blocked already. */
PgmEngineThread *pgm_engine_thread_start(const PgmWalkOrder *order, PgmOperator *asked, const char *mode);
/* Readable once the engine has ended. Owned by the thread. */
int pgm_engine_thread_fd(const PgmEngineThread *thread);
PgmEngine *pgm_engine_thread_engine(PgmEngineThread *thread);

/* How it ended. */
typedef struct
{
    char *folder;  /* of the run; NULL: there is none */
    char *run;     /* its name */
    char *report;  /* path of report.md; NULL: not written */
    char *message; /* the last word; raw */
    const char *outcome;
    int code; /* of CLI.md */
} PgmWalkEnd;

/* Waits for the engine's end and frees THREAD. LEFT: the operator asked to quit, so that nothing begun is a stop too.
 * FALSE with ERROR when the engine itself could not go on; END is filled all the same. */
gboolean pgm_engine_thread_end(PgmEngineThread *thread, gboolean left, PgmWalkEnd *end, GError **error);
void pgm_walk_end_clear(PgmWalkEnd *end);

/* SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP, heard as a readable descriptor from here on; close it with
 * pgm_signals_close(). -1 when that cannot be had. */
int pgm_signals_open(void);
void pgm_signals_close(int fd);
/* The number of one that came; 0: none. */
int pgm_signals_take(int fd);

/* The two walks. They return the exit code. */
int pgm_walk_plain(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error);
int pgm_walk_unattended(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error);

#endif
