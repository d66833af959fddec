/*
 * execute.c - statements, one or several in a round trip.
 *
 * libpq is used without blocking: a statement is sent and its answer awaited by
 * poll(), so that the thread can listen to something else meanwhile, and so
 * that a server that hangs up is heard whatever is going on.
 */
#include "pg/private.h"

#include <string.h>

/* How long a statement waits for a cancel that is still on its way to the one before. */
#define SETTLE_US (3 * G_USEC_PER_SEC)

typedef struct
{
    const char *sql;
    int n;
    const char *const *params;
} Statement;

/* Who takes the rows as they come, instead of whole results. */
typedef struct
{
    PgmTakeRows take;
    gpointer user;
    int hidden;      /* the statement that is not the caller's; -1: none */
    gboolean single; /* each row by itself, since a single one may be large */
} Delivery;

/* How many rows libpq gathers before it hands them over; before 17 it knows only one at a time. */
#define CHUNK_ROWS 256

static void ask_for_rows(PgmConnection *connection, gboolean single)
{
#ifdef LIBPQ_HAS_CHUNK_MODE
    if (!single)
    {
        PQsetChunkedRowsMode(connection->pg, CHUNK_ROWS);
        return;
    }
#else
    (void)single;
#endif
    PQsetSingleRowMode(connection->pg);
}

static gboolean is_part(ExecStatusType status)
{
#ifdef LIBPQ_HAS_CHUNK_MODE
    if (status == PGRES_TUPLES_CHUNK)
    {
        return TRUE;
    }
#endif
    return status == PGRES_SINGLE_TUPLE;
}

static void deliver(const Delivery *delivery, int statement, PGresult *rows)
{
    if (statement != delivery->hidden)
    {
        const PgmResult result = {.pg = rows};
        gboolean behind = delivery->hidden >= 0 && statement > delivery->hidden;
        delivery->take(behind ? statement - 1 : statement, &result, delivery->user);
    }
}

/* The next piece of the answer; NULL between two answers. With the line dead libpq makes up an error without waiting.
 */
static PGresult *next_result(PgmConnection *connection, PgmListener *listener)
{
    for (;;)
    {
        int unsent = PQflush(connection->pg); /* a failure to write shows when reading */
        if (PQstatus(connection->pg) == CONNECTION_BAD)
        {
            connection->lost = TRUE;
        }
        else if (PQisBusy(connection->pg))
        {
            pgm_connection_turn(connection, unsent > 0, listener, -1);
            continue;
        }
        PGresult *result = PQgetResult(connection->pg);
        if (result != NULL && pgm_result_is_fatal(result))
        {
            pgm_connection_mark_lost(connection, result);
        }
        return result;
    }
}

/* pgmedic feeds no COPY and reads none: end it, so that the connection stays usable. */
static void refuse_copy(PgmConnection *connection, ExecStatusType status, PgmListener *listener)
{
    static const char reason[] = "pgmedic does not run COPY FROM STDIN";
    if (status == PGRES_COPY_IN)
    {
        while (PQputCopyEnd(connection->pg, reason) == 0)
        {
            pgm_connection_turn(connection, TRUE, listener, -1);
        }
        return;
    }
    char *row = NULL;
    int length;
    while ((length = PQgetCopyData(connection->pg, &row, TRUE)) >= 0)
    {
        if (length > 0)
        {
            PQfreemem(row);
        }
        else if (pgm_connection_is_lost(connection))
        {
            return;
        }
        else
        {
            pgm_connection_turn(connection, FALSE, listener, -1);
        }
    }
}

static gboolean is_failure(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY;
}

/* Everything up to the end of one answer; the first error in it, else the last result. With DELIVERY (may be NULL) the
 * rows of STATEMENT are handed over on the way, and the last result has none. */
static PGresult *collect(PgmConnection *connection, const Delivery *delivery, int statement, PgmListener *listener)
{
    PGresult *kept = NULL;
    PGresult *result;
    while ((result = next_result(connection, listener)) != NULL)
    {
        ExecStatusType status = PQresultStatus(result);
        if (delivery != NULL && is_part(status))
        {
            deliver(delivery, statement, result);
            PQclear(result);
            continue;
        }
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
        {
            refuse_copy(connection, status, listener);
        }
        else if (status == PGRES_COPY_BOTH) /* replication, which has no end */
        {
            connection->lost = TRUE;
            PQclear(result);
            break;
        }
        if (kept != NULL && is_failure(kept))
        {
            PQclear(result);
            continue;
        }
        PQclear(kept);
        kept = result;
        if (connection->lost && status == PGRES_FATAL_ERROR)
        {
            break; /* what libpq says after that adds nothing */
        }
    }
    return kept;
}

