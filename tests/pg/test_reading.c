/* test_reading.c - the query that an operator types: what comes, what does not, and that nothing else happens. */
#include "harness/server.h"
#include "pgmedic/query.h"
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
    assert_reads(connection,
                 "SELECT ROW(NULL,NULL), '{\"a\": 1}'::json, 'i'::\"char\", 1.50, now()::date = current_date",
                 "(,)|{\"a\": 1}|i|1.50|t");
    assert_reads(connection, "SELECT 1 WHERE false", "");
    assert_reads(connection, "SHOW search_path", "\"$user\", public");
}

static void test_columns(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(
        connection, "SELECT 'x'::varchar(36) AS a, 12345 AS a, 1.5::numeric(6,2), '日本'::text AS \"日本語\", "
                    "NULL AS n, now() AS \"white space\", E'a\\n\\x1b' AS c, '{1}'::int[], '777'::xid");
    static const struct
    {
        const char *name;
        const char *type;
        gboolean number;
        int width;
    } expected[] = {
        {"a", "character varying(36)", FALSE, 1},
        {"a", "integer", TRUE, 5},
        {"numeric", "numeric(6,2)", TRUE, 7},
        {"日本語", "text", FALSE, 6},
        {"n", "text", FALSE, 1},
        {"white space", "timestamp with time zone", FALSE, 29},
        {"c", "text", FALSE, 7},
        {"int4", "integer[]", FALSE, 4},
        {"xid", "xid", TRUE, 3},
    };
    g_assert_cmpint(pgm_reading_columns(reading), ==, G_N_ELEMENTS(expected));
    for (int i = 0; i < (int)G_N_ELEMENTS(expected); i++)
    {
        g_assert_cmpstr(pgm_reading_column_name(reading, i), ==, expected[i].name);
        g_assert_cmpstr(pgm_reading_column_type(reading, i), ==, expected[i].type);
        g_assert_cmpint(pgm_reading_column_is_number(reading, i), ==, expected[i].number);
        if (i != 5) /* microseconds that end in zeros are shorter */
        {
            g_assert_cmpint(pgm_reading_column_width(reading, i), ==, expected[i].width);
        }
    }
    g_autoptr(PgmReading) plan = read_text(connection, "EXPLAIN SELECT 1");
    g_assert_cmpstr(pgm_reading_column_name(plan, 0), ==, "QUERY PLAN");
    g_assert_cmpstr(pgm_reading_column_type(plan, 0), ==, "text");
}

static void test_shapes(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) no_columns = read_text(connection, "SELECT FROM generate_series(1, 450)");
    g_autofree char *nothing = all_of(no_columns);
    g_assert_cmpint(pgm_reading_columns(no_columns), ==, 0);
    g_assert_cmpint(pgm_reading_rows(no_columns), ==, 450);
    g_assert_cmpint(pgm_reading_search(no_columns, "1", 0, FALSE), ==, -1);

    g_autoptr(PgmReading) no_rows = read_text(connection, "SELECT 1 AS a, 2 AS b WHERE false");
    g_assert_true(pgm_reading_is_whole(no_rows));
    g_assert_cmpint(pgm_reading_columns(no_rows), ==, 2);
    g_assert_cmpint(pgm_reading_rows(no_rows), ==, 0);
    g_assert_cmpint(pgm_reading_search(no_rows, "1", 0, TRUE), ==, -1);

    g_autoptr(GString) text = g_string_new("SELECT 0");
    for (int i = 1; i < 1600; i++)
    {
        g_string_append_printf(text, ", %d", i);
    }
    g_string_append(text, " FROM generate_series(1, 30)");
    g_autoptr(PgmReading) wide = read_text(connection, text->str);
    g_assert_cmpint(pgm_reading_rows(wide), <, 30); /* a batch of many columns has fewer rows */
    g_assert_false(pgm_reading_is_whole(wide));
    g_autofree char *all_wide = all_of(wide);
    g_assert_cmpint(pgm_reading_rows(wide), ==, 30);
    g_autoptr(GPtrArray) rows = pgm_reading_take(wide, 0, 1, NULL);
    g_assert_cmpstr(((char **)rows->pdata[0])[1599], ==, "1599");
    g_assert_cmpint(pgm_reading_search(wide, "1599", 0, FALSE), ==, 0);
}

