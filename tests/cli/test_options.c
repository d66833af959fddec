/* test_options.c - the command line: every way to get it wrong, its exit code, and where the words go. */
#include "harness/program.h"
#include "harness/server.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

typedef struct
{
    const char *args; /* blank-separated */
    int exit;
    const char *complaint; /* on standard error */
} Mistake;

static const Mistake mistakes[] = {
    {"frobnicate", 2, "unknown command \"frobnicate\""},
    {"statsu", 2, "did you mean \"status\"?"},
    {"rehearse x", 2, "unknown command \"rehearse\""},
    {"--jsn", 2, "did you mean --json?"},
    {"status --agianst x", 2, "did you mean --against?"},
    {"status -Z", 2, "unknown option -Z"},
    {"status --backup dump", 2, "status does not take --backup; pgmedic status --help lists"},
    {"status documents", 2, "a database is named with -d documents"},
    {"status host=/nonexistent", 3, "/nonexistent"},
    {"inspect postgresql:///x?host=/nonexistent documents", 3, "/nonexistent"},
    {"diagnose user=x host=y", 2, "host=y"},
    {"drift -d x --against y.yaml --ignore audit.*", 2, "\"audit.*\" matches nothing"},
    {"drift -d x --against y.yaml --ignore tabel\tx", 2, "a kind or an attribute"},
    {"guide uuid-to-varchar -o /nonexistent/guide.md", 2, "/nonexistent/guide.md"},
    {"lint -d x runbooks/stamp-head.yaml", 2, "lint does not take --dbname"},
    {"status --json=yes", 2, "--json takes no value"},
    {"status -d", 2, "--dbname needs a value"},
    {"status one", 2, "one word too many"},
    {"run", 2, "pgmedic run [CONNECTION] RUNBOOK"},
    {"run one two", 2, "one word too many: \"two\""},
    {"drift", 2, "drift needs --against"},
    {"--password=secret status", 2, "never taken as an option"},
    {"status -t prod", 2, "there is no target \"prod\""},
    {"status --config /nonexistent/pgmedic.yaml", 2, "/nonexistent/pgmedic.yaml"},
    {"status -d host=", 3, "cannot connect"},
    {"status -h /nonexistent", 3, "/nonexistent"},
    {"lint /nonexistent.yaml", 2, "/nonexistent.yaml"},
    {"lint /nonexistent.sql", 2, "/nonexistent.sql"},
    {"guide uuid-to-varcar", 2, "did you mean \"uuid-to-varchar\"?"},
    {"report nosuchrun", 2, "nosuchrun"},
    {"report", 2, "no run"},
    {"resume", 2, "no unfinished run"},
    {"rollback", 2, "no run"},
    {"rollback --unattended", 2, "must be told which run"},
    {"resume --set a=b", 2, "--set is for run"},
    {"run --plain --unattended uuid-to-varchar", 2, "choose one"},
    {"run --plain --json uuid-to-varchar", 2, "--json goes with --unattended"},
    {"run --plain --backup dump uuid-to-varchar", 2, "are for --unattended"},
    {"run --unattended uuid-to-varchar", 2,
     "--backup dump, --backup evidence:TEXT or --backup none:REASON, and --commit"},
    {"run --unattended --backup dump uuid-to-varchar", 2, "beforehand: --commit verified"},
    {"run --unattended --commit verified uuid-to-varchar", 2, "beforehand: --backup dump"},
    {"run --unattended --commit always --backup dump uuid-to-varchar", 2, "--commit takes one value"},
    {"run --unattended --commit verified --backup none: uuid-to-varchar", 2, "--backup is one of"},
    {"run --unattended --commit verified --backup dump --on-failure cry uuid-to-varchar", 2, "stop, rollback"},
    {"run --plain --until never uuid-to-varchar", 2, "convert, rebuild-indexes, validate, analyze"},
    {"run --plain --set novalue stamp-head", 2, "--set takes NAME=VALUE"},
    {"run --plain --set from=a --set from=b stamp-head", 2, "twice"},
    {"run --plain --set nosuch=b --set from=a --set to=b stamp-head", 2, "nosuch"},
    {"run --unattended --commit verified --backup dump stamp-head", 2, "from"},
    {"run --plain -h /nonexistent uuid-to-varchar", 3, "/nonexistent"},
    {"demo", 2, "pgmedic demo --keep"},
    {"", 2, "needs a terminal"},
    {"--json", 2, "pgmedic status --json"},
};

