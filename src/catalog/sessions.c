/* sessions.c - who is connected. */
#include "pgmedic/sessions.h"

#include "catalog/locked.h"
#include "catalog/session_locks.h"

#include "pgmedic/query.h"

#include <stdlib.h>
#include <string.h>

/* The columns of sessions/list.sql. */
enum
{
    LIST_PID,
    LIST_BACKEND_START,
    LIST_QUERY_START,
    LIST_TYPE,
    LIST_USER,
    LIST_DATABASE,
    LIST_APPLICATION,
    LIST_CLIENT,
    LIST_STATE,
    LIST_WAIT,
    LIST_QUERY,
    LIST_TRANSACTION,
    LIST_STATE_MS,
    LIST_QUERY_MS,
    LIST_LEADER,
    LIST_SUPERUSER,
    LIST_VISIBLE,
    LIST_LACKS,
    LIST_OWN,
};

static void session_lock_free(gpointer data)
{
    PgmSessionLock *lock = data;
    if (lock != NULL)
    {
        g_free(lock->mode);
        g_free(lock->thing);
        g_free(lock);
    }
}

static void blocker_free(gpointer data)
{
    PgmSessionBlocker *blocker = data;
    g_free(blocker->mode);
    g_free(blocker);
}

static void session_row_free(gpointer data)
{
    PgmSessionRow *row = data;
    char *const texts[] = {row->gid,   row->backend_start, row->query_start, row->backend_type,
                           row->user,  row->database,      row->application, row->client,
                           row->state, row->wait,          row->query,       row->lacks};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        g_free(texts[i]);
    }
    session_lock_free(row->awaits);
    g_ptr_array_unref(row->blockers);
    g_ptr_array_unref(row->locks);
    g_free(row);
}

static PgmSessionRow *session_row_new(void)
{
    PgmSessionRow *row = g_new0(PgmSessionRow, 1);
    row->blockers = g_ptr_array_new_with_free_func(blocker_free);
    row->locks = g_ptr_array_new_with_free_func(session_lock_free);
    row->wait_ms = -1;
    row->state_ms = -1;
    row->query_ms = -1;
    row->transaction_ms = -1;
    return row;
}

static char *text_or_null(const PgmResult *result, int row, int column)
{
    const char *value = pgm_result_value(result, row, column);
    return value != NULL && *value != '\0' ? g_strdup(value) : NULL;
}

static gint64 age(const PgmResult *result, int row, int column)
{
    return pgm_result_value(result, row, column) != NULL ? MAX(pgm_result_integer(result, row, column), 0) : -1;
}

static PgmSessionRow *read_row(const PgmResult *list, int i)
{
    PgmSessionRow *row = session_row_new();
    row->pid = (int)pgm_result_integer(list, i, LIST_PID);
    row->backend_start = text_or_null(list, i, LIST_BACKEND_START);
    row->query_start = text_or_null(list, i, LIST_QUERY_START);
    row->backend_type = text_or_null(list, i, LIST_TYPE);
    row->user = text_or_null(list, i, LIST_USER);
    row->database = text_or_null(list, i, LIST_DATABASE);
    row->application = text_or_null(list, i, LIST_APPLICATION);
    row->client = text_or_null(list, i, LIST_CLIENT);
    row->state = text_or_null(list, i, LIST_STATE);
    row->wait = text_or_null(list, i, LIST_WAIT);
    row->visible = pgm_result_boolean(list, i, LIST_VISIBLE);
    row->query = row->visible ? text_or_null(list, i, LIST_QUERY) : NULL; /* else "<insufficient privilege>" */
    row->transaction_ms = age(list, i, LIST_TRANSACTION);
    row->state_ms = age(list, i, LIST_STATE_MS);
    row->query_ms = age(list, i, LIST_QUERY_MS);
    row->superuser = pgm_result_boolean(list, i, LIST_SUPERUSER);
    row->lacks = text_or_null(list, i, LIST_LACKS);
    row->own = pgm_result_boolean(list, i, LIST_OWN);
    return row;
}

static PgmSessionRow *read_prepared(const PgmResult *prepared, int i)
{
    PgmSessionRow *row = session_row_new();
    row->gid = g_strdup(pgm_result_value(prepared, i, 0));
    row->user = text_or_null(prepared, i, 1);
    row->database = text_or_null(prepared, i, 2);
    row->transaction_ms = age(prepared, i, 3);
    row->state_ms = row->transaction_ms;
    row->state = g_strdup("prepared");
    row->visible = TRUE;
    return row;
}

/* The server's own processes are always there, and a parallel worker's leader stands for it. */
static gboolean is_background(const PgmResult *list, int i)
{
    static const char *const shown[] = {"client backend",
                                        "walsender",
                                        "autovacuum worker",
                                        "logical replication apply worker",
                                        "logical replication worker",
                                        NULL};
    const char *type = pgm_result_value(list, i, LIST_TYPE);
    return type != NULL ? !g_strv_contains(shown, type) : pgm_result_value(list, i, LIST_USER) == NULL;
}

static gint oldest_first(gconstpointer a, gconstpointer b)
{
    const PgmSessionRow *left = *(PgmSessionRow *const *)a;
    const PgmSessionRow *right = *(PgmSessionRow *const *)b;
    return left->transaction_ms > right->transaction_ms ? -1 : left->transaction_ms < right->transaction_ms ? 1 : 0;
}

static GPtrArray *read_rows(const PgmResult *list, const PgmResult *prepared, const PgmResult *locks)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(session_row_free);
    g_autoptr(GHashTable) concerned = pgm_session_locks_pids(locks);
    for (int i = 0; i < pgm_result_rows(list); i++)
    {
        if (!is_background(list, i) || g_hash_table_contains(concerned, pgm_result_value(list, i, LIST_PID)))
        {
            g_ptr_array_add(rows, read_row(list, i));
        }
    }
    for (int i = 0; i < pgm_result_rows(prepared); i++)
    {
        g_ptr_array_add(rows, read_prepared(prepared, i));
    }
    g_ptr_array_sort(rows, oldest_first); /* stable: the query's own order stays among equals */
    return rows;
}

GPtrArray *pgm_sessions_read(PgmConnection *connection, GError **error)
{
    enum
    {
        LOCKS,
        PREPARED,
        LIST,
        QUERIES,
    };
    int version = pgm_connection_server(connection)->version;
    /* The locks first: who waits then was there before, and the sessions are copied at their first use. */
    const char *queries[QUERIES] = {
        [LOCKS] = pgm_query_text("sessions/locks", version),
        [PREPARED] = pgm_query_text("sessions/prepared", version),
        [LIST] = pgm_query_text("sessions/list", version),
    };
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, QUERIES, NULL, error);
    if (results == NULL)
    {
        pgm_locked_explain(connection, error);
        return NULL;
    }
    const PgmResult *locks = g_ptr_array_index(results, LOCKS);
    GPtrArray *rows = read_rows(g_ptr_array_index(results, LIST), g_ptr_array_index(results, PREPARED), locks);
    pgm_session_locks_tell(rows, locks);
    return rows;
}
