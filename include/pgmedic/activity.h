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
    gboolean exclusive;    /* of pgm_activity_blockers(): it has or awaits ACCESS EXCLUSIVE, so readers wait too */
} PgmSession;

typedef struct
{
    GPtrArray *held;       /* PgmHeldLock on ordinary relations, strongest first; no catalogs */
    GPtrArray *waiting;    /* PgmSession: everyone who waits behind PID, directly or in its queue, longest first */
    gint64 oldest_wait_ms; /* 0: nobody waits */
    GPtrArray *blockers;   /* PgmSession: whom PID itself waits for */
    char *wait_event;      /* of PID, "Lock/relation"; NULL: none */
    int percent;           /* of the running statement, 0 to 100; -1: cannot be told */
    gint64 done_bytes;     /* written to the new heap, its TOAST table and indexes (or WAL, where files may not be
                              looked at), -1: unknown */
    gint64 total_bytes;    /* the old ones' size, -1: unknown; a new row may be larger than the old one */
    char *phase_text;      /* "rewriting documents", "building index …"; NULL */
} PgmActivity;

/*
 * What it takes to say how far a table rewrite is, for which PostgreSQL has no view: the tables' sizes from before they
 * were locked, and what earlier statements of the same transaction had written already. Belongs to one watched backend
 * and to one thread at a time.
 */
typedef struct PgmProgress PgmProgress;

/* Takes the sizes of RELATIONS (heap, TOAST, indexes): call it before they are locked. A name as regclass takes it; one
 * that the search_path does not find means every user table of that name. Tables that are locked by someone else right
 * now, or not named here, are estimated from pg_class.relpages later. Caller frees. */
PgmProgress *pgm_progress_new(PgmConnection *connection, const char *const *relations, int n, GError **error);
void pgm_progress_free(PgmProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmProgress, pgm_progress_free)

/* BACKEND: a pid. As pgm_activity_read_progress() without PROGRESS: good for a backend's first rewrite. */
PgmActivity *pgm_activity_read(PgmConnection *connection, int backend, GError **error);
/* Never waits for a lock that BACKEND holds. PROGRESS may be NULL; call it regularly (the engine: every 200 ms), since
 * what one statement wrote is told from the next one's by what was seen in between. Error: PGM_SQL_ERROR (57014: the
 * statement time-out, try again later), PGM_ERROR_LOST. Caller frees. */
PgmActivity *pgm_activity_read_progress(PgmConnection *connection, int backend, PgmProgress *progress, GError **error);
void pgm_activity_free(PgmActivity *activity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmActivity, pgm_activity_free)

/* Sessions that block relation locks on RELATIONS right now (for "lock not available"), elements PgmSession: those that
 * hold a lock on them (wait_ms 0) and those in the queue, prepared transactions too. Names as for pgm_progress_new().
 */
GPtrArray *pgm_activity_blockers(PgmConnection *connection, const char *const *relations, int n, GError **error);
void pgm_session_free(PgmSession *session);

/* Does STATEMENT, as pg_stat_activity has it, look as if there were a password or the like in it? Then it has no place
 * in a journal or a report. */
gboolean pgm_activity_has_secret(const char *statement);

#endif
