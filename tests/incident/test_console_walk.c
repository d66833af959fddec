/* The incident mended in the console: from the overview to the report and back again, at every step on terminals of
 * three sizes; and left in the middle of a statement, in every way there is. */
#include "harness/incident.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

enum
{
    RED = 160,
    YELLOW = 220,
    UNHURRIED_MS = 60,
};

static const int sizes[][2] = {{24, 80}, {30, 100}, {60, 200}};

/* Red from edge to edge, but for what says ARMED. */
static void assert_header(PgmScreen *screen, const char *state)
{
    int row, column;
    gboolean armed = g_str_equal(state, "ARMED");
    pgm_screen_assert_text(screen, state);
    pgm_screen_assert(screen, pgm_screen_find(screen, state, &row, &column) && row == 0);
    for (int i = 0; i < pgm_screen_columns(screen); i++)
    {
        gboolean in_state = armed && i >= column - 1 && i <= column + (int)strlen(state);
        pgm_screen_assert(screen, pgm_screen_cell(screen, 0, i).background == (in_state ? YELLOW : RED));
    }
    pgm_screen_assert(screen, pgm_screen_find(screen, "PRODUCTION", &row, NULL) && row == 0);
}

/* Nothing wide or long has pushed a frame's right edge away. */
static void assert_edges(PgmScreen *screen)
{
    int last = pgm_screen_columns(screen) - 1;
    for (int row = 4; row < pgm_screen_rows(screen) - 1; row++)
    {
        const char *right = pgm_screen_cell(screen, row, last).text;
        pgm_screen_assert(screen, g_str_equal(right, "┐") || g_str_equal(right, "│") || g_str_equal(right, "┘") ||
                                      g_str_equal(right, "┤"));
    }
}

/* What stands on the screen must stand there at every size; it is left at the one it had. */
static void assert_at_all_sizes(PgmScreen *screen, const char *state, const char *const *texts)
{
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    {
        pgm_screen_resize(screen, sizes[i][0], sizes[i][1]);
        for (const char *const *text = texts; *text != NULL; text++)
        {
            pgm_screen_assert_text(screen, *text);
        }
        assert_header(screen, state);
        assert_edges(screen);
    }
}
#define assert_everywhere(screen, state, ...)                                                                          \
    assert_at_all_sizes((screen), (state), (const char *const[]){__VA_ARGS__, NULL})

/* A question throws away what was typed before it stood on the screen; a test's fingers are fast enough to be thrown
 * away with it. */
static void press(PgmScreen *screen, const char *key)
{
    pgm_screen_settle(screen, UNHURRIED_MS);
    pgm_screen_type(screen, key);
}

static void choose(PgmScreen *screen, const char *key, const char *confirmation)
{
    press(screen, key);
    pgm_screen_assert_text(screen, confirmation);
    press(screen, "\r");
}

static void arm(PgmScreen *screen, PgmTestIncident *incident)
{
    int row, column;
    pgm_screen_assert_text(screen, "t type the database's name");
    press(screen, "t");
    pgm_screen_assert_text(screen, "Type the database's name (");
    pgm_screen_assert(screen, pgm_screen_cursor_visible(screen));
    pgm_screen_cursor(screen, &row, &column);
    g_assert_cmpint(row, ==, pgm_screen_rows(screen) - 1);
    pgm_screen_type(screen, pgm_test_database_name(incident->database));
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
}

static void assert_left(PgmScreen *screen, int code)
{
    pgm_screen_assert_exit(screen, code);
    g_assert_false(pgm_screen_alternate(screen));
    g_assert_true(pgm_screen_cooked(screen));
    g_assert_true(pgm_screen_cursor_visible(screen));
    g_assert_false(pgm_screen_mouse(screen));
}

static void assert_types(const PgmTestIncident *incident, const char *expected)
{
    g_autofree char *types = pgm_test_incident_types(incident);
    g_assert_cmpstr(types, ==, expected);
}

/* From the red overview, by the log, to the armed question before the first phase. */
static void walk_to_first_phase(PgmScreen *screen, PgmTestIncident *incident)
{
    assert_everywhere(screen, "READ-ONLY", "3 breaking", "✗ documents.id", "774225e563ca", "↵ uuid-to-varchar",
                      "d diagnose an error");
    g_assert_cmpint(pgm_screen_cell_of(screen, "✗ documents.id").foreground, ==, 167);
    pgm_screen_type(screen, "d");
    pgm_screen_assert_text(screen, "Error log (a file; nothing: paste it): /");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    assert_everywhere(screen, "READ-ONLY", "documents.id is uuid here, but the migration",
                      "Enter open uuid-to-varchar");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    assert_everywhere(screen, "READ-ONLY", "┌ uuid-to-varchar, P0", "r run it");
    pgm_screen_type(screen, "r");
    assert_everywhere(screen, "READ-ONLY", "✓ preconditions 7/7", "t type the database's name", "s stop");
    arm(screen, incident);
    assert_everywhere(screen, "ARMED", "d dump now", "e a backup exists: name it", "n no backup: say why");
    choose(screen, "d", "Enter does it: dump now");
    assert_everywhere(screen, "ARMED", "✓ backup", "Next: Convert the key", "Rollback SQL", "g begin, and commit");
}