static PgmProgram *run_words(const char *words)
{
    g_auto(GStrv) args = g_strsplit(words, " ", -1);
    static const char *const none[] = {NULL};
    return pgm_program_run_pgmedic(words[0] != '\0' ? (const char *const *)args : none, NULL, NULL);
}

static void test_mistakes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++)
    {
        g_test_message("pgmedic %s", mistakes[i].args);
        g_autoptr(PgmProgram) program = run_words(mistakes[i].args);
        pgm_program_assert_exit(program, mistakes[i].exit);
        pgm_assert_contains(program->err, mistakes[i].complaint);
        g_assert_true(g_str_has_prefix(program->err, "pgmedic: "));
        if (strstr(mistakes[i].args, "--json") == NULL)
        {
            g_assert_cmpstr(program->out, ==, "");
        }
        g_assert_null(strstr(program->err, "secret"));
        g_assert_true(strstr(program->err, "pgmedic: ") == g_strrstr(program->err, "pgmedic: ")); /* said once */
    }
}

static void test_version_and_help(void)
{
    static const char *const commands[] = {"status", "inspect",  "snapshot", "drift",  "diagnose", "lint", "run",
                                           "resume", "rollback", "runs",     "report", "guide",    "demo"};
    g_autoptr(PgmProgram) version = run_words("--version");
    pgm_program_assert_exit(version, 0);
    g_assert_true(g_str_has_prefix(version->out, "pgmedic "));
    g_autoptr(PgmProgram) help = run_words("--help");
    pgm_program_assert_exit(help, 0);
    g_assert_cmpstr(help->err, ==, "");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
    {
        g_autofree char *line = g_strdup_printf("  pgmedic %s ", commands[i]);
        pgm_assert_contains(help->out, line);
        g_autofree char *words = g_strdup_printf("%s --help", commands[i]);
        g_autoptr(PgmProgram) one = run_words(words);
        pgm_program_assert_exit(one, 0);
        g_autofree char *usage = g_strdup_printf("Usage:\n  pgmedic %s", commands[i]);
        g_assert_true(g_str_has_prefix(one->out, usage));
        pgm_assert_contains(one->out, "--runbooks DIR");
    }
    g_autoptr(PgmProgram) run = run_words("run --help");
    pgm_assert_contains(run->out, "--on-failure");
    g_autoptr(PgmProgram) lint = run_words("lint --help");
    g_assert_null(strstr(lint->out, "--dbname"));
}

/* Options stand before or after the command; a value in the same word or the next. */
static void test_positions(void)
{
    static const char *const ways[] = {"--json lint runbooks/stamp-head.yaml", "lint --json runbooks/stamp-head.yaml",
                                       "lint runbooks/stamp-head.yaml --json",
                                       "lint --json -- runbooks/stamp-head.yaml",
                                       "lint --runbooks=x runbooks/stamp-head.yaml --json"};
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
    {
        g_autoptr(PgmProgram) program = run_words(ways[i]);
        pgm_program_assert_exit(program, 0);
        pgm_assert_contains(program->out, "\"format\" : 1");
    }
}

