/* watch.c - the watch thread. */
#include "run/watch.h"

#include "pgmedic/queue.h"
#include "pgmedic/text.h"

enum
{
    INTERVAL_MS = 200,
    REPLY_MS = 3000,
};

typedef enum
{
    ORDER_WATCH,
    ORDER_FLUSH,
    ORDER_BLOCKERS,
    ORDER_SIGNAL,
    ORDER_STOP,
} OrderKind;

/* A signal, from when it is asked for until its effect is seen. */
typedef struct
{
    PgmSignal *signal;
    char *system_identifier; /* where it is to be sent; NULL: not visible */
    guint32 database_oid;
    gint64 began; /* monotonic */
    PgmWatchSignalled told;
    gpointer user;
} Sent;

typedef struct
{
    OrderKind kind;
    int backend;
    char *message;
    GPtrArray *relations;
    Sent *sent;
} Order;

typedef struct
{
    GError *error;
    GPtrArray *blockers;
} Reply;

struct PgmWatch
{
    GThread *thread;
    PgmQueue *orders;
    PgmQueue *replies;
    PgmConninfo *info;
    PgmConnection *connection; /* the thread's own once it runs */
    PgmWatchReport report;
    gpointer user;
    int backend;           /* this and the next two: the thread's */
    GPtrArray *sent;       /* Sent, whose effect is looked for */
    PgmProgress *progress; /* of the backend's rewrites; NULL: none was begun */
};

static void sent_free(gpointer data)
{
    Sent *sent = data;
    if (sent != NULL)
    {
        pgm_signal_free(sent->signal);
        g_free(sent->system_identifier);
        g_free(sent);
    }
}

static void order_free(Order *order)
{
    sent_free(order->sent);
    g_free(order->message);
    g_clear_pointer(&order->relations, g_ptr_array_unref);
    g_free(order);
}

static void reply_free(Reply *reply)
{
    g_clear_error(&reply->error);
    g_clear_pointer(&reply->blockers, g_ptr_array_unref);
    g_free(reply);
}

static void watch_reconnect_if_lost(PgmWatch *watch)
{
    if (watch->connection == NULL || pgm_connection_is_lost(watch->connection))
    {
        g_clear_pointer(&watch->connection, pgm_connection_close);
        watch->connection = pgm_connection_open(watch->info, PGM_PURPOSE_WATCH, NULL);
    }
}

static void watch_read(PgmWatch *watch)
{
    watch_reconnect_if_lost(watch);
    if (watch->connection == NULL)
    {
        return;
    }
    PgmActivity *activity = pgm_activity_read_progress(watch->connection, watch->backend, watch->progress, NULL);
    if (activity != NULL)
    {
        watch->report(activity, watch->user);
    }
}

static Reply *watch_flush(PgmWatch *watch, const char *message)
{
    Reply *reply = g_new0(Reply, 1);
    watch_reconnect_if_lost(watch);
    if (watch->connection == NULL)
    {
        reply->error = g_error_new(PGM_ERROR, PGM_ERROR_LOST, "the second connection is not there");
        return reply;
    }
    /* Local: a synchronous standby that is missing must not hang it while the run holds its locks. */
    g_autofree char *literal = pgm_quote_literal(message);
    if (pgm_connection_command(watch->connection, &reply->error, "SET synchronous_commit = local"))
    {
        pgm_connection_command(watch->connection, &reply->error,
                               "SELECT pg_catalog.pg_logical_emit_message(true, 'pgmedic', %s)", literal);
    }
    return reply;
}

enum
{
    BLOCKER_COLUMNS = 80, /* of a statement */
};

static char *blocker_line(const PgmSession *session)
{
    gboolean secret = session->query != NULL && pgm_activity_has_secret(session->query);
    g_autofree char *query = pgm_text_safe(secret ? "(it speaks of a password or the like)" : session->query, -1);
    g_autofree char *all = pgm_text_one_line(query);
    g_autofree char *line = pgm_text_cut(all, BLOCKER_COLUMNS);
    g_autofree char *age = session->transaction_ms >= 0 ? pgm_text_duration(session->transaction_ms) : g_strdup("?");
    return session->pid == 0 ? g_strdup_printf("a prepared transaction, open for %s", age)
                             : g_strdup_printf("pid %d %s %s, %s, transaction open for %s: %s", session->pid,
                                               session->user != NULL ? session->user : "",
                                               session->application != NULL ? session->application : "",
                                               session->state != NULL ? session->state : "?", age, line);
}

static Reply *watch_blockers(PgmWatch *watch, GPtrArray *relations)
{
    Reply *reply = g_new0(Reply, 1);
    reply->blockers = g_ptr_array_new_with_free_func(g_free);
    watch_reconnect_if_lost(watch);
    if (watch->connection == NULL)
    {
        return reply;
    }
    g_autoptr(GPtrArray) sessions =
        pgm_activity_blockers(watch->connection, (const char *const *)relations->pdata, (int)relations->len, NULL);
    for (guint i = 0; sessions != NULL && i < sessions->len; i++)
    {
        g_ptr_array_add(reply->blockers, blocker_line(g_ptr_array_index(sessions, i)));
    }
    return reply;
}

