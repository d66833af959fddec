/* test_unattended.c - run, resume and rollback without an operator: exit codes, where the words go, what is changed. */
#include "harness/program.h"
#include "harness/server.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Phase one adds column one, phase two column two. PRECONDITION and the expectation of phase two's verification are
 * given, so that either can be made to fail. */
static const char runbook_text[] =
    "format: 1\nname: two-notes\ntitle: Add two notes\nseverity: P3\nsummary: A test.\n"
    "preconditions:\n  - {name: the ground is right, sql: SELECT 1, expect: %s}\n"
    "backup: {tables: [documents]}\n"
    "phases:\n"
    "  - name: first\n    title: Add column one\n"
    "    sql: ALTER TABLE documents ADD COLUMN one text\n"
    "    rollback_sql: ALTER TABLE documents DROP COLUMN one\n"
    "    done_when: {sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = "
    "'one' AND NOT attisdropped\", expect: 1}\n"
    "    rollback_verify:\n      - {name: one is gone, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
    "'documents'::regclass AND attname = 'one' AND NOT attisdropped\", expect: 0}\n"
    "    verify:\n      - {name: one is there, sql: \"SELECT count(one) FROM documents\", expect: 0}\n"
    "  - name: second\n    title: Add column two\n"
    "    sql: ALTER TABLE documents ADD COLUMN two text\n"
    "    rollback_sql: ALTER TABLE documents DROP COLUMN two\n"
    "    done_when: {sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = "
    "'two' AND NOT attisdropped\", expect: 1}\n"
    "    rollback_verify:\n      - {name: two is gone, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = "
    "'documents'::regclass AND attname = 'two' AND NOT attisdropped\", expect: 0}\n"
    "    verify:\n      - {name: two is as wanted, sql: \"SELECT count(two) FROM documents\", expect: %d}\n";

typedef struct
{
    PgmTestDatabase *database;
    char *runbooks;
    char *environment; /* XDG_STATE_HOME=… */
} Place;

static void place_open(Place *place, const char *name, const char *ground, int wanted)
{
    g_autofree char *folder = g_dir_make_tmp("unattended-XXXXXX", NULL);
    g_autofree char *state = g_dir_make_tmp("state-XXXXXX", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, runbook_text, ground, wanted);
    place->database = pgm_test_database_new_incident(name, 20, 20);
    place->runbooks = g_build_filename(folder, "runbooks", NULL);
    place->environment = g_strdup_printf("XDG_STATE_HOME=%s", state);
    g_autofree char *path = g_build_filename(place->runbooks, "two-notes.yaml", NULL);
    g_assert_cmpint(g_mkdir(place->runbooks, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text->str, -1, NULL));
    g_chmod(path, 0600);
}

static void place_close(Place *place)
{
    pgm_test_database_free(place->database);
    g_free(place->runbooks);
    g_free(place->environment);
}

/* WORDS: blank-separated; the connection and the runbooks' folder are added for `run`. */
static PgmProgram *pgmedic(const Place *place, const char *words)
{
    g_auto(GStrv) given = g_strsplit(words, " ", -1);
    g_autoptr(GPtrArray) args = g_ptr_array_new();
    for (char **word = given; *word != NULL; word++)
    {
        g_ptr_array_add(args, *word);
    }
    if (g_strcmp0(given[0], "run") == 0)
    {
        const char *const more[] = {"-d", pgm_test_database_text(place->database), "--runbooks", place->runbooks};
        for (gsize i = 0; i < G_N_ELEMENTS(more); i++)
        {
            g_ptr_array_add(args, (gpointer)(guintptr)more[i]);
        }
    }
    g_ptr_array_add(args, NULL);
    const char *const environment[] = {place->environment, NULL};
    return pgm_program_run_pgmedic((const char *const *)args->pdata, NULL, environment);
}

static void assert_columns(const Place *place, const char *expected)
{
    pgm_test_assert_value(place->database,
                          "SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE attrelid = "
                          "'documents'::regclass AND attname IN ('one', 'two') AND NOT attisdropped",
                          expected);
}

static char *document_text(const PgmProgram *program, const char *member)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, program->out, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpint(json_object_get_int_member(root, "format"), ==, 1);
    return g_strdup(json_object_get_string_member(root, member));
}

static void test_finishes(void)
{
    Place place;
    place_open(&place, "unattended", "1", 0);
    g_autoptr(PgmProgram) run = pgmedic(&place, "run --unattended --backup dump --commit verified --json two-notes");
    pgm_program_assert_exit(run, 0);
    g_autofree char *outcome = document_text(run, "outcome");
    g_autofree char *report = document_text(run, "report");
    g_autofree char *folder = document_text(run, "folder");
    g_autofree char *name = document_text(run, "run");
    g_autofree char *dump = g_build_filename(folder, "backup.dump", NULL);
    g_assert_cmpstr(outcome, ==, "finished");
    g_assert_true(g_file_test(report, G_FILE_TEST_IS_REGULAR));
    g_assert_true(g_file_test(dump, G_FILE_TEST_IS_REGULAR));
    pgm_assert_contains(run->err, "phase second committed"); /* progress */
    assert_columns(&place, "one two");

    g_autoptr(PgmProgram) runs = pgmedic(&place, "runs");
    pgm_program_assert_exit(runs, 0);
    pgm_assert_contains(runs->out, name);
    pgm_assert_contains(runs->out, "finished");
    g_autofree char *words = g_strdup_printf("report %s", name);
    g_autoptr(PgmProgram) written = pgmedic(&place, words);
    pgm_program_assert_exit(written, 0);
    pgm_assert_contains(written->out, "two-notes");
    place_close(&place);
}

