/* activity.c - locks held, who waits behind them, who blocks. */
#include "pgmedic/activity.h"
#include "catalog/progress.h"
#include "pgmedic/query.h"

#include <string.h>

void pgm_session_free(PgmSession *session)
{
    if (session == NULL)
    {
        return;
    }
    g_free(session->user);
    g_free(session->application);
    g_free(session->client);
    g_free(session->state);
    g_free(session->query);
    g_free(session);
}

static void held_lock_free(gpointer data)
{
    PgmHeldLock *lock = data;
    g_free(lock->mode);
    g_free(lock->relation);
    g_free(lock);
}

static GPtrArray *session_array_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_session_free);
}

static PgmActivity *activity_new(void)
{
    PgmActivity *activity = g_new0(PgmActivity, 1);
    activity->held = g_ptr_array_new_with_free_func(held_lock_free);
    activity->waiting = session_array_new();
    activity->blockers = session_array_new();
    activity->percent = -1;
    activity->done_bytes = -1;
    activity->total_bytes = -1;
    return activity;
}

void pgm_activity_free(PgmActivity *activity)
{
    if (activity == NULL)
    {
        return;
    }
    g_ptr_array_unref(activity->held);
    g_ptr_array_unref(activity->waiting);
    g_ptr_array_unref(activity->blockers);
    g_free(activity->wait_event);
    g_free(activity->phase_text);
    g_free(activity);
}

/* The columns of activity/sessions.sql and activity/blockers.sql. */
enum
{
    SESSION_ROLE,
    SESSION_PID,
    SESSION_USER,
    SESSION_APPLICATION,
    SESSION_CLIENT,
    SESSION_STATE,
    SESSION_QUERY,
    SESSION_WAIT,
    SESSION_TRANSACTION,
    SESSION_EXCLUSIVE, /* of blockers.sql alone */
};

static PgmSession *session_from_row(const PgmResult *rows, int row)
{
    PgmSession *session = g_new0(PgmSession, 1);
    session->pid = (int)pgm_result_integer(rows, row, SESSION_PID);
    session->user = g_strdup(pgm_result_value(rows, row, SESSION_USER));
    session->application = g_strdup(pgm_result_value(rows, row, SESSION_APPLICATION));
    session->client = g_strdup(pgm_result_value(rows, row, SESSION_CLIENT));
    session->state = g_strdup(pgm_result_value(rows, row, SESSION_STATE));
    session->query = g_strdup(pgm_result_value(rows, row, SESSION_QUERY));
    session->wait_ms = MAX(0, pgm_result_integer(rows, row, SESSION_WAIT));
    session->transaction_ms = MAX(-1, pgm_result_integer(rows, row, SESSION_TRANSACTION));
    return session;
}

static void take_held(PgmActivity *activity, const PgmResult *held)
{
    for (int row = 0; row < pgm_result_rows(held); row++)
    {
        const char *relation = pgm_result_value(held, row, 1);
        if (relation == NULL)
        {
            continue; /* made by the backend itself and not committed: nobody can wait for it */
        }
        PgmHeldLock *lock = g_new0(PgmHeldLock, 1);
        lock->mode = g_strdup(pgm_result_value(held, row, 0));
        lock->relation = g_strdup(relation);
        g_ptr_array_add(activity->held, lock);
    }
}

static void take_sessions(PgmActivity *activity, const PgmResult *sessions)
{
    for (int row = 0; row < pgm_result_rows(sessions); row++)
    {
        PgmSession *session = session_from_row(sessions, row);
        if (strcmp(pgm_result_value(sessions, row, SESSION_ROLE), "waiting") == 0)
        {
            activity->oldest_wait_ms = MAX(activity->oldest_wait_ms, session->wait_ms);
            g_ptr_array_add(activity->waiting, session);
        }
        else
        {
            g_ptr_array_add(activity->blockers, session);
        }
    }
}

PgmActivity *pgm_activity_read(PgmConnection *connection, int backend, GError **error)
{
    return pgm_activity_read_progress(connection, backend, NULL, error);
}

PgmActivity *pgm_activity_read_progress(PgmConnection *connection, int backend, PgmProgress *progress, GError **error)
{
    enum
    {
        SETTING,
        HELD,
        BACKEND,
        SESSIONS,
        PROGRESS,
        QUERIES,
    };
    int version = pgm_connection_server(connection)->version;
    g_autofree char *setting = g_strdup_printf("SELECT pg_catalog.set_config('pgmedic.backend', '%d', false)", backend);
    /* All in one transaction, in which pg_stat_activity is copied at its first use. The locks come before that: read
     * after it, they could show a new statement's heap beside the old statement's start. */
    const char *queries[QUERIES] = {
        [SETTING] = setting,
        [HELD] = pgm_query_text("activity/held", version),
        [BACKEND] = pgm_query_text("activity/backend", version),
        [SESSIONS] = pgm_query_text("activity/sessions", version),
        [PROGRESS] = pgm_query_text("activity/progress", version),
    };
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, QUERIES, NULL, error);
    if (results == NULL)
    {
        return NULL;
    }
    const PgmResult *state = g_ptr_array_index(results, BACKEND);
    const PgmResult *held = g_ptr_array_index(results, HELD);
    g_autoptr(PgmActivity) activity = activity_new();
    take_held(activity, held);
    take_sessions(activity, g_ptr_array_index(results, SESSIONS));
    if (pgm_result_rows(state) == 0)
    {
        return g_steal_pointer(&activity); /* the backend is gone */
    }
    activity->wait_event = g_strdup(pgm_result_value(state, 0, 3));
    if (pgm_progress_take_report(activity, g_ptr_array_index(results, PROGRESS)))
    {
        return g_steal_pointer(&activity);
    }
    g_autoptr(PgmProgress) momentary = progress == NULL ? pgm_progress_new_empty() : NULL;
    if (!pgm_progress_take_rewrite(connection, progress != NULL ? progress : momentary, activity, state, held, error))
    {
        return NULL;
    }
    return g_steal_pointer(&activity);
}

GPtrArray *pgm_activity_blockers(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    if (!pgm_activity_set_relations(connection, relations, n, error))
    {
        return NULL;
    }
    int version = pgm_connection_server(connection)->version;
    g_autoptr(PgmResult) rows = pgm_connection_query(connection, pgm_query_text("activity/blockers", version), error);
    if (rows == NULL)
    {
        return NULL;
    }
    GPtrArray *blockers = session_array_new();
    for (int row = 0; row < pgm_result_rows(rows); row++)
    {
        PgmSession *session = session_from_row(rows, row);
        session->exclusive = pgm_result_boolean(rows, row, SESSION_EXCLUSIVE);
        g_ptr_array_add(blockers, session);
    }
    return blockers;
}

/* Words that a secret stands beside: CREATE ROLE, user mappings, subscriptions and dblink, pgcrypto. */
gboolean pgm_activity_has_secret(const char *statement)
{
    static const char *const words[] = {"PASSWORD", "PASSWD", "SECRET", "CREDENTIAL", "TOKEN",
                                        "CRYPT",    "DIGEST", "HMAC",   "API_KEY",    "APIKEY"};
    g_autofree char *upper = g_ascii_strup(statement, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    {
        if (strstr(upper, words[i]) != NULL)
        {
            return TRUE;
        }
    }
    return g_regex_match_simple("://[^/@\\s]*:[^/@\\s]*@", statement, G_REGEX_RAW, 0); /* a URI with a password in it */
}
