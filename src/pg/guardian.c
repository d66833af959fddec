/*
 * guardian.c - the child that runs a private PostgreSQL.
 *
 * It is forked from a process that may have threads, so that until its end it
 * prepares nothing that takes a lock: all strings are made before the fork.
 */
#include "pg/guardian.h"

#include "pgmedic/error.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_LIMIT_MS    5000
#define WORD_KEEP        'k'
#define OPEN_FOLDERS     16
#define REMOVAL_TRIES    100
#define REMOVAL_PAUSE_MS 20

typedef struct
{
    const PgmGuardianOrder *order;
    char *log;
    char *data;
    char *conf;
    char *pidfile;
    char *initdb;
    char *postgres;
    char *initdb_argv[16];
    char *postgres_argv[4];
    char **environment;
} Plan;

/* A clean one: PGDATA, PGPORT and their kin would have their say. */
static char **make_environment(void)
{
    GPtrArray *out = g_ptr_array_new();
    const char *path = g_getenv("PATH");
    const char *libraries = g_getenv("LD_LIBRARY_PATH");
    g_ptr_array_add(out, g_strdup_printf("PATH=%s", path == NULL ? "/usr/bin:/bin" : path));
    if (libraries != NULL)
    {
        g_ptr_array_add(out, g_strdup_printf("LD_LIBRARY_PATH=%s", libraries));
    }
    g_ptr_array_add(out, g_strdup("LC_ALL=C.UTF-8"));
    g_ptr_array_add(out, g_strdup("TZ=UTC"));
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

static void fill_arguments(char **argv, gsize room, const char *const *words)
{
    gsize n = 0;
    for (; words[n] != NULL && n + 1 < room; n++)
    {
        argv[n] = g_strdup(words[n]);
    }
    argv[n] = NULL;
}

static void plan_init(Plan *plan, const PgmGuardianOrder *order)
{
    char *data = g_build_filename(order->folder, "data", NULL);
    plan->order = order;
    plan->data = data;
    plan->pidfile = g_build_filename(data, "postmaster.pid", NULL);
    plan->log = g_build_filename(order->folder, "log", NULL);
    plan->conf = g_build_filename(data, "postgresql.conf", NULL);
    plan->initdb = g_build_filename(order->bindir, "initdb", NULL);
    plan->postgres = g_build_filename(order->bindir, "postgres", NULL);
    const char *const initdb[] = {
        plan->initdb,        "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
        "--no-instructions", NULL};
    const char *const postgres[] = {plan->postgres, "-D", data, NULL};
    fill_arguments(plan->initdb_argv, G_N_ELEMENTS(plan->initdb_argv), initdb);
    fill_arguments(plan->postgres_argv, G_N_ELEMENTS(plan->postgres_argv), postgres);
    plan->environment = make_environment();
}

static void plan_clear(Plan *plan)
{
    g_free(plan->log);
    g_free(plan->data);
    g_free(plan->conf);
    g_free(plan->pidfile);
    g_free(plan->initdb);
    g_free(plan->postgres);
    for (char **word = plan->initdb_argv; *word != NULL; word++)
    {
        g_free(*word);
    }
    for (char **word = plan->postgres_argv; *word != NULL; word++)
    {
        g_free(*word);
    }
    g_strfreev(plan->environment);
}

/* From here on in the guardian. */

/* The starter's handlers would write into descriptors that mean something else here. */
static void reset_signals(void)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
    {
        sigaction(signal_number, &plain, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static pid_t run(const Plan *plan, const char *program, char *const *argv)
{
    pid_t pid = fork();
    if (pid != 0)
    {
        return pid;
    }
    const PgmGuardianOrder *order = plan->order;
    reset_signals();
    umask(077);
    if (order->step_down && (setgroups(1, &order->gid) != 0 || setgid(order->gid) != 0 || setuid(order->uid) != 0))
    {
        _exit(126);
    }
    if (chdir(order->folder) != 0)
    {
        _exit(126);
    }
    int log = open(plan->log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    if (log >= 0)
    {
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        close(log);
    }
    execve(program, argv, plan->environment);
    _exit(127);
}

static gboolean run_initdb(const Plan *plan)
{
    int status = 0;
    pid_t pid = run(plan, plan->initdb, plan->initdb_argv);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
    {
        if (errno != EINTR)
        {
            return FALSE;
        }
    }
    return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static gboolean append_settings(const Plan *plan)
{
    int fd = open(plan->conf, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    size_t length = strlen(plan->order->settings);
    gboolean ok = fd >= 0 && write(fd, plan->order->settings, length) == (ssize_t)length;
    if (fd >= 0)
    {
        close(fd);
    }
    return ok;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

/* Wait for PID, our child, to end: TRUE when it did. */
static gboolean await_end(int pidfd, pid_t pid, int limit_ms)
{
    struct pollfd fd = {.fd = pidfd, .events = POLLIN};
    int n = 1;
    while (pidfd >= 0 && (n = poll(&fd, 1, limit_ms)) < 0 && errno == EINTR)
    {
    }
    return n > 0 && waitpid(pid, NULL, 0) == pid;
}

static void stop_postmaster(pid_t pid, int pidfd)
{
    kill(pid, SIGQUIT); /* at once: nothing in it is wanted any more */
    if (!await_end(pidfd, pid, STOP_LIMIT_MS))
    {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

/* Somebody may have started the server again by other means, after a crash that was wanted. It is no child of ours;
 * that it works in our folder shows that it is meant. */
static void stop_successor(const Plan *plan)
{
    char text[32] = "";
    int fd = open(plan->pidfile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
    {
        close(fd);
    }
    pid_t pid = length > 0 ? (pid_t)atoi(text) : 0;
    char link[64], place[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    if (pid <= 1 || readlink(link, place, sizeof place - 1) < 0 || strcmp(place, plan->data) != 0)
    {
        return;
    }
    struct pollfd end = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    kill(pid, SIGQUIT);
    if (end.fd >= 0)
    {
        poll(&end, 1, STOP_LIMIT_MS);
    }
}

/* Backends whose postmaster was killed may write for a moment longer. */
static void remove_folder(const char *folder)
{
    for (int i = 0; i < REMOVAL_TRIES && access(folder, F_OK) == 0; i++)
    {
        poll(NULL, 0, i == 0 ? 0 : REMOVAL_PAUSE_MS);
        nftw(folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    }
}

/* Until the lifeline says something or breaks. The postmaster's end is told by closing REPORT. */
static gboolean watch(int lifeline, int report, pid_t *postmaster, int pidfd)
{
    for (;;)
    {
        struct pollfd fds[2] = {{.fd = lifeline, .events = POLLIN},
                                {.fd = *postmaster > 0 ? pidfd : -1, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0)
        {
            continue;
        }
        if (fds[1].revents != 0)
        {
            waitpid(*postmaster, NULL, 0);
            *postmaster = 0;
            close(report);
        }
        if (fds[0].revents != 0)
        {
            char word = '\0';
            return read(lifeline, &word, 1) == 1 && word == WORD_KEEP;
        }
    }
}

/* No descriptor of ours may keep a terminal, a pipe or a file of the starter's open. */
static void let_go(int *lifeline, int *report)
{
    setsid();
    prctl(PR_SET_NAME, "pgmedic-guard");
    reset_signals();
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGTERM, &ignore, NULL);
    sigaction(SIGHUP, &ignore, NULL);
    sigaction(SIGQUIT, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    int low = fcntl(*lifeline, F_DUPFD, 100); /* clear of 3 and 4, which may be either of them */
    int high = fcntl(*report, F_DUPFD, 100);
    dup2(low, 3);
    dup2(high, 4);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    fcntl(4, F_SETFD, FD_CLOEXEC);
    close_range(5, ~0U, 0);
    *lifeline = 3;
    *report = 4;
}

static _Noreturn void guard(const Plan *plan, int lifeline, int report)
{
    let_go(&lifeline, &report);
    pid_t postmaster = 0;
    int pidfd = -1;
    if (run_initdb(plan) && append_settings(plan))
    {
        postmaster = run(plan, plan->postgres, plan->postgres_argv);
        pidfd = postmaster > 0 ? pidfd_open(postmaster, 0) : -1;
    }
    ssize_t told = write(report, &postmaster, sizeof postmaster);
    (void)told; /* if nobody reads, the lifeline is closed too */
    if (watch(lifeline, report, &postmaster, pidfd))
    {
        _exit(0);
    }
    if (postmaster > 0)
    {
        stop_postmaster(postmaster, pidfd);
    }
    stop_successor(plan);
    remove_folder(plan->order->folder);
    _exit(0);
}

/* Back in the starter. */

gboolean pgm_guardian_start(const PgmGuardianOrder *order, PgmGuardian *guardian, GError **error)
{
    int lifeline[2], report[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "a pipe could not be made: %s", g_strerror(errno));
        return FALSE;
    }
    if (pipe2(report, O_CLOEXEC) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "a pipe could not be made: %s", g_strerror(errno));
        close(lifeline[0]);
        close(lifeline[1]);
        return FALSE;
    }
    Plan plan = {0};
    plan_init(&plan, order);
    guardian->pid = fork();
    if (guardian->pid == 0)
    {
        guard(&plan, lifeline[0], report[1]);
    }
    int cause = errno;
    plan_clear(&plan);
    close(lifeline[0]);
    close(report[1]);
    guardian->lifeline = lifeline[1];
    guardian->report = report[0];
    if (guardian->pid < 0)
    {
        close(guardian->lifeline);
        close(guardian->report);
        g_set_error(error, PGM_ERROR, PGM_ERROR_IO, "a process could not be started: %s", g_strerror(cause));
        return FALSE;
    }
    ssize_t n;
    while ((n = read(guardian->report, &guardian->postmaster, sizeof guardian->postmaster)) < 0 && errno == EINTR)
    {
    }
    if (n != (ssize_t)sizeof guardian->postmaster || guardian->postmaster < 0)
    {
        guardian->postmaster = 0;
    }
    return TRUE;
}

void pgm_guardian_dismiss(PgmGuardian *guardian, gboolean keep)
{
    char word = WORD_KEEP;
    ssize_t told = keep ? send(guardian->lifeline, &word, 1, MSG_NOSIGNAL) : 0;
    (void)told;
    close(guardian->lifeline);
    close(guardian->report);
    while (waitpid(guardian->pid, NULL, 0) < 0 && errno == EINTR)
    {
    }
}