static void tell_sent(const Sent *sent, PgmSignalFate fate, const char *detail)
{
    gint64 ms = (g_get_monotonic_time() - sent->began) / 1000;
    sent->told(pgm_signal_outcome_event(sent->signal, fate, detail, ms), sent->user);
}

/* The connection may have been made anew meanwhile, and the name it was made by may lead elsewhere. */
static gboolean is_there(const PgmWatch *watch, const Sent *sent)
{
    const PgmServer *server = pgm_connection_server(watch->connection);
    return !server->standby && server->database_oid == sent->database_oid &&
           g_strcmp0(server->system_identifier, sent->system_identifier) == 0;
}

static void watch_send(PgmWatch *watch, Order *order)
{
    g_autoptr(GError) why = NULL;
    gboolean done = FALSE;
    Sent *sent = g_steal_pointer(&order->sent);
    watch_reconnect_if_lost(watch);
    if (watch->connection == NULL)
    {
        tell_sent(sent, PGM_SIGNAL_REFUSED, "the second connection is not there");
    }
    else if (!is_there(watch, sent))
    {
        tell_sent(sent, PGM_SIGNAL_REFUSED, "the second connection leads to another database by now");
    }
    else if (!pgm_signal_send(watch->connection, sent->signal, &done, &why))
    {
        tell_sent(sent, g_error_matches(why, PGM_ERROR, PGM_ERROR_LOST) ? PGM_SIGNAL_UNKNOWN : PGM_SIGNAL_REFUSED,
                  why->message);
    }
    else if (!done)
    {
        tell_sent(sent, PGM_SIGNAL_GONE, NULL);
    }
    else
    {
        g_ptr_array_add(watch->sent, sent);
        return;
    }
    sent_free(sent);
}

/* FALSE: its effect was seen, or is no longer looked for. */
static gboolean look_for_effect(PgmWatch *watch, const Sent *sent)
{
    gboolean there = TRUE;
    g_autofree char *state = NULL;
    g_autoptr(GError) why = NULL;
    if (watch->connection == NULL || !is_there(watch, sent) ||
        !pgm_signal_look(watch->connection, sent->signal, &there, &state, &why))
    {
        tell_sent(sent, PGM_SIGNAL_UNKNOWN, why != NULL ? why->message : "the second connection is not there");
        return FALSE;
    }
    if (!there)
    {
        tell_sent(sent, PGM_SIGNAL_ENDED, NULL);
        return FALSE;
    }
    if (g_get_monotonic_time() - sent->began > (gint64)PGM_SIGNAL_PATIENCE_MS * 1000)
    {
        tell_sent(sent, PGM_SIGNAL_STILL_THERE, state);
        return FALSE;
    }
    return TRUE;
}

static void watch_look(PgmWatch *watch)
{
    if (watch->sent->len > 0)
    {
        watch_reconnect_if_lost(watch);
    }
    for (guint i = watch->sent->len; i > 0; i--)
    {
        if (!look_for_effect(watch, g_ptr_array_index(watch->sent, i - 1)))
        {
            g_ptr_array_remove_index(watch->sent, i - 1);
        }
    }
}

/* Nobody looks any more: what came of these is not known. */
static void watch_forget_sent(PgmWatch *watch)
{
    for (guint i = 0; i < watch->sent->len; i++)
    {
        tell_sent(g_ptr_array_index(watch->sent, i), PGM_SIGNAL_UNKNOWN, "nobody waited for its effect");
    }
    g_ptr_array_set_size(watch->sent, 0);
}

static void watch_begin(PgmWatch *watch, const Order *order)
{
    g_clear_pointer(&watch->progress, pgm_progress_free);
    watch->backend = order->backend;
    if (watch->backend == 0 || order->relations == NULL)
    {
        return;
    }
    watch_reconnect_if_lost(watch);
    if (watch->connection != NULL)
    {
        watch->progress = pgm_progress_new(watch->connection, (const char *const *)order->relations->pdata,
                                           (int)order->relations->len, NULL);
    }
}

/* FALSE: stop. */
static gboolean watch_obey(PgmWatch *watch, Order *order)
{
    switch (order->kind)
    {
    case ORDER_WATCH:
        watch_begin(watch, order);
        return TRUE;
    case ORDER_FLUSH:
        pgm_queue_push(watch->replies, watch_flush(watch, order->message));
        return TRUE;
    case ORDER_BLOCKERS:
        pgm_queue_push(watch->replies, watch_blockers(watch, order->relations));
        return TRUE;
    case ORDER_SIGNAL:
        watch_send(watch, order);
        return TRUE;
    case ORDER_STOP:
        return FALSE;
    }
    return FALSE;
}

