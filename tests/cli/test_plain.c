/* test_plain.c - the walk in the plain terminal: from a pipe, and with readline on a real one. */
#include "harness/program.h"
#include "harness/screen.h"
#include "harness/server.h"

#include <glib/gstdio.h>
#include <signal.h>

enum
{
    ROWS = 40,
    COLUMNS = 120,
};

/* One phase that is easy to see done: a column of documents. The caller frees the folder's path. */
static char *write_runbook(const char *decide_within)
{
    char *folder = g_dir_make_tmp("plain-XXXXXX", NULL);
    g_autofree char *runbooks = g_build_filename(folder, "runbooks", NULL);
    g_autofree char *path = g_build_filename(runbooks, "add-note.yaml", NULL);
    g_autofree char *text = g_strdup_printf(
        "format: 1\nname: add-note\ntitle: Add a note\nseverity: P3\nsummary: A test.\n"
        "parameters:\n  - {name: column, type: column, help: the column to add}\n"
        "backup: {scope: none, reason: a test}\n"
        "phases:\n"
        "  - name: add\n    title: Add the column\n"
        "    sql: ALTER TABLE documents ADD COLUMN :\"column\" text\n"
        "    rollback_sql: ALTER TABLE documents DROP COLUMN :\"column\"\n"
        "    lock: [documents]\n    decide_within: %s\n"
        "    done_when: {sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = "
        ":'column' AND NOT attisdropped\", expect: 1}\n"
        "    rollback_verify:\n      - {name: it is gone, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
        "'documents'::regclass AND attname = :'column' AND NOT attisdropped\", expect: 0}\n"
        "    verify:\n      - {name: it is there, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
        "'documents'::regclass AND attname = :'column'\", expect: 1}\n",
        decide_within);
    g_assert_cmpint(g_mkdir(runbooks, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0600);
    g_free(folder);
    return g_steal_pointer(&runbooks);
}

static const char note_there[] =
    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = "
    "'note' AND NOT attisdropped";

typedef struct
{
    PgmTestDatabase *database;
    char *runbooks;
    char *state; /* XDG_STATE_HOME=… */
} Place;

static void place_open(Place *place, const char *name, const char *decide_within)
{
    g_autofree char *state = g_dir_make_tmp("state-XXXXXX", NULL);
    place->database = pgm_test_database_new_incident(name, 20, 20);
    place->runbooks = write_runbook(decide_within);
    place->state = g_strdup_printf("XDG_STATE_HOME=%s", state);
}

static void place_close(Place *place)
{
    pgm_test_database_free(place->database);
    g_free(place->runbooks);
    g_free(place->state);
}

static PgmProgram *walk_piped(const Place *place, const char *input, const char *set)
{
    const char *const args[] = {"run",        "--plain",
                                "-d",         pgm_test_database_text(place->database),
                                "--runbooks", place->runbooks,
                                "add-note",   set != NULL ? "--set" : NULL,
                                set,          NULL};
    const char *const environment[] = {place->state, NULL};
    return pgm_program_run_pgmedic(args, input, environment);
}

static PgmScreen *walk_on_screen(const Place *place)
{
    const char *const args[] = {"run",         "--plain",
                                "-d",          pgm_test_database_text(place->database),
                                "--runbooks",  place->runbooks,
                                "add-note",    "--set",
                                "column=note", NULL};
    const char *const environment[] = {place->state, NULL};
    return pgm_screen_new(ROWS, COLUMNS, args, environment);
}

/* Up to the open COMMIT question. */
static PgmScreen *walk_to_commit(const Place *place)
{
    PgmScreen *screen = walk_on_screen(place);
    pgm_screen_assert_text(screen, "the database's name, or s > ");
    pgm_screen_type(screen, pgm_test_database_name(place->database));
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "g/p/s > ");
    pgm_screen_type(screen, "p\r");
    pgm_screen_assert_text(screen, "c/r (rolls back by itself in ");
    return screen;
}

static void test_pipe_commits(void)
{
    Place place;
    place_open(&place, "plainpipe", "20s");
    g_autofree char *input =
        g_strdup_printf("note\nwrong\n%s\nwhat\n\nsql\np\n\ncommit\n", pgm_test_database_name(place.database));
    g_autoptr(PgmProgram) program = walk_piped(&place, input, NULL);
    pgm_program_assert_exit(program, 0);
    pgm_assert_contains(program->out, "column (column; the column to add) > ");
    pgm_assert_contains(program->out, "not understood: type "); /* the wrong name, "what", and Enter alone */
    pgm_assert_contains(program->out, "ALTER TABLE documents ADD COLUMN \"note\" text;");
    pgm_assert_contains(program->out, "Rollback SQL:\n    ALTER TABLE documents DROP COLUMN \"note\";");
    pgm_assert_contains(program->out, "This transaction changes:");
    pgm_assert_contains(program->out, "✓ before COMMIT: it is there (1)");
    pgm_assert_contains(program->out, "phase add committed");
    pgm_assert_contains(program->out, "report: ");
    g_assert_cmpstr(program->err, ==, "");
    pgm_test_assert_value(place.database, note_there, "1");
    place_close(&place);
}

