/* The SQL prompt on the screen: typing, completing, results that scroll, and that nothing of it stays open. */
#include "harness/screen.h"
#include "harness/server.h"

#include <string.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR", NULL};

static const char reading[] = "SELECT string_agg(state, ',') FROM pg_stat_activity "
                              "WHERE datname = current_database() AND application_name = 'pgmedic read'";

static const char readers[] = "SELECT count(*) FROM pg_stat_activity "
                              "WHERE datname = current_database() AND application_name = 'pgmedic read'";

static PgmScreen *open_console(PgmTestDatabase *database, int rows, int columns)
{
    PgmScreen *screen = pgm_screen_new(
        rows, columns, (const char *const[]){"-d", pgm_test_database_text(database), NULL}, surroundings);
    pgm_screen_assert_text(screen, "● connections");
    return screen;
}

static void ask(PgmScreen *screen, const char *query)
{
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_control(screen, 'e');
    pgm_screen_control(screen, 'u');
    pgm_screen_assert_text(screen, "one query, read only");
    pgm_screen_type(screen, query);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
}

static void leave(PgmScreen *screen)
{
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "● connections");
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
    g_assert_false(pgm_screen_alternate(screen));
    g_assert_true(pgm_screen_cooked(screen));
}

static void assert_frames_line_up(PgmScreen *screen)
{
    int last = pgm_screen_columns(screen) - 1;
    for (int row = 2; row < pgm_screen_rows(screen) - 1; row++)
    {
        PgmScreenCell right = pgm_screen_cell(screen, row, last);
        pgm_screen_assert(screen, strstr("┐│┘", right.text) != NULL);
    }
}

/* The sign at ROW, COLUMN. */
static void assert_bar(PgmScreen *screen, int row, int column)
{
    pgm_screen_assert(screen, g_str_equal(pgm_screen_cell(screen, row, column).text, "│"));
}

static void test_result(void)
{
    static const int sizes[][2] = {{24, 80}, {30, 100}, {60, 200}};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_result");
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    {
        int row, column;
        g_autoptr(PgmScreen) screen = open_console(database, sizes[i][0], sizes[i][1]);
        ask(screen, "SELECT 7 AS n, '中文' AS wide, NULL AS nothing, E'one\\ntwo' AS lines, "
                    "E'\\x1b[31m\\u202Ered' AS hostile UNION ALL SELECT 12345, 'ab', 'NULL', '', ''");
        pgm_screen_assert_text(screen, "2 rows · ");
        pgm_screen_assert_text(screen, "read-only · as postgres");
        pgm_screen_assert_text(screen, "▲ a superuser");
        /* Numbers stand at the right; what is wide pushes nothing; null is not the text. */
        pgm_screen_assert_text(screen, "│     7 │ 中文 │ ∅       │ one↵two  │");
        pgm_screen_assert_text(screen, "│ 12345 │ ab   │ NULL    │");
        pgm_screen_assert_text(screen, "\\x1b[31m<U+202E>red");
        pgm_screen_assert(screen, pgm_screen_find(screen, "│ 12345 │", &row, &column));
        for (int line = row - 2; line <= row; line++)
        {
            assert_bar(screen, line, column + 8);
            assert_bar(screen, line, column + 15);
            assert_bar(screen, line, column + 25);
        }
        assert_frames_line_up(screen);

        /* Enter opens the row, where a line end is one; Esc goes back to the columns. */
        pgm_screen_key(screen, PGM_SCREEN_ENTER);
        pgm_screen_assert_text(screen, "─ row 1 ─");
        pgm_screen_assert_text(screen, "lines   │ one");
        pgm_screen_assert_text(screen, "        │ two");
        assert_frames_line_up(screen);
        pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
        pgm_screen_assert_text(screen, "one↵two");
        leave(screen);
    }
}

static gboolean second_row_is_selected(PgmScreen *screen, gpointer user)
{
    (void)user;
    return pgm_screen_cell_of(screen, "x  ").reverse;
}

