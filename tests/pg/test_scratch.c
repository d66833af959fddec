/* A scratch database on a named server comes and goes, and nothing else on that server is touched. */
#include "harness/server.h"
#include "pgmedic/scratch.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

static const char *server_text(void)
{
    return g_getenv("PGM_TEST_CONNINFO");
}

static PgmConninfo *server(void)
{
    g_autoptr(GError) error = NULL;
    PgmConninfo *info = pgm_conninfo_new(server_text(), &error);
    g_assert_no_error(error);
    return info;
}

static char *write_script(const char *text)
{
    g_autoptr(GError) error = NULL;
    char *path = NULL;
    int fd = g_file_open_tmp("pgmedic-scratch-XXXXXX.sql", &path, &error);
    g_assert_no_error(error);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void assert_no_database(const char *name)
{
    g_autoptr(PgmConninfo) info = server();
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, NULL);
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM pg_database WHERE datname = '%s'", name);
    g_autofree char *count = pgm_connection_value(connection, sql, NULL);
    g_assert_cmpstr(count, ==, "0");
}

static void test_named_server(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = server();
    PgmScratch *scratch = pgm_scratch_new(info, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *name = g_strdup(pgm_conninfo_get(pgm_scratch_conninfo(scratch), "dbname"));
    g_assert_true(g_str_has_prefix(name, "pgmedic_scratch_"));
    /* As pg_dump writes it, body with semicolons and all. */
    g_autofree char *path =
        write_script("\\restrict abc123\nSET check_function_bodies = false;\n"
                     "CREATE TABLE t (id int);\n"
                     "COPY t (id) FROM stdin;\n1\n\\.\n"
                     "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN; RETURN 1; END $$;\n"
                     "CREATE USER MAPPING FOR PUBLIC SERVER s;\n\\unrestrict abc123\n");
    g_assert_false(pgm_scratch_load(scratch, path, &error));
    /* Only the missing server of the mapping is in the way. */
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "line 8"));
    g_assert_nonnull(strstr(error->message, "server \"s\" does not exist"));
    g_clear_error(&error);
    {
        g_autoptr(PgmConnection) connection =
            pgm_connection_open(pgm_scratch_conninfo(scratch), PGM_PURPOSE_PLAIN, &error);
        g_assert_no_error(error);
        g_autofree char *one = pgm_connection_value(connection, "SELECT count(*) FROM t", &error);
        g_assert_no_error(error);
        g_assert_cmpstr(one, ==, "0");
        /* Dropped though a session is still there. */
        pgm_scratch_free(scratch);
    }
    assert_no_database(name);
    g_unlink(path);
}

static void test_refusals(void)
{
    static const struct
    {
        const char *sql, *said;
    } cases[] = {
        {"CREATE TABLE a (id int);\nCREATE ROLE pgmedic_scratch_role;", "line 2: this reaches beyond"},
        {"drop\n /* and\n */ database postgres", "line 1: this reaches beyond"},
        {"/* x */ ALTER SYSTEM SET work_mem = '1MB'", "this reaches beyond"},
        {"GRANT pg_monitor TO pg_database_owner", "this reaches beyond"},
        {"REVOKE CONNECT ON DATABASE postgres FROM PUBLIC", "this reaches beyond"},
        {"COMMENT ON ROLE postgres IS 'x'", "this reaches beyond"},
        {"SECURITY LABEL FOR p ON DATABASE postgres IS 'x'", "this reaches beyond"},
        {"DROP OWNED BY postgres", "this reaches beyond"},
        {"REASSIGN OWNED BY postgres TO postgres", "this reaches beyond"},
        {"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)", "this reaches beyond"},
        /* What only sounds like it is the database's own. */
        {"CREATE TABLE role (id int); GRANT SELECT ON role TO PUBLIC; COMMENT ON COLUMN role.id IS 'x';\n"
         "DROP TABLE role; CREATE TABLE none.a (id int)",
         "line 2 cannot be loaded"},
        {"CREATE TABLE a (id int);\n\\connect postgres\n", "line 2: backslash commands"},
        {"CREATE TABLE a (id int);\nALTER TABLE a OWNER TO nobody_here;", "--no-owner --no-privileges"},
        {"\\connect x\n", "what pg_dump --schema-only writes, without --create, is loaded as it is"},
        {"CREATE TABLE a (id int);\nCOPY a FROM stdin;\n1\n", "line 2"},
        /* Within a body it is no COPY, and what comes after is not lost. */
        {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT 1;\nCOPY a FROM stdin;\n$$;\nSELECT "
         "lost;\n\\.\n",
         "line 6: backslash"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmConninfo) info = server();
        g_autoptr(PgmScratch) scratch = pgm_scratch_new(info, NULL, &error);
        g_assert_no_error(error);
        g_autofree char *path = write_script(cases[i].sql);
        g_assert_false(pgm_scratch_load(scratch, path, &error));
        g_assert_nonnull(error);
        if (strstr(error->message, cases[i].said) == NULL)
        {
            g_error("%s: %s", cases[i].sql, error->message);
        }
        g_unlink(path);
    }
}

