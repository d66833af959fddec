/* test_connection.c - statements, waiting, cancelling and losing a real server. */
#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)

static PgmConninfo *target;

static PgmConnection *open_for(PgmPurpose purpose)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(target, purpose, &error);
    g_assert_no_error(error);
    return connection;
}

static char *ask(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = pgm_connection_value(connection, sql, &error);
    g_assert_no_error(error);
    return value;
}

static void command(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    pgm_connection_command(connection, &error, "%s", sql);
    g_assert_no_error(error);
}

/* Ends VICTIM's backend from outside. */
static void terminate(PgmConnection *victim)
{
    g_autoptr(PgmConnection) other = open_for(PGM_PURPOSE_PLAIN);
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_terminate_backend(%d)", pgm_connection_server(victim)->backend_pid);
    g_autofree char *done = ask(other, sql);
    g_assert_cmpstr(done, ==, "t");
}

static void test_facts(void)
{
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_INSPECT);
    const PgmServer *server = pgm_connection_server(connection);
    g_autofree char *version = ask(connection, "SHOW server_version_num");
    g_autofree char *pid = ask(connection, "SELECT pg_backend_pid()");
    g_autofree char *oid = ask(connection, "SELECT oid FROM pg_database WHERE datname = current_database()");
    g_assert_cmpint(server->version, ==, atoi(version));
    g_assert_cmpint(server->backend_pid, ==, atoi(pid));
    g_assert_cmpuint(server->database_oid, ==, (guint32)atol(oid));
    g_assert_null(strchr(server->version_text, ' '));
    g_assert_cmpint((int)strlen(server->timeline), ==, 8);
    g_assert_true(g_ascii_isdigit(server->system_identifier[0]));
    g_autofree char *sql =
        g_strdup_printf("SELECT backend_start = '%s' FROM pg_stat_activity WHERE pid = %s", server->backend_start, pid);
    g_autofree char *same = ask(connection, sql);
    g_assert_cmpstr(same, ==, "t");
    g_assert_true(server->loopback);
    g_assert_false(server->standby);
    g_assert_false(server->pooled);
    g_assert_false(pgm_connection_is_lost(connection));
}

static void test_purposes(void)
{
    g_autoptr(PgmConnection) inspect = open_for(PGM_PURPOSE_INSPECT);
    g_autofree char *path = ask(inspect, "SHOW search_path");
    g_assert_cmpstr(path, ==, "pg_catalog");
    g_autofree char *limit = ask(inspect, "SHOW statement_timeout");
    g_assert_cmpstr(limit, ==, "10s");
    g_autofree char *name = ask(inspect, "SHOW application_name");
    g_assert_cmpstr(name, ==, "pgmedic inspect");
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_connection_command(inspect, &error, "CREATE TABLE public.pgm_never (a int)"));
    g_assert_true(pgm_sql_error_is(error, "25006"));

    g_autoptr(PgmConnection) watch = open_for(PGM_PURPOSE_WATCH);
    g_autofree char *shorter = ask(watch, "SHOW statement_timeout");
    g_assert_cmpstr(shorter, ==, "2s");
    g_autoptr(PgmConnection) run = open_for(PGM_PURPOSE_RUN);
    g_autofree char *writes = ask(run, "SHOW transaction_read_only");
    g_assert_cmpstr(writes, ==, "off");
}

static void test_statements(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    const char *const params[] = {"it's", NULL, "7"};
    g_autoptr(PgmResult) result = pgm_connection_execute(
        connection,
        "SELECT $1::text AS word, $2::text, $3::int + 1, true UNION ALL SELECT 'b', 'c', 3, false ORDER BY 3 DESC", 3,
        params, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_result_rows(result), ==, 2);
    g_assert_cmpint(pgm_result_columns(result), ==, 4);
    g_assert_cmpstr(pgm_result_column_name(result, 0), ==, "word");
    g_assert_cmpstr(pgm_result_value(result, 0, 0), ==, "it's");
    g_assert_null(pgm_result_value(result, 0, 1));
    g_assert_cmpint(pgm_result_integer(result, 0, 2), ==, 8);
    g_assert_true(pgm_result_boolean(result, 0, 3));
    g_assert_false(pgm_result_boolean(result, 1, 3));
    g_assert_cmpstr(pgm_result_tag(result), ==, "SELECT 2");

    g_assert_null(pgm_connection_value(connection, "SELECT 1 WHERE false", &error));
    g_assert_no_error(error);
    g_assert_false(pgm_connection_command(connection, &error, "SELECT 1; SELECT 2"));
    g_assert_true(pgm_sql_error_is(error, "42601"));
}

