/* Sessions on the screen: the lock tree, a session's page, and ending one: refused, armed, asked, done, on record. */
#include "harness/console.h"
#include "harness/program.h"
#include "harness/statement.h"
#include "pgmedic/journal.h"
#include "pgmedic/model.h"
#include "pgmedic/runs.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
    PgmTestDatabase *database;
    char *home, *state; /* of the program: XDG_STATE_HOME, and as it stands in its environment */
    const char *surroundings[4];
    PgmScreen *screen;
} Scene;

static void scene_prepare(Scene *scene, PgmTestDatabase *database)
{
    scene->database = database;
    scene->home = g_dir_make_tmp("pgmedic-sessions-XXXXXX", NULL);
    scene->state = g_strdup_printf("XDG_STATE_HOME=%s", scene->home);
    scene->surroundings[0] = "LC_ALL=C.UTF-8";
    scene->surroundings[1] = "NO_COLOR";
    scene->surroundings[2] = scene->state;
}

static void scene_open(Scene *scene, const char *name)
{
    scene_prepare(scene, pgm_test_database_new(name));
    pgm_test_execute(scene->database, "CREATE TABLE documents (id int, t text)");
    scene->screen = pgm_screen_new(40, 140, (const char *const[]){"-d", pgm_test_database_text(scene->database), NULL},
                                   scene->surroundings);
    pgm_screen_assert_text(scene->screen, " primary");
    pgm_screen_type(scene->screen, "3");
    pgm_screen_assert_text(scene->screen, "Sessions, oldest transaction first");
}

static void scene_close(Scene *scene)
{
    pgm_screen_free(scene->screen);
    pgm_test_database_free(scene->database);
    g_free(scene->home);
    g_free(scene->state);
}

