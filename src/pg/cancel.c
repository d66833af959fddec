/*
 * cancel.c - ask the server to stop a statement.
 *
 * Sending the request opens a connection of its own and may block for as long
 * as a dead network does, so each request has a thread. The thread shares only
 * the canceller, which lives until the last of them is done.
 *
 * A request names a backend, not a statement: one that arrives before the
 * statement has begun is forgotten, one that arrives after it would hit the
 * next. So it is repeated until the statement ends, and the next statement
 * waits until no request is under way.
 */
#include "pg/private.h"

#include <pthread.h>
#include <signal.h>

#define FIRST_PAUSE_US (G_USEC_PER_SEC / 10)
#define LAST_PAUSE_US  (2 * G_USEC_PER_SEC)

struct PgmCanceller
{
    GMutex mutex;
    GCond changed;
    int under_way;
    gboolean running; /* statement number SERIAL is */
    guint64 serial;
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    PGcancelConn *request; /* encrypted as the connection is; used by one thread at a time */
    GMutex sending;
#else
    PGcancel *request; /* PQcancel() only reads it */
#endif
};

typedef struct
{
    PgmCanceller *canceller;
    guint64 serial;
    gboolean insist; /* until that statement has ended; otherwise once */
} Request;

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
    g_cond_clear(&canceller->changed);
}

PgmCanceller *pgm_canceller_new(PGconn *pg)
{
    PgmCanceller *canceller = g_atomic_rc_box_new0(PgmCanceller);
    g_mutex_init(&canceller->mutex);
    g_cond_init(&canceller->changed);
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

static gboolean is_running(const PgmCanceller *canceller, guint64 serial)
{
    return canceller->running && canceller->serial == serial;
}

/* Whether it worked shows in what becomes of the statement. */
static gpointer cancel_thread(gpointer data)
{
    g_autofree Request *request = data;
    PgmCanceller *canceller = request->canceller;
    gint64 pause = FIRST_PAUSE_US;
    g_mutex_lock(&canceller->mutex);
    while (!request->insist || is_running(canceller, request->serial))
    {
        g_mutex_unlock(&canceller->mutex);
        send_request(canceller);
        g_mutex_lock(&canceller->mutex);
        if (!request->insist)
        {
            break;
        }
        gint64 next = g_get_monotonic_time() + pause;
        while (is_running(canceller, request->serial) &&
               g_cond_wait_until(&canceller->changed, &canceller->mutex, next))
        {
        }
        pause = MIN(pause * 2, LAST_PAUSE_US);
    }
    canceller->under_way--;
    g_cond_broadcast(&canceller->changed);
    g_mutex_unlock(&canceller->mutex);
    pgm_canceller_release(canceller);
    return NULL;
}

static void ask(PgmCanceller *canceller, gboolean insist)
{
    if (canceller == NULL || canceller->request == NULL)
    {
        return;
    }
    Request *request = g_new0(Request, 1);
    request->canceller = g_atomic_rc_box_acquire(canceller);
    request->insist = insist;
    g_mutex_lock(&canceller->mutex);
    canceller->under_way++;
    request->serial = canceller->serial;
    g_mutex_unlock(&canceller->mutex);

    /* Signals belong to the thread that owns the terminal. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_try_new("cancel", cancel_thread, request, &error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (thread != NULL)
    {
        g_thread_unref(thread);
        return;
    }
    request->insist = FALSE; /* no thread to be had: once, and blocking, is better than never */
    cancel_thread(request);
}

void pgm_connection_cancel(PgmConnection *connection)
{
    ask(connection->canceller, TRUE);
}

void pgm_canceller_send_once(PgmCanceller *canceller)
{
    ask(canceller, FALSE);
}

void pgm_canceller_begin(PgmCanceller *canceller)
{
    if (canceller != NULL)
    {
        g_mutex_lock(&canceller->mutex);
        canceller->running = TRUE;
        canceller->serial++;
        g_mutex_unlock(&canceller->mutex);
    }
}

void pgm_canceller_end(PgmCanceller *canceller)
{
    if (canceller != NULL)
    {
        g_mutex_lock(&canceller->mutex);
        canceller->running = FALSE;
        g_cond_broadcast(&canceller->changed);
        g_mutex_unlock(&canceller->mutex);
    }
}

void pgm_canceller_settle(PgmCanceller *canceller, gint64 deadline)
{
    if (canceller == NULL)
    {
        return;
    }
    g_mutex_lock(&canceller->mutex);
    while (canceller->under_way > 0 && g_cond_wait_until(&canceller->changed, &canceller->mutex, deadline))
    {
    }
    g_mutex_unlock(&canceller->mutex);
}
