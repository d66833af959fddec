/* pooler.c - PgBouncer in front of a cluster of its own. */
#include "harness/pooler.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US (20 * G_USEC_PER_SEC)

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

static void write_configuration(const char *path, const char *folder, const char *mode, int pool_size)
{
    g_autofree char *text = g_strdup_printf("[databases]\n* = host=%s port=5432 user=postgres pool_size=%d\n"
                                            "[pgbouncer]\nunix_socket_dir = %s\nlisten_port = 6432\nauth_type = any\n"
                                            "pool_mode = %s\nlogfile = %s/pooler.log\n",
                                            folder, pool_size, folder, mode, folder);
    g_assert_true(g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

/* The file is there before anybody listens. */
static gboolean listens(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gboolean up = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return up;
}

void pgm_pooler_start(PgmPooler *pooler, const char *program, const char *mode, int pool_size)
{
    g_autoptr(GError) error = NULL;
    pooler->cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    const char *folder = pgm_cluster_folder(pooler->cluster);
    g_autofree char *path = g_build_filename(folder, "pooler.ini", NULL);
    g_autofree char *binary = g_strdup(program);
    write_configuration(path, folder, mode, pool_size);
    char quiet[] = "-q";
    char *argv[] = {binary, quiet, path, NULL};
    g_spawn_async("/", argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, step_down,
                  geteuid() == 0 ? getpwnam("postgres") : NULL, &pooler->pid, &error);
    g_assert_no_error(error);
    g_autofree char *door = g_build_filename(folder, ".s.PGSQL.6432", NULL);
    gint64 deadline = g_get_monotonic_time() + LIMIT_US;
    while (!listens(door))
    {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(2000);
    }
    pooler->info = pgm_cluster_conninfo(pooler->cluster, "postgres");
    pgm_conninfo_set(pooler->info, "port", "6432");
}

void pgm_pooler_stop(PgmPooler *pooler)
{
    kill(pooler->pid, SIGKILL);
    waitpid(pooler->pid, NULL, 0);
    pgm_conninfo_free(pooler->info);
    pgm_cluster_stop(pooler->cluster, FALSE);
}

char *pgm_pooler_program(void)
{
    char *found = g_find_program_in_path("pgbouncer");
    if (found == NULL && g_file_test("/usr/sbin/pgbouncer", G_FILE_TEST_IS_EXECUTABLE))
    {
        found = g_strdup("/usr/sbin/pgbouncer");
    }
    return found;
}
