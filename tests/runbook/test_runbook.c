/* test_runbook.c - loading: one good runbook, and what is said about every way to break it. */
#include "pgmedic/error.h"
#include "pgmedic/runbook.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const good =
    "format: 1\n"
    "name: sample\n"
    "title: A sample\n"
    "severity: P1\n"
    "summary: It does little.\n"
    "matches:\n"
    "  - {sqlstate: \"42P01\", message: 'relation \"(?<table>[^\"]+)\"'}\n"
    "parameters:\n"
    "  - {name: table, type: table}\n"
    "  - {name: limit, type: integer, default: \"5\"}\n"
    "preconditions:\n"
    "  - {name: it is there, sql: \"SELECT to_regclass(quote_ident(:'table'))\", expect: x}\n"
    "backup: {tables: [':\"table\"'], required: true}\n"
    "phases:\n"
    "  - name: first\n"
    "    title: The first\n"
    "    script: sample/1.sql\n"
    "    rollback_sql: DELETE FROM :\"table\"\n"
    "    rollback_verify: [{name: gone, sql: SELECT 1, expect: 1}]\n"
    "    lock: [':\"table\"', public.other]\n"
    "    lock_timeout: 250ms\n"
    "    done_when: {sql: SELECT 1, expect: {rows: \">0\"}}\n"
    "    tolerate: [\"42704\"]\n"
    "    verify: [{name: same, sql: 'SELECT count(*) FROM :\"table\"', expect: same}]\n"
    "  - name: second\n"
    "    title: The second\n"
    "    transaction: none\n"
    "    sql: |\n"
    "      -- a comment\n"
    "      VACUUM;\n"
    "    rollback: nothing\n"
    "    commit: verified\n"
    "    done_when: {sql: SELECT 1, expect: {table: [[1, null], [a, \"\"]]}}\n"
    "    verify: [{name: one, sql: SELECT 1, expect: 1}]\n";

static const char *const good_script = "INSERT INTO :\"table\" SELECT 1 LIMIT :limit;\n";

typedef struct
{
    char *folder;
    char *runbook; /* path of runbooks/sample.yaml */
    char *script;  /* path of hotfixes/sample/1.sql */
} House;

static void write_file(const char *path, const char *text)
{
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(chmod(path, 0644), ==, 0);
}

static House *house_new(void)
{
    House *house = g_new0(House, 1);
    house->folder = g_dir_make_tmp("runbook-XXXXXX", NULL);
    g_assert_nonnull(house->folder);
    g_autofree char *runbooks = g_build_filename(house->folder, "runbooks", NULL);
    g_autofree char *hotfixes = g_build_filename(house->folder, "hotfixes", "sample", NULL);
    g_assert_cmpint(g_mkdir_with_parents(runbooks, 0755), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(hotfixes, 0755), ==, 0);
    house->runbook = g_build_filename(runbooks, "sample.yaml", NULL);
    house->script = g_build_filename(hotfixes, "1.sql", NULL);
    write_file(house->runbook, good);
    write_file(house->script, good_script);
    return house;
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name = NULL;
    while (directory != NULL && !g_file_test(path, G_FILE_TEST_IS_SYMLINK) &&
           (name = g_dir_read_name(directory)) != NULL)
    {
        g_autofree char *below = g_build_filename(path, name, NULL);
        remove_tree(below);
    }
    g_remove(path);
}

static void house_free(House *house)
{
    remove_tree(house->folder);
    g_free(house->folder);
    g_free(house->runbook);
    g_free(house->script);
    g_free(house);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(House, house_free)

static char *replaced(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    g_assert_nonnull(at);
    g_autofree char *head = g_strndup(text, (gsize)(at - text));
    return g_strconcat(head, new, at + strlen(old), NULL);
}

/* Every finding, "FILE:LINE:COLUMN [rule] message" a line, FILE without the temporary folder. */
static char *findings_text(const House *house, const PgmFindings *findings)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < pgm_findings_count(findings); i++)
    {
        const PgmFinding *finding = pgm_findings_at(findings, i);
        g_autofree char *base = g_path_get_basename(finding->file);
        g_string_append_printf(out, "%s:%d:%d [%s] %s\n", base, finding->line, finding->column, finding->rule,
                               finding->message);
    }
    g_string_replace(out, house->folder, "", 0);
    return g_strdup(out->str);
}