static void test_plain_terminal(void)
{
    static const char *const plain[] = {"LC_ALL=C", "NO_COLOR=1", NULL};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_plain");
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80, (const char *const[]){"-d", pgm_test_database_text(database), NULL}, plain);
    pgm_screen_assert_text(screen, "* connections");
    ask(screen, "SELECT NULL AS nothing, 1 AS one UNION ALL SELECT 'x', 2");
    pgm_screen_assert_text(screen, "| @       |   1");
    /* What is selected stands out without colours. */
    g_assert_true(pgm_screen_cell_of(screen, "@  ").reverse);
    g_assert_false(pgm_screen_cell_of(screen, "x  ").reverse);
    pgm_screen_key(screen, PGM_SCREEN_DOWN);
    pgm_screen_assert(screen, pgm_screen_wait(screen, second_row_is_selected, NULL, PGM_SCREEN_PATIENCE_MS));
    /* A byte that is no UTF-8 is looked for like any other text. */
    pgm_screen_type(screen, "/");
    pgm_screen_type(screen, "\x1b[200~\xe9\x1b[201~");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "not found in 2 rows: ");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_gone(screen, "nothing");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_exit(screen, 0);
}

static void test_scrolling(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_scroll");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    ask(screen, "SELECT i AS number, 'row ' || i AS name FROM generate_series(1, 5000) AS i");
    pgm_screen_assert_text(screen, "rows 1-17 of 200+");
    pgm_screen_assert_text(screen, "snapshot held");
    pgm_screen_key(screen, PGM_SCREEN_PAGE_DOWN);
    pgm_screen_assert_text(screen, "rows 17-33 of 200+");
    pgm_screen_assert_text(screen, "row 17 ");
    for (int i = 0; i < 10; i++)
    {
        pgm_screen_key(screen, PGM_SCREEN_PAGE_DOWN);
    }
    /* What is not here yet is fetched on the way; the header stays. */
    pgm_screen_assert_text(screen, "rows 177-193 of 400+");
    pgm_screen_assert_text(screen, "number │ name");
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_type(screen, "k");
    pgm_screen_key(screen, PGM_SCREEN_PAGE_UP);
    pgm_screen_assert_text(screen, "rows 159-175 of 400+");
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "rows 4,984-5,000 of 5,000");
    pgm_screen_assert_text(screen, "5,000 rows · ");
    pgm_screen_assert_absent(screen, "snapshot held");
    g_assert_true(pgm_screen_cell_of(screen, "row 5000").reverse);
    pgm_screen_type(screen, "g");
    pgm_screen_assert_text(screen, "rows 1-17 of 5,000");
    pgm_screen_assert_text(screen, "row 2 ");
    leave(screen);
}

static void test_search(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_search");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    ask(screen, "SELECT i, md5(i::text) AS one, md5(i::text) AS two, 'Row ' || i AS name, 'end' AS last "
                "FROM generate_series(1, 3000) AS i");
    pgm_screen_assert_text(screen, "200+ rows");
    /* Beyond what has come, and in a column that is out of sight; letters' case aside. */
    pgm_screen_type(screen, "/row 2999\r");
    pgm_screen_assert_text(screen, "Row 2999");
    pgm_screen_assert_text(screen, "3,000 rows");
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "found beyond the end");
    pgm_screen_type(screen, "/Row 77\r");
    pgm_screen_assert_text(screen, "Row 77 ");
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "Row 770");
    pgm_screen_type(screen, "N");
    pgm_screen_assert_text(screen, "Row 77 ");
    pgm_screen_type(screen, "/no such text\r");
    pgm_screen_assert_text(screen, "not found in 3,000 rows: no such text");
    leave(screen);
}

static void test_expanded(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_expanded");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    ask(screen, "SELECT i AS number, 'row ' || i AS name FROM generate_series(1, 500) AS i");
    pgm_screen_assert_text(screen, "number │ name");
    pgm_screen_type(screen, "x");
    pgm_screen_assert_text(screen, "─ row 1 ─");
    pgm_screen_assert_text(screen, "name   │ row 6");
    pgm_screen_type(screen, "jjj");
    pgm_screen_assert_gone(screen, "─ row 1 ─");
    pgm_screen_assert_text(screen, "row 2 of 200+");
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "row 500 of 500");
    pgm_screen_key(screen, PGM_SCREEN_PAGE_UP);
    pgm_screen_assert_text(screen, "─ row 495 ─");
    /* It stays for the next query, as in psql, until \x is said again. */
    ask(screen, "SELECT 1 AS one");
    pgm_screen_assert_text(screen, "one │ 1");
    ask(screen, "\\x");
    pgm_screen_assert_gone(screen, "─ row 1 ─");
    leave(screen);
}