/* A plan is one row a line, in every format. */
static void test_plan_lines(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) plan = read_text(connection, "EXPLAIN (FORMAT JSON) SELECT 1 FROM generate_series(1, 3)");
    g_assert_cmpint(pgm_reading_rows(plan), >, 5);
    g_autofree char *all = all_of(plan);
    g_assert_true(g_str_has_prefix(all, "[\n  {\n"));
    assert_idle(connection);
}

static void test_batches(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT i FROM generate_series(1, 400) i");
    g_assert_cmpint(pgm_reading_rows(reading), ==, PGM_READING_BATCH);
    g_assert_false(pgm_reading_is_whole(reading));
    g_assert_cmpint(pgm_connection_transaction(connection), ==, '*');
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_reading_open(connection, "SELECT 1", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_true(pgm_reading_fetch(reading, NULL));
    g_assert_cmpint(pgm_reading_rows(reading), ==, 400);
    g_assert_false(pgm_reading_is_whole(reading)); /* nobody knows yet that this was all */
    g_assert_true(pgm_reading_fetch(reading, NULL));
    g_assert_cmpint(pgm_reading_rows(reading), ==, 400);
    g_assert_true(pgm_reading_is_whole(reading));
    g_assert_null(pgm_reading_cut(reading));
    assert_idle(connection);
    g_assert_true(pgm_reading_fetch(reading, NULL));
    g_assert_cmpint(pgm_reading_elapsed_ms(reading), >=, 0);

    /* What is whole needs its connection no more. */
    g_clear_pointer(&connection, pgm_connection_close);
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 398, 10, NULL);
    g_assert_cmpuint(rows->len, ==, 2);
    g_assert_cmpstr(((char **)rows->pdata[1])[0], ==, "400");
    g_autoptr(GPtrArray) none = pgm_reading_take(reading, 400, 10, NULL);
    g_assert_cmpuint(none->len, ==, 0);
}

static void assert_row(PgmReading *reading, gint64 row)
{
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, row, 1, NULL);
    g_autofree char *expected = g_strdup_printf("%d", (int)row);
    g_assert_cmpuint(rows->len, ==, 1);
    g_assert_cmpstr(((char **)rows->pdata[0])[0], ==, expected);
}

/* Rows of all lengths, over many stretches of the file, forwards and backwards. */
static void test_both_ways(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(
        connection,
        "SELECT i, repeat('x', i % 700), CASE WHEN i % 3 = 0 THEN NULL ELSE '' END, CASE i WHEN 7 THEN 'Needle' "
        "WHEN 2500 THEN 'a neEDLE' WHEN 2501 THEN 'ÄÖ' END FROM generate_series(0, 4999) i");
    g_autofree char *all = all_of(reading);
    g_assert_cmpint(pgm_reading_rows(reading), ==, 5000);
    for (gint64 row = 0; row < 5000; row += 37)
    {
        assert_row(reading, row);
    }
    for (gint64 row = 4999; row >= 0; row -= 41)
    {
        assert_row(reading, row);
    }
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 2499, 3, NULL);
    g_assert_null(((char **)rows->pdata[0])[2]);
    g_assert_cmpstr(((char **)rows->pdata[1])[2], ==, "");
    g_assert_cmpuint(strlen(((char **)rows->pdata[1])[1]), ==, 2500 % 700);

    g_assert_cmpint(pgm_reading_search(reading, "needle", 0, FALSE), ==, 7);
    g_assert_cmpint(pgm_reading_search(reading, "NEEDLE", 7, FALSE), ==, 7);
    g_assert_cmpint(pgm_reading_search(reading, "NEEDLE", 8, FALSE), ==, 2500);
    g_assert_cmpint(pgm_reading_search(reading, "needle", 2501, FALSE), ==, -1);
    g_assert_cmpint(pgm_reading_search(reading, "needle", 4999, TRUE), ==, 2500);
    g_assert_cmpint(pgm_reading_search(reading, "needle", 99999, TRUE), ==, 2500);
    g_assert_cmpint(pgm_reading_search(reading, "needle", 2499, TRUE), ==, 7);
    g_assert_cmpint(pgm_reading_search(reading, "needle", 6, TRUE), ==, -1);
    g_assert_cmpint(pgm_reading_search(reading, "äö", 0, FALSE), ==, 2501);
    g_assert_cmpint(pgm_reading_search(reading, "äö", 4999, TRUE), ==, 2501);
    g_assert_cmpint(pgm_reading_search(reading, "", 0, FALSE), ==, -1);
}

