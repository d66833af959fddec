/*
 * cancel.c - ask the server to stop a statement.
 *
 * Sending the request opens a connection of its own and may block for as long
 * as a dead network does, so each request has a thread. The thread shares only
 * the canceller, which lives until the last of them is done.
 */
#include "pg/private.h"

#include <pthread.h>
#include <signal.h>

struct PgmCanceller
{
    GMutex mutex;
    GCond idle;
    int under_way;
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    PGcancelConn *request; /* encrypted as the connection is; used by one thread at a time */
    GMutex sending;
#else
    PGcancel *request; /* PQcancel() only reads it */
#endif
};

static void canceller_clear(gpointer data)
{
    PgmCanceller *canceller = data;
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    PQcancelFinish(canceller->request);
    g_mutex_clear(&canceller->sending);
#else
    PQfreeCancel(canceller->request);
#endif
    g_mutex_clear(&canceller->mutex);
    g_cond_clear(&canceller->idle);
}

PgmCanceller *pgm_canceller_new(PGconn *pg)
{
    PgmCanceller *canceller = g_atomic_rc_box_new0(PgmCanceller);
    g_mutex_init(&canceller->mutex);
    g_cond_init(&canceller->idle);
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    g_mutex_init(&canceller->sending);
    canceller->request = PQcancelCreate(pg);
#else
    canceller->request = PQgetCancel(pg);
#endif
    return canceller;
}

void pgm_canceller_release(PgmCanceller *canceller)
{
    if (canceller != NULL)
    {
        g_atomic_rc_box_release_full(canceller, canceller_clear);
    }
}

static void send_request(PgmCanceller *canceller)
{
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    g_mutex_lock(&canceller->sending);
    PQcancelBlocking(canceller->request);
    PQcancelReset(canceller->request);
    g_mutex_unlock(&canceller->sending);
#else
    char ignored[256];
    PQcancel(canceller->request, ignored, sizeof ignored);
#endif
}

/* Whether it worked shows in what becomes of the statement. */
static gpointer cancel_thread(gpointer data)
{
    PgmCanceller *canceller = data;
    send_request(canceller);
    g_mutex_lock(&canceller->mutex);
    canceller->under_way--;
    g_cond_broadcast(&canceller->idle);
    g_mutex_unlock(&canceller->mutex);
    pgm_canceller_release(canceller);
    return NULL;
}

void pgm_connection_cancel(PgmConnection *connection)
{
    PgmCanceller *canceller = connection->canceller;
    if (canceller == NULL || canceller->request == NULL)
    {
        return;
    }
    g_mutex_lock(&canceller->mutex);
    canceller->under_way++;
    g_mutex_unlock(&canceller->mutex);

    /* Signals belong to the thread that owns the terminal. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_try_new("cancel", cancel_thread, g_atomic_rc_box_acquire(canceller), &error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (thread != NULL)
    {
        g_thread_unref(thread);
        return;
    }
    cancel_thread(canceller); /* no thread to be had: late is better than never; it releases what it was given */
}

void pgm_canceller_settle(PgmCanceller *canceller, gint64 deadline)
{
    if (canceller == NULL)
    {
        return;
    }
    g_mutex_lock(&canceller->mutex);
    while (canceller->under_way > 0 && g_cond_wait_until(&canceller->idle, &canceller->mutex, deadline))
    {
    }
    g_mutex_unlock(&canceller->mutex);
}