/* Neither the end of input nor a line that was cut off is an answer. */
static void test_pipe_ends(void)
{
    Place place;
    place_open(&place, "plainend", "20s");
    const char *name = pgm_test_database_name(place.database);
    static const char *const rests[] = {"", "%s", "%s\n", "%s\np", "%s\np\n", "%s\np\nc", "%s\np\ncommit"};
    for (gsize i = 0; i < G_N_ELEMENTS(rests); i++)
    {
        g_auto(GStrv) parts = g_strsplit(rests[i], "%s", -1);
        g_autofree char *input = g_strjoinv(name, parts);
        g_test_message("input: %s", input);
        g_autoptr(PgmProgram) program = walk_piped(&place, input, "column=note");
        pgm_program_assert_exit(program, 4);
        pgm_assert_contains(program->out, "end of input");
        pgm_test_assert_value(place.database, note_there, "0");
    }
    g_autoptr(PgmProgram) program = walk_piped(&place, "", NULL); /* at the parameter */
    pgm_program_assert_exit(program, 4);
    pgm_assert_contains(program->err, "nothing was begun");
    place_close(&place);
}

static void test_screen_commits(void)
{
    Place place;
    place_open(&place, "plainscreen", "20s");
    g_autoptr(PgmScreen) screen = walk_to_commit(&place);
    pgm_screen_type(screen, "\r"); /* Enter alone is no commit */
    pgm_screen_assert_text(screen, "not understood: type one of c/r");
    pgm_screen_type(screen, "x\b\bc\r");
    pgm_screen_assert_exit(screen, 0);
    pgm_screen_assert(screen, pgm_screen_find(screen, "phase add committed", NULL, NULL));
    pgm_screen_assert(screen, pgm_screen_cooked(screen));
    pgm_test_assert_value(place.database, note_there, "1");
    place_close(&place);
}

static void leave_by(const char *name, void (*leave)(PgmScreen *screen))
{
    Place place;
    place_open(&place, name, "20s");
    g_autoptr(PgmScreen) screen = walk_to_commit(&place);
    pgm_screen_type(screen, "c"); /* and no Enter */
    leave(screen);
    pgm_screen_assert_exit(screen, 4);
    pgm_screen_assert(screen, pgm_screen_cooked(screen));
    pgm_test_assert_value(place.database, note_there, "0");
    g_assert_true(pgm_test_wait_value(place.database,
                                      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                                      "application_name ~ '^pgmedic (run|watch)'",
                                      "0", 5000));
    place_close(&place);
}

static void press_interrupt(PgmScreen *screen)
{
    pgm_screen_control(screen, 'c');
    pgm_screen_control(screen, 'c');
}

static void press_end(PgmScreen *screen)
{
    pgm_screen_control(screen, 'u'); /* an empty line, so that it is the end */
    pgm_screen_control(screen, 'd');
}

static void terminate(PgmScreen *screen)
{
    pgm_screen_signal(screen, SIGTERM);
}

static void hang_up(PgmScreen *screen)
{
    pgm_screen_signal(screen, SIGHUP);
}

static void test_interrupt(void)
{
    leave_by("plainint", press_interrupt);
}

static void test_end_of_input(void)
{
    leave_by("plaineof", press_end);
}

static void test_terminated(void)
{
    leave_by("plainterm", terminate);
}

static void test_hang_up(void)
{
    leave_by("plainhup", hang_up);
}

/* The clock runs while the question stands open; when it is over, what was being typed is gone with it. */
static void test_deadline(void)
{
    Place place;
    place_open(&place, "plainclock", "2s");
    g_autoptr(PgmScreen) screen = walk_to_commit(&place);
    pgm_screen_assert_text(screen, "rolls back by itself in 0:01");
    pgm_screen_type(screen, "commi");
    pgm_screen_assert_text(screen, "the question is withdrawn");
    pgm_screen_assert_text(screen, "s/r > ");
    pgm_screen_assert_absent(screen, "s/r > commi");
    pgm_test_assert_value(place.database, note_there, "0");
    pgm_screen_type(screen, "s\r");
    pgm_screen_assert_exit(screen, 4);
    place_close(&place);
}

/* A committed run is undone: its name stands first, the database's name is asked for. */
static void test_rollback(void)
{
    Place place;
    place_open(&place, "plainback", "20s");
    const char *name = pgm_test_database_name(place.database);
    g_autofree char *forward = g_strdup_printf("%s\ng\n", name);
    g_autofree char *backward = g_strdup_printf("%s\nc\n", name);
    g_autoptr(PgmProgram) run = walk_piped(&place, forward, "column=note");
    pgm_program_assert_exit(run, 0);
    pgm_test_assert_value(place.database, note_there, "1");
    const char *const args[] = {"rollback", "--plain", NULL};
    const char *const environment[] = {place.state, NULL};
    g_autoptr(PgmProgram) rollback = pgm_program_run_pgmedic(args, backward, environment);
    pgm_program_assert_exit(rollback, 0);
    g_assert_true(g_str_has_prefix(rollback->out, "rolling back run "));
    pgm_assert_contains(rollback->out, "DROP COLUMN \"note\"");
    g_assert_null(strstr(rollback->out, "ADD COLUMN \"note\" text\n")); /* what was done before is not told again */
    pgm_test_assert_value(place.database, note_there, "0");
    place_close(&place);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plain/pipe-commits", test_pipe_commits);
    g_test_add_func("/plain/pipe-ends", test_pipe_ends);
    g_test_add_func("/plain/screen-commits", test_screen_commits);
    g_test_add_func("/plain/interrupt", test_interrupt);
    g_test_add_func("/plain/end-of-input", test_end_of_input);
    g_test_add_func("/plain/terminated", test_terminated);
    g_test_add_func("/plain/hang-up", test_hang_up);
    g_test_add_func("/plain/deadline", test_deadline);
    g_test_add_func("/plain/rollback", test_rollback);
    return g_test_run();
}