/* Another program's session, by its application's name. */
static PgmConnection *client(const Scene *scene, const char *application, const char *sql)
{
    PgmConnection *connection = pgm_test_database_connect(scene->database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET application_name = '%s'", application));
    g_assert_true(pgm_connection_command(connection, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(connection, NULL, "%s", sql));
    return connection;
}

static int pid_of(const PgmConnection *connection)
{
    return pgm_connection_server(connection)->backend_pid;
}

/* The only record, its chain checked. */
static GPtrArray *record(const Scene *scene, const char *part, char **folder)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *base = g_build_filename(scene->home, "pgmedic", "runs", NULL);
    g_autoptr(GPtrArray) names = pgm_runs_list(base, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(names->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(names, 0), part));
    g_autofree char *path = g_build_filename(base, g_ptr_array_index(names, 0), NULL);
    GPtrArray *events = pgm_journal_read(path, NULL, &error);
    g_assert_no_error(error);
    if (folder != NULL)
    {
        *folder = g_steal_pointer(&path);
    }
    return events;
}

static guint count(const GPtrArray *events, PgmEventKind kind)
{
    guint found = 0;
    for (guint i = 0; i < events->len; i++)
    {
        found += pgm_event_kind(g_ptr_array_index(events, i)) == kind;
    }
    return found;
}

static void arm(const Scene *scene)
{
    pgm_screen_type(scene->screen, "A");
    pgm_screen_assert_text(scene->screen, "Type the database's name (");
    pgm_screen_assert_text(scene->screen, "Arm, to end sessions of others?");
    pgm_screen_type(scene->screen, pgm_test_database_name(scene->database));
    pgm_screen_key(scene->screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene->screen, "ARMED: x cancels");
    pgm_screen_key(scene->screen, PGM_SCREEN_DOWN);
    pgm_screen_assert_text(scene->screen, "   :disarm   ");
    pgm_screen_assert_absent(scene->screen, "A arm");
}

/* The only lines that hold TEXT, the upper one selected. */
static void select_by(const Scene *scene, const char *text)
{
    g_autofree char *typed = g_strdup_printf("/%s\r", text);
    pgm_screen_type(scene->screen, typed);
    g_autofree char *shown = g_strdup_printf("/%s: ", text);
    pgm_screen_assert_text(scene->screen, shown);
    pgm_screen_type(scene->screen, "g");
}

static void test_tree(void)
{
    static const int sizes[][2] = {{24, 80}, {30, 100}, {60, 200}};
    Scene scene = {0};
    scene_open(&scene, "tree");
    g_autoptr(PgmConnection) forgot = client(&scene, "sess-web", "INSERT INTO documents VALUES (1)");
    g_autoptr(PgmConnection) alter = client(&scene, "sess-deploy", "SELECT 1");
    g_autoptr(PgmConnection) reader = client(&scene, "sess-read", "SELECT 1");
    PgmStatement *first = pgm_statement_start(alter, "ALTER TABLE documents ADD n int");
    pgm_screen_assert_text(scene.screen, "waits for documents (ACCESS EXCLUSIVE)");
    PgmStatement *second = pgm_statement_start(reader, "SELECT count(*) FROM documents");
    pgm_screen_assert_text(scene.screen, "queued for documents (ACCESS SHARE)");
    pgm_screen_assert_text(scene.screen, "idle in transaction  holds documents (ROW EXCLUSIVE)");
    pgm_screen_assert_text(scene.screen, "Lock tree: ");
    g_autofree char *root = g_strdup_printf("▲ %d", pid_of(forgot));
    g_autofree char *below = g_strdup_printf("✗ └ %d", pid_of(alter));
    g_autofree char *deepest = g_strdup_printf("✗   └ %d", pid_of(reader));
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    {
        pgm_screen_resize(scene.screen, sizes[i][0], sizes[i][1]);
        pgm_screen_assert_text(scene.screen, root);
        pgm_screen_assert_text(scene.screen, below);
        pgm_screen_assert_text(scene.screen, deepest);
    }
    /* The selection begins in the tree; the page of a session says what to do, and ends with it. */
    select_by(&scene, "sess-");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    g_autofree char *title = g_strdup_printf("Session %d", pid_of(forgot));
    pgm_screen_assert_text(scene.screen, title);
    pgm_screen_assert_text(scene.screen, "Idle in transaction for");
    pgm_screen_assert_text(scene.screen, "holding ROW EXCLUSIVE on documents");
    pgm_screen_assert_text(scene.screen, "2 sessions wait behind it");
    pgm_screen_assert_text(scene.screen, "Blocks 1, and 2 all in all");
    pgm_screen_assert_text(scene.screen, "INSERT INTO documents VALUES (1)");
    g_assert_true(pgm_connection_command(forgot, NULL, "ROLLBACK"));
    g_assert_null(pgm_statement_end(first));
    pgm_screen_assert_gone(scene.screen, "Blocks 1, and 2 all in all");
    g_clear_pointer(&forgot, pgm_connection_close);
    pgm_screen_assert_text(scene.screen, "This session has ended.");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    g_assert_true(pgm_connection_command(alter, NULL, "ROLLBACK"));
    g_assert_null(pgm_statement_end(second));
    pgm_screen_assert_gone(scene.screen, "queued for documents");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    scene_close(&scene);
}

/* However deep somebody waits, the number that one has to type stands there whole. */
static void test_deep_tree(void)
{
    enum
    {
        DEPTH = 8,
    };
    static const int sizes[][2] = {{24, 80}, {30, 100}, {60, 200}};
    Scene scene = {0};
    scene_open(&scene, "deep");
    pgm_screen_resize(scene.screen, 60, 200);
    PgmConnection *chain[DEPTH];
    PgmStatement *statements[DEPTH] = {NULL};
    for (int i = 0; i < DEPTH; i++)
    {
        g_autofree char *take = g_strdup_printf("SELECT pg_advisory_xact_lock(%d)", 100 + i);
        g_autofree char *name = g_strdup_printf("sess-%d", i);
        g_autofree char *await = g_strdup_printf("SELECT pg_advisory_xact_lock(%d)", 99 + i);
        chain[i] = client(&scene, name, take);
        if (i > 0)
        {
            statements[i] = pgm_statement_start(chain[i], await);
            g_autofree char *branch = g_strdup_printf("└ %d ", pid_of(chain[i]));
            pgm_screen_assert_text(scene.screen, branch);
        }
    }
    for (guint size = 0; size < G_N_ELEMENTS(sizes); size++)
    {
        pgm_screen_resize(scene.screen, sizes[size][0], sizes[size][1]);
        for (int i = 1; i < DEPTH; i++)
        {
            g_autofree char *branch = g_strdup_printf("└ %d ", pid_of(chain[i]));
            pgm_screen_assert_text(scene.screen, branch);
        }
    }
    for (int i = 0; i < DEPTH; i++)
    {
        g_assert_true(pgm_connection_command(chain[i], NULL, "ROLLBACK"));
        if (i + 1 < DEPTH)
        {
            g_assert_null(pgm_statement_end(statements[i + 1]));
        }
    }
    for (int i = 0; i < DEPTH; i++)
    {
        pgm_connection_close(chain[i]);
    }
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    scene_close(&scene);
}

/* From the list into the tree and back, and a selection that stays on its session while others come and go. */
static void test_selection(void)
{
    Scene scene = {0};
    scene_open(&scene, "selection");
    g_autoptr(PgmConnection) one = client(&scene, "sess-one", "LOCK TABLE documents");
    g_autoptr(PgmConnection) two = client(&scene, "sess-two", "SELECT 1");
    pgm_screen_assert_text(scene.screen, "sess-two");
    select_by(&scene, "sess-");
    pgm_screen_key(scene.screen, PGM_SCREEN_DOWN);
    g_autofree char *selected = g_strdup_printf("▶ ▲ %7d", pid_of(two));
    pgm_screen_assert_text(scene.screen, selected);
    g_autoptr(PgmConnection) three = client(&scene, "sess-three", "SELECT 1");
    PgmStatement *statement = pgm_statement_start(three, "SELECT count(*) FROM documents");
    pgm_screen_assert_text(scene.screen, "waits for documents (ACCESS SHARE)");
    pgm_screen_assert_text(scene.screen, selected);
    pgm_screen_key(scene.screen, PGM_SCREEN_UP);
    g_autofree char *upper = g_strdup_printf("▶ ▲ %7d", pid_of(one));
    pgm_screen_assert_text(scene.screen, upper);
    pgm_screen_key(scene.screen, PGM_SCREEN_UP);
    g_autofree char *waiter = g_strdup_printf("▶ ✗ └ %d", pid_of(three));
    pgm_screen_assert_text(scene.screen, waiter);
    pgm_screen_key(scene.screen, PGM_SCREEN_DOWN);
    pgm_screen_assert_text(scene.screen, upper);
    pgm_screen_type(scene.screen, "g");
    g_autofree char *root = g_strdup_printf("▶ ▲ %d ", pid_of(one));
    pgm_screen_assert_text(scene.screen, root);
    g_assert_true(pgm_connection_command(one, NULL, "ROLLBACK"));
    g_assert_null(pgm_statement_end(statement));
    pgm_screen_assert_gone(scene.screen, "waits for documents");
    /* Nobody waits any more: the selection is where the session is now. When that ends, no other takes its place. */
    g_autofree char *idle = g_strdup_printf("▶   %7d", pid_of(one));
    pgm_screen_assert_text(scene.screen, idle);
    g_clear_pointer(&one, pgm_connection_close);
    pgm_screen_assert_text(scene.screen, "it has gone · /sess-: 2 of");
    pgm_screen_assert_absent(scene.screen, "▶");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "that session has ended");
    pgm_screen_type(scene.screen, "G");
    pgm_screen_assert_gone(scene.screen, "it has gone");
    pgm_screen_assert_text(scene.screen, "▶ ▲");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    scene_close(&scene);
}

