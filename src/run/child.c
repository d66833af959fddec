/* child.c - pg_dump and pg_restore as child processes. */
#include "run/child.h"
#include "pgmedic/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
    TICK_MS = 200,
    SETTLE_MS = 5, /* it has closed its standard error: it is about to end */
    KILL_AFTER_US = 5 * G_USEC_PER_SEC,
    SAID_MAX = 64 * 1024,
};

void pgm_tools_free(PgmTools *tools)
{
    if (tools == NULL)
    {
        return;
    }
    g_free(tools->pg_dump);
    g_free(tools->pg_restore);
    g_free(tools->version);
    g_free(tools);
}

/* The version that a program tells: "pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)" → "15.20". NULL: none. */
static char *program_version(const char *path)
{
    const char *argv[] = {path, "--version", NULL};
    g_autofree char *said = NULL;
    int status = 0;
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ||
        !g_spawn_sync(NULL, (char **)(void *)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &said, NULL, &status,
                      NULL) ||
        !g_spawn_check_wait_status(status, NULL))
    {
        return NULL;
    }
    const char *number = strstr(said, "(PostgreSQL) ");
    if (number == NULL)
    {
        return NULL;
    }
    number += strlen("(PostgreSQL) ");
    return g_strndup(number, strcspn(number, " \n"));
}

static void consider(GPtrArray *found, const char *folder)
{
    g_autoptr(PgmTools) tools = g_new0(PgmTools, 1);
    tools->pg_dump = g_build_filename(folder, "pg_dump", NULL);
    tools->pg_restore = g_build_filename(folder, "pg_restore", NULL);
    tools->version = program_version(tools->pg_dump);
    if (tools->version != NULL && g_file_test(tools->pg_restore, G_FILE_TEST_IS_EXECUTABLE))
    {
        tools->major = atoi(tools->version);
        g_ptr_array_add(found, g_steal_pointer(&tools));
    }
}

/* PARENT/PREFIXn/bin, for every n there is. */
static void consider_installed(GPtrArray *found, const char *parent, const char *prefix)
{
    g_autoptr(GDir) folder = g_dir_open(parent, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
    {
        if (g_str_has_prefix(name, prefix) && g_ascii_isdigit(name[strlen(prefix)]))
        {
            g_autofree char *bin = g_build_filename(parent, name, "bin", NULL);
            consider(found, bin);
        }
    }
}

static GPtrArray *find_all(const char *bindir)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_tools_free);
    if (bindir != NULL)
    {
        consider(found, bindir);
        return found;
    }
    consider_installed(found, "/usr/lib/postgresql", "");
    consider_installed(found, "/usr", "pgsql-");
    g_autofree char *on_path = g_find_program_in_path("pg_dump");
    if (on_path != NULL)
    {
        g_autofree char *folder = g_path_get_dirname(on_path);
        consider(found, folder);
    }
    return found;
}

/* Is A the better choice? The nearest to the server: a newer pg_dump writes settings that an older server does not know
 * when it restores. */
static gboolean is_better(const PgmTools *a, const PgmTools *b, int major)
{
    return b == NULL || (major > 0 ? a->major < b->major : a->major > b->major);
}

PgmTools *pgm_tools_find(const char *bindir, int major, GError **error)
{
    g_autoptr(GPtrArray) found = find_all(bindir);
    g_autoptr(GString) versions = g_string_new(NULL);
    const PgmTools *best = NULL;
    guint place = 0;
    for (guint i = 0; i < found->len; i++)
    {
        const PgmTools *tools = g_ptr_array_index(found, i);
        g_string_append_printf(versions, "%s%s", versions->len > 0 ? ", " : "", tools->version);
        if (tools->major >= major && is_better(tools, best, major))
        {
            best = tools;
            place = i;
        }
    }
    if (best == NULL)
    {
        if (major == 0)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                        "pg_restore is not installed: install the package postgresql-client");
            return NULL;
        }
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "the server is PostgreSQL %d and pg_dump must be at least as new, but %s%s: install the package "
                    "postgresql-client-%d, or name a backup that exists",
                    major, found->len > 0 ? "only found " : "none is installed", versions->str, major);
        return NULL;
    }
    return g_ptr_array_steal_index(found, place);
}