static void test_cut_values(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading =
        read_text(connection, "SELECT repeat('x', n), repeat('日', n), ARRAY[repeat('z', n)], decode(repeat('ab', n / "
                              "2 - 1), 'hex'), repeat('w', n)::varchar, ROW(repeat('r', n - 2)) FROM (VALUES (4096), "
                              "(4098), (100000)) v(n)");
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 0, 3, NULL);
    g_assert_cmpuint(rows->len, ==, 3);
    for (guint r = 0; r < rows->len; r++)
    {
        char **values = rows->pdata[r];
        for (int c = 0; c < 6; c++)
        {
            gboolean cut = r > 0 || c == 2; /* an array has braces around it */
            g_assert_cmpint(g_utf8_strlen(values[c], -1), ==, cut ? PGM_READING_VALUE_MAX + 1 : PGM_READING_VALUE_MAX);
            g_assert_cmpint(g_str_has_suffix(values[c], "…"), ==, cut);
        }
    }
    g_assert_cmpint(pgm_reading_column_width(reading, 1), ==, PGM_READING_VALUE_MAX);
}

/* Nothing of what the server said about a place in our statement shows. */
static void test_positions(void)
{
    static const struct
    {
        const char *text;
        const char *sqlstate;
        int position;
    } wrong[] = {
        {"SELECT a FROM nowhere", "42P01", 15},
        {"SELECT 'äöü日本', nothing", "42703", 17},
        {"-- ä\nSELECT 1 +", "42601", 16},
        {"SELECT 1)", "42601", 9},
        {"(SELECT 1", "42601", 10},
        {"SELECT 1 1", "42601", 10},
        {"EXPLAIN SELECT nothing", "42703", 16},
        {"EXPLAIN ANALYZE /* ö */ SELECT nothing", "42703", 32},
        {"SHOW nothing_at_all", "42704", 0},
        {"SELECT 1/0", "22012", 0},
        {"SELECT 'x'::int", "22P02", 8},
        {"SELECT missing_function(1)", "42883", 8},
    };
    g_autoptr(PgmConnection) connection = open_reader();
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    {
        g_autoptr(GError) error = NULL;
        g_assert_null(pgm_reading_open(connection, wrong[i].text, &error));
        const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
        if (info == NULL || strcmp(info->sqlstate, wrong[i].sqlstate) != 0 || info->position != wrong[i].position)
        {
            g_test_message("%s: %s at %d", wrong[i].text, error->message, info == NULL ? -1 : info->position);
            g_test_fail();
        }
        assert_idle(connection);
    }
}

/* The reader's transaction is gone, as another session sees it. */
static void assert_ended(int pid)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND (state <> 'idle' OR xact_start IS NOT NULL)", pid);
    g_assert_true(pgm_test_wait_value(database, sql, "0", 10000));
}

