/*
 * test_outside.c - schemas that nobody here wrote: the scripts in the folder PGM_TEST_OUTSIDE, as `make test-outside`
 * puts them together.
 *
 * Each is loaded, read, dumped and restored, written as a baseline and read back: nothing may differ. Then the mending
 * SQL makes it out of an empty database, and an empty database out of it. Without PGM_TEST_OUTSIDE nothing is tested.
 */
#include "harness/program.h"
#include "harness/roundtrip.h"
#include "pgmedic/cluster.h"

#include <string.h>

static char *file_of(const char *name, const char *end)
{
    g_autofree char *file = g_strconcat(name, ".", end, NULL);
    return g_build_filename(g_getenv("PGM_TEST_OUTSIDE"), file, NULL);
}

/* All that is wrong with a schema is told, not only the first. */
static void assert_nothing(const char *what, const char *text)
{
    if (text[0] != '\0')
    {
        g_test_message("== %s:\n%s", what, text);
        g_test_fail_printf("%s", what);
    }
}

static PgmTestDatabase *load(const char *name)
{
    PgmTestDatabase *database = pgm_test_database_new(name);
    g_autofree char *path = file_of(name, "sql");
    for (int part = 2; g_file_test(path, G_FILE_TEST_EXISTS); part++)
    {
        g_autofree char *number = g_strdup_printf("%d", part);
        pgm_test_psql_file(database, path);
        g_free(path);
        path = file_of(name, number);
    }
    return database;
}

/* pg_dump puts an inherited column first, wherever it stood: that is a difference, and a true one. */
static char *without_order(const char *differences)
{
    g_auto(GStrv) lines = g_strsplit(differences, "\n", -1);
    GString *text = g_string_new(NULL);
    for (int i = 0; lines[i] != NULL; i++)
    {
        if (strstr(lines[i], " column_order: ") == NULL && lines[i][0] != '\0')
        {
            g_string_append_printf(text, "%s\n", lines[i]);
        }
    }
    return g_string_free(text, FALSE);
}

/* Out of nothing, and back to nothing. */
static void check_mended(PgmTestDatabase *database, const PgmSnapshot *snapshot)
{
    g_autoptr(PgmTestDatabase) empty = pgm_test_database_new("empty");
    g_autoptr(PgmSnapshot) nothing = pgm_test_snapshot(empty);
    g_autofree char *made = pgm_test_mend(empty, snapshot, FALSE);
    assert_nothing("made out of nothing, it is not the same", made);
    g_autofree char *unmade = pgm_test_mend(database, nothing, FALSE);
    assert_nothing("something is left of it", unmade);
}

static void check_commands(PgmTestDatabase *database)
{
    static const char *const commands[] = {"status", "snapshot"};
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
    {
        g_autoptr(PgmProgram) program = pgm_program_run_pgmedic(
            (const char *const[]){commands[i], "--json", "-d", pgm_test_database_text(database), NULL}, NULL, NULL);
        /* 1: something was found, and that may well be. */
        if (program->exit > 1)
        {
            pgm_program_assert_exit(program, 0);
        }
    }
}

static void test_schema(gconstpointer data)
{
    const char *name = data;
    g_autoptr(PgmTestDatabase) database = load(name);
    g_autoptr(PgmSnapshot) snapshot = pgm_test_snapshot(database);
    g_autoptr(GPtrArray) within = pgm_drift_within(snapshot, NULL);
    g_test_message("%s: %u objects, %u columns that do not match their keys", name, snapshot->objects->len,
                   within->len);
    g_autofree char *again = pgm_test_reread(snapshot);
    assert_nothing("the baseline does not say the same", again);
    g_autofree char *differences = pgm_test_restore(database, snapshot);
    g_autofree char *restored = without_order(differences);
    assert_nothing("dumped and restored, it is not the same", restored);
    check_commands(database);
    check_mended(database, snapshot);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the scripts, without ".sql", sorted. */
static GPtrArray *find_schemas(void)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const char *folder = g_getenv("PGM_TEST_OUTSIDE");
    g_autoptr(GDir) directory = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
    const char *file;
    while (directory != NULL && (file = g_dir_read_name(directory)) != NULL)
    {
        if (g_str_has_suffix(file, ".sql"))
        {
            g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".sql")));
        }
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GPtrArray) names = find_schemas();
    if (names->len == 0)
    {
        g_print("1..0 # SKIP make test-outside fetches the schemas first\n");
        return 0;
    }
    for (guint i = 0; i < names->len; i++)
    {
        g_autofree char *path = g_strconcat("/outside/", names->pdata[i], NULL);
        g_test_add_data_func(path, names->pdata[i], test_schema);
    }
    return g_test_run();
}