static void test_good(void)
{
    g_autoptr(House) house = house_new();
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(house->runbook, findings, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(pgm_findings_count(findings), ==, 0);
    g_assert_cmpstr(runbook->name, ==, "sample");
    g_assert_cmpstr(runbook->search_path, ==, "public");
    g_assert_cmpuint(strlen(runbook->sha256), ==, 64);
    g_assert_cmpuint(runbook->sources->len, ==, 2);
    g_assert_cmpstr(((PgmSource *)runbook->sources->pdata[1])->name, ==, "hotfixes/sample/1.sql");
    g_assert_cmpuint(runbook->phases->len, ==, 2);
    const PgmPhase *first = pgm_runbook_phase(runbook, "first");
    g_assert_cmpint(first->lock_timeout_ms, ==, 250);
    g_assert_cmpint(first->statement_timeout_ms, ==, PGM_PHASE_STATEMENT_TIMEOUT_MS);
    g_assert_cmpint(first->stall_limit_ms, ==, 5000);
    g_assert_cmpint(first->rollback, ==, PGM_ROLLBACK_SQL);
    g_assert_cmpint(((PgmCheck *)first->verify->pdata[0])->expect.kind, ==, PGM_EXPECT_SAME);
    const PgmPhase *second = pgm_runbook_phase(runbook, "second");
    g_assert_false(second->transaction);
    g_assert_true(second->commit_verified);
    g_assert_cmpint(second->lock_timeout_ms, ==, 0);
    g_assert_cmpint(second->script->line, ==, 29);
    g_assert_cmpint(((PgmStatement *)second->script->statements->pdata[0])->line, ==, 2);
    const GPtrArray *row = second->done_when->expect.table->pdata[0];
    g_assert_null(row->pdata[1]);
    g_assert_null(pgm_runbook_phase(runbook, "third"));
}

static void test_hash_covers_scripts(void)
{
    g_autoptr(House) house = house_new();
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(PgmRunbook) before = pgm_runbook_load(house->runbook, findings, NULL);
    g_autoptr(PgmRunbook) again = pgm_runbook_load(house->runbook, findings, NULL);
    g_autofree char *changed = g_strconcat(good_script, "-- more\n", NULL);
    write_file(house->script, changed);
    g_autoptr(PgmRunbook) after = pgm_runbook_load(house->runbook, findings, NULL);
    g_assert_cmpstr(before->sha256, ==, again->sha256);
    g_assert_cmpstr(before->sha256, !=, after->sha256);
}

/* OLD is replaced by NEW in the good runbook. */
static const struct
{
    const char *old;
    const char *new;
    const char *expected;
} broken[] = {
#include "broken.h"
};

static void test_broken(void)
{
    g_autoptr(House) house = house_new();
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++)
    {
        g_autofree char *text = replaced(good, broken[i].old, broken[i].new);
        write_file(house->runbook, text);
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmRunbook) runbook = pgm_runbook_load(house->runbook, findings, &error);
        g_autofree char *found = findings_text(house, findings);
        g_test_message("%s -> %s", broken[i].old, broken[i].new);
        g_assert_cmpstr(found, ==, broken[i].expected);
        g_assert_null(runbook);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    }
}

/* SCRIPT in place of the good one; what is found. */
static char *load_with_script(const char *script, int server_version, gboolean *loaded)
{
    g_autoptr(House) house = house_new();
    write_file(house->script, script);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load_for(house->runbook, server_version, findings, NULL);
    *loaded = runbook != NULL;
    return findings_text(house, findings);
}