static void assert_record(const Scene *scene)
{
    g_autofree char *folder = NULL;
    g_autoptr(GPtrArray) events = record(scene, "-sessions-", &folder);
    g_assert_cmpuint(count(events, PGM_EVENT_ARMED), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_SESSION_CANCEL), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_SESSION_TERMINATE), ==, 2);
    g_assert_cmpuint(count(events, PGM_EVENT_SESSION_OUTCOME), ==, 3);
    g_assert_cmpuint(count(events, PGM_EVENT_DISARMED), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_END), ==, 1);
    g_autoptr(PgmProgram) runs =
        pgm_program_run_pgmedic((const char *const[]){"runs", NULL}, NULL, scene->surroundings);
    pgm_program_assert_exit(runs, 0);
    pgm_assert_contains(runs->out, "1 statement cancelled, 1 session terminated");
    g_autoptr(PgmProgram) resume =
        pgm_program_run_pgmedic((const char *const[]){"resume", "--plain", NULL}, NULL, scene->surroundings);
    pgm_program_assert_exit(resume, 2);
    pgm_assert_contains(resume->err, "no unfinished run");
    g_autofree char *run = g_path_get_basename(folder);
    g_autoptr(PgmProgram) rollback =
        pgm_program_run_pgmedic((const char *const[]){"rollback", "--plain", run, NULL}, NULL, scene->surroundings);
    pgm_program_assert_exit(rollback, 2);
    pgm_assert_contains(rollback->err, "nothing to resume or roll back");
    g_autoptr(PgmProgram) report =
        pgm_program_run_pgmedic((const char *const[]){"report", NULL}, NULL, scene->surroundings);
    pgm_program_assert_exit(report, 0);
    pgm_assert_contains(report->out, "## Sessions that were ended");
    pgm_assert_contains(report->out, "the statement has ended");
}

