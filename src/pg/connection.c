/* connection.c - opening, the facts of the server, closing. */
#include "pg/private.h"
#include "pgmedic/query.h"

#include <string.h>

/* How long closing waits for the statement in flight to hear that it is cancelled. */
#define CLOSE_WAIT_US (G_USEC_PER_SEC / 2)

/* PostgreSQL 13, the oldest whose catalogs the queries know. */
#define OLDEST_VERSION 130000

static const char *keep(PgmConnection *connection, const char *text)
{
    return text == NULL ? NULL : g_string_chunk_insert(connection->strings, text);
}

static gboolean is_loopback(PGconn *pg)
{
    const char *host = PQhost(pg);
    const char *address = PQhostaddr(pg);
    if (host != NULL && (host[0] == '/' || host[0] == '@'))
    {
        return TRUE;
    }
    return address != NULL && (g_str_has_prefix(address, "127.") || strcmp(address, "::1") == 0);
}

static void read_identity(PgmConnection *connection, const PgmResult *facts)
{
    PgmServer *server = &connection->server;
    PGconn *pg = connection->pg;
    server->version = (int)pgm_result_integer(facts, 0, 0);
    server->version_text = keep(connection, pgm_result_value(facts, 0, 1));
    char *blank = strchr(server->version_text, ' '); /* "15.20 (Debian …)" */
    if (blank != NULL)
    {
        *blank = '\0';
    }
    server->host = keep(connection, PQhost(pg));
    server->port = keep(connection, PQport(pg));
    server->user = keep(connection, pgm_result_value(facts, 0, 2));
    server->database = keep(connection, pgm_result_value(facts, 0, 3));
    server->database_oid = (guint32)pgm_result_integer(facts, 0, 4);
    server->standby = pgm_result_boolean(facts, 0, 5);
    server->superuser = pgm_result_boolean(facts, 0, 6);
    server->backend_pid = (int)pgm_result_integer(facts, 0, 7);
    server->backend_start = keep(connection, pgm_result_value(facts, 0, 8));
    server->owner = pgm_result_boolean(facts, 0, 11);
    server->loopback = is_loopback(pg);
    /* The port says nothing: behind a tunnel or a port mapping it differs too, and the server is still the server. */
    server->pooled = PQbackendPID(pg) != server->backend_pid;
}

/* What the role may not call is left NULL. */
static void read_privileged(PgmConnection *connection, const PgmResult *facts)
{
    PgmServer *server = &connection->server;
    if (pgm_result_boolean(facts, 0, 9))
    {
        g_autofree char *value =
            pgm_connection_value(connection, pgm_query_text("pg/system-identifier", server->version), NULL);
        server->system_identifier = keep(connection, value);
    }
    if (!server->standby && pgm_result_boolean(facts, 0, 10))
    {
        g_autofree char *value = pgm_connection_value(connection, pgm_query_text("pg/timeline", server->version), NULL);
        server->timeline = keep(connection, value);
    }
}

/* The facts come first: they tell whether a session's settings would stay behind in a pooler for somebody else. Then
 * the settings and what needs privileges, together if that goes well, else one by one. */
static gboolean read_server(PgmConnection *connection, GError **error)
{
    PgmServer *server = &connection->server;
    /* In one implicit transaction: a role's search_path may put operators of its own before PostgreSQL's. */
    const char *const first[] = {"SELECT pg_catalog.set_config('search_path', 'pg_catalog', true)",
                                 pgm_query_text("pg/server", 0)};
    g_autoptr(GPtrArray) asked = pgm_connection_pipeline(connection, first, G_N_ELEMENTS(first), NULL, error);
    if (asked == NULL)
    {
        return FALSE;
    }
    const PgmResult *facts = asked->pdata[1];
    read_identity(connection, facts);
    if (server->version < OLDEST_VERSION)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "%s@%s:%s runs PostgreSQL %s: pgmedic knows the catalogs of 13 and newer; use psql here",
                    server->database, server->host, server->port, server->version_text);
        return FALSE;
    }

    g_autofree char *settings = pgm_settings_sql(connection->purpose, FALSE);
    if (settings != NULL && server->pooled)
    {
        connection->settings_are_local = TRUE;
        g_clear_pointer(&settings, g_free);
    }
    if (settings != NULL && !server->standby && pgm_result_boolean(facts, 0, 9) && pgm_result_boolean(facts, 0, 10))
    {
        const char *const queries[] = {settings, pgm_query_text("pg/system-identifier", server->version),
                                       pgm_query_text("pg/timeline", server->version)};
        g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, G_N_ELEMENTS(queries), NULL, NULL);
        if (results != NULL)
        {
            server->system_identifier = keep(connection, pgm_result_value(results->pdata[1], 0, 0));
            server->timeline = keep(connection, pgm_result_value(results->pdata[2], 0, 0));
            return TRUE;
        }
    }
    if (settings != NULL)
    {
        g_autoptr(PgmResult) set = pgm_connection_query(connection, settings, error);
        if (set == NULL)
        {
            return FALSE;
        }
    }
    read_privileged(connection, facts);
    if (connection->lost)
    {
        pgm_connection_set_lost_error(connection, "try again", error);
    }
    return !connection->lost;
}