static void test_scripts(void)
{
    static const struct
    {
        const char *script;
        const char *expected;
    } cases[] = {
        {"SELECT :limit FROM :\"table\";\n\nCOMMIT;",
         "1.sql:3:0 [transaction-command] COMMIT: the run itself begins, commits and rolls back; leave this statement "
         "out\n"},
        {"SELECT :limit FROM :\"table\";\nSELEC 1", "1.sql:2:0 [sql-syntax] syntax error at or near \"SELEC\"\n"},
        {"SELECT :limit, :'table'::regclass;",
         "1.sql:1:0 [regclass] write quote_ident(:'table')::regclass: without quoting, capitals and blanks in the name "
         "are lost\n"},
        {"SELECT :limit FROM :table;",
         "1.sql:1:0 [sql] \":table\" would reach SQL unquoted; write :'table' for a value or :\"table\" for a name\n"},
        {"SELECT :limit, :'wrong';",
         "1.sql:1:0 [undeclared-parameter] the parameter \"wrong\" is used here but not declared under parameters\n"},
        {"SELECT :limit;\n\\echo hello", "1.sql:2:0 [sql] backslash commands belong to psql; write plain SQL\n"},
        {"SELECT :limit \xff", "sample.yaml:17:13 [script-unreadable] the script \"sample/1.sql\" is not UTF-8 text\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        gboolean loaded = TRUE;
        g_autofree char *found = load_with_script(cases[i].script, 150000, &loaded);
        g_assert_cmpstr(found, ==, cases[i].expected);
        g_assert_false(loaded);
    }
}

/* A grammar newer than ours is the server's business, but only where the server is newer. */
static void test_newer_grammar(void)
{
    static const char *const script = "SELECT :limit;\nFROBNICATE TABLE :\"table\";";
    gboolean loaded = TRUE;
    g_autofree char *unknown = load_with_script(script, 0, &loaded);
    g_assert_false(loaded);
    g_autofree char *newer = load_with_script(script, 180000, &loaded);
    g_assert_true(loaded);
    g_assert_cmpstr(
        newer, ==,
        "1.sql:2:0 [sql-syntax] syntax error at or near \"FROBNICATE\" (by the grammar of 15; this server is "
        "newer and will judge)\n");
}

static void test_script_places(void)
{
    g_autoptr(House) house = house_new();
    g_autofree char *outside = g_build_filename(house->folder, "outside.sql", NULL);
    g_autofree char *link = g_build_filename(house->folder, "hotfixes", "sample", "link.sql", NULL);
    write_file(outside, good_script);
    g_assert_cmpint(symlink(outside, link), ==, 0);
    static const char *const cases[][2] = {
        {"../outside.sql", "must be a plain path below hotfixes/"},
        {"sample/../../outside.sql", "must be a plain path below hotfixes/"},
        {"/etc/hostname", "must be a plain path below hotfixes/"},
        {"sample//1.sql", "must be a plain path below hotfixes/"},
        {"sample/none.sql", "there is no script \"sample/none.sql\""},
        {"sample/link.sql", "leads out of hotfixes/"},
        {"sample", "not a regular file"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *line = g_strdup_printf("script: %s\n", cases[i][0]);
        g_autofree char *text = replaced(good, "script: sample/1.sql\n", line);
        write_file(house->runbook, text);
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        g_assert_null(pgm_runbook_load(house->runbook, findings, NULL));
        g_autofree char *found = findings_text(house, findings);
        g_test_message("%s: %s", cases[i][0], found);
        g_assert_nonnull(strstr(found, cases[i][1]));
        g_assert_true(g_str_has_prefix(found, "sample.yaml:17:13 [script-"));
    }
}

static void test_untrusted(void)
{
    g_autoptr(House) house = house_new();
    g_assert_cmpint(chmod(house->script, 0666), ==, 0);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_assert_null(pgm_runbook_load(house->runbook, findings, NULL));
    g_assert_cmpstr(pgm_findings_at(findings, 0)->rule, ==, "script-unreadable");
    g_assert_cmpint(chmod(house->runbook, 0666), ==, 0);
    g_autoptr(PgmFindings) more = pgm_findings_new();
    g_assert_null(pgm_runbook_load(house->runbook, more, NULL));
    g_assert_cmpuint(pgm_findings_count(more), ==, 1);
    g_assert_cmpstr(pgm_findings_at(more, 0)->rule, ==, "unreadable");
}

static void test_nonsense_files(void)
{
    static const char *const texts[] = {"",     "just words",   "- a\n- list\n", "a: &x 1\nb: *x\n",
                                        "{{{{", "a: 1\na: 2\n", "a: \xff\n"};
    g_autoptr(House) house = house_new();
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        write_file(house->runbook, texts[i]);
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        g_autoptr(GError) error = NULL;
        g_assert_null(pgm_runbook_load(house->runbook, findings, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_assert_cmpuint(pgm_findings_errors(findings), >, 0);
    }
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_assert_null(pgm_runbook_load("/nowhere/at/all.yaml", findings, NULL));
    g_assert_cmpuint(pgm_findings_errors(findings), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/runbook/good", test_good);
    g_test_add_func("/runbook/hash-covers-scripts", test_hash_covers_scripts);
    g_test_add_func("/runbook/broken", test_broken);
    g_test_add_func("/runbook/scripts", test_scripts);
    g_test_add_func("/runbook/newer-grammar", test_newer_grammar);
    g_test_add_func("/runbook/script-places", test_script_places);
    g_test_add_func("/runbook/untrusted", test_untrusted);
    g_test_add_func("/runbook/nonsense-files", test_nonsense_files);
    return g_test_run();
}