static void test_explain(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("sql_explain", 100, 300);
    g_autoptr(PgmScreen) screen = open_console(database, 24, 100);
    ask(screen, "SELECT * FROM documents WHERE status = 'draft'");
    pgm_screen_assert_text(screen, "template_id");
    pgm_screen_type(screen, "e");
    pgm_screen_assert_text(screen, "QUERY PLAN");
    pgm_screen_assert_text(screen, "Seq Scan on documents");
    pgm_screen_assert_absent(screen, "actual time");
    pgm_screen_type(screen, "e");
    pgm_screen_assert_text(screen, "this is a plan already");
    pgm_screen_type(screen, ":sql EXPLAIN (ANALYZE, BUFFERS) SELECT 1 AS one\r");
    pgm_screen_assert_text(screen, "actual time");
    pgm_screen_type(screen, ":explain TABLE documents\r");
    pgm_screen_assert_text(screen, "Seq Scan on documents");
    leave(screen);
}

static void test_error(void)
{
    int row, column, cursor_row, cursor_column;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("sql_error", 100, 300);
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    ask(screen, "SELECT '中', titel FROM documents");
    pgm_screen_assert_text(screen, "✗ column \"titel\" does not exist (SQLSTATE 42703)");
    pgm_screen_assert_text(screen, "Hint: Perhaps you meant");
    pgm_screen_assert_text(screen, "SQL>");
    /* The caret stands below the place, and the prompt's cursor at it. */
    pgm_screen_assert(screen, pgm_screen_find(screen, "LINE 1: SELECT '中', titel", &row, &column));
    int place = column + (int)strlen("LINE 1: SELECT '..', ");
    pgm_screen_assert(screen, g_str_equal(pgm_screen_cell(screen, row, place).text, "t"));
    pgm_screen_assert(screen, g_str_equal(pgm_screen_cell(screen, row + 1, place).text, "^"));
    pgm_screen_cursor(screen, &cursor_row, &cursor_column);
    pgm_screen_assert(screen, g_str_equal(pgm_screen_cell(screen, cursor_row, cursor_column).text, "t"));
    for (int i = 0; i < 5; i++)
    {
        pgm_screen_key(screen, PGM_SCREEN_DELETE);
    }
    pgm_screen_type(screen, "title\r");
    pgm_screen_assert_text(screen, "│ title");
    pgm_screen_assert_text(screen, "100 rows");

    /* What may write is refused, and says why. */
    ask(screen, "DELETE FROM documents");
    pgm_screen_assert_text(screen, "✗ ");
    pgm_screen_assert_text(screen, "SQL> DELETE FROM documents");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "SQL>");
    pgm_screen_assert_text(screen, "s edit the query");
    ask(screen, "SELECT pg_terminate_backend(1)");
    pgm_screen_assert_text(screen, "pg_terminate_backend() is not called here");
    pgm_screen_assert_text(screen, "SQL> SELECT pg_terminate_backend(1)");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "SQL>");
    ask(screen, "SELECT id FROM documents WHERE false");
    pgm_screen_assert_text(screen, "0 rows · ");
    pgm_screen_type(screen, "x");
    pgm_screen_assert_text(screen, "(0 rows)");
    pgm_test_assert_value(database, "SELECT count(*) FROM documents", "100");
    leave(screen);
}

/* What psql's fingers type: a function by its name, a name that several have, keys that mean nothing here. */
static void test_commands(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_commands");
    pgm_test_execute(database, "CREATE FUNCTION settle(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    pgm_test_execute(database, "CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    pgm_test_execute(database, "CREATE FUNCTION twice(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 100);
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, "▸ functions");
    ask(screen, "\\df settle");
    pgm_screen_assert_text(screen, "function public.settle(integer)");
    pgm_screen_assert_text(screen, "security invoker");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    ask(screen, "\\sf twice");
    pgm_screen_assert_text(screen, "twice may mean any of 2: Enter opens one");
    pgm_screen_assert_text(screen, "twice(integer)");
    pgm_screen_assert_text(screen, "twice(text)");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    ask(screen, "\\d nothere");
    pgm_screen_assert_text(screen, "there is no nothere in the schema");
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "● connections");
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_type(screen, "SELECT 7");
    pgm_screen_key(screen, PGM_SCREEN_PAGE_DOWN);
    pgm_screen_key(screen, PGM_SCREEN_PAGE_UP);
    pgm_screen_type(screen, "7 AS n\r");
    pgm_screen_assert_text(screen, "SELECT 77 AS n");
    pgm_screen_assert_text(screen, "1 row · ");
    leave(screen);
}