static void test_quoting_holds(void)
{
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    static const char nasty[] = "a'b\\c\"d\n\\'; --";
    static const char *const modes[] = {"on", "off"};
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++)
    {
        g_autofree char *set = g_strdup_printf("SET standard_conforming_strings = %s", modes[i]);
        command(connection, set);
        g_autofree char *literal = pgm_quote_literal(nasty);
        g_autofree char *name = pgm_quote_identifier(nasty);
        g_autofree char *sql = g_strdup_printf("SELECT%s AS %s", literal[0] == ' ' ? literal : " ", name);
        g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, NULL);
        g_assert_cmpstr(pgm_result_value(result, 0, 0), ==, nasty);
        g_assert_cmpstr(pgm_result_column_name(result, 0), ==, nasty);
    }
}

static void test_error_fields(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    command(connection, "BEGIN");
    g_assert_cmpint(pgm_connection_transaction(connection), ==, '*');
    command(connection, "CREATE TABLE pgm_fields (a int CONSTRAINT pgm_positive CHECK (a > 0))");
    g_assert_false(pgm_connection_command(connection, &error, "INSERT INTO pgm_fields VALUES (-1)"));
    const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
    g_assert_cmpstr(info->sqlstate, ==, "23514");
    g_assert_cmpstr(info->table, ==, "pgm_fields");
    g_assert_cmpstr(info->constraint, ==, "pgm_positive");
    g_assert_nonnull(strstr(info->detail, "-1"));
    g_assert_cmpint(pgm_connection_transaction(connection), ==, '!');
    g_clear_error(&error);
    command(connection, "ROLLBACK");
    g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
    g_assert_false(pgm_connection_command(connection, &error, "SELECT nonsense"));
    g_assert_cmpint(pgm_sql_error_info(error)->position, ==, 8);
    g_assert_false(pgm_connection_is_lost(connection));
}

static void test_copy_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    g_assert_false(pgm_connection_command(connection, &error, "COPY (SELECT generate_series(1, 5000)) TO STDOUT"));
    g_assert_nonnull(error);
    g_clear_error(&error);
    command(connection, "CREATE TEMP TABLE pgm_copy (a int)");
    g_assert_false(pgm_connection_command(connection, &error, "COPY pgm_copy FROM STDIN"));
    g_assert_nonnull(error);
    g_autofree char *one = ask(connection, "SELECT 1");
    g_assert_cmpstr(one, ==, "1");
}

static void test_notices(void)
{
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    command(connection, "DO $$BEGIN RAISE WARNING 'careful' USING HINT = 'look'; END$$");
    g_auto(GStrv) notices = pgm_connection_take_notices(connection);
    g_assert_cmpuint(g_strv_length(notices), ==, 2);
    g_assert_cmpstr(notices[0], ==, "WARNING: careful");
    g_assert_cmpstr(notices[1], ==, "HINT: look");
    g_auto(GStrv) again = pgm_connection_take_notices(connection);
    g_assert_cmpuint(g_strv_length(again), ==, 0);
}

