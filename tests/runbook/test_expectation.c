/* test_expectation.c - answers of a real server against every kind of expectation. */
#include "pgmedic/connection.h"
#include "pgmedic/runbook.h"

#include <string.h>

static PgmConnection *connect_to_server(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(g_getenv("PGM_TEST_CONNINFO"), &error);
    g_assert_no_error(error);
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    return connection;
}

static PgmResult *query(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    PgmResult *result = pgm_connection_query(connection, sql, &error);
    g_assert_no_error(error);
    return result;
}

static void test_value(void)
{
    g_autoptr(PgmConnection) connection = connect_to_server();
    static const struct
    {
        const char *sql;
        const char *value;
        gboolean holds;
        const char *answer;
    } cases[] = {
        {"SELECT 'uuid'", "uuid", TRUE, "uuid"},
        {"SELECT 1", "01", FALSE, "1"},
        {"SELECT true", "t", TRUE, "t"},
        {"SELECT null", NULL, TRUE, "null"},
        {"SELECT 'null'", NULL, FALSE, "null"},
        {"SELECT ''", "", TRUE, ""},
        {"SELECT 1 WHERE false", "1", FALSE, "no rows"},
        {"SELECT 1 WHERE false", NULL, FALSE, "no rows"},
        {"SELECT 1, 2", "1", FALSE, "1 | 2"},
        {"VALUES (1), (1)", "1", FALSE, "1; 1"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *value = g_strdup(cases[i].value);
        PgmExpectation expect = {.kind = PGM_EXPECT_VALUE, .value = value};
        g_autoptr(PgmResult) result = query(connection, cases[i].sql);
        g_autofree char *answer = pgm_check_answer(&expect, result);
        g_test_message("%s", cases[i].sql);
        g_assert_true(pgm_expectation_holds(&expect, result, NULL) == cases[i].holds);
        g_assert_cmpstr(answer, ==, cases[i].answer);
    }
}

static void test_rows(void)
{
    g_autoptr(PgmConnection) connection = connect_to_server();
    static const struct
    {
        const char *comparison;
        int rows;
        const char *holds; /* with 0, 1, 2, 3 rows */
        const char *text;
    } cases[] = {
        {"=", 2, "0010", "2 rows"},           {">", 0, "0111", "more than 0 rows"},
        {">=", 2, "0011", "at least 2 rows"}, {"<", 1, "1000", "fewer than 1 row"},
        {"<=", 1, "1100", "at most 1 row"},   {"<>", 1, "1011", "not 1 row"},
        {"=", 0, "1000", "no rows"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *comparison = g_strdup(cases[i].comparison);
        PgmExpectation expect = {.kind = PGM_EXPECT_ROWS, .comparison = comparison, .rows = cases[i].rows};
        for (int n = 0; n < 4; n++)
        {
            g_autofree char *sql = g_strdup_printf("SELECT FROM generate_series(1, %d)", n);
            g_autoptr(PgmResult) result = query(connection, sql);
            g_assert_true(pgm_expectation_holds(&expect, result, NULL) == (cases[i].holds[n] == '1'));
        }
        g_autofree char *text = pgm_expectation_text(&expect);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void unref_row(gpointer row)
{
    g_ptr_array_unref(row);
}

static void test_table(void)
{
    g_autoptr(PgmConnection) connection = connect_to_server();
    g_autoptr(GPtrArray) table = g_ptr_array_new_with_free_func(unref_row);
    for (int i = 0; i < 2; i++)
    {
        GPtrArray *row = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(row, g_strdup_printf("%d", i));
        g_ptr_array_add(row, i == 0 ? NULL : g_strdup("x"));
        g_ptr_array_add(table, row);
    }
    PgmExpectation expect = {.kind = PGM_EXPECT_TABLE, .table = table};
    static const struct
    {
        const char *sql;
        gboolean holds;
    } cases[] = {
        {"VALUES (0, null), (1, 'x')", TRUE},        {"VALUES (1, 'x'), (0, null)", FALSE},
        {"VALUES (0, ''), (1, 'x')", FALSE},         {"VALUES (0, null)", FALSE},
        {"VALUES (0, null, 1), (1, 'x', 1)", FALSE}, {"SELECT 0, null WHERE false", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(PgmResult) result = query(connection, cases[i].sql);
        g_assert_true(pgm_expectation_holds(&expect, result, NULL) == cases[i].holds);
    }
    g_autofree char *text = pgm_expectation_text(&expect);
    g_assert_cmpstr(text, ==, "0 | null; 1 | x");
}

static void test_same(void)
{
    g_autoptr(PgmConnection) connection = connect_to_server();
    PgmExpectation expect = {.kind = PGM_EXPECT_SAME};
    g_autoptr(PgmResult) before = query(connection, "SELECT repeat('a', 3000), g FROM generate_series(1, 9) g");
    g_autoptr(PgmResult) equal = query(connection, "SELECT repeat('a', 3000), g FROM generate_series(1, 9) g");
    g_autoptr(PgmResult) other =
        query(connection, "SELECT repeat('a', 3000), g FROM generate_series(1, 8) g UNION ALL SELECT 'b', 9");
    g_autofree char *answer = pgm_check_answer(&expect, before);
    g_assert_cmpuint(strlen(answer), <=, 2000);
    g_assert_nonnull(strstr(answer, "(9 rows, sha256 "));
    g_assert_true(pgm_expectation_holds(&expect, equal, answer));
    g_assert_false(pgm_expectation_holds(&expect, other, answer));
    g_assert_false(pgm_expectation_holds(&expect, before, NULL));
    g_autofree char *text = pgm_expectation_text(&expect);
    g_assert_cmpstr(text, ==, "the same as before");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/expectation/value", test_value);
    g_test_add_func("/expectation/rows", test_rows);
    g_test_add_func("/expectation/table", test_table);
    g_test_add_func("/expectation/same", test_same);
    return g_test_run();
}