/* RESULT, or the reason why there is none. Takes RESULT. */
static PgmResult *conclude(PgmConnection *connection, PGresult *result, GError **error)
{
    if (connection->lost)
    {
        PQclear(result);
        pgm_connection_set_lost_error(connection, "nobody knows yet what became of the statement", error);
        return NULL;
    }
    if (result == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_LOST, "the server gave no answer: %s", PQerrorMessage(connection->pg));
        return NULL;
    }
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH)
    {
        PQclear(result);
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "COPY to or from the client is not for pgmedic: use psql");
        return NULL;
    }
    if (is_failure(result))
    {
        g_propagate_error(error, pgm_result_error(result));
        PQclear(result);
        return NULL;
    }
    return pgm_result_new(result);
}

/* Is the line up and quiet? Otherwise nothing is sent, and ERROR says so. */
static gboolean make_ready(PgmConnection *connection, GError **error)
{
    pgm_canceller_settle(connection->canceller, g_get_monotonic_time() + SETTLE_US);
    pgm_connection_listen(connection);
    if (connection->lost)
    {
        pgm_connection_set_lost_error(connection, "the statement was not sent", error);
        return FALSE;
    }
    pgm_canceller_begin(connection->canceller);
    connection->in_flight = TRUE;
    return TRUE;
}

/* On a lost connection the statement may run on. */
static void finish(PgmConnection *connection)
{
    pgm_canceller_end(connection->canceller);
    connection->in_flight = connection->lost;
}

static gboolean send_statement(PgmConnection *connection, const Statement *statement, GError **error)
{
    if (PQsendQueryParams(connection->pg, statement->sql, statement->n, NULL, statement->params, NULL, NULL, 0))
    {
        return TRUE;
    }
    connection->lost = PQstatus(connection->pg) == CONNECTION_BAD;
    g_autofree char *words = g_strchomp(g_strdup(PQerrorMessage(connection->pg)));
    g_set_error(error, PGM_ERROR, connection->lost ? PGM_ERROR_LOST : PGM_ERROR_INVALID,
                "the statement could not be sent: %s", words);
    return FALSE;
}

static PgmResult *execute_one(PgmConnection *connection, const Statement *statement, const PgmInterest *interest,
                              GError **error)
{
    if (!make_ready(connection, error))
    {
        return NULL;
    }
    PgmListener listener = {.interest = interest};
    if (!send_statement(connection, statement, error))
    {
        finish(connection);
        return NULL;
    }
    PGresult *result = collect(connection, NULL, 0, &listener);
    finish(connection);
    return conclude(connection, result, error);
}

/* After a failure the server skips what is left up to the Sync: those answers are PGRES_PIPELINE_ABORTED. */
static gboolean read_answers(PgmConnection *connection, int n, const Delivery *delivery, GPtrArray *results,
                             PgmListener *listener, int *failed, GError **error)
{
    gboolean ok = TRUE;
    for (int i = 0; i < n; i++)
    {
        if (delivery != NULL)
        {
            ask_for_rows(connection, delivery->single);
        }
        PGresult *answer = collect(connection, delivery, i, listener);
        if (!ok)
        {
            PQclear(answer);
            continue;
        }
        PgmResult *result = conclude(connection, answer, error);
        if (result == NULL)
        {
            ok = FALSE;
            *failed = i;
            if (connection->lost)
            {
                return FALSE;
            }
            continue;
        }
        if (delivery != NULL)
        {
            deliver(delivery, i, result->pg);
            pgm_result_free(result);
            continue;
        }
        g_ptr_array_add(results, result);
    }
    PGresult *sync = next_result(connection, listener);
    if (sync == NULL || PQresultStatus(sync) != PGRES_PIPELINE_SYNC)
    {
        connection->lost = TRUE; /* out of step: nothing that comes later could be trusted */
    }
    PQclear(sync);
    if (ok && connection->lost)
    {
        pgm_connection_set_lost_error(connection, "nobody knows yet what became of the statements", error);
        return FALSE;
    }
    return ok;
}

/* With DELIVERY (may be NULL) the array stays empty. */
static GPtrArray *execute_many(PgmConnection *connection, const Statement *statements, int n,
                               const PgmInterest *interest, const Delivery *delivery, int *failed, GError **error)
{
    *failed = 0;
    if (!make_ready(connection, error))
    {
        return NULL;
    }
    g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_result_free);
    PgmListener listener = {.interest = interest};
    if (PQenterPipelineMode(connection->pg) != 1)
    {
        connection->lost = TRUE; /* out of step */
        pgm_connection_set_lost_error(connection, "the statements were not sent", error);
        finish(connection);
        return NULL;
    }
    gboolean ok = TRUE;
    int sent = 0;
    while (ok && sent < n && (ok = send_statement(connection, &statements[sent], error)))
    {
        sent++;
    }
    *failed = sent < n ? sent : 0;
    if (!connection->lost && PQpipelineSync(connection->pg))
    {
        int wrong = 0;
        gboolean answered = read_answers(connection, sent, delivery, results, &listener, &wrong, ok ? error : NULL);
        *failed = ok ? wrong : *failed;
        ok = ok && answered;
    }
    else if (ok)
    {
        connection->lost = TRUE;
        pgm_connection_set_lost_error(connection, "the statements could not be sent", error);
        ok = FALSE;
    }
    if (!connection->lost && PQexitPipelineMode(connection->pg) != 1)
    {
        connection->lost = TRUE;
    }
    finish(connection);
    return ok ? g_steal_pointer(&results) : NULL;
}