/* In the child, between fork and exec: async-signal-safe calls only. */
static void child_setup(gpointer user G_GNUC_UNUSED)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL); /* worker threads block every signal, and exec keeps that */
    setpgid(0, 0);                         /* Ctrl-C is ours to judge */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* The first line that says "error:", without the program's name, else the last line. Caller frees. */
static char *first_error(const char *said)
{
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    const char *last = "";
    for (guint i = 0; lines[i] != NULL; i++)
    {
        const char *mark = strstr(lines[i], "error: ");
        if (mark != NULL)
        {
            return g_strdup(mark + strlen("error: "));
        }
        if (lines[i][0] != '\0')
        {
            last = lines[i];
        }
    }
    return g_strdup(last);
}

typedef struct
{
    GPid pid;
    int said_fd;
    GString *said;
    gint64 asked_to_end; /* when TERM was sent; 0: not yet */
} Child;

static void child_listen(Child *child)
{
    struct pollfd wait = {.fd = child->said_fd, .events = POLLIN};
    char buffer[4096];
    if (poll(&wait, child->said_fd >= 0 ? 1 : 0, child->said_fd >= 0 ? TICK_MS : SETTLE_MS) <= 0)
    {
        return;
    }
    ssize_t n = read(child->said_fd, buffer, sizeof buffer);
    if (n > 0 && child->said->len < SAID_MAX)
    {
        g_string_append_len(child->said, buffer, n);
    }
    else if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
    {
        close(child->said_fd);
        child->said_fd = -1;
    }
}

static void child_end(Child *child)
{
    gint64 now = g_get_monotonic_time();
    if (child->asked_to_end == 0)
    {
        child->asked_to_end = now;
        kill(child->pid, SIGTERM); /* pg_dump then cancels its statement at the server too */
    }
    else if (now - child->asked_to_end > KILL_AFTER_US)
    {
        kill(child->pid, SIGKILL);
    }
}

static int child_wait(Child *child, void (*tick)(GPid pid, gpointer user), gpointer user, GCancellable *cancellable)
{
    int status = 0;
    gint64 told = 0;
    for (;;)
    {
        pid_t ended = waitpid(child->pid, &status, WNOHANG);
        if (ended == child->pid || (ended < 0 && errno != EINTR))
        {
            break;
        }
        if (g_cancellable_is_cancelled(cancellable))
        {
            child_end(child);
        }
        child_listen(child);
        gint64 now = g_get_monotonic_time();
        if (tick != NULL && now - told >= TICK_MS * 1000)
        {
            told = now;
            tick(child->pid, user);
        }
    }
    while (child->said_fd >= 0) /* what it said last; the pipe's end is closed with it */
    {
        child_listen(child);
    }
    return status;
}

gboolean pgm_child_run(char **argv, char **environment, void (*tick)(GPid pid, gpointer user), gpointer user,
                       GCancellable *cancellable, GError **error)
{
    g_autofree char *name = g_path_get_basename(argv[0]);
    g_autoptr(GString) said = g_string_new(NULL);
    g_autoptr(GError) trouble = NULL;
    Child child = {.said_fd = -1, .said = said};
    if (!g_spawn_async_with_pipes(NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                                  child_setup, NULL, &child.pid, NULL, NULL, &child.said_fd, &trouble))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "%s cannot be started: %s", argv[0], trouble->message);
        return FALSE;
    }
    int status = child_wait(&child, tick, user, cancellable);
    g_spawn_close_pid(child.pid);
    if (g_cancellable_is_cancelled(cancellable))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_CANCELLED, "%s was called off", name);
        return FALSE;
    }
    if (!g_spawn_check_wait_status(status, &trouble))
    {
        g_autofree char *line = first_error(said->str);
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s failed: %s", name,
                    line[0] != '\0' ? line : trouble->message);
        return FALSE;
    }
    return TRUE;
}