static void walk_to_the_end(PgmScreen *screen, PgmTestIncident *incident)
{
    choose(screen, "p", "Enter does it: begin, and ask me before COMMIT");
    pgm_screen_assert_text(screen, "Commit phase convert?");
    assert_types(incident, PGM_TEST_ALL_UUID);
    assert_everywhere(screen, "ARMED", "▶ 1 convert", "Locks held", "ACCESS EXCL", "Waiting behind them",
                      "Verification", "This transaction changes", "uuid → character", "Rollback SQL", "c commit",
                      "rolls back by itself in 0:");
    press(screen, "c");
    assert_everywhere(screen, "ARMED", "Enter commits.   Any other key goes back.");
    press(screen, "\r");
    pgm_screen_assert_text(screen, "Begin phase rebuild-indexes?");
    assert_types(incident, PGM_TEST_ALL_VARCHAR);
    assert_everywhere(screen, "ARMED", "Missing until they are built again", "ix_documents_status_created_at",
                      "no transaction: each statement commits alone");
    choose(screen, "g", "Enter does it: begin");
    pgm_screen_assert_text(screen, "Begin phase validate?");
    pgm_screen_assert_absent(screen, "Missing until");
    choose(screen, "g", "Enter does it: begin");
    pgm_screen_assert_text(screen, "Begin phase analyze?");
    choose(screen, "g", "Enter does it: begin");
    assert_everywhere(screen, "READ-ONLY", "✓ Finished: every phase is committed and verified", "0 breaking",
                      "report.md");
}

static void test_there_and_back(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("console", 2000, 6000);
    g_autofree char *before = pgm_test_incident_schema(incident);
    g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, 24, 80, NULL, NULL);
    walk_to_first_phase(screen, incident);
    walk_to_the_end(screen, incident);
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    g_autofree char *report = g_build_filename(folder, "report.md", NULL);
    g_assert_true(g_file_test(report, G_FILE_TEST_IS_REGULAR));

    /* Another look at the database, in the same console: it is mended. */
    pgm_screen_type(screen, "1");
    assert_everywhere(screen, "READ-ONLY", "✓ the schema is as the baseline says", "✓ the error's cause is gone",
                      "▲ mend this too: admin_activities");

    /* And back: the journal's newest run. */
    pgm_screen_type(screen, "6");
    pgm_screen_assert_text(screen, "finished");
    pgm_screen_type(screen, "B");
    arm(screen, incident);
    pgm_screen_assert_text(screen, "✓ Rolled back: every phase that was committed is undone");
    g_autofree char *after = pgm_test_incident_schema(incident);
    g_assert_cmpstr(before, ==, after);
    pgm_screen_type(screen, "1");
    assert_everywhere(screen, "READ-ONLY", "3 breaking", "↵ uuid-to-varchar");
    pgm_screen_assert_absent(screen, "the error's cause is gone");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
}

static void test_resume(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("console_resume", 200, 600);
    g_autoptr(PgmProgram) run = pgm_test_incident_run(
        incident, "run", "--until convert --unattended --backup dump --commit verified uuid-to-varchar", NULL);
    pgm_program_assert_exit(run, 4);
    g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, 30, 100, NULL, NULL);
    pgm_screen_assert_text(screen, "Suggested");
    pgm_screen_type(screen, "6");
    pgm_screen_assert_text(screen, "uuid-to-varchar");
    pgm_screen_type(screen, "R");
    arm(screen, incident);
    pgm_screen_assert_text(screen, "Missing until they are built again");
    for (guint i = 0; i < 3; i++)
    {
        static const char *const phases[] = {"Begin phase rebuild-indexes?", "Begin phase validate?",
                                             "Begin phase analyze?"};
        pgm_screen_assert_text(screen, phases[i]);
        choose(screen, "g", "Enter does it: begin");
    }
    pgm_screen_assert_text(screen, "✓ Finished: every phase is committed and verified");
    pgm_screen_type(screen, "q");
    assert_left(screen, 0);
}

/* A phase that changes something and then stays in a statement for longer than any test. */
static const char slow[] =
    "format: 1\nname: slow\ntitle: A slow one\nseverity: P3\nsummary: A test.\n"
    "backup: {tables: [documents], required: false}\n"
    "phases:\n"
    "  - name: slow\n    title: Change it slowly\n"
    "    sql: |\n      ALTER TABLE documents ADD COLUMN note text;\n      SELECT pg_sleep(600);\n"
    "    rollback_sql: ALTER TABLE documents DROP COLUMN note\n"
    "    lock: [documents]\n    stall_limit: 10min\n"
    "    done_when: {sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = "
    "'note' AND NOT attisdropped\", expect: 1}\n"
    "    rollback_verify:\n      - {name: it is gone, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
    "'documents'::regclass AND attname = 'note' AND NOT attisdropped\", expect: 0}\n"
    "    verify:\n      - {name: it is there, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
    "'documents'::regclass AND attname = 'note'\", expect: 1}\n";