static gboolean opens_transaction(const char *sql)
{
    g_return_val_if_fail(sql != NULL, FALSE);
    while (g_ascii_isspace(*sql))
    {
        sql++;
    }
    return g_ascii_strncasecmp(sql, "begin", 5) == 0 || g_ascii_strncasecmp(sql, "start", 5) == 0;
}

/* Behind a pooler: the settings and the statements in one transaction, which the pipeline is. The settings come first,
 * but after a BEGIN, whose isolation level must be said before any query. Results are those of STATEMENTS alone. */
static GPtrArray *execute_with_settings(PgmConnection *connection, const Statement *statements, int n,
                                        const PgmInterest *interest, Delivery *delivery, int *failed, GError **error)
{
    g_autofree char *sql = pgm_settings_sql(connection->purpose, TRUE);
    g_autofree Statement *all = g_new0(Statement, n + 1);
    int place = opens_transaction(statements[0].sql) ? 1 : 0;
    for (int i = 0; i < n; i++)
    {
        all[i < place ? i : i + 1] = statements[i];
    }
    all[place].sql = sql;
    if (delivery != NULL)
    {
        delivery->hidden = place;
    }
    GPtrArray *results = execute_many(connection, all, n + 1, interest, delivery, failed, error);
    if (*failed > place)
    {
        (*failed)--;
    }
    if (results != NULL && delivery == NULL)
    {
        g_ptr_array_remove_index(results, (guint)place);
    }
    return results;
}

static gboolean needs_settings(const PgmConnection *connection)
{
    return connection->settings_are_local && PQtransactionStatus(connection->pg) == PQTRANS_IDLE;
}

PgmResult *pgm_connection_execute(PgmConnection *connection, const char *sql, int n, const char *const *params,
                                  const PgmInterest *interest, GError **error)
{
    Statement statement = {sql, n, params};
    if (!needs_settings(connection))
    {
        return execute_one(connection, &statement, interest, error);
    }
    int failed;
    g_autoptr(GPtrArray) results = execute_with_settings(connection, &statement, 1, interest, NULL, &failed, error);
    return results == NULL ? NULL : g_ptr_array_steal_index(results, 0);
}

PgmResult *pgm_connection_query(PgmConnection *connection, const char *sql, GError **error)
{
    return pgm_connection_execute(connection, sql, 0, NULL, NULL, error);
}

char *pgm_connection_value(PgmConnection *connection, const char *sql, GError **error)
{
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, error);
    if (result == NULL || pgm_result_rows(result) == 0 || pgm_result_columns(result) == 0)
    {
        return NULL;
    }
    return g_strdup(pgm_result_value(result, 0, 0));
}

gboolean pgm_connection_command(PgmConnection *connection, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, error);
    return result != NULL;
}

static GPtrArray *run_pipeline(PgmConnection *connection, const char *const *queries, int n, Delivery *delivery,
                               int *failed, GError **error)
{
    int ignored;
    int *wrong = failed == NULL ? &ignored : failed;
    *wrong = 0;
    if (n == 0)
    {
        return g_ptr_array_new_with_free_func((GDestroyNotify)pgm_result_free);
    }
    g_autofree Statement *statements = g_new0(Statement, n);
    for (int i = 0; i < n; i++)
    {
        statements[i].sql = queries[i];
    }
    return needs_settings(connection) ? execute_with_settings(connection, statements, n, NULL, delivery, wrong, error)
                                      : execute_many(connection, statements, n, NULL, delivery, wrong, error);
}

GPtrArray *pgm_connection_pipeline(PgmConnection *connection, const char *const *queries, int n, int *failed,
                                   GError **error)
{
    return run_pipeline(connection, queries, n, NULL, failed, error);
}

gboolean pgm_connection_stream(PgmConnection *connection, const char *const *queries, int n, PgmTakeRows take,
                               gpointer user, int *failed, GError **error)
{
    Delivery delivery = {take, user, -1, FALSE};
    g_autoptr(GPtrArray) none = run_pipeline(connection, queries, n, &delivery, failed, error);
    return none != NULL;
}

gboolean pgm_connection_stream_single(PgmConnection *connection, const char *const *queries, int n, PgmTakeRows take,
                                      gpointer user, int *failed, GError **error)
{
    Delivery delivery = {take, user, -1, TRUE};
    g_autoptr(GPtrArray) none = run_pipeline(connection, queries, n, &delivery, failed, error);
    return none != NULL;
}
