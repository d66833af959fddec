/* The console as it stands on the screen: first frame, overview, pages, prompts, and every way out. */
#include "harness/console.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR", NULL};

/* Baseline, repository and error log of the incident. */
static char *write_config(PgmTestDatabase *database, const char *environment)
{
    g_autofree char *baseline = pgm_test_source_path("tests/incident/staging.yaml");
    g_autofree char *repository = pgm_test_source_path("tests/incident/alembic");
    g_autofree char *log = pgm_test_source_path("tests/incident/error-1-type-mismatch.log");
    g_autofree char *more = g_strdup_printf("    repository: {kind: alembic, path: %s}\n"
                                            "    baseline: %s\n"
                                            "    error_log: %s\n",
                                            repository, baseline, log);
    return pgm_test_write_config(database, "prod-eu", environment, more);
}

static PgmScreen *open_console(const char *config, int rows, int columns)
{
    return pgm_screen_new(rows, columns, (const char *const[]){"--config", config, NULL}, surroundings);
}

static void assert_left(PgmScreen *screen, int code)
{
    pgm_screen_assert_exit(screen, code);
    g_assert_false(pgm_screen_alternate(screen));
    g_assert_true(pgm_screen_cooked(screen));
    g_assert_true(pgm_screen_cursor_visible(screen));
    g_assert_false(pgm_screen_mouse(screen));
}

/* Every row of the view is framed from edge to edge: wide characters and long names have not pushed anything. */
static void assert_frames_line_up(PgmScreen *screen)
{
    int last = pgm_screen_columns(screen) - 1;
    for (int row = 2; row < pgm_screen_rows(screen) - 1; row++)
    {
        const char *const edges[] = {"┌", "│", "└", "├"};
        gboolean framed = FALSE;
        PgmScreenCell left = pgm_screen_cell(screen, row, 0);
        PgmScreenCell right = pgm_screen_cell(screen, row, last);
        for (guint i = 0; i < G_N_ELEMENTS(edges); i++)
        {
            framed = framed || g_str_equal(left.text, edges[i]);
        }
        pgm_screen_assert(screen, framed);
        pgm_screen_assert(screen, g_str_equal(right.text, "┐") || g_str_equal(right.text, "│") ||
                                      g_str_equal(right.text, "┘") || g_str_equal(right.text, "┤"));
    }
}

static void test_overview(void)
{
    static const int sizes[][2] = {{24, 80}, {30, 100}, {60, 200}};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("overview", 100, 300);
    char *config = write_config(database, "production");
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    {
        g_autoptr(PgmScreen) screen = open_console(config, sizes[i][0], sizes[i][1]);
        pgm_screen_assert_text(screen, "f867c7e3d51c");
        pgm_screen_assert_text(screen, "774225e563ca");
        pgm_screen_assert_text(screen, "1 pending");
        pgm_screen_assert_text(screen, "3 breaking");
        pgm_screen_assert_text(screen, "✗ documents.id");
        pgm_screen_assert_text(screen, "● connections");
        pgm_screen_assert_text(screen, "uuid-to-varchar");
        assert_frames_line_up(screen);
        /* Production is red from edge to edge, and says so in words. */
        for (int column = 0; column < sizes[i][1]; column++)
        {
            g_assert_cmpint(pgm_screen_cell(screen, 0, column).background, ==, 160);
        }
        pgm_screen_assert_text(screen, "PRODUCTION  READ-ONLY");
        pgm_screen_type(screen, "q");
        assert_left(screen, 0);
    }
    pgm_test_remove_config(config);
}