static void test_pipeline(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    const char *const good[] = {"SELECT 1", "SELECT repeat('x', 300000)", "SELECT 3"};
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, good, 3, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(results->len, ==, 3);
    g_assert_cmpstr(pgm_result_value(results->pdata[2], 0, 0), ==, "3");

    int failed = -1;
    const char *const bad[] = {"SELECT 1", "SELECT 1/0", "SELECT 3"};
    g_assert_null(pgm_connection_pipeline(connection, bad, 3, &failed, &error));
    g_assert_cmpint(failed, ==, 1);
    g_assert_true(pgm_sql_error_is(error, "22012"));
    g_clear_error(&error);

    command(connection, "BEGIN");
    g_assert_null(pgm_connection_pipeline(connection, bad + 1, 2, &failed, &error));
    g_assert_cmpint(failed, ==, 0);
    g_assert_cmpint(pgm_connection_transaction(connection), ==, '!');
    command(connection, "ROLLBACK");
    g_autofree char *one = ask(connection, "SELECT 1");
    g_assert_cmpstr(one, ==, "1");
}

/* "QUERY:first column," a row, and "QUERY." at a query's end. */
static void note_rows(int query, const PgmResult *result, gpointer user)
{
    GString *said = user;
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        g_string_append_printf(said, "%d:%s,", query, pgm_result_value(result, row, 0));
    }
    if (pgm_result_rows(result) == 0)
    {
        g_string_append_printf(said, "%d%s.", query, pgm_result_columns(result) > 0 ? " " : "");
    }
}