/* With --json what went wrong is a document too, and the only one; lint's own holds all but what could not be read. */
static void test_error_document(void)
{
    static const Mistake cases[] = {
        {"--json statsu", 2, "did you mean"},
        {"status --json -h /nonexistent", 3, "/nonexistent"},
        {"drift --against nothing.yaml --json", 2, "nothing.yaml"},
        {"guide nosuch --json", 2, "nosuch"},
        {"lint --json /nonexistent.sql", 2, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(PgmProgram) program = run_words(cases[i].args);
        pgm_program_assert_exit(program, cases[i].exit);
        g_autoptr(JsonParser) parser = json_parser_new();
        g_assert_true(json_parser_load_from_data(parser, program->out, -1, NULL));
        JsonObject *root = json_node_get_object(json_parser_get_root(parser));
        g_assert_cmpint(json_object_get_int_member(root, "format"), ==, 1);
        g_assert_true(json_object_has_member(root, "error") == (cases[i].complaint != NULL));
        if (cases[i].complaint != NULL)
        {
            JsonObject *error = json_object_get_object_member(root, "error");
            pgm_assert_contains(json_object_get_string_member(error, "message"), cases[i].complaint);
            pgm_assert_contains(program->err, cases[i].complaint);
            g_assert_cmpint(json_object_get_int_member(error, "exit"), ==, cases[i].exit);
        }
    }
}

/* What a full disk keeps from being written is no run that stopped (4). */
static void test_full_output(void)
{
    const char *const args[] = {"/bin/sh", "-c", "exec \"$PGM_TEST_BINARY\" guide uuid-to-varchar > /dev/full", NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(args, NULL, NULL);
    pgm_program_assert_exit(program, 2);
    pgm_assert_contains(program->err, "cannot write to standard output");
}

/* What the configuration names must be there to be named: a threshold that is none would never be told of. */
static void test_configuration(void)
{
    static const char *const cases[][2] = {
        {"checks:\n  conections: {warn: 80%}\n", "pgmedic.yaml:3:3: there is no check \"conections\"; did you mean"},
        {"checks:\n  weather: {warn: 1}\n", "there is no check \"weather\"; there are: connections, "},
        {"checks:\n  lock-waits: {warn: 80 apples}\n", "pgmedic.yaml:3:3: \"80 apples\" is no threshold of lock waits"},
        {"checks:\n  connections: {fail: 3GB}\n", "write it like 80%"},
        {"targets:\n  a: {ignore: [\"tabel x\"]}\n", "target \"a\", ignore: \"tabel x\" matches nothing"},
    };
    g_autofree char *folder = g_dir_make_tmp("config-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "pgmedic.yaml", NULL);
    const char *const args[] = {"status", "-h", "/nonexistent", "--config", path, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *text = g_strconcat("format: 1\n", cases[i][0], NULL);
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        g_chmod(path, 0600);
        g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
        pgm_program_assert_exit(program, 2);
        pgm_assert_contains(program->err, cases[i][1]);
    }
}

static void test_hostile_words(void)
{
    static const char *const args[] = {"\x1b[2Jwipe", NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 2);
    g_assert_null(strchr(program->err, '\x1b'));
    pgm_assert_contains(program->err, "\\x1b[2Jwipe");
}

static void test_lint(void)
{
    g_autofree char *folder = g_dir_make_tmp("lint-XXXXXX", NULL);
    g_autofree char *runbook = g_build_filename(folder, "broken.yaml", NULL);
    g_autofree char *script = g_build_filename(folder, "broken.sql", NULL);
    g_assert_true(g_file_set_contents(runbook, "format: 1\nnmae: broken\n", -1, NULL));
    g_assert_true(g_file_set_contents(script, "SELECT 1;\nSELEC 2;\n", -1, NULL));
    g_chmod(runbook, 0600);
    const char *const args[] = {"lint", runbook, script, NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 1);
    g_autofree char *first = g_strdup_printf("%s:2:1: ", runbook);
    g_autofree char *second = g_strdup_printf("%s:2:1: syntax error", script);
    pgm_assert_contains(program->out, first);
    pgm_assert_contains(program->out, second);
    g_assert_cmpstr(program->err, ==, "");

    const char *const missing[] = {"lint", "/nonexistent.sql", script, NULL};
    g_autoptr(PgmProgram) unread = pgm_program_run_pgmedic(missing, NULL, NULL);
    pgm_program_assert_exit(unread, 2);
    pgm_assert_contains(unread->out, second); /* the others are looked at all the same */
}

static void test_output_file(void)
{
    g_autofree char *folder = g_dir_make_tmp("output-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "guide.md", NULL);
    g_autofree char *text = NULL;
    const char *const args[] = {"guide", "uuid-to-varchar", "-o", path, NULL};
    g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(program, 0);
    g_assert_cmpstr(program->out, ==, "");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    pgm_assert_contains(text, "uuid-to-varchar");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/mistakes", test_mistakes);
    g_test_add_func("/cli/version-and-help", test_version_and_help);
    g_test_add_func("/cli/positions", test_positions);
    g_test_add_func("/cli/error-document", test_error_document);
    g_test_add_func("/cli/full-output", test_full_output);
    g_test_add_func("/cli/configuration", test_configuration);
    g_test_add_func("/cli/hostile-words", test_hostile_words);
    g_test_add_func("/cli/lint", test_lint);
    g_test_add_func("/cli/output-file", test_output_file);
    return g_test_run();
}