/* Another target of the configuration: nothing that was known of the one is shown of the other. */
static void test_targets(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("targets", 100, 300);
    g_autoptr(PgmTestDatabase) other = pgm_test_database_new("targets_other");
    char *config = write_config(database, "production");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(config, &text, NULL, NULL));
    g_autofree char *more = g_strdup_printf("%s"
                                            "  staging-eu:\n"
                                            "    conninfo: %s\n"
                                            "    environment: staging\n"
                                            "  gone:\n"
                                            "    conninfo: host=127.0.0.1 port=1 dbname=x\n",
                                            text, pgm_test_database_text(other));
    g_assert_true(g_file_set_contents(config, more, -1, NULL));
    g_autoptr(PgmScreen) screen = open_console(config, 24, 80);
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_type(screen, "t");
    pgm_screen_assert_text(screen, "▶ ● prod-eu");
    pgm_screen_assert_text(screen, "gone        NOT SET");
    assert_frames_line_up(screen);
    pgm_screen_type(screen, "\r");
    pgm_screen_assert_text(screen, "prod-eu is what you are looking at");
    pgm_screen_type(screen, "j\r");
    pgm_screen_assert_text(screen, "STAGING  READ-ONLY");
    pgm_screen_assert_text(screen, "No migration framework");
    pgm_screen_assert_absent(screen, "3 breaking");
    pgm_screen_assert_absent(screen, "uuid-to-varchar");
    /* By name; a wrong one is not guessed. */
    pgm_screen_type(screen, ":target gon\r");
    pgm_screen_assert_text(screen, "there is no target \"gon\"; did you mean \"gone\"?");
    pgm_screen_type(screen, ":target gone\r");
    pgm_screen_assert_text(screen, "gone  NOT CONNECTED");
    pgm_screen_type(screen, ":target prod-eu\r");
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_assert_text(screen, "PRODUCTION  READ-ONLY");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

/* Without a baseline the database is still held against itself. */
static void test_within(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("within");
    pgm_test_execute(database, "CREATE TABLE documents (id uuid PRIMARY KEY)");
    pgm_test_execute(database, "CREATE TABLE notes (id uuid PRIMARY KEY, document_id varchar(36), author_id bigint)");
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80, (const char *const[]){"-d", pgm_test_database_text(database), NULL}, surroundings);
    pgm_screen_assert_text(screen, "No baseline is configured");
    pgm_screen_assert_text(screen, "1 type does not match that of the key");
    pgm_screen_assert_text(screen, "document_id varchar(36) ≠ uuid");
    assert_frames_line_up(screen);
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
}

static void test_resize(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("resize", 100, 300);
    char *config = write_config(database, "development");
    g_autoptr(PgmScreen) screen = open_console(config, 24, 80);
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_resize(screen, 17, 80);
    pgm_screen_assert_text(screen, "terminal too small: 60x18 needed, this is 80x17");
    pgm_screen_resize(screen, 5, 20);
    pgm_screen_assert_text(screen, "terminal too small");
    pgm_screen_resize(screen, 60, 200);
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_assert_absent(screen, "too small");
    assert_frames_line_up(screen);
    pgm_screen_assert_text(screen, "DEVELOPMENT  READ-ONLY");
    g_assert_cmpint(pgm_screen_cell(screen, 0, 100).background, ==, 237);
    pgm_screen_resize(screen, 18, 60);
    pgm_screen_assert_text(screen, "3 breaking");
    assert_frames_line_up(screen);
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

static void test_pages(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("pages", 100, 300);
    pgm_test_execute(database, "CREATE TABLE \"w\xe4\xb8\xad\x1b[31m\xe2\x80\xae"
                               "e\" (id int)");
    char *config = write_config(database, "staging");
    g_autoptr(PgmScreen) screen = open_console(config, 30, 100);
    pgm_screen_assert_text(screen, "3 breaking");

    pgm_screen_type(screen, "?");
    pgm_screen_assert_text(screen, "Help: Overview");
    pgm_screen_assert_text(screen, "  d         :diagnose   name the cause of an error log");
    pgm_screen_assert_text(screen, "                         that mends it");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "Help: Overview");

    /* A hostile name stands there harmless, and the frame holds. */
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, "w中\\x1b[31m<U+202E>e");
    assert_frames_line_up(screen);
    pgm_screen_type(screen, "/questions\r");
    pgm_screen_assert_text(screen, "/questions: ");
    pgm_screen_assert_gone(screen, "alembic_version");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "public.document_questions");
    pgm_screen_assert_text(screen, "document_questions_document_id_fkey");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "alembic_version");

    pgm_screen_type(screen, ":runb");
    pgm_screen_key(screen, PGM_SCREEN_TAB);
    pgm_screen_assert_text(screen, ": runbooks");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "uuid-to-varchar");
    pgm_screen_type(screen, ":nonsense\r");
    pgm_screen_assert_text(screen, "there is no command \"nonsense\"");
    pgm_screen_type(screen, ":re\r");
    pgm_screen_assert_text(screen, "\"re\" may be one of several: resume, ");
    pgm_screen_type(screen, "6");
    pgm_screen_assert_text(screen, "No run is on record yet");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

