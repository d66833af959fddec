/* reading.c - a query that an operator typed: batch after batch, what has come, and its end. */
#include "pg/reading_private.h"
#include "pgmedic/text.h"

#include <string.h>

static void column_clear(gpointer data)
{
    PgmReadingColumn *column = data;
    g_free(column->name);
    g_free(column->type);
}

#define LIMIT (G_GINT64_CONSTANT(256) * 1024 * 1024)

/* A cancel that comes late may hit it: once more, then. */
#define ROLLBACK_TRIES 3

/* Nothing that was done is kept, whatever it was. An advisory lock that a view took would outlive the transaction;
 * behind a pooler the session is not ours alone, and others' locks would go with it. */
static void roll_back(PgmConnection *connection)
{
    static const char *const last[] = {"ROLLBACK", "SELECT pg_catalog.pg_advisory_unlock_all()"};
    int n = pgm_connection_server(connection)->pooled ? 1 : 2;
    gboolean ended = pgm_connection_transaction(connection) == ' ';
    for (int tries = 0; !ended && tries < ROLLBACK_TRIES && !pgm_connection_is_lost(connection); tries++)
    {
        g_autoptr(GPtrArray) done = pgm_connection_pipeline(connection, last, n, NULL, NULL);
        ended = done != NULL;
    }
}

void pgm_reading_end(PgmReading *reading, const char *cut)
{
    PgmConnection *connection = g_steal_pointer(&reading->connection);
    if (connection != NULL)
    {
        roll_back(connection);
    }
    reading->whole = TRUE;
    if (reading->cut == NULL)
    {
        reading->cut = g_strdup(cut);
    }
}

/* After a batch: is there more to come? */
static void settle(PgmReading *reading)
{
    if (reading->full)
    {
        g_autofree char *limit = pgm_text_bytes(reading->limit);
        g_autofree char *cut =
            g_strdup_printf("the rows take more than %s: ask for less, with WHERE or fewer columns", limit);
        pgm_reading_end(reading, cut);
    }
    else if (reading->batch < reading->fetch)
    {
        pgm_reading_end(reading, NULL);
    }
}

PgmReading *pgm_reading_open(PgmConnection *connection, const char *text, GError **error)
{
    return pgm_reading_open_within(connection, text, LIMIT, error);
}

PgmReading *pgm_reading_open_within(PgmConnection *connection, const char *text, gint64 limit, GError **error)
{
    if (pgm_connection_transaction(connection) == '*' || pgm_connection_transaction(connection) == '!')
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "another query still stands open on this connection");
        return NULL;
    }
    g_autoptr(PgmReading) reading = g_new0(PgmReading, 1);
    reading->connection = connection;
    reading->limit = limit;
    reading->bytes = g_strcmp0(PQparameterStatus(connection->pg, "server_encoding"), "SQL_ASCII") == 0;
    reading->columns = g_array_new(FALSE, TRUE, sizeof(PgmReadingColumn));
    g_array_set_clear_func(reading->columns, column_clear);
    if (!pgm_reading_begin(reading, text, error))
    {
        return NULL;
    }
    settle(reading);
    return g_steal_pointer(&reading);
}

void pgm_reading_free(PgmReading *reading)
{
    if (reading == NULL)
    {
        return;
    }
    pgm_reading_end(reading, NULL);
    g_array_unref(reading->columns);
    pgm_spool_free(reading->spool);
    g_clear_error(&reading->spill);
    g_free(reading->cut);
    g_free(reading);
}

gboolean pgm_reading_fetch(PgmReading *reading, GError **error)
{
    if (reading->whole)
    {
        return TRUE;
    }
    g_autofree char *sql = pgm_reading_fetch_sql(reading);
    const char *const fetch[] = {sql};
    g_autoptr(GError) wrong = NULL;
    if (!pgm_reading_stream(reading, fetch, 1, &wrong))
    {
        pgm_reading_end(reading, wrong->message);
        g_propagate_error(error, g_steal_pointer(&wrong));
        return FALSE;
    }
    settle(reading);
    return TRUE;
}

void pgm_reading_release(PgmReading *reading)
{
    if (!reading->whole)
    {
        pgm_reading_end(reading, "released: there may be more rows");
    }
}

static const PgmReadingColumn *column_at(const PgmReading *reading, int column)
{
    return &g_array_index(reading->columns, PgmReadingColumn, column);
}

int pgm_reading_columns(const PgmReading *reading)
{
    return (int)reading->columns->len;
}

const char *pgm_reading_column_name(const PgmReading *reading, int column)
{
    return column_at(reading, column)->name;
}

const char *pgm_reading_column_type(const PgmReading *reading, int column)
{
    return column_at(reading, column)->type;
}

gboolean pgm_reading_column_is_number(const PgmReading *reading, int column)
{
    return column_at(reading, column)->number;
}

int pgm_reading_column_width(const PgmReading *reading, int column)
{
    return column_at(reading, column)->width;
}

gint64 pgm_reading_rows(const PgmReading *reading)
{
    return pgm_spool_rows(reading->spool);
}

gboolean pgm_reading_is_whole(const PgmReading *reading)
{
    return reading->whole;
}

const char *pgm_reading_cut(const PgmReading *reading)
{
    return reading->cut;
}

gint64 pgm_reading_elapsed_ms(const PgmReading *reading)
{
    return reading->elapsed_ms;
}

static gboolean collect_row(gint64 row, char **values, gpointer user)
{
    (void)row;
    g_ptr_array_add(user, values);
    return TRUE;
}

GPtrArray *pgm_reading_take(const PgmReading *reading, gint64 first, int count, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    return pgm_spool_read(reading->spool, first, first + count, collect_row, rows, error) ? g_steal_pointer(&rows)
                                                                                          : NULL;
}