static void test_error_in_the_middle(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT i, 1 / (1000 - i) FROM generate_series(1, 5000) i");
    g_autoptr(GError) error = NULL;
    while (pgm_reading_fetch(reading, &error) && !pgm_reading_is_whole(reading))
    {
    }
    g_assert_true(pgm_sql_error_is(error, "22012"));
    g_assert_true(pgm_reading_is_whole(reading));
    g_assert_nonnull(strstr(pgm_reading_cut(reading), "division by zero"));
    g_assert_cmpint(pgm_reading_rows(reading), ==, 800); /* the server sends a batch whole or not at all */
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 799, 5, NULL);
    g_assert_cmpstr(((char **)rows->pdata[0])[0], ==, "800");
    assert_ended(pgm_connection_server(connection)->backend_pid);
    assert_reads(connection, "SELECT 1", "1");
}

static void test_release(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT i FROM generate_series(1, 1000) i");
    pgm_reading_release(reading);
    assert_ended(pgm_connection_server(connection)->backend_pid);
    g_assert_nonnull(strstr(pgm_reading_cut(reading), "released"));
    g_assert_true(pgm_reading_fetch(reading, NULL));
    g_assert_cmpint(pgm_reading_rows(reading), ==, PGM_READING_BATCH);
    pgm_reading_free(g_steal_pointer(&reading));
    reading = read_text(connection, "SELECT i FROM generate_series(1, 1000) i");
    pgm_reading_free(g_steal_pointer(&reading));
    assert_ended(pgm_connection_server(connection)->backend_pid);
    reading = read_text(connection, "SELECT 1");
    pgm_reading_release(reading); /* all are here: nothing was cut */
    g_assert_null(pgm_reading_cut(reading));
}

/* Cancels once CONNECTION's backend is at it, from a thread of its own. */
static gpointer cancel_when_active(gpointer data)
{
    PgmConnection *connection = data;
    g_autoptr(PgmConnection) other = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND state = 'active' AND "
                        "query LIKE 'FETCH%%'",
                        pgm_connection_server(connection)->backend_pid);
    for (int tries = 0; tries < 2000; tries++)
    {
        g_autofree char *active = pgm_connection_value(other, sql, NULL);
        if (g_strcmp0(active, "1") == 0)
        {
            break;
        }
        g_usleep(2000);
    }
    pgm_connection_cancel(connection);
    return NULL;
}

static void test_cancel(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_new("cancel", cancel_when_active, connection);
    g_assert_null(pgm_reading_open(connection, "SELECT count(*) FROM generate_series(1, 100000000000)", &error));
    g_thread_join(thread);
    g_assert_true(pgm_sql_error_is(error, "57014"));
    assert_ended(pgm_connection_server(connection)->backend_pid);

    g_clear_error(&error);
    g_autoptr(PgmReading) reading = read_text(
        connection,
        "SELECT i FROM generate_series(1, 300) i UNION ALL SELECT count(*) FROM generate_series(1, 100000000000)");
    thread = g_thread_new("cancel", cancel_when_active, connection);
    g_assert_false(pgm_reading_fetch(reading, &error));
    g_thread_join(thread);
    g_assert_true(pgm_sql_error_is(error, "57014"));
    g_assert_cmpstr(pgm_reading_cut(reading), ==, error->message);
    g_assert_cmpint(pgm_reading_rows(reading), >=, PGM_READING_BATCH);
    assert_ended(pgm_connection_server(connection)->backend_pid);
    assert_reads(connection, "SELECT 1", "1");
}

static void assert_lost(PgmReading *reading)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_reading_fetch(reading, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
    g_assert_true(pgm_reading_is_whole(reading));
    g_assert_cmpstr(pgm_reading_cut(reading), ==, error->message);
    g_assert_cmpint(pgm_reading_rows(reading), ==, PGM_READING_BATCH);
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 199, 1, NULL);
    g_assert_cmpstr(((char **)rows->pdata[0])[0], ==, "200");
    g_assert_true(pgm_reading_fetch(reading, NULL));
}

static void test_lost(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT i FROM generate_series(1, 1000) i");
    g_autofree char *terminate =
        g_strdup_printf("SELECT pg_terminate_backend(%d)", pgm_connection_server(connection)->backend_pid);
    pgm_test_assert_value(database, terminate, "t");
    assert_lost(reading);
    assert_ended(pgm_connection_server(connection)->backend_pid);
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_reading_open(connection, "SELECT 1", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_LOST);
}

