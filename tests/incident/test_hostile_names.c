/* Names with escape sequences, quotes and newlines, wherever a name can come from: shown safely, and never run. */
#include "harness/incident.h"

#include <glib/gstdio.h>
#include <string.h>

/* What a terminal would obey (a colour, a title), what SQL would (quotes, a second statement), and a newline. */
#define HOSTILE "ev\x1b[31mil\x1b]0;owned\x07\"'\n; DROP TABLE documents; --"
/* The same as it is shown on one line. */
#define HARMLESS "ev\\x1b[31mil\\x1b]0;owned\\x07\"'\\n; DROP TABLE documents; --"

typedef struct
{
    PgmTestIncident *incident; /* gives the server, and the place for runs */
    char *conninfo;            /* of the database with the hostile name */
} Scene;

static void connect_and_run(const char *conninfo, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(conninfo, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_connection_command(connection, &error, "%s", sql));
    g_assert_no_error(error);
}

static void setup(Scene *scene, gconstpointer data)
{
    (void)data;
    scene->incident = pgm_test_incident_new("hostile", 100, 300);
    PgmTestDatabase *database = scene->incident->database;
    g_autofree char *quoted = pgm_quote_identifier(HOSTILE);
    g_autofree char *drop = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);
    /* Another one than the test's own, which is in use. */
    g_autofree char *create = g_strdup_printf("CREATE DATABASE %s TEMPLATE incident_100_300", quoted);
    pgm_test_execute(database, drop);
    pgm_test_execute(database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "dbname", HOSTILE);
    scene->conninfo = pgm_conninfo_record(info);

    g_autofree char *table =
        g_strdup_printf("CREATE TABLE %s (id uuid REFERENCES documents, %s text DEFAULT '\x1b[2J')", quoted, quoted);
    g_autofree char *comment = g_strdup_printf("COMMENT ON TABLE %s IS '\x1b]0;owned\x07'", quoted);
    connect_and_run(scene->conninfo, table);
    connect_and_run(scene->conninfo, comment);
}

static void teardown(Scene *scene, gconstpointer data)
{
    (void)data;
    g_autofree char *quoted = pgm_quote_identifier(HOSTILE);
    g_autofree char *drop = g_strdup_printf("DROP DATABASE %s WITH (FORCE)", quoted);
    pgm_test_execute(scene->incident->database, drop);
    pgm_test_incident_free(scene->incident);
    g_free(scene->conninfo);
}

static void assert_harmless(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
    {
        if ((guchar)*p < ' ' && *p != '\n')
        {
            g_autofree char *from = g_strescape(p > text + 40 ? p - 40 : text, NULL);
            g_error("a control character stands in: %.200s", from);
        }
    }
    g_assert_true(g_utf8_validate(text, -1, NULL));
}

static PgmProgram *pgmedic(const Scene *scene, int code, const char *command, const char *one, const char *two,
                           const char *three)
{
    const char *const args[] = {command, "-d", scene->conninfo, "--runbooks", scene->incident->runbooks,
                                one,     two,  three,           NULL};
    PgmProgram *program = pgm_program_run_pgmedic(args, NULL, (const char *const *)scene->incident->surroundings);
    pgm_program_assert_exit(program, code);
    assert_harmless(program->out);
    assert_harmless(program->err);
    return program;
}

static void test_commands(Scene *scene, gconstpointer data)
{
    (void)data;
    g_autoptr(PgmProgram) status = pgmedic(scene, 0, "status", NULL, NULL, NULL);
    pgm_assert_contains(status->out, HARMLESS);
    g_autoptr(PgmProgram) document = pgmedic(scene, 0, "status", "--json", NULL, NULL);
    pgm_assert_contains(document->out, "\\u001b[31m");
    g_autoptr(PgmProgram) list = pgmedic(scene, 0, "inspect", NULL, NULL, NULL);
    pgm_assert_contains(list->out, "ev\\x1b[31mil");
    g_autoptr(PgmProgram) one = pgmedic(scene, 0, "inspect", HOSTILE, NULL, NULL);
    pgm_assert_contains(one->out, "ev\\x1b[31mil");
    g_autoptr(PgmProgram) nothing = pgmedic(scene, 2, "inspect", HOSTILE "!", NULL, NULL);
    pgm_assert_contains(nothing->err, "ev\\x1b[31mil");
    g_autoptr(PgmProgram) snapshot = pgmedic(scene, 0, "snapshot", NULL, NULL, NULL);
    pgm_assert_contains(snapshot->out, "document_questions");
    g_autofree char *baseline = pgm_test_source_path("tests/incident/staging.yaml");
    g_autoptr(PgmProgram) drift = pgmedic(scene, 1, "drift", "--against", baseline, NULL);
    pgm_assert_contains(drift->out, "ev\\x1b[31mil");
}

/* A snapshot of such a schema is a baseline like any other. */
static void test_baseline(Scene *scene, gconstpointer data)
{
    (void)data;
    g_autofree char *path = g_build_filename(scene->incident->folder, "hostile.yaml", NULL);
    g_autoptr(PgmProgram) snapshot = pgmedic(scene, 0, "snapshot", "-o", path, NULL);
    g_autoptr(PgmProgram) drift = pgmedic(scene, 0, "drift", "--against", path, NULL);
    pgm_assert_contains(drift->out, "0 breaking");
}

