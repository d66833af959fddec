/* test_pooler.c - behind PgBouncer in transaction mode nothing of ours may stay in a session that others get. */
#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)

typedef struct
{
    PgmCluster *cluster;
    PgmConninfo *info; /* through the pooler */
    GPid pid;
} Pooler;

/* PgBouncer refuses root too; and it must not outlive a test that crashed. */
static void step_down(gpointer data)
{
    const struct passwd *owner = data;
    if (owner != NULL &&
        (setgroups(1, &owner->pw_gid) != 0 || setgid(owner->pw_gid) != 0 || setuid(owner->pw_uid) != 0))
    {
        _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void write_configuration(const char *path, const char *folder)
{
    g_autofree char *text = g_strdup_printf("[databases]\n* = host=%s port=5432 user=postgres pool_size=1\n"
                                            "[pgbouncer]\nunix_socket_dir = %s\nlisten_port = 6432\nauth_type = any\n"
                                            "pool_mode = transaction\nlogfile = %s/pooler.log\n",
                                            folder, folder, folder);
    g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

static void pooler_start(Pooler *pooler, const char *program)
{
    g_autoptr(GError) error = NULL;
    pooler->cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    const char *folder = pgm_cluster_folder(pooler->cluster);
    g_autofree char *path = g_build_filename(folder, "pooler.ini", NULL);
    g_autofree char *binary = g_strdup(program);
    write_configuration(path, folder);
    char quiet[] = "-q";
    char *argv[] = {binary, quiet, path, NULL};
    g_spawn_async("/", argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, step_down,
                  geteuid() == 0 ? getpwnam("postgres") : NULL, &pooler->pid, &error);
    g_assert_no_error(error);
    g_autofree char *socket = g_build_filename(folder, ".s.PGSQL.6432", NULL);
    gint64 deadline = g_get_monotonic_time() + LIMIT_US;
    while (!g_file_test(socket, G_FILE_TEST_EXISTS))
    {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(2000);
    }
    pooler->info = pgm_cluster_conninfo(pooler->cluster, "postgres");
    pgm_conninfo_set(pooler->info, "port", "6432");
}

static void pooler_stop(Pooler *pooler)
{
    kill(pooler->pid, SIGKILL);
    waitpid(pooler->pid, NULL, 0);
    pgm_conninfo_free(pooler->info);
    pgm_cluster_stop(pooler->cluster, FALSE);
}

static void assert_setting(PgmConnection *connection, const char *name, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strdup_printf("SHOW %s", name);
    g_autofree char *value = pgm_connection_value(connection, sql, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(value, ==, expected);
}

static void test_inspection(gconstpointer data)
{
    const Pooler *pooler = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) inspect = pgm_connection_open(pooler->info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_connection_server(inspect)->pooled);
    assert_setting(inspect, "transaction_read_only", "on");
    assert_setting(inspect, "search_path", "pg_catalog");
    g_assert_false(pgm_connection_command(inspect, &error, "CREATE TABLE public.pgm_never (a int)"));
    g_assert_true(pgm_sql_error_is(error, "25006"));
    g_clear_error(&error);

    g_assert_true(pgm_connection_command(inspect, &error, " begin ISOLATION LEVEL REPEATABLE READ"));
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_transaction(inspect), ==, '*');
    assert_setting(inspect, "statement_timeout", "10s");
    assert_setting(inspect, "transaction_isolation", "repeatable read");
    assert_setting(inspect, "transaction_read_only", "on");
    g_assert_true(pgm_connection_command(inspect, &error, "COMMIT"));

    int failed = -1;
    const char *const queries[] = {"SELECT 1", "SELECT 1/0"};
    g_assert_null(pgm_connection_pipeline(inspect, queries, 2, &failed, &error));
    g_assert_cmpint(failed, ==, 1);
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(inspect, queries, 1, &failed, NULL);
    g_assert_cmpuint(results->len, ==, 1);
    g_assert_cmpstr(pgm_result_value(results->pdata[0], 0, 0), ==, "1");
}

/* The pool has one session: whoever comes next gets the one that the inspection used. */
static void test_nothing_stays(gconstpointer data)
{
    const Pooler *pooler = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) inspect = pgm_connection_open(pooler->info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConnection) next = pgm_connection_open(pooler->info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_server(next)->backend_pid, ==, pgm_connection_server(inspect)->backend_pid);
    assert_setting(next, "default_transaction_read_only", "off");
    assert_setting(next, "transaction_read_only", "off");
    assert_setting(next, "statement_timeout", "0");
    assert_setting(next, "search_path", "\"$user\", public");
}

static void test_skipped(void)
{
    g_test_skip("pgbouncer is not installed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *found = g_find_program_in_path("pgbouncer");
    const char *program = found != NULL ? found : "/usr/sbin/pgbouncer";
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE))
    {
        g_test_add_func("/pooler", test_skipped);
        return g_test_run();
    }
    Pooler pooler = {0};
    pooler_start(&pooler, program);
    g_test_add_data_func("/pooler/inspection", &pooler, test_inspection);
    g_test_add_data_func("/pooler/nothing-stays", &pooler, test_nothing_stays);
    int failed = g_test_run();
    pooler_stop(&pooler);
    return failed;
}