/* The cursor stood open for longer than the server bears. */
static void test_idle_timeout(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_assert_true(pgm_connection_command(connection, NULL, "SET idle_in_transaction_session_timeout = '50ms'"));
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT i FROM generate_series(1, 1000) i");
    assert_ended(pgm_connection_server(connection)->backend_pid);
    assert_lost(reading);
    g_assert_nonnull(strstr(pgm_reading_cut(reading), "idle-in-transaction"));
}

/* A message that quotes a value is as long as the value. */
static void test_long_error(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_reading_open(connection, "SELECT repeat('ä', 1000000)::int", &error));
    g_assert_true(pgm_sql_error_is(error, "22P02"));
    g_assert_cmpuint(strlen(error->message), <, 20000);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_nonnull(strstr(error->message, "ä…"));
    assert_reads(connection, "SELECT 1", "1");
}

/* A role that writes serializably: its reader neither waits for writers nor makes them fail. */
static void test_serializable_role(void)
{
    const char *name = pgm_test_database_name(database);
    static const char *const settings[] = {"isolation = 'serializable'", "deferrable = on", "read_only = off"};
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
    {
        g_autofree char *alter = g_strdup_printf("ALTER DATABASE \"%s\" SET default_transaction_%s", name, settings[i]);
        pgm_test_execute(database, alter);
    }
    g_autoptr(PgmConnection) writer = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(writer, NULL, "BEGIN READ WRITE"));
    g_assert_true(pgm_connection_command(writer, NULL, "CREATE TABLE written ()"));
    g_autoptr(PgmConnection) connection = open_reader();
    g_assert_true(pgm_connection_command(connection, NULL, "SET statement_timeout = '2s'")); /* if it waits */
    assert_reads(connection,
                 "SELECT current_setting('transaction_isolation'), current_setting('transaction_deferrable'), "
                 "current_setting('transaction_read_only')",
                 "read committed|off|on");
    g_autoptr(PgmConnection) inspector = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autofree char *level = pgm_connection_value(inspector,
                                                  "SELECT current_setting('transaction_isolation') || ' ' || "
                                                  "current_setting('transaction_deferrable')",
                                                  NULL);
    g_assert_cmpstr(level, ==, "read committed off");
    g_assert_true(pgm_connection_command(writer, NULL, "ROLLBACK"));
    g_autofree char *reset = g_strdup_printf("ALTER DATABASE \"%s\" RESET ALL", name);
    pgm_test_execute(database, reset);
}

/* A search_path that puts operators of its own before PostgreSQL's: none of them is called by what is ours. */
static void test_shadowed(void)
{
    g_autofree char *made = pgm_test_psql(
        database, "CREATE SCHEMA shadow;"
                  "DO $do$ DECLARE t text; o text; BEGIN"
                  " FOREACH t IN ARRAY '{name,text,oid,int,int2,regclass,\"char\",timestamptz}'::text[] LOOP"
                  "  EXECUTE format('CREATE FUNCTION shadow.f(%1$s, %1$s) RETURNS bool LANGUAGE plpgsql AS "
                  "$$BEGIN RAISE EXCEPTION ''called''; END$$', t);"
                  "  FOREACH o IN ARRAY '{=,<>,<,>,<=}'::text[] LOOP"
                  "   EXECUTE format('CREATE OPERATOR shadow.%2$s (LEFTARG = %1$s, RIGHTARG = %1$s, "
                  "FUNCTION = shadow.f)', t, o); END LOOP; END LOOP; END $do$");
    const char *name = pgm_test_database_name(database);
    g_autofree char *alter =
        g_strdup_printf("ALTER DATABASE \"%s\" SET search_path = shadow, pg_catalog, public", name);
    pgm_test_execute(database, alter);
    g_autoptr(PgmConnection) connection = open_reader();
    assert_reads(connection, "SELECT upper('a'), count(*) FROM ROWS FROM (generate_series(1, 3)) AS i", "A|3");
    g_autofree char *owner = pgm_connection_value(connection, pgm_query_text("reading/role", 0), NULL);
    g_assert_cmpstr(owner, ==, "t");
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_reading_open(connection, "SELECT 1 WHERE 1 = 1", &error));
    g_assert_nonnull(strstr(error->message, "called")); /* it would have been */
    g_autofree char *reset = g_strdup_printf("ALTER DATABASE \"%s\" RESET ALL", name);
    pgm_test_execute(database, reset);
}

