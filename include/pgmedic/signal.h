/*
 * signal.h - ending what stands in the way: a session's statement is cancelled, or the session is terminated.
 *
 * Whom it meets is decided by the server in the statement that does it: the pid
 * must still belong to the backend that was looked at, and for a cancel that
 * backend must still run the statement that was looked at. Never one of
 * pgmedic's own.
 *
 * Outside a run this is done in an armed period: it begins when the operator
 * has typed the database's name, has a record of its own among the runs, and a
 * connection of PGM_PURPOSE_RUN for each signal. During a run it is the run's
 * business (operator.h, pgm_engine_signal()), and stands in the run's journal.
 */
#ifndef PGMEDIC_SIGNAL_H
#define PGMEDIC_SIGNAL_H

#include "pgmedic/config.h"
#include "pgmedic/event.h"
#include "pgmedic/sessions.h"

typedef enum
{
    PGM_SIGNAL_CANCEL,    /* pg_cancel_backend(): its statement ends with 57014 */
    PGM_SIGNAL_TERMINATE, /* pg_terminate_backend(): its session ends with 57P01 */
} PgmSignalKind;

typedef struct
{
    PgmSignalKind kind;
    /* Whom it is to meet */
    int pid;
    char *backend_start; /* as in PgmSessionRow */
    char *query_start;   /* CANCEL; NULL for TERMINATE */
    /* What was seen of it when it was decided, for the record. NULL and -1: unknown */
    char *user, *database, *application, *client, *backend_type, *state, *query;
    gint64 transaction_ms, query_ms;
    int behind;
} PgmSignal;

typedef enum
{
    PGM_SIGNAL_ENDED,       /* sent, and the statement or session has ended */
    PGM_SIGNAL_STILL_THERE, /* sent, and PGM_SIGNAL_PATIENCE_MS later it had not */
    PGM_SIGNAL_GONE,        /* not sent: the session, or that statement, had ended before */
    PGM_SIGNAL_REFUSED,     /* not sent: the server refused, or could not be asked */
    PGM_SIGNAL_UNKNOWN,     /* it may have been sent: the connection broke, or nobody waited for the effect */
} PgmSignalFate;

#define PGM_SIGNAL_PATIENCE_MS 5000

/* ROW must be a backend that is visible (`visible`, backend_start). */
PgmSignal *pgm_signal_new(PgmSignalKind kind, const PgmSessionRow *row);
PgmSignal *pgm_signal_copy(const PgmSignal *signal);
void pgm_signal_free(PgmSignal *signal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmSignal, pgm_signal_free)

/* Why ROW cannot be signalled by this role, before anybody is asked: what it lacks, that it is pgmedic's own, that it
 * runs nothing. One sentence; NULL: it can be tried. Caller frees. */
char *pgm_signal_refusal(PgmSignalKind kind, const PgmSessionRow *row);

/* Sends it in one statement. SENT FALSE: nobody there is that session (or runs that statement) any more. */
gboolean pgm_signal_send(PgmConnection *connection, const PgmSignal *signal, gboolean *sent, GError **error);
/* Is what it was sent to still there? STATE (caller frees) gets what it does now, "active, IO/DataFileRead". */
gboolean pgm_signal_look(PgmConnection *connection, const PgmSignal *signal, gboolean *there, char **state,
                         GError **error);

/* The events of the journal: announced before it is sent, and what came of it. DETAIL may be NULL. */
PgmEvent *pgm_signal_event(const PgmSignal *signal);
PgmEvent *pgm_signal_outcome_event(const PgmSignal *signal, PgmSignalFate fate, const char *detail, gint64 ms);
PgmSignalFate pgm_signal_fate_of(const PgmEvent *outcome);
const char *pgm_signal_kind_name(PgmSignalKind kind);

/*
 * An armed period outside a run. One thread at a time, but for pgm_armed_hurry().
 */
typedef struct PgmArmed PgmArmed;

/* Connects, and refuses standbys and poolers as a run does; TYPED must be the database's name. Makes the record in
 * STATE_FOLDER (NULL: the usual place), "20261121T082512Z-sessions-7f3a". TARGET is copied. */
PgmArmed *pgm_armed_begin(const PgmTarget *target, const char *state_folder, const char *typed, GError **error);
/* Journals, connects, checks that it is the server and database that was armed for, sends, and waits for the effect.
 * OUTCOME (caller frees) is the event that was journaled. FALSE: the journal could not be written; nothing was sent
 * when OUTCOME is NULL. */
gboolean pgm_armed_signal(PgmArmed *armed, const PgmSignal *signal, PgmEvent **outcome, GError **error);
/* Any thread: the effect of a signal is no longer waited for. */
void pgm_armed_hurry(PgmArmed *armed);
const char *pgm_armed_folder(const PgmArmed *armed);
/* Ends it, journaled with WHY, and frees it. NULL is fine. */
void pgm_armed_end(PgmArmed *armed, const char *why);

#endif
