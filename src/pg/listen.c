/* listen.c - what the server says unasked: notices, a FATAL, the end of the line; and waiting for it. */
#include "pg/private.h"

#include <poll.h>

/* A server in a loop of RAISE NOTICE must not fill the memory. */
#define NOTICES_KEPT 1000

static void add_notice(PgmConnection *connection, const char *label, const char *text)
{
    if (text != NULL && connection->notices->len < NOTICES_KEPT)
    {
        g_ptr_array_add(connection->notices, g_strconcat(label, ": ", text, NULL));
    }
}

void pgm_connection_receive_notice(void *data, const PGresult *notice)
{
    PgmConnection *connection = data;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *primary = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (pgm_result_is_fatal(notice))
    {
        pgm_connection_mark_lost(connection, notice);
    }
    if (primary == NULL) /* libpq itself */
    {
        g_autofree char *words = g_strchomp(g_strdup(PQresultErrorMessage(notice)));
        add_notice(connection, "WARNING", words);
        return;
    }
    add_notice(connection, severity == NULL ? "NOTICE" : severity, primary);
    add_notice(connection, "DETAIL", PQresultErrorField(notice, PG_DIAG_MESSAGE_DETAIL));
    add_notice(connection, "HINT", PQresultErrorField(notice, PG_DIAG_MESSAGE_HINT));
}

char **pgm_connection_take_notices(PgmConnection *connection)
{
    GPtrArray *taken = connection->notices;
    connection->notices = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(taken, NULL);
    return (char **)g_ptr_array_free(taken, FALSE);
}

void pgm_connection_mark_lost(PgmConnection *connection, const PGresult *farewell)
{
    connection->lost = TRUE;
    if (connection->farewell == NULL && farewell != NULL)
    {
        g_autoptr(GError) words = pgm_result_error(farewell);
        connection->farewell = g_strdup(words->message);
    }
}

void pgm_connection_set_lost_error(const PgmConnection *connection, const char *consequence, GError **error)
{
    g_autofree char *display = pgm_connection_display(connection);
    g_set_error(error, PGM_ERROR, PGM_ERROR_LOST, "the connection to %s was lost: %s; %s", display,
                connection->farewell != NULL ? connection->farewell : "the line went dead without a word", consequence);
}

/* PQisBusy() is what parses; while idle, a FATAL reaches only the notice receiver. */
static void parse_input(PgmConnection *connection, gboolean read)
{
    if (read && !PQconsumeInput(connection->pg))
    {
        connection->lost = TRUE;
    }
    PQisBusy(connection->pg);
    PGnotify *notification;
    while ((notification = PQnotifies(connection->pg)) != NULL)
    {
        PQfreemem(notification);
    }
    if (PQstatus(connection->pg) == CONNECTION_BAD)
    {
        connection->lost = TRUE;
    }
}

void pgm_connection_listen(PgmConnection *connection)
{
    if (!connection->lost)
    {
        parse_input(connection, TRUE);
    }
}

static int milliseconds_until(gint64 deadline)
{
    if (deadline < 0)
    {
        return -1;
    }
    gint64 left = deadline - g_get_monotonic_time();
    return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

static void hear_interest(PgmListener *listener, short events)
{
    const PgmInterest *interest = listener->interest;
    if (interest == NULL)
    {
        return;
    }
    if ((events & (POLLIN | POLLHUP)) != 0 && !interest->ready(interest->user))
    {
        listener->stop = TRUE;
    }
    if ((events & POLLIN) == 0) /* closed or broken: it would wake us for ever */
    {
        listener->interest = NULL;
    }
}

void pgm_connection_turn(PgmConnection *connection, gboolean writing, PgmListener *listener, gint64 deadline)
{
    const PgmInterest *interest = listener->interest;
    struct pollfd fds[2] = {
        {.fd = PQsocket(connection->pg), .events = (short)(writing ? POLLIN | POLLOUT : POLLIN)},
        {.fd = interest == NULL ? -1 : interest->fd, .events = POLLIN},
    };
    if (fds[0].fd < 0)
    {
        connection->lost = TRUE;
        return;
    }
    int n = poll(fds, G_N_ELEMENTS(fds), milliseconds_until(deadline));
    if (n <= 0)
    {
        return; /* time is up, or a signal: the caller's loop looks again */
    }
    if ((fds[0].revents & ~POLLOUT) != 0)
    {
        parse_input(connection, TRUE);
    }
    if (fds[1].revents != 0)
    {
        hear_interest(listener, fds[1].revents);
    }
}

PgmWake pgm_connection_wait(PgmConnection *connection, const PgmInterest *interest, gint64 deadline, GError **error)
{
    PgmListener listener = {.interest = interest};
    pgm_connection_listen(connection); /* it may have come with the last answer */
    for (;;)
    {
        if (pgm_connection_is_lost(connection))
        {
            pgm_connection_set_lost_error(connection, "a transaction that was open is gone", error);
            return PGM_WAKE_LOST;
        }
        if (listener.stop)
        {
            return PGM_WAKE_INTEREST;
        }
        if (deadline >= 0 && g_get_monotonic_time() >= deadline)
        {
            return PGM_WAKE_DEADLINE;
        }
        pgm_connection_turn(connection, FALSE, &listener, deadline);
    }
}
