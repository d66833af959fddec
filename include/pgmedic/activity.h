/*
 * activity.h - what one backend holds, who waits behind it, how far its statement is.
 *
 * Read on the watch connection while the run's own is busy: only pg_locks,
 * pg_stat_activity and plain catalog columns, since anything that opens the
 * locked relation would wait behind it (POSTGRES.md 4).
 */
#ifndef PGMEDIC_ACTIVITY_H
#define PGMEDIC_ACTIVITY_H

#include "pgmedic/connection.h"

typedef struct
{
    char *mode;     /* "ACCESS EXCLUSIVE" */
    char *relation; /* "documents" */
} PgmHeldLock;

typedef struct
{
    int pid; /* 0: a prepared transaction */
    char *user;
    char *application;
    char *client;
    char *state;           /* "active", "idle in transaction" */
    char *query;           /* raw, at most 200 characters */
    gint64 wait_ms;        /* how long it has waited (pg_locks.waitstart, 14+; before: since its query began) */
    gint64 transaction_ms; /* age of its transaction; -1: none */
} PgmSession;

typedef struct
{
    GPtrArray *held;       /* PgmHeldLock on ordinary relations, strongest first; no catalogs */
    GPtrArray *waiting;    /* PgmSession: everyone who waits behind PID, directly or in its queue, longest first */
    gint64 oldest_wait_ms; /* 0: nobody waits */
    GPtrArray *blockers;   /* PgmSession: whom PID itself waits for */
    char *wait_event;      /* of PID, "Lock/relation"; NULL: none */
    int percent;           /* of the running statement, 0 to 100; -1: cannot be told */
    gint64 done_bytes;     /* written to the new heap, -1: unknown */
    gint64 total_bytes;
    char *phase_text; /* "rewriting documents", "building index …"; NULL */
} PgmActivity;

/* BACKEND: a pid. */
PgmActivity *pgm_activity_read(PgmConnection *connection, int backend, GError **error);
void pgm_activity_free(PgmActivity *activity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmActivity, pgm_activity_free)

/* Sessions that block relation locks on RELATIONS right now (for "lock not available"), elements PgmSession. */
GPtrArray *pgm_activity_blockers(PgmConnection *connection, const char *const *relations, int n, GError **error);
void pgm_session_free(PgmSession *session);

#endif
