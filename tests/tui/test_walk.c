/* The walk through a runbook on the screen: what is asked, what a key does, and that nothing commits by accident. */
#include "harness/console.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR", NULL};

static const char key_type[] = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
                               "WHERE attrelid = 'documents'::regclass AND attname = 'id'";

static PgmScreen *open_run(PgmTestDatabase *database, int rows, int columns)
{
    g_autofree char *library = pgm_test_source_path("runbooks");
    return pgm_screen_new(rows, columns,
                          (const char *const[]){"run", "-d", pgm_test_database_text(database), "--runbooks", library,
                                                "uuid-to-varchar", NULL},
                          surroundings);
}

/* KEY asks, Enter does it. */
static void arm(PgmScreen *screen, PgmTestDatabase *database)
{
    pgm_screen_assert_text(screen, "preconditions 7/7");
    pgm_screen_arm_run(screen, database);
}

static void decline_backup(PgmScreen *screen)
{
    pgm_screen_assert_text(screen, "n no backup");
    pgm_screen_type(screen, "n");
    pgm_screen_assert_text(screen, "Type the reason:");
    pgm_screen_type(screen, "a test\r");
    pgm_screen_assert_text(screen, "Begin phase convert?");
}

/* To the open COMMIT question of the first phase. */
static PgmScreen *open_commit_question(PgmTestDatabase *database, int rows, int columns)
{
    PgmScreen *screen = open_run(database, rows, columns);
    arm(screen, database);
    decline_backup(screen);
    pgm_screen_choose(screen, "p");
    pgm_screen_assert_text(screen, "Commit phase convert?");
    pgm_screen_assert_text(screen, "rolls back by itself in 0:");
    return screen;
}

static void assert_end(PgmScreen *screen, int code)
{
    pgm_screen_assert_exit(screen, code);
    g_assert_false(pgm_screen_alternate(screen));
    g_assert_true(pgm_screen_cooked(screen));
    g_assert_true(pgm_screen_cursor_visible(screen));
}

static void test_to_the_end(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_end", 200, 600);
    g_autoptr(PgmScreen) screen = open_run(database, 30, 100);
    pgm_screen_assert_text(screen, "Run uuid-to-varchar");

    /* A wrong name arms nothing. */
    pgm_screen_assert_text(screen, "t type the database's name");
    pgm_screen_type(screen, "t");
    pgm_screen_assert_text(screen, "Type the database's name (");
    pgm_screen_type(screen, "postgres\r");
    pgm_screen_assert_text(screen, "that is not the database's name");
    pgm_screen_assert_text(screen, "READ-ONLY");
    arm(screen, database);

    pgm_screen_assert_text(screen, "d dump now");
    pgm_screen_choose(screen, "d");
    pgm_screen_assert_text(screen, "Begin phase convert?");
    pgm_screen_assert_text(screen, " verified   ○ 1 convert   ○ 2 rebuild-indexes   ○ 3   ○ 4");
    pgm_screen_assert_text(screen, "Rollback SQL");
    pgm_screen_assert_text(screen, "stall limit 1 min");
    pgm_screen_assert_text(screen, "LOCK TABLE documents, document_questions");
    pgm_screen_choose(screen, "p");

    pgm_screen_assert_text(screen, "Commit phase convert?");
    pgm_screen_assert_text(screen, "Verification 6/6 ✓");
    pgm_screen_assert_text(screen, "This transaction changes");
    pgm_screen_assert_text(screen, "uuid → character varying(36)");
    pgm_screen_assert_text(screen, "Rollback SQL");
    pgm_screen_type(screen, "c");
    pgm_screen_assert_text(screen, "Enter commits.");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "Begin phase rebuild-indexes?");
    pgm_test_assert_value(database, key_type, "character varying(36)");
    pgm_screen_assert_text(screen, "Verified afterwards:");
    pgm_screen_assert_text(screen, "nothing to undo in this phase");
    pgm_screen_assert_text(screen, "rolling back the run undoes 1 convert:");
    pgm_screen_choose(screen, "g");
    pgm_screen_assert_text(screen, "Begin phase validate?");
    pgm_screen_choose(screen, "g");
    pgm_screen_assert_text(screen, "Begin phase analyze?");
    pgm_screen_choose(screen, "g");

    pgm_screen_assert_text(screen, "✓ Finished: every phase is committed and verified.");
    pgm_screen_assert_text(screen, "READ-ONLY");
    pgm_screen_assert_text(screen, "▶ B rolls the committed phases back");
    pgm_screen_assert_text(screen, "journal.jsonl");
    pgm_screen_type(screen, "w");
    pgm_screen_assert_text(screen, "written: ");
    pgm_screen_type(screen, "q");
    assert_end(screen, 0);
}