static void test_end_sessions(void)
{
    Scene scene = {0};
    scene_open(&scene, "ended");
    g_autoptr(PgmConnection) idle = client(&scene, "sess-idle", "INSERT INTO documents VALUES (1)");
    g_autoptr(PgmConnection) busy = client(&scene, "sess-busy", "SELECT 1");
    g_autoptr(PgmConnection) gone = client(&scene, "sess-gone", "SELECT 1");
    PgmStatement *statement = pgm_statement_start(busy, "SELECT pg_sleep(600)");

    /* Not armed: one sentence, and nothing asked. */
    pgm_screen_assert_text(scene.screen, "sess-gone");
    select_by(&scene, "sess-idle");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "READ-ONLY: A (or :arm) arms pgmedic first");
    pgm_screen_assert_absent(scene.screen, "Terminate session");
    pgm_screen_type(scene.screen, "A");
    pgm_screen_assert_text(scene.screen, "Type the database's name (");
    pgm_screen_type(scene.screen, "production\r");
    pgm_screen_assert_text(scene.screen, "that is not the database's name; nothing was done");
    pgm_screen_assert_text(scene.screen, "READ-ONLY");
    arm(&scene);
    pgm_screen_assert_gone(scene.screen, "READ-ONLY");

    /* Nothing runs there: nothing to cancel. Asked, and called off. */
    pgm_screen_type(scene.screen, "x");
    pgm_screen_assert_text(scene.screen, "runs no statement");
    pgm_screen_type(scene.screen, "T");
    g_autofree char *title = g_strdup_printf("Terminate session %d?", pid_of(idle));
    pgm_screen_assert_text(scene.screen, title);
    pgm_screen_assert_text(scene.screen, "is rolled back: nothing of it remains");
    pgm_screen_assert_text(scene.screen, "It belongs to the superuser postgres.");
    pgm_screen_assert_text(scene.screen, "Enter terminates it.   Any other key goes back.");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(scene.screen, title);
    g_assert_true(pgm_connection_command(idle, NULL, "SELECT 1"));
    /* The key and Enter in one go: Enter was typed before the question could be read. */
    pgm_screen_type(scene.screen, "T\r");
    pgm_screen_assert_text(scene.screen, title);
    g_assert_true(pgm_connection_command(idle, NULL, "SELECT 1"));
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "the session has ended");
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_connection_command(idle, &error, "SELECT 1"));
    g_assert_true(pgm_connection_is_lost(idle));
    pgm_test_assert_value(scene.database, "SELECT count(*) FROM documents", "0");

    /* Cancelled on its page: its client is told so, and lives. */
    select_by(&scene, "sess-busy");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "Its statement has run for");
    pgm_screen_type(scene.screen, "x");
    pgm_screen_assert_text(scene.screen, "Cancel the statement of session");
    pgm_screen_assert_text(scene.screen, "Enter cancels it.");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "the statement has ended");
    g_autofree char *told = pgm_statement_end(statement);
    g_assert_nonnull(strstr(told, "57014"));
    g_assert_true(pgm_connection_command(busy, NULL, "ROLLBACK"));
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);

    /* It ended while the question stood open: nobody is met. */
    select_by(&scene, "sess-gone");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "Enter terminates it.");
    g_clear_pointer(&gone, pgm_connection_close);
    pgm_screen_assert_text(scene.screen, "It has ended meanwhile. Any key goes back.");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "nothing was sent: the session had ended before");

    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_type(scene.screen, ":disarm\r");
    pgm_screen_assert_text(scene.screen, "not armed: by the operator");
    pgm_screen_assert_text(scene.screen, "READ-ONLY");
    pgm_screen_type(scene.screen, "6");
    pgm_screen_assert_text(scene.screen, "1 statement cancelled, 1 session terminated");
    pgm_screen_type(scene.screen, "R");
    pgm_screen_assert_text(scene.screen, "a record of sessions that were ended");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    assert_record(&scene);
    scene_close(&scene);
}

