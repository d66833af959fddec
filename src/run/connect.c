/* connect.c - the run connection: only to a server that may be changed, and by one operator at a time. */
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "run/walk.h"

/* "pgmd" as a number: the class of the advisory lock that keeps a second operator out. */
enum
{
    ADVISORY_CLASS = 0x70676d64,
    LOCK_TRIES = 50, /* while our own old backend is on its way out */
    LOCK_PAUSE_MS = 100,
};

static void watch_reported(PgmActivity *activity, gpointer user)
{
    PgmEngine *engine = user;
    EngineMessage *message = g_new0(EngineMessage, 1);
    message->kind = ENGINE_ACTIVITY;
    message->activity = activity;
    pgm_queue_push(engine->inbox, message);
}

static gboolean refuse_standby(const PgmServer *server, GError **error)
{
    if (!server->standby)
    {
        return TRUE;
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                "%s:%s is a standby: it cannot be written to. Connect to the primary (target_session_attrs=read-write "
                "finds it)",
                server->host, server->port);
    return FALSE;
}

/* Session pooling may be allowed by the target's word, and even then only when a second client in a transaction does
 * not get the first one's backend (POSTGRES.md 4). */
static gboolean second_client_differs(const PgmConninfo *info, GError **error)
{
    g_autoptr(PgmConnection) first = pgm_connection_open(info, PGM_PURPOSE_PLAIN, error);
    if (first == NULL || !pgm_connection_command(first, error, "BEGIN"))
    {
        return FALSE;
    }
    g_autofree char *a = pgm_connection_value(first, "SELECT pg_catalog.pg_backend_pid()", error);
    if (a == NULL || !pgm_connection_command(first, error, "ROLLBACK"))
    {
        return FALSE;
    }
    g_autoptr(PgmConnection) second = pgm_connection_open(info, PGM_PURPOSE_PLAIN, error);
    if (second == NULL || !pgm_connection_command(second, error, "BEGIN"))
    {
        return FALSE;
    }
    g_autofree char *b = pgm_connection_value(second, "SELECT pg_catalog.pg_backend_pid()", error);
    if (b != NULL && g_strcmp0(a, b) == 0)
    {
        g_set_error(
            error, PGM_ERROR, PGM_ERROR_REFUSED,
            "the pooler at this address hands one backend to several clients (transaction pooling): connect to the "
            "server itself");
        return FALSE;
    }
    return b != NULL;
}

static gboolean refuse_pooler(const PgmTarget *target, const PgmServer *server, GError **error)
{
    if (!server->pooled)
    {
        return TRUE;
    }
    if (target->pooler_session)
    {
        return second_client_differs(target->conninfo, error);
    }
    g_set_error(
        error, PGM_ERROR, PGM_ERROR_REFUSED,
        "a connection pooler stands between here and the server (%s:%s): a hotfix needs the server itself. Connect to "
        "it directly, or, when the pooler is known to pool by session, set `pooler: session` for this target",
        server->host, server->port);
    return FALSE;
}

gboolean connect_may_change(const PgmTarget *target, const PgmServer *server, GError **error)
{
    return refuse_standby(server, error) && refuse_pooler(target, server, error);
}

/* The run's own connection of before, by the journal's word: its client is gone (the journal is locked by us), but the
 * server has not noticed yet, and the lock is still held. */
static gboolean end_own_backend(PgmEngine *engine)
{
    const PgmModel *model = engine->model;
    if (model->connected_pid == 0 || model->connected_start == NULL)
    {
        return FALSE;
    }
    g_autofree char *pid = g_strdup_printf("%d", model->connected_pid);
    const char *parameters[] = {pid, model->connected_start};
    const char *query = pgm_query_text("run/drop_backend", pgm_connection_server(engine->connection)->version);
    g_autoptr(PgmResult) result = pgm_connection_execute(engine->connection, query, 2, parameters, NULL, NULL);
    return result != NULL && pgm_result_rows(result) > 0;
}

