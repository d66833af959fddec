/* test_parameters.c - judging values, and filling them in. */
#include "pgmedic/error.h"
#include "pgmedic/runbook.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void test_check(void)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(list, g_strdup("fast"));
    g_ptr_array_add(list, g_strdup("safe"));
    static const struct
    {
        PgmParameterType type;
        const char *value;
        const char *complaint; /* NULL: it fits */
    } cases[] = {
        {PGM_PARAMETER_TABLE, "documents", NULL},
        {PGM_PARAMETER_TABLE, "My \"T\"; DROP", NULL},
        {PGM_PARAMETER_TABLE, "Übergröße", NULL},
        {PGM_PARAMETER_TABLE, "", "give the name of a table"},
        {PGM_PARAMETER_TABLE, "public.documents", "give the table alone, without schema or table before it"},
        {PGM_PARAMETER_COLUMN, "documents.id", "give the column alone, without schema or table before it"},
        {PGM_PARAMETER_IDENTIFIER, "with.dot", NULL},
        {PGM_PARAMETER_IDENTIFIER, "\"quoted\"", "give the name as it is, without quotes around it"},
        {PGM_PARAMETER_IDENTIFIER, "a\x1b[2Jb", "a name with control characters is not accepted"},
        {PGM_PARAMETER_IDENTIFIER, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "a name has at most 63 bytes; this has 64"},
        {PGM_PARAMETER_TEXT, "", NULL},
        {PGM_PARAMETER_TEXT, "anything '; at\nall", NULL},
        {PGM_PARAMETER_TEXT, "\xff", "the value is not valid UTF-8"},
        {PGM_PARAMETER_INTEGER, "-12", NULL},
        {PGM_PARAMETER_INTEGER, "12; DROP TABLE x", "\"12; DROP TABLE x\" is not a whole number"},
        {PGM_PARAMETER_INTEGER, "99999999999999999999", "\"99999999999999999999\" is not a whole number"},
        {PGM_PARAMETER_INTEGER, " 1", "\" 1\" is not a whole number"},
        {PGM_PARAMETER_CHOICE, "safe", NULL},
        {PGM_PARAMETER_CHOICE, "Safe", "\"Safe\" is none of: fast, safe"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        static char name[] = "p";
        PgmParameter parameter = {name, cases[i].type, NULL, NULL, list};
        g_autoptr(GError) error = NULL;
        gboolean fits = pgm_parameter_check(&parameter, cases[i].value, &error);
        g_autofree char *expected =
            cases[i].complaint != NULL ? g_strconcat("parameter \"p\": ", cases[i].complaint, NULL) : NULL;
        g_assert_cmpstr(error != NULL ? error->message : NULL, ==, expected);
        g_assert_true(fits == (expected == NULL));
    }
    g_assert_cmpstr(pgm_parameter_type_name(PGM_PARAMETER_CHOICE), ==, "choice");
}

/* The good runbook of this test, in a folder of its own. */
static PgmRunbook *load(char **folder)
{
    static const char *const text =
        "format: 1\nname: fill\ntitle: T\nseverity: P3\nsummary: S\n"
        "parameters:\n"
        "  - {name: table, type: table}\n"
        "  - {name: value, type: text, default: none}\n"
        "  - {name: number, type: integer}\n"
        "preconditions: [{name: n, sql: \"SELECT quote_ident(:'table')::regclass\", expect: x}]\n"
        "backup: {tables: [':\"table\"', other]}\n"
        "phases:\n"
        "  - name: only\n"
        "    title: T\n"
        "    sql: \"UPDATE :\\\"table\\\" SET a = :'value'; UPDATE :\\\"table\\\" SET b = b -:number\"\n"
        "    rollback_sql: \"DELETE FROM :\\\"table\\\"\"\n"
        "    rollback_verify: [{name: n, sql: \"SELECT :'value'\", expect: x}]\n"
        "    lock: [':\"table\"']\n"
        "    done_when: {sql: \"SELECT :'table'\", expect: x}\n"
        "    verify: [{name: n, sql: \"SELECT :number\", expect: x}]\n";
    *folder = g_dir_make_tmp("parameters-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(*folder, "fill.yaml", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(chmod(path, 0644), ==, 0);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) error = NULL;
    PgmRunbook *runbook = pgm_runbook_load(path, findings, &error);
    g_assert_no_error(error);
    g_remove(path);
    g_rmdir(*folder);
    return runbook;
}

static GHashTable *values_new(const char *first, ...) G_GNUC_NULL_TERMINATED;

static GHashTable *values_new(const char *first, ...)
{
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    va_list arguments;
    va_start(arguments, first);
    for (const char *name = first; name != NULL; name = va_arg(arguments, const char *))
    {
        g_hash_table_insert(values, g_strdup(name), g_strdup(va_arg(arguments, const char *)));
    }
    va_end(arguments);
    return values;
}

static void test_bind(void)
{
    g_autofree char *folder = NULL;
    g_autoptr(PgmRunbook) runbook = load(&folder);
    g_autoptr(GHashTable) values = values_new("table", "My \"T\"", "number", "-5", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(runbook->values);
    g_assert_true(pgm_runbook_bind(runbook, values, &error));
    g_assert_no_error(error);
    const PgmPhase *phase = runbook->phases->pdata[0];
    g_assert_cmpuint(phase->script->statements->len, ==, 2);
    g_assert_cmpstr(((PgmStatement *)phase->script->statements->pdata[0])->sql, ==,
                    "UPDATE \"My \"\"T\"\"\" SET a = 'none'");
    g_assert_cmpstr(((PgmStatement *)phase->script->statements->pdata[1])->sql, ==,
                    "UPDATE \"My \"\"T\"\"\" SET b = b - -5");
    g_assert_cmpstr(((PgmStatement *)phase->rollback_script->statements->pdata[0])->sql, ==,
                    "DELETE FROM \"My \"\"T\"\"\"");
    g_assert_cmpstr(phase->lock->pdata[0], ==, "\"My \"\"T\"\"\"");
    g_assert_cmpstr(phase->done_when->sql, ==, "SELECT 'My \"T\"'");
    g_assert_cmpstr(((PgmCheck *)phase->verify->pdata[0])->sql, ==, "SELECT  -5");
    g_assert_cmpstr(((PgmCheck *)phase->rollback_verify->pdata[0])->sql, ==, "SELECT 'none'");
    g_assert_cmpstr(runbook->backup_tables->pdata[0], ==, "\"My \"\"T\"\"\"");
    g_assert_cmpstr(runbook->backup_tables->pdata[1], ==, "other");
    g_assert_cmpstr(g_hash_table_lookup(runbook->values, "value"), ==, "none");
}

static void test_bind_complains_of_all(void)
{
    g_autofree char *folder = NULL;
    g_autoptr(PgmRunbook) runbook = load(&folder);
    g_autoptr(GHashTable) values = values_new("number", "many", "valu", "x", "zebra", "y", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_runbook_bind(runbook, values, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_USAGE);
    g_assert_cmpstr(error->message, ==,
                    "parameter \"table\" (table) is missing; give it with --set table=VALUE\n"
                    "parameter \"number\": \"many\" is not a whole number\n"
                    "the runbook fill has no parameter \"valu\"; did you mean \"value\"?\n"
                    "the runbook fill has no parameter \"zebra\"");
    g_assert_null(runbook->values);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parameters/check", test_check);
    g_test_add_func("/parameters/bind", test_bind);
    g_test_add_func("/parameters/bind-complains-of-all", test_bind_complains_of_all);
    return g_test_run();
}