/* Who looks elsewhere while a question is open is told so, and how long there is; what is shown is said to be old. */
static void test_elsewhere(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_elsewhere", 200, 600);
    g_autoptr(PgmScreen) screen = open_commit_question(database, 24, 80);
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "▲ 5 asks: 0:");
    pgm_screen_assert_text(screen, "┌ Drift from baseline ─");
    pgm_screen_assert_text(screen, " as of ");
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, " ago · no baseline to compare with");
    pgm_screen_type(screen, "3");
    pgm_screen_assert_text(screen, "x cancel   T terminate   s SQL");
    pgm_screen_assert_text(screen, "▲ 5 asks: 0:");
    pgm_screen_type(screen, "s");
    pgm_screen_assert_text(screen, "no query while a run goes on: its own connections come first");
    /* The journal has it, as what it is: under way, not interrupted. */
    pgm_screen_type(screen, "6");
    pgm_screen_assert_text(screen, "goes on now (5)");
    pgm_screen_type(screen, "5");
    pgm_screen_assert_text(screen, "c commit");
    pgm_screen_assert_absent(screen, "5 asks");
    pgm_screen_choose(screen, "r");
    pgm_screen_assert_text(screen, "Phase convert was rolled back");
    pgm_screen_choose(screen, "s");
    pgm_screen_assert_text(screen, "▲ Stopped");
    pgm_screen_type(screen, "q");
    assert_end(screen, 4);
}

static void test_no_accident(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_accident", 200, 600);
    g_autoptr(PgmScreen) screen = open_run(database, 24, 80);
    arm(screen, database);
    decline_backup(screen);
    /* What is typed before the question can be seen is thrown away. */
    pgm_screen_type(screen, "p");
    pgm_screen_assert_text(screen, "Enter does it");
    pgm_screen_type(screen, "\rc\rc\rc\r");
    pgm_screen_assert_text(screen, "Commit phase convert?");
    pgm_screen_assert_text(screen, "c commit");
    pgm_screen_assert_absent(screen, "Enter commits.");
    /* Enter alone does nothing; c and any other key than Enter goes back. */
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "c commits (it asks first)");
    pgm_screen_type(screen, "c");
    pgm_screen_assert_text(screen, "Enter commits.");
    pgm_screen_type(screen, "y");
    pgm_screen_assert_gone(screen, "Enter commits.");
    /* The terminal changes its size meanwhile: the question stays, and so does what it asks. */
    pgm_screen_resize(screen, 60, 200);
    pgm_screen_assert_text(screen, "c commit");
    pgm_screen_resize(screen, 10, 40);
    pgm_screen_assert_text(screen, "terminal too small");
    pgm_screen_resize(screen, 24, 80);
    pgm_screen_assert_text(screen, "rolls back by itself in 0:");
    pgm_screen_choose(screen, "r");
    pgm_screen_assert_text(screen, "Phase convert was rolled back");
    pgm_test_assert_value(database, key_type, "uuid");
    pgm_screen_choose(screen, "s");
    pgm_screen_assert_text(screen, "How it ended");
    /* From the page of how it ended the run is taken up again. */
    pgm_screen_assert_text(screen, "▶ R takes the run up again where it stopped");
    pgm_screen_type(screen, "R");
    pgm_screen_assert_text(screen, "Resume uuid-to-varchar");
    pgm_screen_assert_text(screen, "t type the database's name");
    pgm_screen_choose(screen, "s");
    pgm_screen_assert_text(screen, "How it ended");
    pgm_screen_type(screen, "q");
    assert_end(screen, 4);
}