static const char note[] = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.documents'::regclass AND "
                           "attname = 'note' AND NOT attisdropped";
static const char sleeping[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                               "query LIKE 'SELECT pg_sleep%' AND state = 'active'";
static const char open_transactions[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                        "xact_start IS NOT NULL AND pid <> pg_backend_pid()";

static PgmTestIncident *slow_incident(void)
{
    PgmTestIncident *incident = pgm_test_incident_new("console_slow", 100, 300);
    g_free(incident->runbooks);
    incident->runbooks = g_build_filename(incident->folder, "runbooks", NULL);
    g_autofree char *path = g_build_filename(incident->runbooks, "slow.yaml", NULL);
    g_assert_cmpint(g_mkdir(incident->runbooks, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, slow, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
    return incident;
}

/* Nothing of the phase remains, and nobody holds anything any more. */
static void assert_undone(PgmTestIncident *incident)
{
    g_assert_true(pgm_test_wait_value(incident->database, open_transactions, "0", PGM_SCREEN_PATIENCE_MS));
    pgm_test_assert_value(incident->database, note, "0");
    g_autoptr(PgmModel) model = pgm_test_incident_model(incident);
    g_assert_cmpint(pgm_model_phase(model, "slow")->state, ==, PGM_PHASE_ABORTED);
    g_assert_cmpstr(model->outcome, ==, "stopped");
}

static PgmScreen *open_in_the_middle(PgmTestIncident *incident)
{
    PgmScreen *screen = pgm_test_incident_open(incident, 30, 100, "run", "slow");
    arm(screen, incident);
    pgm_screen_assert_text(screen, "n no backup: say why");
    press(screen, "n");
    pgm_screen_assert_text(screen, "Type the reason:");
    pgm_screen_type(screen, "a test\r");
    pgm_screen_assert_text(screen, "Begin phase slow?");
    choose(screen, "g", "Enter does it: begin");
    pgm_screen_assert_text(screen, "▶ SELECT pg_sleep(600)");
    g_assert_true(pgm_test_wait_value(incident->database, sleeping, "1", PGM_SCREEN_PATIENCE_MS));
    return screen;
}

static void test_signal_in_statement(gconstpointer number)
{
    g_autoptr(PgmTestIncident) incident = slow_incident();
    g_autoptr(PgmScreen) screen = open_in_the_middle(incident);
    pgm_screen_signal(screen, GPOINTER_TO_INT(number));
    assert_left(screen, 4);
    assert_undone(incident);
}

/* A key asks; any other key but Enter goes on. */
static void test_key_in_statement(gconstpointer data)
{
    const char *const *key = data; /* what is typed, what is asked, what stands there then */
    g_autoptr(PgmTestIncident) incident = slow_incident();
    g_autoptr(PgmScreen) screen = open_in_the_middle(incident);
    press(screen, key[0]);
    pgm_screen_assert_text(screen, key[1]);
    press(screen, "z");
    pgm_screen_assert_gone(screen, key[1]);
    pgm_screen_assert_text(screen, "▶ SELECT pg_sleep(600)");
    pgm_test_assert_value(incident->database, sleeping, "1");
    choose(screen, key[0], key[1]);
    pgm_screen_assert_text(screen, key[2]);
    if (!g_str_equal(key[2], "How it ended"))
    {
        choose(screen, "s", "Enter does it: stop here");
        pgm_screen_assert_text(screen, "How it ended");
    }
    assert_undone(incident);
    pgm_screen_type(screen, "q");
    assert_left(screen, 4);
}

/* The window is closed: no terminal is left to say anything on. */
static void test_window_closed(void)
{
    g_autoptr(PgmTestIncident) incident = slow_incident();
    PgmScreen *screen = open_in_the_middle(incident);
    pgm_screen_free(screen);
    assert_undone(incident);
}

int main(int argc, char **argv)
{
    static const char *const cancel[] = {"x", "Cancel the running statement?", "Phase slow was rolled back"};
    static const char *const rollback[] = {"r", "Roll back this phase?", "Phase slow was rolled back"};
    static const char *const quit[] = {"q", "Stop here?", "How it ended"};
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident/console/there-and-back", test_there_and_back);
    g_test_add_func("/incident/console/resume", test_resume);
    g_test_add_data_func("/incident/console/term-in-statement", GINT_TO_POINTER(SIGTERM), test_signal_in_statement);
    g_test_add_data_func("/incident/console/hang-up-in-statement", GINT_TO_POINTER(SIGHUP), test_signal_in_statement);
    g_test_add_data_func("/incident/console/cancel", cancel, test_key_in_statement);
    g_test_add_data_func("/incident/console/roll-back-phase", rollback, test_key_in_statement);
    g_test_add_data_func("/incident/console/quit", quit, test_key_in_statement);
    g_test_add_func("/incident/console/window-closed", test_window_closed);
    return g_test_run();
}