/* SELECT count(WHAT) of the sessions that made the database NAME. */
static char *count_makers(const char *what, const char *name)
{
    g_autoptr(PgmConninfo) info = server();
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, NULL);
    g_autofree char *sql =
        g_strdup_printf("SELECT count(%s) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE %s %%'", what, name);
    return pgm_connection_value(connection, sql, NULL);
}

/* The session that made it was ended while the schema was loaded: it is dropped all the same. */
static void test_lost_keeper(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = server();
    g_autoptr(PgmScratch) scratch = pgm_scratch_new(info, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *name = g_strdup(pgm_conninfo_get(pgm_scratch_conninfo(scratch), "dbname"));
    g_autofree char *ended = count_makers("pg_terminate_backend(pid)", name);
    g_assert_cmpstr(ended, ==, "1");
    for (gboolean there = TRUE; there;)
    {
        g_autofree char *left = count_makers("pid", name);
        there = !g_str_equal(left, "0");
    }
    g_assert_true(pgm_scratch_drop(scratch, &error));
    g_assert_no_error(error);
    assert_no_database(name);
}

/* What is being looked at is never written to. */
static void test_own_server(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = server();
    g_autoptr(PgmScratch) scratch = pgm_scratch_new(info, info, &error);
    g_assert_null(scratch);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
}

/* A signal that comes meanwhile waits until the database is gone. */
static void test_signal(void)
{
    if (g_test_subprocess())
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmConninfo) info = server();
        PgmScratch *scratch = pgm_scratch_new(info, NULL, &error);
        g_assert_no_error(error);
        printf("made %s.\n", pgm_conninfo_get(pgm_scratch_conninfo(scratch), "dbname"));
        fflush(stdout);
        g_assert_cmpint(raise(SIGTERM), ==, 0);
        g_autofree char *path = write_script("CREATE TABLE a (id int);");
        g_assert_false(pgm_scratch_load(scratch, path, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_CANCELLED);
        g_unlink(path);
        pgm_scratch_free(scratch); /* here it ends */
        g_assert_not_reached();
    }
    g_autoptr(GError) error = NULL;
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_assert_false(g_test_trap_has_passed());
    g_test_trap_assert_stdout("*made pgmedic_scratch_*");
    g_test_trap_assert_stderr_unmatched("*reached*");
    g_autoptr(PgmConninfo) info = server();
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autofree char *left = pgm_connection_value(
        connection, "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgmedic\\_scratch\\_%'", &error);
    g_assert_cmpstr(left, ==, "0");
}

/* The command: a schema's file held against the database, on a server that was named. */
static void test_command(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("scratch");
    pgm_test_execute(database, "CREATE TABLE t (id int)");
    g_autofree char *path = write_script("CREATE TABLE t (id bigint);");
    const char *const argv[] = {g_getenv("PGM_TEST_BINARY"),
                                "drift",
                                "-d",
                                pgm_test_database_text(database),
                                "--against",
                                path,
                                "--scratch",
                                server_text(),
                                NULL};
    g_autofree char *said = NULL;
    int status;
    g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_cmpint(WEXITSTATUS(status), ==, 3);
    g_assert_nonnull(strstr(said, "the scratch server is the target's own"));
    g_unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scratch/named-server", test_named_server);
    g_test_add_func("/scratch/refusals", test_refusals);
    g_test_add_func("/scratch/lost-keeper", test_lost_keeper);
    g_test_add_func("/scratch/own-server", test_own_server);
    g_test_add_func("/scratch/signal", test_signal);
    g_test_add_func("/scratch/command", test_command);
    return g_test_run();
}