static void test_stream(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    g_autoptr(GString) said = g_string_new(NULL);
    const char *const good[] = {"BEGIN", "SELECT generate_series(1, 3)", "SELECT 1 WHERE false", "SELECT 7", "COMMIT"};
    g_assert_true(pgm_connection_stream(connection, good, 5, note_rows, said, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(said->str, ==, "0.1:1,1:2,1:3,1 .2 .3:7,3 .4.");

    int failed = -1;
    g_string_truncate(said, 0);
    const char *const bad[] = {"SELECT 1", "SELECT 6 / (2 - generate_series(1, 3))", "SELECT 3"};
    g_assert_false(pgm_connection_stream(connection, bad, 3, note_rows, said, &failed, &error));
    g_assert_cmpint(failed, ==, 1);
    g_assert_true(pgm_sql_error_is(error, "22012"));
    g_assert_true(g_str_has_prefix(said->str, "0:1,0 ."));
    g_assert_null(strstr(said->str, "2:"));
    g_autofree char *one = ask(connection, "SELECT 1");
    g_assert_cmpstr(one, ==, "1");
}

typedef struct
{
    PgmConnection *connection;
    int fd;
    int calls;
    gboolean go_on;
    gboolean cancel;
} Listener;

static gboolean hear(gpointer user)
{
    Listener *listener = user;
    char word;
    g_assert_cmpint(read(listener->fd, &word, 1), ==, 1);
    listener->calls++;
    if (listener->cancel)
    {
        pgm_connection_cancel(listener->connection);
    }
    return listener->go_on;
}

static void test_wait(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    gint64 deadline = g_get_monotonic_time() + 30000;
    g_assert_cmpint(pgm_connection_wait(connection, NULL, deadline, &error), ==, PGM_WAKE_DEADLINE);
    g_assert_cmpint(g_get_monotonic_time(), >=, deadline);

    int fds[2];
    g_assert_cmpint(pipe(fds), ==, 0);
    Listener listener = {.connection = connection, .fd = fds[0]};
    PgmInterest interest = {fds[0], hear, &listener};
    g_assert_cmpint(write(fds[1], "x", 1), ==, 1);
    deadline = g_get_monotonic_time() + LIMIT_US;
    g_assert_cmpint(pgm_connection_wait(connection, &interest, deadline, &error), ==, PGM_WAKE_INTEREST);
    g_assert_cmpint(listener.calls, ==, 1);
    g_assert_no_error(error);

    close(fds[1]);
    close(fds[0]);
}

static gboolean hear_end(gpointer user)
{
    (*(int *)user)++;
    return TRUE;
}

/* A writer that is gone is heard once, and does not make the wait spin. */
static void test_wait_on_closed_pipe(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    int fds[2];
    g_assert_cmpint(pipe(fds), ==, 0);
    close(fds[1]);
    int calls = 0;
    PgmInterest interest = {fds[0], hear_end, &calls};
    gint64 deadline = g_get_monotonic_time() + 30000;
    g_assert_cmpint(pgm_connection_wait(connection, &interest, deadline, &error), ==, PGM_WAKE_DEADLINE);
    g_assert_cmpint(calls, ==, 1);
    close(fds[0]);
}

static void test_hang_up_while_waiting(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    command(connection, "BEGIN");
    terminate(connection);
    gint64 deadline = g_get_monotonic_time() + LIMIT_US;
    g_assert_cmpint(pgm_connection_wait(connection, NULL, deadline, &error), ==, PGM_WAKE_LOST);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
    g_assert_nonnull(strstr(error->message, "57P01"));
    g_assert_true(pgm_connection_is_lost(connection));
    g_assert_cmpint(pgm_connection_transaction(connection), ==, '?');
    g_clear_error(&error);
    g_assert_false(pgm_connection_command(connection, &error, "COMMIT"));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
}

/* The server's own time limit speaks while nobody asks it anything. */
static void test_idle_timeout(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    command(connection, "SET idle_in_transaction_session_timeout = '50ms'");
    command(connection, "BEGIN");
    gint64 deadline = g_get_monotonic_time() + LIMIT_US;
    g_assert_cmpint(pgm_connection_wait(connection, NULL, deadline, &error), ==, PGM_WAKE_LOST);
    g_assert_nonnull(strstr(error->message, "25P03"));
}

static void test_hang_up_during_statement(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    g_assert_false(
        pgm_connection_command(connection, &error, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(20)"));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
    g_assert_true(pgm_connection_is_lost(connection));
}

static void test_hang_up_during_pipeline(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    const char *const queries[] = {"SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(20)",
                                   "SELECT 3"};
    int failed = -1;
    g_assert_null(pgm_connection_pipeline(connection, queries, 3, &failed, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
    g_assert_true(pgm_connection_is_lost(connection));
}

static void test_cancel_by_interest(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    int fds[2];
    g_assert_cmpint(pipe(fds), ==, 0);
    Listener listener = {.connection = connection, .fd = fds[0], .cancel = TRUE};
    PgmInterest interest = {fds[0], hear, &listener};
    g_assert_cmpint(write(fds[1], "x", 1), ==, 1);
    g_assert_null(pgm_connection_execute(connection, "SELECT pg_sleep(20)", 0, NULL, &interest, &error));
    g_assert_true(pgm_sql_error_is(error, "57014"));
    g_assert_cmpint(listener.calls, ==, 1);
    close(fds[0]);
    close(fds[1]);
    g_autofree char *one = ask(connection, "SELECT 1");
    g_assert_cmpstr(one, ==, "1");
}

/* A cancel that comes late must not hit the next statement. */
static void test_late_cancel(void)
{
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    for (int i = 0; i < 50; i++)
    {
        pgm_connection_cancel(connection);
        g_autofree char *one = ask(connection, "SELECT 1 FROM pg_sleep(0.002)");
        g_assert_cmpstr(one, ==, "1");
    }
}

static gpointer cancel_again_and_again(gpointer data)
{
    PgmConnection *connection = data;
    for (int i = 0; i < 200; i++)
    {
        pgm_connection_cancel(connection);
        g_usleep(500);
    }
    return NULL;
}

/* From another thread, at any moment: each statement either ends well or is cancelled, and the connection stays. */
static void test_cancel_from_another_thread(void)
{
    g_autoptr(PgmConnection) connection = open_for(PGM_PURPOSE_PLAIN);
    GThread *thread = g_thread_new("canceller", cancel_again_and_again, connection);
    for (int i = 0; i < 100; i++)
    {
        g_autoptr(GError) error = NULL;
        if (!pgm_connection_command(connection, &error, "SELECT pg_sleep(0.001)"))
        {
            g_assert_true(pgm_sql_error_is(error, "57014"));
        }
    }
    g_thread_join(thread);
    g_assert_false(pgm_connection_is_lost(connection));
    g_autofree char *one = ask(connection, "SELECT 1");
    g_assert_cmpstr(one, ==, "1");
}

static void test_cancel_then_close(void)
{
    PgmConnection *connection = open_for(PGM_PURPOSE_PLAIN);
    pgm_connection_cancel(connection);
    pgm_connection_close(connection);
    pgm_connection_close(NULL);
}

static char *refusal(const PgmConninfo *info)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_null(connection);
    g_assert_true(g_error_matches(error, PGM_ERROR, PGM_ERROR_CONNECT) ||
                  g_error_matches(error, PGM_ERROR, PGM_ERROR_LOGIN));
    g_assert_null(strchr(error->message, '\n'));
    g_test_message("%s", error->message);
    return g_strdup(error->message);
}

static void test_refusals(void)
{
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(target);
    pgm_conninfo_set(info, "dbname", "no_such_database");
    g_autofree char *database = refusal(info);
    g_assert_nonnull(strstr(database, "database \"no_such_database\" does not exist; `psql -l`"));

    pgm_conninfo_set(info, "dbname", "postgres");
    pgm_conninfo_set(info, "user", "no_such_role");
    g_autofree char *role = refusal(info);
    g_assert_nonnull(strstr(role, "no_such_role"));

    pgm_conninfo_set(info, "host", "127.0.0.1");
    pgm_conninfo_set(info, "port", "1");
    pgm_conninfo_set(info, "password", "hunter2");
    g_autofree char *nobody = refusal(info);
    g_assert_nonnull(strstr(nobody, "Connection refused; nothing listens there"));
    g_assert_null(strstr(nobody, "hunter2"));

    pgm_conninfo_set(info, "host", "/nonexistent");
    g_autofree char *socket = refusal(info);
    g_assert_nonnull(strstr(socket, "is the server running on this machine"));

    pgm_conninfo_set(info, "nonsense", "x");
    g_autofree char *nonsense = refusal(info);
    g_assert_nonnull(strstr(nonsense, "nonsense"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    const char *given = g_getenv("PGM_TEST_CONNINFO");
    PgmCluster *cluster = given == NULL ? pgm_cluster_start("pgm-test", NULL, &error) : NULL;
    g_assert_no_error(error);
    target = given == NULL ? pgm_cluster_conninfo(cluster, "postgres") : pgm_conninfo_new(given, &error);
    g_assert_no_error(error);

    g_test_add_func("/connection/facts", test_facts);
    g_test_add_func("/connection/purposes", test_purposes);
    g_test_add_func("/connection/statements", test_statements);
    g_test_add_func("/connection/quoting-holds", test_quoting_holds);
    g_test_add_func("/connection/error-fields", test_error_fields);
    g_test_add_func("/connection/copy-is-refused", test_copy_is_refused);
    g_test_add_func("/connection/notices", test_notices);
    g_test_add_func("/connection/pipeline", test_pipeline);
    g_test_add_func("/connection/stream", test_stream);
    g_test_add_func("/connection/wait", test_wait);
    g_test_add_func("/connection/wait-on-closed-pipe", test_wait_on_closed_pipe);
    g_test_add_func("/connection/hang-up-while-waiting", test_hang_up_while_waiting);
    g_test_add_func("/connection/idle-timeout", test_idle_timeout);
    g_test_add_func("/connection/hang-up-during-statement", test_hang_up_during_statement);
    g_test_add_func("/connection/hang-up-during-pipeline", test_hang_up_during_pipeline);
    g_test_add_func("/connection/cancel-by-interest", test_cancel_by_interest);
    g_test_add_func("/connection/late-cancel", test_late_cancel);
    g_test_add_func("/connection/cancel-from-another-thread", test_cancel_from_another_thread);
    g_test_add_func("/connection/cancel-then-close", test_cancel_then_close);
    g_test_add_func("/connection/refusals", test_refusals);
    int failed = g_test_run();
    pgm_conninfo_free(target);
    pgm_cluster_stop(cluster, FALSE);
    return failed;
}