static void test_sessions(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("sessions", 100, 300);
    g_autoptr(PgmConnection) blocker = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(blocker, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(blocker, NULL, "LOCK TABLE documents"));
    char *config = write_config(database, "staging");
    g_autoptr(PgmScreen) screen = open_console(config, 30, 120);
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_type(screen, "3");
    pgm_screen_assert_text(screen, "idle in transaction");
    pgm_screen_assert_text(screen, "LOCK TABLE documents");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

static void test_diagnose(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("diagnose", 100, 300);
    g_autofree char *missing = pgm_test_source_path("tests/incident/error-2-missing-table.log");
    char *config = write_config(database, "staging");
    g_autoptr(PgmScreen) screen = open_console(config, 40, 120);
    pgm_screen_assert_text(screen, "matches the last error");

    /* The configured log is offered in the prompt; another one can be named. */
    pgm_screen_type(screen, "d");
    pgm_screen_assert_text(screen, "error-1-type-mismatch.log");
    pgm_screen_control(screen, 'u');
    pgm_screen_type(screen, missing);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "Diagnosis of");
    pgm_screen_assert_text(screen, "42P01");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);

    /* Pasted text, ended by Ctrl-D. */
    pgm_screen_assert_gone(screen, "Diagnosis of");
    pgm_screen_type(screen, "d");
    pgm_screen_assert_text(screen, "Error log");
    pgm_screen_control(screen, 'u');
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "Paste the error here");
    pgm_screen_type(screen, "ERROR:  foreign key constraint \"x_fkey\" cannot be implemented\r"
                            "DETAIL:  Key columns \"document_id\" and \"id\" are of incompatible types: character "
                            "varying and uuid.\r");
    pgm_screen_assert_text(screen, "incompatible types");
    pgm_screen_control(screen, 'd');
    pgm_screen_assert_text(screen, "Diagnosis of what was pasted");
    pgm_screen_assert_text(screen, "42804");
    /* Enter opens the runbook that mends it. */
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "uuid-to-varchar, P0");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "READ-ONLY");
    pgm_screen_control(screen, 'c');
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

static void test_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("signals", 100, 300);
    char *config = write_config(database, "staging");
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    {
        g_autoptr(PgmScreen) screen = open_console(config, 24, 80);
        pgm_screen_assert_text(screen, "3 breaking");
        pgm_screen_type(screen, i == 0 ? ":half a comm" : "");
        pgm_screen_signal(screen, numbers[i]);
        assert_left(screen, 0);
    }
    pgm_test_remove_config(config);
}

static void test_no_server(void)
{
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80, (const char *const[]){"-h", "/nonexistent", "-d", "documents", NULL}, surroundings);
    pgm_screen_assert_text(screen, "NOT CONNECTED");
    pgm_screen_assert_text(screen, "✗ not connected; trying again");
    pgm_screen_type(screen, "q");
    assert_left(screen, 3);
}

/* Something listens and never answers: the first frame does not wait for it, and neither does leaving. */
/* PuTTY's End and an arrow with Shift, under a TERM that has other sequences for them: each is one key, never letters.
 */
static void test_foreign_sequences(void)
{
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80, (const char *const[]){"-d", "host=/nowhere", NULL},
                       (const char *const[]){"LC_ALL=C.UTF-8", "NO_COLOR", "TERM=xterm", NULL});
    pgm_screen_assert_text(screen, "d diagnose");
    pgm_screen_type(screen, "?");
    pgm_screen_assert_gone(screen, "d diagnose");
    g_autofree char *top = pgm_screen_row(screen, 3);
    pgm_screen_type(screen, "\x1b[4~");
    pgm_screen_assert_gone(screen, top);
    pgm_screen_type(screen, "\x1b[1~");
    pgm_screen_assert_text(screen, top);
    pgm_screen_type(screen, "\x1b[1;2B\x1b[33;5~\x1b[1~");
    pgm_screen_assert_text(screen, top);
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(screen, "d diagnose");
    pgm_screen_type(screen, "q");
    assert_left(screen, 3);
}

static void test_silent_server(void)
{
    g_autoptr(GSocketListener) listener = g_socket_listener_new();
    guint16 port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);
    g_autofree char *text = g_strdup_printf("host=127.0.0.1 port=%u dbname=documents connect_timeout=3600", port);
    g_autoptr(PgmScreen) screen = pgm_screen_new(24, 80, (const char *const[]){"-d", text, NULL}, surroundings);
    pgm_screen_assert_text(screen, "connecting…");
    assert_frames_line_up(screen);
    pgm_screen_type(screen, "?");
    pgm_screen_assert_text(screen, "Help: Overview");
    pgm_screen_control(screen, 'c');
    assert_left(screen, 3); /* the connection would have gone on trying for an hour */
}

