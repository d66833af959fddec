/* What goes wrong while a phase runs, and what of it stands on the screen: a statement cancelled, a session that waits,
 * the stall limit, the deadline, a session in the way. */
#include "harness/console.h"

#include <glib/gstdio.h>

static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR", NULL};

static const char note_there[] = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname "
                                 "= 'note' AND NOT attisdropped";

typedef struct
{
    PgmTestDatabase *database;
    char *runbooks;
    PgmScreen *screen;
} Scene;

#define LOCKED "lock: [documents]"
#define ALONE  "transaction: none"

/* A phase that adds a column and then does LAST. HOW: LOCKED, ALONE. */
static char *write_runbook(const char *how, const char *last, const char *stall_limit, const char *decide_within)
{
    g_autofree char *folder = g_dir_make_tmp("trouble-XXXXXX", NULL);
    char *runbooks = g_build_filename(folder, "runbooks", NULL);
    g_autofree char *path = g_build_filename(runbooks, "slow.yaml", NULL);
    g_autofree char *text =
        g_strdup_printf("format: 1\nname: slow\ntitle: Add a note, slowly\nseverity: P3\nsummary: A test.\n"
                        "backup: {scope: none, reason: a test}\n"
                        "phases:\n"
                        "  - name: add\n    title: Add the column\n"
                        "    sql: ALTER TABLE documents ADD COLUMN note text; %s\n"
                        "    rollback: nothing\n    %s\n    stall_limit: %s\n    decide_within: %s\n"
                        "    done_when: {sql: \"%s\", expect: 1}\n"
                        "    verify:\n      - {name: it is there, sql: \"%s\", expect: 1}\n",
                        last, how, stall_limit, decide_within, note_there, note_there);
    g_assert_cmpint(g_mkdir(runbooks, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0600);
    return runbooks;
}

/* KEY asks, Enter does it. */
/* Armed, and asked whether to begin the phase. */
static void scene_begin(Scene *scene, const char *name, const char *how, const char *last, const char *stall_limit,
                        const char *decide_within)
{
    scene->database = pgm_test_database_new_incident(name, 20, 20);
    scene->runbooks = write_runbook(how, last, stall_limit, decide_within);
    scene->screen = pgm_screen_new(30, 100,
                                   (const char *const[]){"run", "-d", pgm_test_database_text(scene->database),
                                                         "--runbooks", scene->runbooks, "slow", NULL},
                                   surroundings);
    pgm_screen_arm_run(scene->screen, scene->database);
    pgm_screen_assert_text(scene->screen, "Begin phase add?");
}

/* The phase has begun, and COMMIT will be asked for. */
static void scene_open(Scene *scene, const char *name, const char *how, const char *last, const char *stall_limit,
                       const char *decide_within)
{
    scene_begin(scene, name, how, last, stall_limit, decide_within);
    pgm_screen_choose(scene->screen, "p");
}

static void scene_free(Scene *scene)
{
    pgm_screen_free(scene->screen);
    pgm_test_database_free(scene->database);
    g_free(scene->runbooks);
}

/* Nothing of the phase is left; the run is stopped, and the console left. */
static void scene_close(Scene *scene, const char *reason)
{
    pgm_screen_assert_text(scene->screen, "Phase add was rolled back");
    pgm_screen_assert_text(scene->screen, reason);
    pgm_test_assert_value(scene->database, note_there, "0");
    pgm_screen_choose(scene->screen, "s");
    pgm_screen_assert_text(scene->screen, "How it ended");
    pgm_screen_assert_text(scene->screen, "R takes the run up again");
    pgm_screen_type(scene->screen, "q");
    pgm_screen_assert_exit(scene->screen, 4);
    scene_free(scene);
}

static gpointer read_documents(gpointer connection)
{
    return GINT_TO_POINTER(pgm_connection_command(connection, NULL, "SELECT count(*) FROM documents"));
}

static void test_cancel(void)
{
    Scene scene;
    scene_open(&scene, "trouble_cancel", LOCKED, "SELECT pg_sleep(600)", "60s", "20s");
    pgm_screen_assert_text(scene.screen, "▶ SELECT pg_sleep(600)");
    pgm_screen_assert_text(scene.screen, "documents  ACCESS EXCLUSIVE");
    /* One key does nothing, and any other than Enter goes back. */
    pgm_screen_type(scene.screen, "x");
    pgm_screen_assert_text(scene.screen, "Cancel the running statement?");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(scene.screen, "Cancel the running statement?");
    pgm_screen_assert_text(scene.screen, "▶ SELECT pg_sleep(600)");
    pgm_screen_type(scene.screen, "x");
    pgm_screen_assert_text(scene.screen, "Enter does it");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    scene_close(&scene, "✗ SELECT pg_sleep(600)");
}

static void test_waiter(void)
{
    Scene scene;
    scene_open(&scene, "trouble_waiter", LOCKED, "SELECT pg_sleep(600)", "60s", "20s");
    pgm_screen_assert_text(scene.screen, "▶ SELECT pg_sleep(600)");
    g_autoptr(PgmConnection) other = pgm_test_database_connect(scene.database, PGM_PURPOSE_PLAIN);
    GThread *thread = g_thread_new("waiter", read_documents, other);
    pgm_screen_assert_text(scene.screen, "▲ 1 session, oldest");
    pgm_screen_assert_text(scene.screen, " SELECT c");
    pgm_screen_assert_text(scene.screen, "rolls back at 1 min");
    pgm_screen_type(scene.screen, "r");
    pgm_screen_assert_text(scene.screen, "Roll back this phase?");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    scene_close(&scene, "rolled back");
    g_assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
}

static void test_stall(void)
{
    Scene scene;
    scene_open(&scene, "trouble_stall", LOCKED, "SELECT pg_sleep(600)", "1s", "20s");
    pgm_screen_assert_text(scene.screen, "▶ SELECT pg_sleep(600)");
    g_autoptr(PgmConnection) other = pgm_test_database_connect(scene.database, PGM_PURPOSE_PLAIN);
    GThread *thread = g_thread_new("waiter", read_documents, other);
    scene_close(&scene, "stall limit of 1 s");
    g_assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
}

static void test_deadline(void)
{
    Scene scene;
    scene_open(&scene, "trouble_deadline", LOCKED, "SELECT 1", "60s", "1s");
    scene_close(&scene, "nobody decided");
}

/* What a statement outside a transaction waits for is named; when that is gone, it goes on. */
static void test_blocker(void)
{
    Scene scene;
    scene_begin(&scene, "trouble_blocker", ALONE, "CREATE INDEX CONCURRENTLY note_index ON documents (note)", "60s",
                "20s");
    g_autoptr(PgmConnection) other = pgm_test_database_connect(scene.database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(other, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(other, NULL, "LOCK TABLE documents IN ROW EXCLUSIVE MODE"));
    pgm_screen_choose(scene.screen, "g");
    pgm_screen_assert_text(scene.screen, "▲ it waits for pid ");
    g_assert_true(pgm_connection_command(other, NULL, "ROLLBACK"));
    pgm_screen_assert_text(scene.screen, "✓ Finished: every phase is committed and verified");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    scene_free(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/trouble/cancel", test_cancel);
    g_test_add_func("/tui/trouble/waiter", test_waiter);
    g_test_add_func("/tui/trouble/stall", test_stall);
    g_test_add_func("/tui/trouble/deadline", test_deadline);
    g_test_add_func("/tui/trouble/blocker", test_blocker);
    return g_test_run();
}