static PgmConnection *open_in(const char *encoding)
{
    g_autofree char *name = g_strdup_printf("%s_%s", pgm_test_database_name(database), encoding);
    g_autofree char *create = g_strdup_printf(
        "CREATE DATABASE \"%s\" ENCODING '%s' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", name, encoding);
    pgm_test_execute(database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "dbname", name);
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_READ, &error);
    g_assert_no_error(error);
    return connection;
}

static void close_in(PgmConnection *connection, const char *encoding)
{
    pgm_connection_close(connection);
    g_autofree char *drop = g_strdup_printf("DROP DATABASE \"%s_%s\"", pgm_test_database_name(database), encoding);
    pgm_test_execute(database, drop);
}

/* Bytes that are no letters come as they are, and what the server cut between them ends in "…". */
static void test_bytes(void)
{
    PgmConnection *connection = open_in("SQL_ASCII");
    assert_reads(connection, "SELECT 'a' || chr(233) AS x, 'é'", "a\xe9|é");
    g_autoptr(PgmReading) reading = read_text(connection, "SELECT repeat('é', 2500), repeat('é', 2048)");
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 0, 1, NULL);
    char *const *values = rows->pdata[0];
    g_assert_true(g_str_has_suffix(values[0], "é…"));
    g_assert_true(g_utf8_validate(values[0], -1, NULL));
    g_assert_cmpint(g_utf8_strlen(values[1], -1), ==, 2048);
    close_in(connection, "SQL_ASCII");
}

/* A name is as long as the server's encoding makes it: what our parser cannot tell is not called. */
static void test_other_encoding(void)
{
    PgmConnection *connection = open_in("LATIN1");
    g_assert_true(pgm_connection_command(connection, NULL, "SET default_transaction_read_only = off"));
    g_assert_true(pgm_connection_command(
        connection, NULL,
        "DO $$BEGIN EXECUTE format('CREATE FUNCTION %%I() RETURNS int VOLATILE LANGUAGE sql AS $f$SELECT 1$f$', "
        "repeat('ä', 40)); END$$"));
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_reading_open(connection, "SELECT ääääääääääääääääääääääääääääääääääääääää()", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "not in UTF-8"));
    assert_reads(connection, "SELECT lower('é') AS größe", "é");
    close_in(connection, "LATIN1");
}

/* What the role and the database say holds, and nothing of it is ours. */
static void test_settings(void)
{
    pgm_test_execute(database, "CREATE SCHEMA own");
    pgm_test_execute(database, "CREATE TABLE own.only_here AS SELECT 1 AS x");
    g_autofree char *alter =
        g_strdup_printf("ALTER DATABASE \"%s\" SET search_path = own", pgm_test_database_name(database));
    pgm_test_execute(database, alter);
    g_autofree char *backslash = g_strdup_printf("ALTER DATABASE \"%s\" SET standard_conforming_strings = off",
                                                 pgm_test_database_name(database));
    pgm_test_execute(database, backslash);
    g_autoptr(PgmConnection) connection = open_reader();
    assert_reads(connection, "TABLE only_here", "1");
    assert_reads(connection, "SHOW search_path", "own");
    assert_reads(connection, "SHOW statement_timeout", "1min");
    if (pgm_connection_server(connection)->version >= 140000)
    {
        assert_reads(connection, "SHOW client_connection_check_interval", "1s");
    }
    assert_reads(connection, "SHOW application_name", "pgmedic read");
    assert_reads(connection, "SHOW transaction_read_only", "on");
    assert_reads(connection, "SELECT 'a\\' AS x, ' -- '", "a\\| -- "); /* as our scanner reads it */
    g_assert_true(pgm_connection_server(connection)->owner);
    g_autofree char *reset = g_strdup_printf("ALTER DATABASE \"%s\" RESET ALL", pgm_test_database_name(database));
    pgm_test_execute(database, reset);
}

