/* test_pooler.c - behind PgBouncer in transaction mode nothing of ours may stay in a session that others get. */
#include "harness/pooler.h"
#include "pgmedic/connection.h"
#include "pgmedic/reading.h"

static void assert_setting(PgmConnection *connection, const char *name, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strdup_printf("SHOW %s", name);
    g_autofree char *value = pgm_connection_value(connection, sql, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(value, ==, expected);
}

static void test_inspection(gconstpointer data)
{
    const PgmPooler *pooler = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) inspect = pgm_connection_open(pooler->info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_connection_server(inspect)->pooled);
    assert_setting(inspect, "transaction_read_only", "on");
    assert_setting(inspect, "search_path", "pg_catalog");
    g_assert_false(pgm_connection_command(inspect, &error, "CREATE TABLE public.pgm_never (a int)"));
    g_assert_true(pgm_sql_error_is(error, "25006"));
    g_clear_error(&error);

    g_assert_true(pgm_connection_command(inspect, &error, " begin ISOLATION LEVEL REPEATABLE READ"));
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_transaction(inspect), ==, '*');
    assert_setting(inspect, "statement_timeout", "10s");
    assert_setting(inspect, "transaction_isolation", "repeatable read");
    assert_setting(inspect, "transaction_read_only", "on");
    g_assert_true(pgm_connection_command(inspect, &error, "COMMIT"));

    int failed = -1;
    const char *const queries[] = {"SELECT 1", "SELECT 1/0"};
    g_assert_null(pgm_connection_pipeline(inspect, queries, 2, &failed, &error));
    g_assert_cmpint(failed, ==, 1);
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(inspect, queries, 1, &failed, NULL);
    g_assert_cmpuint(results->len, ==, 1);
    g_assert_cmpstr(pgm_result_value(results->pdata[0], 0, 0), ==, "1");
}

static void assert_one_row(PgmConnection *connection, const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmReading) reading = pgm_reading_open(connection, text, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 0, 1, NULL);
    g_assert_cmpstr(((char **)rows->pdata[0])[0], ==, expected);
}

/* A typed query: its settings are those of its transaction, and its cursor and its transaction leave nothing. */
static void test_reading(gconstpointer data)
{
    const PgmPooler *pooler = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) read = pgm_connection_open(pooler->info, PGM_PURPOSE_READ, &error);
    g_assert_no_error(error);
    assert_one_row(read, "SHOW statement_timeout", "1min");
    assert_one_row(read, "SHOW transaction_read_only", "on");
    assert_one_row(read, "SHOW search_path", "\"$user\", public");
    g_autoptr(PgmReading) reading = pgm_reading_open(read, "SELECT i FROM generate_series(1, 500) i", &error);
    g_assert_no_error(error);
    while (!pgm_reading_is_whole(reading))
    {
        g_assert_true(pgm_reading_fetch(reading, &error));
    }
    g_assert_cmpint(pgm_reading_rows(reading), ==, 500);

    g_autoptr(PgmConnection) next = pgm_connection_open(pooler->info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    assert_setting(next, "default_transaction_read_only", "off");
    assert_setting(next, "statement_timeout", "0");
    g_autofree char *cursors =
        pgm_connection_value(next, "SELECT count(*) FROM pg_cursors WHERE name = 'pgmedic_query'", &error);
    g_assert_cmpstr(cursors, ==, "0");
}

/* The pool has one session: whoever comes next gets the one that the inspection used. */
static void test_nothing_stays(gconstpointer data)
{
    const PgmPooler *pooler = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) inspect = pgm_connection_open(pooler->info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConnection) next = pgm_connection_open(pooler->info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_server(next)->backend_pid, ==, pgm_connection_server(inspect)->backend_pid);
    assert_setting(next, "default_transaction_read_only", "off");
    assert_setting(next, "transaction_read_only", "off");
    assert_setting(next, "statement_timeout", "0");
    assert_setting(next, "search_path", "\"$user\", public");
}

static void test_skipped(void)
{
    g_test_skip("pgbouncer is not installed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *program = pgm_pooler_program();
    if (program == NULL)
    {
        g_test_add_func("/pooler", test_skipped);
        return g_test_run();
    }
    PgmPooler pooler = {0};
    pgm_pooler_start(&pooler, program, "transaction", 1);
    g_test_add_data_func("/pooler/inspection", &pooler, test_inspection);
    g_test_add_data_func("/pooler/reading", &pooler, test_reading);
    g_test_add_data_func("/pooler/nothing-stays", &pooler, test_nothing_stays);
    int failed = g_test_run();
    pgm_pooler_stop(&pooler);
    return failed;
}
