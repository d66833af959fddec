/* The scratch databases of the harness, and the incident that they hold. */
#include "harness/server.h"

#include "harness/program.h"

#include <string.h>

#define PATIENCE_MS 10000

static void test_empty(void)
{
    g_autoptr(PgmTestDatabase) one = pgm_test_database_new("one");
    g_autoptr(PgmTestDatabase) two = pgm_test_database_new("one");
    g_autofree char *answer = NULL;

    g_assert_cmpstr(pgm_test_database_name(one), !=, pgm_test_database_name(two));
    pgm_test_assert_value(one, "SELECT pg_catalog.current_database()", pgm_test_database_name(one));
    pgm_test_assert_value(one, "SELECT 1 FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace", NULL);
    pgm_test_execute(one, "CREATE TABLE t (a int)");
    pgm_test_assert_value(two, "SELECT pg_catalog.to_regclass('public.t')", NULL);
    answer = pgm_test_psql(one, "INSERT INTO t VALUES (1), (2);\nSELECT sum(a) FROM t;\n");
    g_assert_cmpstr(answer, ==, "3\n");
}

static void test_dropped(void)
{
    g_autoptr(PgmTestDatabase) witness = pgm_test_database_new("witness");
    PgmTestDatabase *gone = pgm_test_database_new("gone");
    g_autoptr(PgmConnection) straggler = pgm_test_database_connect(gone, PGM_PURPOSE_PLAIN);
    g_autofree char *query = g_strdup_printf("SELECT count(*) FROM pg_catalog.pg_database WHERE datname = '%s'",
                                             pgm_test_database_name(gone));

    pgm_test_assert_value(witness, query, "1");
    pgm_test_database_free(gone);
    pgm_test_assert_value(witness, query, "0");
}

/* Every foreign key of the incident holds, though their triggers rested while the rows went in. */
static void assert_keys_hold(PgmTestDatabase *database)
{
    pgm_test_assert_value(
        database,
        "SELECT count(*) FROM document_questions q WHERE NOT EXISTS (SELECT FROM documents d WHERE d.id "
        "= q.document_id)",
        "0");
    pgm_test_assert_value(
        database,
        "SELECT count(*) FROM documents c WHERE parent_document_id IS NOT NULL AND NOT EXISTS (SELECT "
        "FROM documents d WHERE d.id = c.parent_document_id)",
        "0");
    pgm_test_assert_value(database,
                          "SELECT count(*) FROM documents d WHERE template_id IS NOT NULL AND NOT EXISTS (SELECT FROM "
                          "document_templates t WHERE t.id = d.template_id)",
                          "0");
}

static void test_incident(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("incident", 20000, 60000);

    pgm_test_assert_value(database, "SELECT version_num FROM alembic_version", "f867c7e3d51c");
    pgm_test_assert_value(database, "SELECT count(*) FROM documents", "20000");
    pgm_test_assert_value(database, "SELECT count(*) FROM document_questions", "60000");
    pgm_test_assert_value(database, "SELECT count(*) > 0 FROM documents WHERE parent_document_id IS NULL", "t");
    pgm_test_assert_value(
        database,
        "WITH RECURSIVE tree AS (SELECT id, 1 AS depth FROM documents WHERE parent_document_id IS NULL "
        "UNION ALL SELECT d.id, depth + 1 FROM documents d JOIN tree ON d.parent_document_id = tree.id) "
        "SELECT count(*) || ' in ' || max(depth) FROM tree",
        "20000 in 5");
    assert_keys_hold(database);
}

static void test_incident_small(void)
{
    const char *checksum = "SELECT md5(string_agg(d::text, '' ORDER BY id)) FROM documents d";
    g_autoptr(PgmTestDatabase) one = pgm_test_database_new_incident("small", 50, 150);
    g_autoptr(PgmTestDatabase) two = pgm_test_database_new_incident("small", 50, 150);
    g_autofree char *first = pgm_test_value(one, checksum);

    pgm_test_assert_value(one, "SELECT count(*) FROM documents", "50");
    pgm_test_assert_value(one, "SELECT count(*) FROM document_questions", "150");
    assert_keys_hold(one);
    pgm_test_assert_value(two, checksum, first);
    pgm_test_execute(one, "DELETE FROM document_questions");
    pgm_test_assert_value(two, "SELECT count(*) FROM document_questions", "150");
}

