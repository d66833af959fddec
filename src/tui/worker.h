/*
 * worker.h - a thread that does one thing after the other for the console, and posts what it found.
 *
 * The thread that draws tells it jobs and never waits for it. Threads are to be
 * started after the signals are blocked, so that only the drawing thread hears them.
 */
#ifndef PGMEDIC_TUI_WORKER_H
#define PGMEDIC_TUI_WORKER_H

#include "tui/facts.h"

typedef struct PgmWorker PgmWorker;

typedef struct
{
    int kind;         /* the worker's own */
    char *text;       /* NULL */
    char *name;       /* NULL */
    GPtrArray *array; /* NULL */
    gint64 number;    /* the worker's own, as is COUNT */
    int count;
} PgmJob;

typedef struct
{
    const char *name;
    /* In the worker's thread. JOB is borrowed; NULL: the pause is over. Returns how long to pause, in milliseconds. */
    int (*work)(PgmWorker *worker, gpointer state, const PgmJob *job);
    /* In another thread: make a running statement end soon. May be NULL. */
    void (*interrupt)(gpointer state);
    /* In the worker's thread, at its end. */
    void (*end)(gpointer state);
} PgmWorkerOps;

/* OPS is static; STATE goes over to the thread. INBOX gets the news. */
PgmWorker *pgm_worker_start(const PgmWorkerOps *ops, gpointer state, PgmQueue *inbox);
/* Takes TEXT, NAME and ARRAY, which may be NULL. */
void pgm_worker_tell(PgmWorker *worker, int kind, char *text, char *name, GPtrArray *array);
/* A whole job; takes what it points to. */
void pgm_worker_tell_job(PgmWorker *worker, PgmJob job);
void pgm_worker_post(PgmWorker *worker, PgmNewsKind kind, gpointer payload);
gboolean pgm_worker_is_stopping(PgmWorker *worker);
/* Waits at most MS. FALSE: it hangs in something (a server that does not answer) and was left behind: its inbox may
 * not be freed. */
gboolean pgm_worker_stop(PgmWorker *worker, int ms);

#endif