/* A role whose name holds a line end says nothing in the question's own voice. */
static void test_hostile_name(void)
{
    Scene scene = {0};
    scene_open(&scene, "hostile");
    g_autofree char *role = g_strdup_printf("evil\nEnter leaves it alone %s", pgm_test_database_name(scene.database));
    g_autofree char *create = g_strdup_printf("CREATE ROLE \"%s\" LOGIN", role);
    g_autofree char *drop = g_strdup_printf("DROP ROLE \"%s\"", role);
    pgm_test_execute(scene.database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(scene.database));
    pgm_conninfo_set(info, "user", role);
    PgmConnection *evil = pgm_connection_open(info, PGM_PURPOSE_PLAIN, NULL);
    g_assert_true(pgm_connection_command(evil, NULL, "SET application_name = 'sess-evil'"));
    pgm_screen_assert_text(scene.screen, "sess-evil");
    arm(&scene);
    select_by(&scene, "sess-evil");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "Enter terminates it.");
    pgm_screen_assert_text(scene.screen, "evil\\nEnter leaves it alone");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(scene.screen, "Enter terminates it.");
    pgm_connection_close(evil);
    pgm_test_execute(scene.database, drop);
    scene_close(&scene);
}

/* Left while armed: the record has its end. A connection that is lost disarms. */
static void test_disarmed_by_itself(void)
{
    Scene scene = {0};
    scene_open(&scene, "disarmed");
    arm(&scene);
    g_autofree char *cut =
        g_strdup_printf("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s' AND "
                        "application_name = 'pgmedic inspect'",
                        pgm_test_database_name(scene.database));
    pgm_test_execute(scene.database, cut);
    pgm_screen_assert_text(scene.screen, "not armed: the connection to the server was lost");
    pgm_screen_assert_text(scene.screen, "READ-ONLY");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    g_autoptr(GPtrArray) events = record(&scene, "-sessions-", NULL);
    g_assert_cmpuint(count(events, PGM_EVENT_DISARMED), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_END), ==, 1);
    scene_close(&scene);

    scene_open(&scene, "left");
    arm(&scene);
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    g_autoptr(GPtrArray) again = record(&scene, "-sessions-", NULL);
    g_assert_cmpstr(pgm_event_text(g_ptr_array_index(again, again->len - 2), "reason"), ==, "the console was left");
    g_assert_cmpuint(count(again, PGM_EVENT_END), ==, 1);
    scene_close(&scene);
}

/* A record that cannot be made: nothing is armed, and the whole reason can be read where a line has no room for it. */
static void test_not_armed(void)
{
    Scene scene = {0};
    scene_prepare(&scene, pgm_test_database_new("not_armed"));
    g_autofree char *file = g_build_filename(scene.home, "a-file-with-a-name-long-enough-to-fill-a-line", NULL);
    g_assert_true(g_file_set_contents(file, "", 0, NULL));
    g_autofree char *state = g_strdup_printf("XDG_STATE_HOME=%s/below", file);
    scene.surroundings[2] = state;
    scene.screen = pgm_screen_new(24, 80, (const char *const[]){"-d", pgm_test_database_text(scene.database), NULL},
                                  scene.surroundings);
    pgm_screen_assert_text(scene.screen, "● connections");
    pgm_screen_type(scene.screen, "3");
    pgm_screen_assert_text(scene.screen, "Sessions, oldest");
    pgm_screen_type(scene.screen, "A");
    pgm_screen_assert_text(scene.screen, "Type the database's name (");
    pgm_screen_type(scene.screen, pgm_test_database_name(scene.database));
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "┌ Not armed ─");
    pgm_screen_assert_text(scene.screen, "directory");
    pgm_screen_assert_text(scene.screen, "READ-ONLY");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_text(scene.screen, "Sessions, oldest");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    scene_close(&scene);
}

