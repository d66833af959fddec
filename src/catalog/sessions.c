/* sessions.c - who is connected. */
#include "pgmedic/sessions.h"

#include "pgmedic/query.h"

#include <stdlib.h>

static void session_row_free(gpointer data)
{
    PgmSessionRow *row = data;
    g_free(row->user);
    g_free(row->database);
    g_free(row->application);
    g_free(row->client);
    g_free(row->state);
    g_free(row->wait);
    g_free(row->query);
    g_free(row->blocked_by);
    g_free(row);
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

static PgmSessionRow *read_row(const PgmResult *result, int i)
{
    PgmSessionRow *row = g_new0(PgmSessionRow, 1);
    row->pid = (int)pgm_result_integer(result, i, 0);
    row->user = text_or_null(result, i, 1);
    row->database = text_or_null(result, i, 2);
    row->application = text_or_null(result, i, 3);
    row->client = text_or_null(result, i, 4);
    row->state = text_or_null(result, i, 5);
    row->wait = text_or_null(result, i, 6);
    row->query = text_or_null(result, i, 7);
    row->blocked_by = text_or_null(result, i, 8);
    row->transaction_ms = age(result, i, 9);
    row->state_ms = age(result, i, 10);
    return row;
}

static void count_blocked(GPtrArray *rows)
{
    g_autoptr(GHashTable) by_pid = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < rows->len; i++)
    {
        PgmSessionRow *row = g_ptr_array_index(rows, i);
        g_hash_table_insert(by_pid, GINT_TO_POINTER(row->pid), row);
    }
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        g_auto(GStrv) pids = g_strsplit(row->blocked_by != NULL ? row->blocked_by : "", ", ", -1);
        for (guint j = 0; pids[j] != NULL; j++)
        {
            PgmSessionRow *blocker = g_hash_table_lookup(by_pid, GINT_TO_POINTER(atoi(pids[j])));
            if (blocker != NULL)
            {
                blocker->blocks++;
            }
        }
    }
}

GPtrArray *pgm_sessions_read(PgmConnection *connection, GError **error)
{
    int version = pgm_connection_server(connection)->version;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, pgm_query_text("sessions/list", version), error);
    if (result == NULL)
    {
        return NULL;
    }
    GPtrArray *rows = g_ptr_array_new_with_free_func(session_row_free);
    for (int i = 0; i < pgm_result_rows(result); i++)
    {
        g_ptr_array_add(rows, read_row(result, i));
    }
    count_blocked(rows);
    return rows;
}
