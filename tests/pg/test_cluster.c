/* test_cluster.c - a private PostgreSQL comes, goes, and never outlives its starter. */
#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 20000

/* A descriptor that becomes readable when PID ends. */
static int watch_end(pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void assert_ends(int pidfd)
{
    struct pollfd fd = {.fd = pidfd, .events = POLLIN};
    g_assert_cmpint(poll(&fd, 1, LIMIT_MS), ==, 1);
    close(pidfd);
}

static void assert_folder_goes(const char *folder)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)LIMIT_MS * 1000;
    while (g_file_test(folder, G_FILE_TEST_EXISTS))
    {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(2000);
    }
}

static void test_start_and_stop(void)
{
    g_autoptr(GError) error = NULL;
    gint64 began = g_get_monotonic_time();
    PgmCluster *cluster = pgm_cluster_start("pgm-test", "work_mem = '7MB'\n", &error);
    g_assert_no_error(error);
    g_test_message("ready in %d ms", (int)((g_get_monotonic_time() - began) / 1000));
    g_autofree char *folder = g_strdup(pgm_cluster_folder(cluster));
    struct stat st;
    g_assert_cmpint(stat(folder, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0700);

    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autofree char *memory = pgm_connection_value(connection, "SHOW work_mem", &error);
    g_assert_cmpstr(memory, ==, "7MB");
    g_autofree char *encoding = pgm_connection_value(connection, "SHOW server_encoding", &error);
    g_assert_cmpstr(encoding, ==, "UTF8");
    g_autofree char *addresses = pgm_connection_value(connection, "SHOW listen_addresses", &error);
    g_assert_cmpstr(addresses, ==, "");
    g_autofree char *psql = g_build_filename(pgm_cluster_bindir(cluster), "psql", NULL);
    g_assert_true(g_file_test(psql, G_FILE_TEST_IS_EXECUTABLE));

    int end = watch_end(pgm_cluster_pid(cluster));
    pgm_cluster_stop(cluster, FALSE);
    assert_ends(end);
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

static void test_bad_settings(void)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", "no_such_setting = 1\n", &error);
    g_assert_null(cluster);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "no_such_setting"));
}

static void test_no_binaries(void)
{
    g_autofree char *before = g_strdup(g_getenv("PG_BINDIR"));
    g_setenv("PG_BINDIR", "/nonexistent", TRUE);
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_cluster_start("pgm-test", NULL, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_unsetenv("PG_BINDIR");
    if (before != NULL)
    {
        g_setenv("PG_BINDIR", before, TRUE);
    }
}

static void test_keep(void)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    pid_t postmaster = pgm_cluster_pid(cluster);
    g_autofree char *folder = g_strdup(pgm_cluster_folder(cluster));
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    pgm_cluster_stop(cluster, TRUE);

    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    int end = watch_end(postmaster);
    kill(postmaster, SIGQUIT);
    assert_ends(end);
    g_autofree char *removal = g_strdup_printf("rm -rf '%s'", folder);
    g_assert_true(g_spawn_command_line_sync(removal, NULL, NULL, NULL, NULL));
}

/* The starter dies by SIGKILL: nothing of it may stay. */
static void test_guardian(void)
{
    int told[2];
    g_assert_cmpint(pipe(told), ==, 0);
    pid_t starter = fork();
    if (starter == 0)
    {
        PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, NULL);
        g_autofree char *words = cluster == NULL
                                     ? g_strdup("")
                                     : g_strdup_printf("%d %s", pgm_cluster_pid(cluster), pgm_cluster_folder(cluster));
        ssize_t written = write(told[1], words, strlen(words) + 1);
        for (;;)
        {
            pause();
            (void)written;
        }
    }
    close(told[1]);
    char words[512] = "";
    g_assert_cmpint(read(told[0], words, sizeof words - 1), >, 1);
    char *folder = NULL;
    pid_t postmaster = (pid_t)g_ascii_strtoll(words, &folder, 10);
    folder++;
    g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
    int end = watch_end(postmaster);
    g_assert_cmpint(kill(starter, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(starter, NULL, 0), ==, starter);
    assert_ends(end);
    assert_folder_goes(folder);
    close(told[0]);
}

static void step_down(gpointer data)
{
    const struct passwd *owner = data;
    if (owner != NULL &&
        (setgroups(1, &owner->pw_gid) != 0 || setgid(owner->pw_gid) != 0 || setuid(owner->pw_uid) != 0))
    {
        _exit(126);
    }
}

/* The server crashes and is started again behind the guardian's back: that one goes too. */
static void test_restarted(void)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    g_autofree char *folder = g_strdup(pgm_cluster_folder(cluster));
    int end = watch_end(pgm_cluster_pid(cluster));
    kill(pgm_cluster_pid(cluster), SIGKILL);
    assert_ends(end);

    g_autofree char *pg_ctl = g_build_filename(pgm_cluster_bindir(cluster), "pg_ctl", NULL);
    g_autofree char *data = g_build_filename(folder, "data", NULL);
    char words[][16] = {"-D", "-w", "-s", "-l", "/dev/null", "start"};
    char *argv[] = {pg_ctl, words[0], data, words[1], words[2], words[3], words[4], words[5], NULL};
    int status = -1;
    g_spawn_sync("/", argv, NULL, G_SPAWN_DEFAULT, step_down, geteuid() == 0 ? getpwnam("postgres") : NULL, NULL, NULL,
                 &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    g_autofree char *pidfile = g_build_filename(data, "postmaster.pid", NULL);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(pidfile, &text, NULL, NULL));
    int second = watch_end((pid_t)g_ascii_strtoll(text, NULL, 10));
    pgm_cluster_stop(cluster, FALSE);
    assert_ends(second);
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cluster/start-and-stop", test_start_and_stop);
    g_test_add_func("/cluster/bad-settings", test_bad_settings);
    g_test_add_func("/cluster/no-binaries", test_no_binaries);
    g_test_add_func("/cluster/keep", test_keep);
    g_test_add_func("/cluster/guardian", test_guardian);
    g_test_add_func("/cluster/restarted", test_restarted);
    return g_test_run();
}