/* The role that the prompt is for: no superuser, no owner. */
static void test_ordinary_role(void)
{
    pgm_test_execute(database, "CREATE TABLE closed (a int)");
    g_autofree char *role = g_strdup_printf("%s_reader", pgm_test_database_name(database));
    g_autofree char *create = g_strdup_printf("CREATE ROLE \"%s\" LOGIN IN ROLE pg_monitor", role);
    pgm_test_execute(database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "user", role);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_READ, &error);
    g_assert_no_error(error);
    g_assert_false(pgm_connection_server(connection)->superuser);
    g_assert_false(pgm_connection_server(connection)->owner);
    assert_reads(connection, "SELECT lower('A'), count(*) FROM pg_stat_activity WHERE false", "a|0");
    g_assert_null(pgm_reading_open(connection, "SELECT * FROM closed", &error));
    g_assert_true(pgm_sql_error_is(error, "42501"));
    assert_idle(connection);
    g_clear_pointer(&connection, pgm_connection_close);
    g_autofree char *drop = g_strdup_printf("DROP ROLE \"%s\"", role);
    pgm_test_execute(database, drop);
}

/* More than the temporary file may take, in the middle of a batch. */
static void test_too_much(void)
{
    g_autoptr(PgmConnection) connection = open_reader();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmReading) reading = pgm_reading_open_within(
        connection, "SELECT repeat('x', 1000 - 4 - 1) FROM generate_series(1, 100000) i", 1024 * 1024, &error);
    g_assert_no_error(error);
    while (!pgm_reading_is_whole(reading))
    {
        g_assert_true(pgm_reading_fetch(reading, NULL));
    }
    g_assert_nonnull(strstr(pgm_reading_cut(reading), "more than 1024 kB"));
    g_assert_cmpint(pgm_reading_rows(reading), ==, 1024 * 1024 / 1000);
    g_autofree char *all = all_of(reading);
    g_assert_cmpuint(strlen(all), ==, 1048 * 996 - 1);
    assert_ended(pgm_connection_server(connection)->backend_pid);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    database = pgm_test_database_new("reading");
    g_test_add_func("/reading/values", test_values);
    g_test_add_func("/reading/columns", test_columns);
    g_test_add_func("/reading/shapes", test_shapes);
    g_test_add_func("/reading/plan-lines", test_plan_lines);
    g_test_add_func("/reading/batches", test_batches);
    g_test_add_func("/reading/both-ways", test_both_ways);
    g_test_add_func("/reading/cut-values", test_cut_values);
    g_test_add_func("/reading/positions", test_positions);
    g_test_add_func("/reading/error-in-the-middle", test_error_in_the_middle);
    g_test_add_func("/reading/release", test_release);
    g_test_add_func("/reading/cancel", test_cancel);
    g_test_add_func("/reading/lost", test_lost);
    g_test_add_func("/reading/idle-timeout", test_idle_timeout);
    g_test_add_func("/reading/long-error", test_long_error);
    g_test_add_func("/reading/serializable-role", test_serializable_role);
    g_test_add_func("/reading/shadowed", test_shadowed);
    g_test_add_func("/reading/bytes", test_bytes);
    g_test_add_func("/reading/other-encoding", test_other_encoding);
    g_test_add_func("/reading/settings", test_settings);
    g_test_add_func("/reading/ordinary-role", test_ordinary_role);
    g_test_add_func("/reading/too-much", test_too_much);
    int failed = g_test_run();
    pgm_test_database_free(database);
    return failed;
}