/* An error in the middle ends the rows; those that have come are all there to be looked at. */
static void test_error_in_a_row(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_error_in_a_row");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    ask(screen, "SELECT i, 1 / (500 - i) AS part FROM generate_series(1, 1000) AS i");
    pgm_screen_assert_text(screen, "200+ rows");
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "▲ a row after these: division by zero (SQLSTATE 22012)");
    pgm_screen_assert_text(screen, "rows 384-400 of 400");
    pgm_screen_assert_text(screen, "│ 400 │    0");
    pgm_screen_type(screen, "g");
    pgm_screen_assert_text(screen, "│   1 │    0");
    for (int i = 0; i < 6; i++)
    {
        pgm_screen_key(screen, PGM_SCREEN_PAGE_DOWN);
    }
    pgm_screen_assert_text(screen, "rows 97-113 of 400");
    pgm_screen_assert_text(screen, "│ 110 │    0");
    pgm_screen_assert_text(screen, "▲ a row after these: division by zero");
    leave(screen);
}

static void test_cancel(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_cancel");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    const char *const endless = "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b";
    for (int i = 0; i < 2; i++)
    {
        ask(screen, endless);
        pgm_screen_assert_text(screen, "▶ running");
        g_assert_true(pgm_test_wait_value(database, reading, "active", PGM_SCREEN_PATIENCE_MS));
        if (i == 0)
        {
            pgm_screen_control(screen, 'c');
        }
        else
        {
            pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
        }
        pgm_screen_assert_text(screen, "▲ canceling statement due to user request");
        g_assert_true(pgm_test_wait_value(database, reading, "idle", PGM_SCREEN_PATIENCE_MS));
    }
    /* A page that is closed while its query runs takes it along. */
    ask(screen, endless);
    g_assert_true(pgm_test_wait_value(database, reading, "active", PGM_SCREEN_PATIENCE_MS));
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "● connections");
    g_assert_true(pgm_test_wait_value(database, reading, "idle", PGM_SCREEN_PATIENCE_MS));
    /* Fetching on stops, and what has come stays. */
    ask(screen, "SELECT i FROM generate_series(1, 50000000) AS i");
    pgm_screen_assert_text(screen, "200+ rows");
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "fetching… · Esc stops");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "Esc stops");
    pgm_screen_assert_text(screen, " rows · ");
    pgm_screen_type(screen, "g");
    pgm_screen_assert_text(screen, "rows 1-17 of");
    leave(screen);
}