static void test_locale_and_colour(void)
{
    static const char *const plain[] = {"LC_ALL=C", "NO_COLOR=1", NULL};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("plain", 100, 300);
    char *config = write_config(database, "production");
    g_autoptr(PgmScreen) screen = pgm_screen_new(24, 80, (const char *const[]){"--config", config, NULL}, plain);
    pgm_screen_assert_text(screen, "x documents.id");
    pgm_screen_assert_text(screen, "+ Migration head -");
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, "- tables");
    pgm_screen_assert_text(screen, "+ documents");
    pgm_screen_assert_absent(screen, "?  documents");
    /* The header stands out, and still says PRODUCTION, without any colour. */
    g_assert_cmpint(pgm_screen_cell(screen, 0, 3).background, ==, -1);
    g_assert_true(pgm_screen_cell(screen, 0, 3).reverse);
    pgm_screen_assert_text(screen, "PRODUCTION");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

static void test_no_terminal(void)
{
    static const char *const dumb[] = {"LC_ALL=C.UTF-8", "TERM=dumb", NULL};
    static const char *const unknown[] = {"LC_ALL=C.UTF-8", "TERM=no-such-terminal", NULL};
    g_autoptr(PgmScreen) first = pgm_screen_new(24, 80, (const char *const[]){"-d", "documents", NULL}, dumb);
    pgm_screen_assert_text(first, "--plain");
    pgm_screen_assert_exit(first, 2);
    g_assert_null(strchr(pgm_screen_output(first)->str, '\x1b'));
    g_autoptr(PgmScreen) second = pgm_screen_new(24, 80, (const char *const[]){"-d", "documents", NULL}, unknown);
    pgm_screen_assert_text(second, "no-such-terminal");
    pgm_screen_assert_exit(second, 2);
}

static void click(PgmScreen *screen, int row, int column)
{
    g_autofree char *keys = g_strdup_printf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", column + 1, row + 1, column + 1, row + 1);
    pgm_screen_type(screen, keys);
}

static void test_mouse(void)
{
    int row, column;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("mouse", 100, 300);
    char *config = write_config(database, "staging");
    g_autoptr(PgmScreen) screen = open_console(config, 24, 80);
    pgm_screen_assert_text(screen, "3 breaking");
    /* The emulator hears only the first of the modes in ESC [ ? 1006 ; 1000 h, so the clicks are typed here. */
    g_assert_nonnull(strstr(pgm_screen_output(screen)->str, "\x1b[?1006;1000h"));
    pgm_screen_assert(screen, pgm_screen_find(screen, "4 Runbooks", &row, &column));
    click(screen, row, column + 3);
    pgm_screen_assert_text(screen, "stamp-head");
    pgm_screen_assert(screen, pgm_screen_find(screen, "stamp-head", &row, &column));
    click(screen, row, column);
    pgm_screen_assert_text(screen, "Make the migration books say");
    pgm_screen_type(screen, "q");
    /* The clock is no tab. */
    click(screen, 1, 70);
    pgm_screen_type(screen, "?");
    pgm_screen_assert_text(screen, "Help: Runbooks");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "Help: Runbooks");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
    pgm_test_remove_config(config);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/overview", test_overview);
    g_test_add_func("/tui/targets", test_targets);
    g_test_add_func("/tui/within", test_within);
    g_test_add_func("/tui/resize", test_resize);
    g_test_add_func("/tui/pages", test_pages);
    g_test_add_func("/tui/sessions", test_sessions);
    g_test_add_func("/tui/diagnose", test_diagnose);
    g_test_add_func("/tui/signals", test_signals);
    g_test_add_func("/tui/no-server", test_no_server);
    g_test_add_func("/tui/foreign-sequences", test_foreign_sequences);
    g_test_add_func("/tui/silent-server", test_silent_server);
    g_test_add_func("/tui/locale-and-colour", test_locale_and_colour);
    g_test_add_func("/tui/no-terminal", test_no_terminal);
    g_test_add_func("/tui/mouse", test_mouse);
    return g_test_run();
}