static void test_quit_asks(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_quit", 200, 600);
    g_autoptr(PgmScreen) screen = open_commit_question(database, 24, 80);
    pgm_screen_type(screen, "q");
    pgm_screen_assert_text(screen, "Stop here?");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(screen, "Stop here?");
    pgm_screen_assert_text(screen, "c commit");
    pgm_screen_control(screen, 'c');
    pgm_screen_assert_text(screen, "Stop here?");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "How it ended");
    pgm_test_assert_value(database, key_type, "uuid");
    pgm_screen_type(screen, "q");
    assert_end(screen, 4);
}

static void test_signals(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    {
        g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_signal", 200, 600);
        g_autoptr(PgmScreen) screen = open_commit_question(database, 24, 80);
        pgm_screen_signal(screen, numbers[i]);
        assert_end(screen, 4);
        pgm_test_assert_value(database, key_type, "uuid");
        /* The server hears a moment later that its client has gone. */
        g_assert_true(pgm_test_wait_value(database,
                                          "SELECT count(*) FROM pg_locks WHERE relation = 'documents'::regclass", "0",
                                          PGM_SCREEN_PATIENCE_MS));
    }
}

static void test_server_ends_it(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_lost", 200, 600);
    g_autoptr(PgmScreen) screen = open_commit_question(database, 24, 80);
    pgm_test_execute(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                               "WHERE datname = current_database() AND application_name = 'pgmedic run'");
    pgm_screen_assert_text(screen, "Phase convert was rolled back");
    pgm_screen_assert_absent(screen, "c commit");
    pgm_screen_choose(screen, "s");
    pgm_screen_assert_text(screen, "How it ended");
    pgm_test_assert_value(database, key_type, "uuid");
    pgm_screen_type(screen, "q");
    assert_end(screen, 4);
}

static void test_waiters(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("walk_waiters", 200, 600);
    g_autoptr(PgmConnection) other = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(other, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(other, NULL, "SELECT 1 FROM documents LIMIT 1"));
    g_autoptr(PgmScreen) screen = open_run(database, 30, 100);
    arm(screen, database);
    decline_backup(screen);
    pgm_screen_choose(screen, "p");
    /* Somebody holds the table: the try is told, and succeeds when he has gone. */
    pgm_screen_assert_text(screen, "▲ the locks could not be had (try ");
    pgm_screen_assert_text(screen, "In the way: ");
    pgm_screen_assert_text(screen, "▲ none: trying again");
    g_assert_true(pgm_connection_command(other, NULL, "ROLLBACK"));
    pgm_screen_assert_text(screen, "Commit phase convert?");
    pgm_screen_choose(screen, "r");
    pgm_screen_assert_text(screen, "Phase convert was rolled back");
    pgm_screen_choose(screen, "s");
    pgm_screen_assert_text(screen, "How it ended");
    pgm_screen_type(screen, "q");
    assert_end(screen, 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/walk/to-the-end", test_to_the_end);
    g_test_add_func("/tui/walk/elsewhere", test_elsewhere);
    g_test_add_func("/tui/walk/no-accident", test_no_accident);
    g_test_add_func("/tui/walk/quit-asks", test_quit_asks);
    g_test_add_func("/tui/walk/signals", test_signals);
    g_test_add_func("/tui/walk/server-ends-it", test_server_ends_it);
    g_test_add_func("/tui/walk/waiters", test_waiters);
    return g_test_run();
}