static void test_completion(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_complete");
    pgm_test_execute(database, "CREATE TABLE invoices (id int, paid_at timestamptz)");
    pgm_test_execute(database, "CREATE TABLE \"Invoice Lines\" (id int, \"Unit Price\" numeric)");
    pgm_test_execute(database, "CREATE SCHEMA audit");
    pgm_test_execute(database, "CREATE TABLE audit.trail (who text, paid_by text)");
    pgm_test_execute(database, "CREATE FUNCTION paid_total(int) RETURNS int LANGUAGE sql STABLE RETURN 1");
    g_free(pgm_test_psql(database, "CREATE FUNCTION audit.doubled(int) RETURNS int LANGUAGE sql RETURN 1;"
                                   "CREATE FUNCTION audit.doubled(text) RETURNS int LANGUAGE sql RETURN 1"));
    g_autoptr(PgmScreen) screen = open_console(database, 24, 100);
    /* The names come with the schema. */
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, "▸ trail");
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "Tab completes");
    static const struct
    {
        const char *typed;
        const char *line;
        const char *choices; /* NULL: there is only one */
    } cases[] = {
        {"sel", "SQL> select", NULL},
        {"SEL", "SQL> SELECT", NULL},
        {"SELECT * FROM inv", "FROM inv", "\"Invoice Lines\"   invoices"},
        {"SELECT * FROM INVOICES", "FROM invoices", NULL},
        {"SELECT * FROM \"Inv", "FROM \"Invoice Lines\"", NULL},
        {"SELECT * FROM tra", "FROM audit.trail", NULL},
        {"SELECT * FROM aud", "FROM audit.", NULL},
        {"SELECT * FROM audit.t", "FROM audit.trail", NULL},
        {"SELECT * FROM invoices AS i WHERE i.p", "i.paid_at", NULL},
        {"SELECT * FROM invoices WHERE pai", "WHERE paid_", "paid_at   paid_total("},
        {"SELECT pai", "SELECT paid_", "paid_total(   paid_at   paid_by"},
        {"SELECT unit", "SELECT \"Unit Price\"", NULL},
        {"SELECT audit.do", "SELECT audit.doubled(", NULL},
        {"SELECT \"dou", "SELECT audit.\"doubled\"(", NULL},
        {"SELECT * FROM \"tra", "FROM audit.\"trail\"", NULL},
        {"SELECT * FROM pg_stat_act", "FROM pg_stat_activity", NULL},
        {"\\d inv", "\\d inv", "\"Invoice Lines\"   invoices"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        pgm_screen_control(screen, 'u');
        pgm_screen_assert_text(screen, "Tab completes");
        pgm_screen_type(screen, cases[i].typed);
        pgm_screen_key(screen, PGM_SCREEN_TAB);
        pgm_screen_assert_text(screen, cases[i].line);
        if (cases[i].choices != NULL)
        {
            pgm_screen_assert_text(screen, cases[i].choices);
        }
    }
    /* Nothing in a string. */
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "SELECT 'inv");
    pgm_screen_key(screen, PGM_SCREEN_TAB);
    pgm_screen_type(screen, "!");
    pgm_screen_assert_text(screen, "SELECT 'inv!");
    /* What a name says back is the relation's page. */
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "\\d Invoices\r");
    pgm_screen_assert_text(screen, "paid_at");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_type(screen, "\\dt\r");
    pgm_screen_assert_text(screen, "▸ trail");
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_type(screen, "\\copy x to y\r");
    pgm_screen_assert_text(screen, "\\copy is psql's; here there are");
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
}

static void test_paste(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_paste");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    GString *query = g_string_new("SELECT i, -- a comment\r");
    for (int i = 0; i < 30; i++)
    {
        g_string_append_printf(query, "\t%d AS column_%d,\r\n", i, i);
    }
    g_string_append(query, "  'last' AS z\rFROM generate_series(1, 3) AS i;\r");

    /* The terminal says what is pasted: nothing of it acts, not even its last line end. */
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    g_assert_nonnull(strstr(pgm_screen_output(screen)->str, "\x1b[?2004h"));
    g_autofree char *marked = g_strdup_printf("\x1b[200~%s\x1b[201~", query->str);
    pgm_screen_type(screen, marked);
    pgm_screen_assert_text(screen, "FROM generate_series(1, 3) AS i;");
    pgm_screen_assert_text(screen, "29 AS column_29,");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "3 rows");
    pgm_screen_assert_text(screen, "column_0");

    /* In a prompt for one line, line ends are blanks. */
    pgm_screen_type(screen, "/");
    pgm_screen_type(screen, "\x1b[200~a\rb\x1b[201~");
    pgm_screen_assert_text(screen, "a b");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_gone(screen, "a b");

    /* The history is the prompt's own; a line of several comes back whole. */
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_control(screen, 'u');
    pgm_screen_control(screen, 'p');
    pgm_screen_assert_text(screen, "29 AS column_29,");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_gone(screen, "SQL>");
    pgm_screen_type(screen, ":");
    pgm_screen_control(screen, 'p');
    pgm_screen_type(screen, "help");
    pgm_screen_assert_text(screen, ": help");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_gone(screen, ": help");

    /* A NUL in what is pasted does not hide its end. */
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "SQL>");
    pgm_screen_control(screen, 'e');
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, "\x1b[200~SELECT 4");
    pgm_screen_control(screen, '@');
    pgm_screen_type(screen, "2 AS nul, i FROM generate_series(1, 3) AS i\x1b[201~");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "nul │ i");
    pgm_screen_assert_text(screen, "42 │ 1");
    leave(screen);
    g_assert_nonnull(strstr(pgm_screen_output(screen)->str, "\x1b[?2004l"));
    g_string_free(query, TRUE);
}