static void test_quiet(void)
{
    Place place;
    place_open(&place, "unattquiet", "1", 0);
    g_autoptr(PgmProgram) run =
        pgmedic(&place, "run --unattended --backup evidence:nightly --commit verified --quiet two-notes");
    pgm_program_assert_exit(run, 0);
    g_assert_cmpstr(run->err, ==, "");
    pgm_assert_contains(run->out, "finished");
    place_close(&place);
}

static void test_precondition(void)
{
    Place place;
    place_open(&place, "unattpre", "2", 0);
    g_autoptr(PgmProgram) run = pgmedic(&place, "run --unattended --backup none:x --commit verified two-notes");
    pgm_program_assert_exit(run, 1);
    pgm_assert_contains(run->err, "✗ precondition: the ground is right: expected 2, got 1");
    assert_columns(&place, NULL);
    place_close(&place);
}

static void test_verification_fails(void)
{
    static const struct
    {
        const char *words, *columns;
    } ways[] = {
        {"run --unattended --backup none:x --commit verified two-notes", "one"},
        {"run --unattended --backup none:x --commit verified --on-failure stop two-notes", "one"},
        {"run --unattended --backup none:x --commit verified --on-failure rollback two-notes", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
    {
        Place place;
        place_open(&place, "unattfails", "1", 7);
        g_autoptr(PgmProgram) run = pgmedic(&place, ways[i].words);
        pgm_program_assert_exit(run, 4);
        pgm_assert_contains(run->err, "✗ before COMMIT: two is as wanted: expected 7, got 0");
        assert_columns(&place, ways[i].columns);
        place_close(&place);
    }
}

/* --until stops; resume goes on by what the journal says, with the backup on record; rollback undoes all of it. */
static void test_until_resume_rollback(void)
{
    Place place;
    place_open(&place, "unattuntil", "1", 0);
    g_autoptr(PgmProgram) run =
        pgmedic(&place, "run --unattended --backup evidence:nightly --commit verified --until first --json two-notes");
    pgm_program_assert_exit(run, 4);
    g_autofree char *name = document_text(run, "run");
    assert_columns(&place, "one");

    g_autoptr(PgmProgram) lacking = pgmedic(&place, "resume --unattended");
    pgm_program_assert_exit(lacking, 2);
    pgm_assert_contains(lacking->err, "--commit verified");
    g_assert_null(strstr(lacking->err, "--backup"));
    g_autoptr(PgmProgram) resumed = pgmedic(&place, "resume --unattended --commit verified");
    pgm_program_assert_exit(resumed, 0);
    g_autofree char *first = g_strdup_printf("resuming run %s: ", name);
    g_assert_true(g_str_has_prefix(resumed->err, first)); /* before anything else is said */
    g_assert_null(strstr(resumed->err, "phase first committed"));
    assert_columns(&place, "one two");

    g_autofree char *words = g_strdup_printf("rollback --unattended %s", name);
    g_autoptr(PgmProgram) back = pgmedic(&place, words);
    pgm_program_assert_exit(back, 0);
    pgm_assert_contains(back->out, "rolled-back");
    assert_columns(&place, NULL);

    g_autoptr(PgmProgram) again = pgmedic(&place, "resume --unattended --commit verified");
    pgm_program_assert_exit(again, 2);
    pgm_assert_contains(again->err, "no unfinished run");
    place_close(&place);
}

/* Another database than the journal's is refused. */
static void test_wrong_database(void)
{
    Place place;
    place_open(&place, "unattwrong", "1", 0);
    g_autoptr(PgmTestDatabase) other = pgm_test_database_new_incident("unattother", 20, 20);
    g_autoptr(PgmProgram) run =
        pgmedic(&place, "run --unattended --backup none:x --commit verified --until first two-notes");
    pgm_program_assert_exit(run, 4);
    const char *const args[] = {"resume", "--unattended", "--commit", "verified", "-d", pgm_test_database_text(other),
                                NULL};
    const char *const environment[] = {place.environment, NULL};
    g_autoptr(PgmProgram) resumed = pgm_program_run_pgmedic(args, NULL, environment);
    pgm_program_assert_exit(resumed, 3);
    assert_columns(&place, "one");
    place_close(&place);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unattended/finishes", test_finishes);
    g_test_add_func("/unattended/quiet", test_quiet);
    g_test_add_func("/unattended/precondition", test_precondition);
    g_test_add_func("/unattended/verification-fails", test_verification_fails);
    g_test_add_func("/unattended/until-resume-rollback", test_until_resume_rollback);
    g_test_add_func("/unattended/wrong-database", test_wrong_database);
    return g_test_run();
}