/* What typed queries want besides, each by itself, since not every server can.
 *
 * A query of a minute is not to outlive a pgmedic that was killed; servers on Windows or macOS refuse the setting. A
 * database in SQL_ASCII holds whatever bytes were put there, and a value that is cut between two is no UTF-8 either:
 * they come as they are, rather than an error. */
static void set_up_reader(PgmConnection *connection)
{
    if (connection->server.version >= 140000)
    {
        pgm_connection_command(connection, NULL, "SET client_connection_check_interval = '1s'");
    }
    if (g_strcmp0(PQparameterStatus(connection->pg, "server_encoding"), "SQL_ASCII") == 0)
    {
        pgm_connection_command(connection, NULL, "SET client_encoding = 'SQL_ASCII'");
    }
}

PgmConnection *pgm_connection_open(const PgmConninfo *info, PgmPurpose purpose, GError **error)
{
    PGconn *pg = pgm_connect(info, purpose, error);
    if (pg == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmConnection) connection = g_new0(PgmConnection, 1);
    connection->pg = pg;
    connection->purpose = purpose;
    connection->strings = g_string_chunk_new(256);
    connection->notices = g_ptr_array_new_with_free_func(g_free);
    connection->canceller = pgm_canceller_new(pg);
    connection->server.host = keep(connection, PQhost(pg));
    connection->server.port = keep(connection, PQport(pg));
    connection->server.database = keep(connection, PQdb(pg));
    PQsetNoticeReceiver(pg, pgm_connection_receive_notice, connection);
    PQsetnonblocking(pg, 1);
    if (!read_server(connection, error))
    {
        return NULL;
    }
    if (purpose == PGM_PURPOSE_READ && !connection->server.pooled)
    {
        set_up_reader(connection);
    }
    return g_steal_pointer(&connection);
}

void pgm_connection_close(PgmConnection *connection)
{
    if (connection == NULL)
    {
        return;
    }
    /* Not for one that is lost: whoever lost it settles what its backend goes on with, a COMMIT that waits for a
     * standby, say. */
    if (connection->in_flight && !connection->lost && connection->farewell == NULL)
    {
        pgm_canceller_send_once(connection->canceller);
    }
    /* A request that is under way is seen through, also one whose statement has ended: the process may end next, and
     * PgBouncer 1.18 ends itself, or throws out somebody else, when a client hangs up on its request. */
    if (!connection->lost)
    {
        pgm_canceller_settle(connection->canceller, g_get_monotonic_time() + CLOSE_WAIT_US);
    }
    PQfinish(connection->pg);
    pgm_canceller_release(connection->canceller);
    g_ptr_array_unref(connection->notices);
    g_string_chunk_free(connection->strings);
    g_free(connection->farewell);
    g_free(connection);
}

const PgmServer *pgm_connection_server(const PgmConnection *connection)
{
    return &connection->server;
}

char *pgm_connection_display(const PgmConnection *connection)
{
    const PgmServer *server = &connection->server;
    return g_strdup_printf("%s@%s:%s", server->database, server->host, server->port);
}

gboolean pgm_connection_is_lost(const PgmConnection *connection)
{
    if (!connection->lost && !connection->in_flight)
    {
        /* What has arrived may say otherwise. The notice receiver marks the connection through its own pointer. */
        if (!PQconsumeInput(connection->pg))
        {
            return TRUE;
        }
        PQisBusy(connection->pg);
    }
    return connection->lost || PQstatus(connection->pg) == CONNECTION_BAD;
}

char pgm_connection_transaction(const PgmConnection *connection)
{
    if (connection->lost)
    {
        return '?';
    }
    switch (PQtransactionStatus(connection->pg))
    {
    case PQTRANS_IDLE:
        return ' ';
    case PQTRANS_ACTIVE: /* a statement of a transaction that opened before it, or its own */
    case PQTRANS_INTRANS:
        return '*';
    case PQTRANS_INERROR:
        return '!';
    case PQTRANS_UNKNOWN:
        break;
    }
    return '?';
}