static void test_released(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_released");
    g_autoptr(PgmScreen) screen = open_console(database, 24, 80);
    /* No connection before it is needed. */
    pgm_test_assert_value(database, reading, NULL);
    ask(screen, "SELECT i FROM generate_series(1, 5000) AS i");
    pgm_screen_assert_text(screen, "snapshot held");
    g_assert_true(pgm_test_wait_value(database, reading, "idle in transaction", PGM_SCREEN_PATIENCE_MS));
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    g_assert_true(pgm_test_wait_value(database, reading, "idle", PGM_SCREEN_PATIENCE_MS));
    /* A result that is whole holds nothing while it is looked at. */
    ask(screen, "SELECT 1 AS one");
    pgm_screen_assert_text(screen, "1 row · ");
    pgm_test_assert_value(database, reading, "idle");
    leave(screen);
    g_assert_true(pgm_test_wait_value(database, readers, "0", PGM_SCREEN_PATIENCE_MS));
}

static void test_refused_in_run(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("sql_run", 100, 300);
    g_autofree char *library = pgm_test_source_path("runbooks");
    g_autoptr(PgmScreen) screen = pgm_screen_new(30, 100,
                                                 (const char *const[]){"run", "-d", pgm_test_database_text(database),
                                                                       "--runbooks", library, "uuid-to-varchar", NULL},
                                                 surroundings);
    pgm_screen_assert_text(screen, "t type the database's name");
    pgm_screen_type(screen, "1s");
    pgm_screen_assert_text(screen, "no query while a run goes on");
    pgm_screen_type(screen, ":sql SELECT 1\r");
    pgm_screen_assert_text(screen, "no query while a run goes on");
    pgm_test_assert_value(database, reading, NULL);
}

/* The most memory that the program has had, in kB. */
static gint64 peak(const PgmScreen *screen)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pgm_screen_pid(screen));
    g_autofree char *status = NULL;
    g_assert_true(g_file_get_contents(path, &status, NULL, NULL));
    const char *line = strstr(status, "VmHWM:");
    g_assert_nonnull(line);
    return g_ascii_strtoll(line + strlen("VmHWM:"), NULL, 10);
}

static void test_memory(void)
{
    /* What is freed counts as freed: under the sanitizers it is kept from use otherwise, up to 256 MB of it. */
    g_autofree char *sanitizer = g_strdup_printf("ASAN_OPTIONS=%s:quarantine_size_mb=1",
                                                 g_getenv("ASAN_OPTIONS") != NULL ? g_getenv("ASAN_OPTIONS") : "");
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("sql_memory");
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80, (const char *const[]){"-d", pgm_test_database_text(database), NULL},
                       (const char *const[]){"LC_ALL=C.UTF-8", "NO_COLOR", sanitizer, NULL});
    pgm_screen_assert_text(screen, "● connections");
    ask(screen, "SELECT i, md5(i::text) AS hash FROM generate_series(1, 300) AS i");
    pgm_screen_assert_text(screen, "200+ rows");
    gint64 before = peak(screen);
    ask(screen, "SELECT i, md5(i::text) AS hash, repeat('x', 60) AS filling FROM generate_series(1, 400000) AS i");
    pgm_screen_assert_text(screen, "│ filling"); /* not the result before */
    pgm_screen_assert_text(screen, "200+ rows");
    pgm_screen_type(screen, "G");
    pgm_screen_assert_text(screen, "400,000 rows");
    pgm_screen_type(screen, "g");
    pgm_screen_assert_text(screen, "rows 1-17 of 400,000");
    /* The rows take 45 MB in their file. */
    g_assert_cmpint(peak(screen) - before, <, 16 * 1024);
    leave(screen);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/sql/result", test_result);
    g_test_add_func("/tui/sql/plain-terminal", test_plain_terminal);
    g_test_add_func("/tui/sql/scrolling", test_scrolling);
    g_test_add_func("/tui/sql/search", test_search);
    g_test_add_func("/tui/sql/expanded", test_expanded);
    g_test_add_func("/tui/sql/explain", test_explain);
    g_test_add_func("/tui/sql/error", test_error);
    g_test_add_func("/tui/sql/commands", test_commands);
    g_test_add_func("/tui/sql/error-in-a-row", test_error_in_a_row);
    g_test_add_func("/tui/sql/cancel", test_cancel);
    g_test_add_func("/tui/sql/completion", test_completion);
    g_test_add_func("/tui/sql/paste", test_paste);
    g_test_add_func("/tui/sql/released", test_released);
    g_test_add_func("/tui/sql/refused-in-run", test_refused_in_run);
    g_test_add_func("/tui/sql/memory", test_memory);
    return g_test_run();
}