static char *write_runbook(void)
{
    static const char there[] = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname "
                                "= 'note' AND NOT attisdropped";
    g_autofree char *folder = g_dir_make_tmp("pgmedic-sessions-XXXXXX", NULL);
    char *runbooks = g_build_filename(folder, "runbooks", NULL);
    g_autofree char *path = g_build_filename(runbooks, "note.yaml", NULL);
    g_autofree char *text =
        g_strdup_printf("format: 1\nname: note\ntitle: Add a note\nseverity: P3\nsummary: A test.\n"
                        "backup: {scope: none, reason: a test}\n"
                        "phases:\n"
                        "  - name: add\n    title: Add the column\n"
                        "    sql: ALTER TABLE documents ADD COLUMN note text\n"
                        "    rollback: nothing\n    lock: [documents]\n    lock_timeout: 300ms\n    lock_retries: 200\n"
                        "    done_when: {sql: \"%s\", expect: 1}\n"
                        "    verify:\n      - {name: it is there, sql: \"%s\", expect: 1}\n",
                        there, there);
    g_assert_cmpint(g_mkdir(runbooks, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0600);
    return runbooks;
}

/* A run does not get its locks: who is in the way is seen live, terminated, and the run goes on; its journal says so.
 */
static void test_during_a_run(void)
{
    Scene scene = {0};
    scene_prepare(&scene, pgm_test_database_new("during"));
    pgm_test_execute(scene.database, "CREATE TABLE documents (id int, t text)");
    g_autofree char *runbooks = write_runbook();
    g_autoptr(PgmConnection) blocker = client(&scene, "sess-web", "INSERT INTO documents VALUES (1)");
    scene.screen = pgm_screen_new(40, 140,
                                  (const char *const[]){"run", "-d", pgm_test_database_text(scene.database),
                                                        "--runbooks", runbooks, "note", NULL},
                                  scene.surroundings);
    pgm_screen_assert_text(scene.screen, "t type the database's name");
    pgm_screen_type(scene.screen, "3");
    pgm_screen_assert_text(scene.screen, "sess-web");
    select_by(&scene, "sess-web");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "this run is not armed yet");
    pgm_screen_key(scene.screen, PGM_SCREEN_ESCAPE);
    pgm_screen_assert_gone(scene.screen, "/sess-web: ");
    pgm_screen_type(scene.screen, "5");
    pgm_screen_arm_run(scene.screen, scene.database);
    pgm_screen_assert_text(scene.screen, "Begin phase add?");
    pgm_screen_choose(scene.screen, "p");
    pgm_screen_assert_text(scene.screen, "try 1");
    pgm_screen_type(scene.screen, "3");
    /* Live, while the run holds or awaits ACCESS EXCLUSIVE. */
    pgm_screen_assert_text(scene.screen, "pgmedic run");
    select_by(&scene, "sess-web");
    pgm_screen_type(scene.screen, "T");
    pgm_screen_assert_text(scene.screen, "Enter terminates it.");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "Commit phase add?");
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_connection_command(blocker, &error, "SELECT 1"));
    pgm_screen_type(scene.screen, "c");
    pgm_screen_assert_text(scene.screen, "Enter commits");
    pgm_screen_key(scene.screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(scene.screen, "✓ Finished");
    pgm_screen_type(scene.screen, "q");
    pgm_screen_assert_exit(scene.screen, 0);
    g_autofree char *folder = NULL;
    g_autoptr(GPtrArray) events = record(&scene, "-note-", &folder);
    g_assert_cmpuint(count(events, PGM_EVENT_SESSION_TERMINATE), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_SESSION_OUTCOME), ==, 1);
    g_assert_cmpuint(count(events, PGM_EVENT_COMMITTED), ==, 1);
    g_autofree char *report = pgm_report_write(folder, NULL);
    pgm_assert_contains(report, "## Sessions that were ended");
    pgm_assert_contains(report, "sess-web");
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sessions/tree", test_tree);
    g_test_add_func("/sessions/deep-tree", test_deep_tree);
    g_test_add_func("/sessions/selection", test_selection);
    g_test_add_func("/sessions/end", test_end_sessions);
    g_test_add_func("/sessions/hostile-name", test_hostile_name);
    g_test_add_func("/sessions/disarmed-by-itself", test_disarmed_by_itself);
    g_test_add_func("/sessions/not-armed", test_not_armed);
    g_test_add_func("/sessions/during-a-run", test_during_a_run);
    return g_test_run();
}