/* The definitions alone: pg_dump's own remarks, and the key with which it guards its script, differ each time. */
static char *dump_schema(PgmTestDatabase *database)
{
    const char *const argv[] = {"pg_dump", "-s", "-d", pgm_test_database_text(database), NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(argv, NULL, NULL);
    g_auto(GStrv) lines = NULL;
    GString *kept = g_string_new(NULL);

    pgm_program_assert_exit(program, 0);
    lines = g_strsplit(program->out, "\n", -1);
    for (int i = 0; lines[i] != NULL; i++)
    {
        if (lines[i][0] != '\0' && lines[i][0] != '\\' && !g_str_has_prefix(lines[i], "--"))
        {
            g_string_append_printf(kept, "%s\n", lines[i]);
        }
    }
    return g_string_free(kept, FALSE);
}

static char *alembic_url(PgmTestDatabase *database)
{
    const PgmConninfo *info = pgm_test_database_conninfo(database);

    return g_strdup_printf("DATABASE_URL=postgresql://%s@/%s?host=%s&port=%s", pgm_conninfo_get(info, "user"),
                           pgm_conninfo_get(info, "dbname"), pgm_conninfo_get(info, "host"),
                           pgm_conninfo_get(info, "port"));
}

/* schema.sql is what Alembic makes, to the letter; and Alembic's next revision fails on it as the incident did. */
static void test_alembic(void)
{
    g_autoptr(PgmTestDatabase) made = pgm_test_database_new("alembic");
    g_autoptr(PgmTestDatabase) loaded = pgm_test_database_new_incident("alembic", 50, 150);
    g_autofree char *incident = pgm_test_source_path("tests/incident");
    g_autofree char *url = alembic_url(made);
    g_autofree char *loaded_url = alembic_url(loaded);
    g_autofree char *made_schema = NULL;
    g_autofree char *loaded_schema = NULL;
    const char *const upgrade[] = {"env", "-C", incident, "alembic", "upgrade", "f867c7e3d51c", NULL};
    const char *const next[] = {"env", "-C", incident, "alembic", "upgrade", "head", NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(upgrade, NULL, (const char *const[]){url, NULL});
    g_autoptr(PgmProgram) failing = NULL;

    pgm_program_assert_exit(program, 0);
    made_schema = dump_schema(made);
    loaded_schema = dump_schema(loaded);
    pgm_assert_contains(made_schema, "CREATE TABLE public.documents");
    g_assert_cmpstr(loaded_schema, ==, made_schema);
    pgm_test_assert_value(made, "SELECT version_num FROM alembic_version", "f867c7e3d51c");

    failing = pgm_program_run(next, NULL, (const char *const[]){loaded_url, NULL});
    pgm_program_assert_exit(failing, 1);
    pgm_assert_contains(failing->err, "are of incompatible types: character varying and uuid");
}

static void test_wait(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("wait");

    pgm_test_execute(database, "CREATE SEQUENCE s");
    g_assert_true(pgm_test_wait_value(database, "SELECT nextval('s')", "3", PATIENCE_MS));
    g_assert_false(pgm_test_wait_value(database, "SELECT 1", "2", 50));
}

/* Without tests/suite: a server of its own, gone with the database. */
static void test_own_cluster(void)
{
    g_autofree char *shared = g_strdup(g_getenv("PGM_TEST_CONNINFO"));
    g_autofree char *folder = NULL;
    PgmTestDatabase *database;

    g_unsetenv("PGM_TEST_CONNINFO");
    database = pgm_test_database_new("own");
    if (shared != NULL)
    {
        g_setenv("PGM_TEST_CONNINFO", shared, TRUE);
    }
    folder = pgm_test_value(database, "SHOW data_directory");
    pgm_test_assert_value(database, "SELECT pg_catalog.current_database()", pgm_test_database_name(database));
    g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
    pgm_test_database_free(database);
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void test_program(void)
{
    const char *const talk[] = {"sh", "-c", "cat; echo \"$MARK\" >&2; exit 5", NULL};
    const char *const quiet[] = {"sh", "-c", "read -r line || kill -KILL $$", NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(talk, "in\nput", (const char *const[]){"MARK=here", NULL});
    g_autoptr(PgmProgram) killed = pgm_program_run(quiet, NULL, NULL);

    g_assert_cmpstr(program->out, ==, "in\nput");
    g_assert_cmpstr(program->err, ==, "here\n");
    pgm_program_assert_exit(program, 5);
    pgm_program_assert_exit(killed, 128 + 9);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/server/empty", test_empty);
    g_test_add_func("/server/dropped", test_dropped);
    g_test_add_func("/server/incident", test_incident);
    g_test_add_func("/server/incident-small", test_incident_small);
    g_test_add_func("/server/alembic", test_alembic);
    g_test_add_func("/server/wait", test_wait);
    g_test_add_func("/server/own-cluster", test_own_cluster);
    g_test_add_func("/program", test_program);
    return g_test_run();
}