static PgmProgram *stamp(const Scene *scene, int code, const char *from)
{
    g_autofree char *set = g_strdup_printf("from=%s", from);
    const char *const args[] = {"run",
                                "-d",
                                scene->conninfo,
                                "--runbooks",
                                scene->incident->runbooks,
                                "--unattended",
                                "--backup",
                                "dump",
                                "--commit",
                                "verified",
                                "--set",
                                set,
                                "--set",
                                "to=" HOSTILE,
                                "stamp-head",
                                NULL};
    PgmProgram *program = pgm_program_run_pgmedic(args, NULL, (const char *const *)scene->incident->surroundings);
    pgm_program_assert_exit(program, code);
    assert_harmless(program->out);
    assert_harmless(program->err);
    return program;
}

/* As a parameter it is a value: it stands in the database afterwards as it was given. */
static void test_parameter(Scene *scene, gconstpointer data)
{
    (void)data;
    connect_and_run(scene->conninfo, "ALTER TABLE alembic_version ALTER version_num TYPE text");
    g_autoptr(PgmProgram) refused = stamp(scene, 1, HOSTILE "?");
    g_autoptr(PgmProgram) done = stamp(scene, 0, "f867c7e3d51c");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(scene->conninfo, &error);
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autofree char *value = pgm_connection_value(connection, "SELECT version_num FROM alembic_version", &error);
    g_assert_cmpstr(value, ==, HOSTILE);
    g_autofree char *there = pgm_connection_value(connection, "SELECT to_regclass('documents')", &error);
    g_assert_cmpstr(there, ==, "documents");

    static const char *const commands[] = {"runs", "report"};
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
    {
        g_autoptr(PgmProgram) program = pgm_program_run_pgmedic((const char *const[]){commands[i], NULL}, NULL,
                                                                (const char *const *)scene->incident->surroundings);
        pgm_program_assert_exit(program, 0);
        assert_harmless(program->out);
        pgm_assert_contains(program->out, "ev\\x1b[31mil");
    }
}

/* Nothing of the name reached the terminal as a command, and no frame is broken by it. */
static void assert_whole(PgmScreen *screen)
{
    int last = pgm_screen_columns(screen) - 1;
    const char *output = pgm_screen_output(screen)->str;
    g_assert_null(strstr(output, "\x1b]0;owned"));
    g_assert_null(strstr(output, "ev\x1b[31mil"));
    for (int row = 4; row < pgm_screen_rows(screen) - 1; row++)
    {
        const char *right = pgm_screen_cell(screen, row, last).text;
        pgm_screen_assert(screen, g_str_equal(right, "┐") || g_str_equal(right, "│") || g_str_equal(right, "┘") ||
                                      g_str_equal(right, "┤"));
    }
}

static void test_console(Scene *scene, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(scene->conninfo, &error);
    g_autoptr(PgmConnection) other = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autoptr(PgmResult) begun = pgm_connection_query(other, "BEGIN", &error);
    g_autoptr(PgmResult) asked = pgm_connection_query(other, "SELECT 1 AS \"\x1b]0;owned\x07\"", &error);
    g_assert_no_error(error);
    const char *const args[] = {
        "run", "-d", scene->conninfo, "--runbooks", scene->incident->runbooks, "uuid-to-varchar", NULL};
    /* One more foreign key to documents than the runbook knows: it refuses, and says which. */
    g_autoptr(PgmScreen) refused = pgm_screen_new(60, 200, args, (const char *const *)scene->incident->surroundings);
    pgm_screen_assert_text(refused, "How it ended");
    pgm_screen_assert_text(refused, "✗ exactly these foreign keys");
    assert_whole(refused);
    static const char *const views[] = {"1", "2", "3", "6"};
    static const char *const texts[] = {"Migration head", "ev\\x1b[31mil", "SELECT 1 AS", "uuid-to-varchar"};
    for (guint i = 0; i < G_N_ELEMENTS(views); i++)
    {
        pgm_screen_type(refused, views[i]);
        pgm_screen_assert_text(refused, texts[i]);
        assert_whole(refused);
    }
    pgm_screen_type(refused, "q");
    pgm_screen_assert_exit(refused, 1);
}

/* What no keyboard has is typed as it is shown. */
static void test_arming(Scene *scene, gconstpointer data)
{
    (void)data;
    g_autofree char *quoted = pgm_quote_identifier(HOSTILE);
    g_autofree char *drop = g_strdup_printf("DROP TABLE %s", quoted);
    connect_and_run(scene->conninfo, drop);
    const char *const args[] = {
        "run", "-d", scene->conninfo, "--runbooks", scene->incident->runbooks, "uuid-to-varchar", NULL};
    g_autoptr(PgmScreen) screen = pgm_screen_new(30, 140, args, (const char *const *)scene->incident->surroundings);
    pgm_screen_assert_text(screen, "Type the database's name to arm: " HARMLESS);
    pgm_screen_settle(screen, 60);
    pgm_screen_type(screen, "t");
    pgm_screen_assert_text(screen, "Type the database's name (" HARMLESS);
    pgm_screen_type(screen, HARMLESS "\r");
    pgm_screen_assert_text(screen, "d dump now");
    assert_whole(screen);
    pgm_screen_settle(screen, 60);
    pgm_screen_type(screen, "d");
    pgm_screen_assert_text(screen, "Enter does it: dump now");
    pgm_screen_settle(screen, 60);
    pgm_screen_type(screen, "\r");
    pgm_screen_assert_text(screen, "Begin phase convert?");
    pgm_screen_signal(screen, 15);
    pgm_screen_assert_exit(screen, 4);
}

#define HOSTILE_TEST(name, function) g_test_add("/incident/hostile/" name, Scene, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    HOSTILE_TEST("commands", test_commands);
    HOSTILE_TEST("baseline", test_baseline);
    HOSTILE_TEST("parameter", test_parameter);
    HOSTILE_TEST("console", test_console);
    HOSTILE_TEST("arming", test_arming);
    return g_test_run();
}