/* HOLDER: who has it when TAKEN is FALSE; NULL when that is not visible. */
static gboolean try_advisory_lock(PgmEngine *engine, gboolean *taken, char **holder, GError **error)
{
    const char *query = pgm_query_text("run/advisory_lock", pgm_connection_server(engine->connection)->version);
    g_autofree char *class = g_strdup_printf("%d", ADVISORY_CLASS);
    const char *parameters[] = {class};
    g_autoptr(PgmResult) result = pgm_connection_execute(engine->connection, query, 1, parameters, NULL, error);
    if (result == NULL)
    {
        return FALSE;
    }
    *taken = pgm_result_boolean(result, 0, 0);
    g_free(*holder);
    *holder = g_strdup(pgm_result_value(result, 0, 1));
    return TRUE;
}

static gboolean take_advisory_lock(PgmEngine *engine, GError **error)
{
    g_autofree char *holder = NULL;
    gboolean taken = FALSE;
    gboolean ended = FALSE;
    for (int number = 0; number < LOCK_TRIES; number++)
    {
        if (!try_advisory_lock(engine, &taken, &holder, error))
        {
            return FALSE;
        }
        if (taken)
        {
            return TRUE;
        }
        gboolean there = end_own_backend(engine);
        if (!there && (ended || engine->model->connected_pid == 0))
        {
            break;
        }
        ended = !there; /* it may have gone between the two questions: once more, and then it is another's */
        g_usleep(there ? LOCK_PAUSE_MS * 1000 : 0);
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                "another pgmedic is at work on this database (%s): two operators must not run at once",
                holder != NULL ? holder : "its session is not visible to this role");
    return FALSE;
}

gboolean engine_check_identity(PgmEngine *engine, PgmConnection *connection, GError **error)
{
    const PgmServer *server = pgm_connection_server(connection);
    const PgmModel *model = engine->model;
    if (model->database == NULL)
    {
        return TRUE; /* a new run: this connection is what it will be bound to */
    }
    g_autofree char *oid = g_strdup_printf("%u", server->database_oid);
    if (g_strcmp0(server->database, model->database) == 0 && g_strcmp0(oid, model->database_oid) == 0 &&
        (model->system_identifier == NULL || g_strcmp0(server->system_identifier, model->system_identifier) == 0))
    {
        return TRUE;
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                "this is not the database of the run: it began on database %s of system %s, and %s:%s has database %s "
                "of system "
                "%s",
                model->database, model->system_identifier != NULL ? model->system_identifier : "unknown", server->host,
                server->port, server->database,
                server->system_identifier != NULL ? server->system_identifier : "unknown");
    return FALSE;
}

static gboolean connection_fits(PgmEngine *engine, GError **error)
{
    const PgmServer *server = pgm_connection_server(engine->connection);
    return connect_may_change(engine->options.target, server, error) &&
           engine_check_identity(engine, engine->connection, error) && take_advisory_lock(engine, error);
}

gboolean engine_connect(PgmEngine *engine, GError **error)
{
    engine_disconnect(engine);
    engine->connection = pgm_connection_open(engine->options.target->conninfo, PGM_PURPOSE_RUN, error);
    if (engine->connection == NULL || !connection_fits(engine, error))
    {
        g_clear_pointer(&engine->connection, pgm_connection_close);
        return FALSE;
    }
    engine->watch = pgm_watch_start(engine->options.target->conninfo, watch_reported, engine, error);
    if (engine->watch == NULL)
    {
        g_clear_pointer(&engine->connection, pgm_connection_close);
        return FALSE;
    }
    return engine->journal == NULL || engine_tell_connected(engine, error);
}

gboolean engine_tell_connected(PgmEngine *engine, GError **error)
{
    const PgmServer *server = pgm_connection_server(engine->connection);
    PgmEvent *event = pgm_event_new(PGM_EVENT_CONNECTED);
    pgm_event_set_integer(event, "pid", server->backend_pid);
    pgm_event_set_text(event, "backend_start", server->backend_start);
    pgm_event_set_text(event, "server_version", server->version_text);
    return engine_tell(engine, event, error);
}

gboolean engine_reconnect(PgmEngine *engine, GError **error)
{
    /* Between two transactions a firewall or a restart may have cut it: asked, so that it is noticed now. */
    if (engine->connection != NULL && !pgm_connection_is_lost(engine->connection) &&
        engine_command(engine, NULL, "SELECT 1"))
    {
        return TRUE;
    }
    return engine_connect(engine, error);
}

void engine_disconnect(PgmEngine *engine)
{
    g_clear_pointer(&engine->watch, pgm_watch_stop);
    g_clear_pointer(&engine->connection, pgm_connection_close);
}
