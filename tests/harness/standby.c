/* standby.c - a streaming standby of a cluster. */
#include "harness/standby.h"

#include "pgmedic/connection.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US (30 * G_USEC_PER_SEC)

static const struct passwd *owner(void)
{
    return geteuid() == 0 ? getpwnam("postgres") : NULL;
}

/* PostgreSQL refuses root; and it must not outlive a test that crashed. */
static void step_down(gpointer data)
{
    const struct passwd *user = data;
    if (user != NULL && (setgroups(1, &user->pw_gid) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    {
        _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

static void copy_primary(const char *program, const PgmCluster *primary, const char *data)
{
    g_autoptr(GError) error = NULL;
    int status;
    const char *const words[] = {program,    "-h",     pgm_cluster_folder(primary),
                                 "-p",       "5432",   "-U",
                                 "postgres", "-D",     data,
                                 "-R",       "-c",     "fast",
                                 "-X",       "stream", "--no-sync",
                                 NULL};
    g_auto(GStrv) argv = g_strdupv((char **)(gsize)words);
    g_spawn_sync("/", argv, NULL, G_SPAWN_DEFAULT, step_down, (gpointer)(gsize)owner(), NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_spawn_check_wait_status(status, &error);
    g_assert_no_error(error);
}

static void start_server(PgmStandby *standby, const PgmCluster *primary, const char *data, const char *settings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *line = g_strdup_printf("%s/postgres -D %s -k %s -p 5432 -c fsync=off %s",
                                            pgm_cluster_bindir(primary), data, standby->folder, settings);
    g_auto(GStrv) argv = NULL;
    g_assert_true(g_shell_parse_argv(line, NULL, &argv, &error));
    g_spawn_async("/", argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL,
                  step_down, (gpointer)(gsize)owner(), &standby->pid, &error);
    g_assert_no_error(error);
}

static void await_server(const PgmStandby *standby)
{
    gint64 deadline = g_get_monotonic_time() + LIMIT_US;
    for (;;)
    {
        g_autoptr(PgmConnection) connection = pgm_connection_open(standby->info, PGM_PURPOSE_PLAIN, NULL);
        if (connection != NULL)
        {
            return;
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(10000);
    }
}

gboolean pgm_standby_start(PgmStandby *standby, const PgmCluster *primary, const char *settings)
{
    g_autofree char *program = g_build_filename(pgm_cluster_bindir(primary), "pg_basebackup", NULL);
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE))
    {
        return FALSE;
    }
    g_autofree char *beside =
        g_path_get_dirname(pgm_cluster_folder(primary)); /* where a socket's path is not too long */
    standby->folder = g_build_filename(beside, "pgm-test-XXXXXX", NULL);
    g_assert_nonnull(g_mkdtemp_full(standby->folder, 0700));
    g_assert_true(owner() == NULL || chown(standby->folder, owner()->pw_uid, owner()->pw_gid) == 0);
    g_autofree char *data = g_build_filename(standby->folder, "data", NULL);
    copy_primary(program, primary, data);
    standby->info = pgm_cluster_conninfo(primary, "postgres");
    pgm_conninfo_set(standby->info, "host", standby->folder);
    start_server(standby, primary, data, settings);
    await_server(standby);
    return TRUE;
}

void pgm_standby_stop(PgmStandby *standby)
{
    kill(standby->pid, SIGQUIT);
    waitpid(standby->pid, NULL, 0);
    pgm_conninfo_free(standby->info);
    char remove[] = "rm", recursively[] = "-rf";
    char *argv[] = {remove, recursively, standby->folder, NULL};
    g_spawn_sync("/", argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(standby->folder);
}