static gpointer watch_thread(gpointer data)
{
    PgmWatch *watch = data;
    gboolean go_on = TRUE;
    while (go_on)
    {
        gboolean busy = watch->backend != 0 || watch->sent->len > 0;
        Order *order = pgm_queue_wait(watch->orders, busy ? INTERVAL_MS : -1);
        if (order != NULL)
        {
            go_on = watch_obey(watch, order);
            order_free(order);
        }
        else if (watch->backend != 0)
        {
            watch_read(watch);
        }
        watch_look(watch);
    }
    watch_forget_sent(watch);
    g_clear_pointer(&watch->progress, pgm_progress_free);
    g_clear_pointer(&watch->connection, pgm_connection_close);
    return NULL;
}

PgmWatch *pgm_watch_start(const PgmConninfo *info, PgmWatchReport report, gpointer user, GError **error)
{
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_WATCH, error);
    if (connection == NULL)
    {
        return NULL;
    }
    PgmWatch *watch = g_new0(PgmWatch, 1);
    watch->info = pgm_conninfo_copy(info);
    watch->connection = connection;
    watch->report = report;
    watch->user = user;
    watch->sent = g_ptr_array_new_with_free_func(sent_free);
    watch->orders = pgm_queue_new((GDestroyNotify)order_free);
    watch->replies = pgm_queue_new((GDestroyNotify)reply_free);
    watch->thread = g_thread_new("watch", watch_thread, watch);
    return watch;
}

static Order *order_new(OrderKind kind)
{
    Order *order = g_new0(Order, 1);
    order->kind = kind;
    return order;
}

void pgm_watch_stop(PgmWatch *watch)
{
    if (watch == NULL)
    {
        return;
    }
    pgm_queue_push(watch->orders, order_new(ORDER_STOP));
    g_thread_join(watch->thread);
    Order *late;
    while ((late = pgm_queue_pop(watch->orders)) != NULL)
    {
        if (late->sent != NULL)
        {
            tell_sent(late->sent, PGM_SIGNAL_REFUSED, "the second connection was closed before");
        }
        order_free(late);
    }
    pgm_queue_free(watch->orders);
    pgm_queue_free(watch->replies);
    g_ptr_array_unref(watch->sent);
    pgm_conninfo_free(watch->info);
    g_free(watch);
}

void pgm_watch_signal(PgmWatch *watch, const PgmSignal *signal, const PgmServer *server, PgmWatchSignalled told,
                      gpointer user)
{
    Order *order = order_new(ORDER_SIGNAL);
    order->sent = g_new0(Sent, 1);
    *order->sent = (Sent){
        .signal = pgm_signal_copy(signal),
        .system_identifier = g_strdup(server->system_identifier),
        .database_oid = server->database_oid,
        .began = g_get_monotonic_time(),
        .told = told,
        .user = user,
    };
    pgm_queue_push(watch->orders, order);
}

static GPtrArray *copy_names(GPtrArray *names)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; names != NULL && i < names->len; i++)
    {
        g_ptr_array_add(copy, g_strdup(g_ptr_array_index(names, i)));
    }
    return copy;
}

void pgm_watch_backend(PgmWatch *watch, int backend, GPtrArray *relations)
{
    Order *order = order_new(ORDER_WATCH);
    order->backend = backend;
    order->relations = copy_names(relations);
    pgm_queue_push(watch->orders, order);
}

static Reply *watch_order(PgmWatch *watch, Order *order)
{
    Reply *stale;
    while ((stale = pgm_queue_pop(watch->replies)) != NULL)
    {
        reply_free(stale); /* of an order that was given up */
    }
    pgm_queue_push(watch->orders, order);
    return pgm_queue_wait(watch->replies, REPLY_MS);
}

gboolean pgm_watch_flush_wal(PgmWatch *watch, const char *message, GError **error)
{
    Order *order = order_new(ORDER_FLUSH);
    order->message = g_strdup(message);
    Reply *reply = watch_order(watch, order);
    if (reply == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_LOST, "the second connection did not answer in time");
        return FALSE;
    }
    gboolean ok = reply->error == NULL;
    if (!ok)
    {
        g_propagate_error(error, g_steal_pointer(&reply->error));
    }
    reply_free(reply);
    return ok;
}

GPtrArray *pgm_watch_blockers(PgmWatch *watch, GPtrArray *relations)
{
    Order *order = order_new(ORDER_BLOCKERS);
    order->relations = copy_names(relations);
    Reply *reply = watch_order(watch, order);
    GPtrArray *lines = reply != NULL ? g_steal_pointer(&reply->blockers) : NULL;
    g_clear_pointer(&reply, reply_free);
    return lines != NULL ? lines : g_ptr_array_new_with_free_func(g_free);
}
