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

/* On everything that a snapshot covers and that takes one. */
static const char labelled[] =
    "CREATE SCHEMA s; CREATE TABLE s.t (a int, \"B b\" text); CREATE TABLE s.parts (a int) PARTITION BY LIST (a);"
    "CREATE VIEW s.v AS SELECT a FROM s.t; CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t; CREATE SEQUENCE s.q;"
    "CREATE TYPE s.c AS (a int); CREATE TYPE s.e AS ENUM ('x'); CREATE DOMAIN s.d AS int; CREATE TYPE s.r AS RANGE "
    "(SUBTYPE = int); CREATE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "CREATE PROCEDURE s.p() LANGUAGE sql AS ''; CREATE AGGREGATE s.sum(int) (SFUNC = int4pl, STYPE = int);"
    "CREATE AGGREGATE s.count(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');"
    "CREATE AGGREGATE s.ordered(VARIADIC \"any\" ORDER BY VARIADIC \"any\") (SFUNC = ordered_set_transition_multi, "
    "STYPE "
    "= internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);"
    "CREATE FUNCTION s.g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER label_g ON "
    "ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION s.g(); CREATE PUBLICATION label_p FOR TABLE s.t;"
    "CREATE FOREIGN DATA WRAPPER label_w; CREATE SERVER label_s FOREIGN DATA WRAPPER label_w;"
    "CREATE FOREIGN TABLE s.o (a int) SERVER label_s; CREATE FUNCTION s.h() RETURNS "
    "language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'; CREATE LANGUAGE label_l HANDLER s.h;";
static const char *const label_targets[] = {"SCHEMA s",
                                            "TABLE s.t",
                                            "COLUMN s.t.\"B b\"",
                                            "TABLE s.parts",
                                            "VIEW s.v",
                                            "COLUMN s.v.a",
                                            "MATERIALIZED VIEW s.m",
                                            "COLUMN s.m.a",
                                            "SEQUENCE s.q",
                                            "TYPE s.c",
                                            "TYPE s.e",
                                            "DOMAIN s.d",
                                            "TYPE s.r",
                                            "FUNCTION s.f(int, text)",
                                            "PROCEDURE s.p()",
                                            "AGGREGATE s.sum(int)",
                                            "AGGREGATE s.count(*)",
                                            "AGGREGATE s.ordered(VARIADIC \"any\" ORDER BY VARIADIC \"any\")",
                                            "EVENT TRIGGER label_g",
                                            "PUBLICATION label_p",
                                            "FOREIGN TABLE s.o",
                                            "COLUMN s.o.a",
                                            "LANGUAGE label_l"};
/* What becomes of them. */
static const char *const relabelled[] = {
    "SECURITY LABEL ON TABLE s.t IS 'secret'; SECURITY LABEL ON COLUMN s.t.\"B b\" IS NULL;"
    "SECURITY LABEL ON COLUMN s.t.a IS 'top secret'",
    "DROP TABLE s.t CASCADE",
    "DROP FUNCTION s.f; DROP AGGREGATE s.count(*); DROP PROCEDURE s.p; DROP TYPE s.e; DROP SEQUENCE s.q",
    "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'y') RETURNS int LANGUAGE sql AS 'SELECT 2'",
    /* Their labels go with what is made again. */
    "ALTER TABLE s.t ALTER a SET DEFAULT 1; ALTER VIEW s.v RENAME a TO other",
    "DROP VIEW s.v; DROP MATERIALIZED VIEW s.m; ALTER TABLE s.t ALTER a TYPE bigint; CREATE MATERIALIZED VIEW s.m AS "
    "SELECT a FROM s.t; SECURITY LABEL ON MATERIALIZED VIEW s.m IS 'classified'; CREATE VIEW s.v AS SELECT a FROM s.t;"
    "SECURITY LABEL ON VIEW s.v IS 'classified'; SECURITY LABEL ON COLUMN s.v.a IS 'classified'",
    "DROP FUNCTION s.f; CREATE FUNCTION s.f(a int, b text DEFAULT 'x') RETURNS text LANGUAGE sql AS 'SELECT $2';"
    "SECURITY LABEL ON FUNCTION s.f IS 'classified'",
    "DROP TYPE s.r; CREATE TYPE s.r AS RANGE (SUBTYPE = bigint); SECURITY LABEL ON TYPE s.r IS 'classified'",
};

/* Security labels need a provider: PostgreSQL's own for tests, which `make test-outside` builds, for a server of 15. */
static void test_labels(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("labels");
    g_autofree char *load = g_strdup_printf("ALTER ROLE CURRENT_USER SET session_preload_libraries = '%s'",
                                            g_getenv("PGM_TEST_OUTSIDE_LABELS"));
    g_free(pgm_test_psql(database, load));
    g_autoptr(GString) script = g_string_new(labelled);
    for (guint i = 0; i < G_N_ELEMENTS(label_targets); i++)
    {
        g_string_append_printf(script, "SECURITY LABEL FOR dummy ON %s IS 'classified';\n", label_targets[i]);
    }
    g_free(pgm_test_psql(database, script->str));
    g_autoptr(PgmSnapshot) snapshot = pgm_test_snapshot(database);
    guint first, n = pgm_snapshot_children(snapshot, pgm_kind_find("security_label"), "", NULL, &first);
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(label_targets));
    g_autofree char *again = pgm_test_reread(snapshot);
    assert_nothing("the baseline does not say the same", again);
    g_autofree char *restored = pgm_test_restore(database, snapshot);
    assert_nothing("dumped and restored, it is not the same", restored);
    /* pg_dump leaves these out. */
    g_free(pgm_test_psql(database, "SECURITY LABEL ON COLUMN s.c.a IS 'classified'"));
    g_autoptr(PgmSnapshot) all = pgm_test_snapshot(database);
    for (guint i = 0; i < G_N_ELEMENTS(relabelled); i++)
    {
        g_free(pgm_test_psql(database, relabelled[i]));
        g_autofree char *mended = pgm_test_mend(database, all, TRUE);
        assert_nothing(relabelled[i], mended);
    }
    check_mended(database, all);
    g_free(pgm_test_psql(database, "ALTER ROLE CURRENT_USER RESET session_preload_libraries"));
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
    if (g_getenv("PGM_TEST_OUTSIDE_LABELS") != NULL)
    {
        g_test_add_func("/outside/security-labels", test_labels);
    }
    return g_test_run();
}
