/*
 * watch.h - a thread with a connection of its own that watches one backend.
 *
 * While the run connection is busy, it reads locks, waiters and progress every
 * 200 ms and hands them to the engine's inbox. It is also the second connection
 * that flushes the WAL before a COMMIT (POSTGRES.md 1).
 */
#ifndef PGMEDIC_RUN_WATCH_H
#define PGMEDIC_RUN_WATCH_H

#include "pgmedic/activity.h"
#include "pgmedic/connection.h"
#include "pgmedic/signal.h"

typedef struct PgmWatch PgmWatch;

/* Called on the watch's thread with a new reading, which is the callee's. */
typedef void (*PgmWatchReport)(PgmActivity *activity, gpointer user);

/* Opens its connection (in the caller's thread, so that errors are heard) and starts; idle until pgm_watch_backend().
 */
PgmWatch *pgm_watch_start(const PgmConninfo *info, PgmWatchReport report, gpointer user, GError **error);
/* Ends the thread and closes its connection. */
void pgm_watch_stop(PgmWatch *watch);

/* Whom to watch from now on; 0: nobody. RELATIONS (char*, may be NULL): what it is about to lock, measured before it
 * does. */
void pgm_watch_backend(PgmWatch *watch, int backend, GPtrArray *relations);

/* Have the WAL flushed up to now, by an autocommitted transactional message; waits at most 3 s. */
gboolean pgm_watch_flush_wal(PgmWatch *watch, const char *message, GError **error);

/* Who blocks locks on RELATIONS, read on the watch's connection; elements char*, one line each. Never NULL. */
GPtrArray *pgm_watch_blockers(PgmWatch *watch, GPtrArray *relations);

/* On the watch's thread: what came of a signal. OUTCOME is the callee's. */
typedef void (*PgmWatchSignalled)(PgmEvent *outcome, gpointer user);
/* Sends SIGNAL (copied) on the watch's connection and looks for its effect, without waiting here. SERVER: whose
 * connection it must be, by system identifier and database. TOLD comes once for each, at the latest from
 * pgm_watch_stop(). */
void pgm_watch_signal(PgmWatch *watch, const PgmSignal *signal, const PgmServer *server, PgmWatchSignalled told,
                      gpointer user);

#endif
