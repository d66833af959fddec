/* test_reading.c - the query that an operator types: what comes, what does not, and that nothing else happens. */
#include "harness/server.h"
#include "pgmedic/reading.h"

#include <stdlib.h>
#include <string.h>

static PgmTestDatabase *database;

static PgmConnection *open_reader(void)
{
    return pgm_test_database_connect(database, PGM_PURPOSE_READ);
}

static PgmReading *read_text(PgmConnection *connection, const char *text)
{
    g_autoptr(GError) error = NULL;
    PgmReading *reading = pgm_reading_open(connection, text, &error);
    if (reading == NULL)
    {
        g_test_message("%s", text);
    }
    g_assert_no_error(error);
    return reading;
}

/* All rows, columns parted by |, rows by newline; NULL shows as ~. */
static char *all_of(PgmReading *reading)
{
    g_autoptr(GError) error = NULL;
    while (!pgm_reading_is_whole(reading))
    {
        g_assert_true(pgm_reading_fetch(reading, &error));
        g_assert_no_error(error);
    }
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 0, (int)pgm_reading_rows(reading), &error);
    g_assert_no_error(error);
    GString *out = g_string_new(NULL);
    for (guint r = 0; r < rows->len; r++)
    {
        char **values = rows->pdata[r];
        g_string_append(out, r == 0 ? "" : "\n");
        for (int c = 0; c < pgm_reading_columns(reading); c++)
        {
            g_string_append_printf(out, "%s%s", c == 0 ? "" : "|", values[c] == NULL ? "~" : values[c]);
        }
    }
    return g_string_free(out, FALSE);
}

static void assert_idle(PgmConnection *connection)
{
    g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
}

static void assert_reads(PgmConnection *connection, const char *text, const char *expected)
{
    g_autoptr(PgmReading) reading = read_text(connection, text);
    g_autofree char *all = all_of(reading);
    g_assert_cmpstr(all, ==, expected);
    g_assert_null(pgm_reading_cut(reading));
    assert_idle(connection);
}

static void test_values(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    assert_reads(connection, "SELECT 1", "1");
    assert_reads(connection, " /* a */ SELECT 1 ; ;; -- b", "1");
    assert_reads(connection, "SELECT 1, 2 AS \"1\", 'x' AS \"?column?\", NULL -- end", "1|2|x|~");
    assert_reads(connection, "VALUES (1, 'a'), (2, NULL)", "1|a\n2|~");
    assert_reads(connection, "(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC", "2\n1");
    assert_reads(connection, "WITH a AS (SELECT 7 AS x) TABLE a", "7");
    assert_reads(connection, "SELECT true, '10.0.0.1'::inet, 'ab '::char(4), '\\x00ff'::bytea, ARRAY[1,2], ROW(1,NULL)",
                 "t|10.0.0.1|ab  |\\x00ff|{1,2}|(1,)");
    assert_reads(connection, "SELECT ROW(NULL,NULL), '{\"a\": 1}'::json, 'i'::\"char\", 1.50, now()::date = current_date",
                 "(,)|{\"a\": 1}|i|1.50|t");
    assert_reads(connection, "SELECT 1 WHERE false", "");
    assert_reads(connection, "SHOW search_path", "\"$user\", public");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    database = pgm_test_database_new("reading");
    g_test_add_func("/reading/values", test_values);
    int failed = g_test_run();
    pgm_test_database_free(database);
    return failed;
}
