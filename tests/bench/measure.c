/* measure.c - a server, children and what they cost, medians, aims. */
#include "bench/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
    POLL_US = 20000,
};

static PgmCluster *server; /* one a program */
static gboolean missed;

static void stop_server(void)
{
    if (server != NULL)
    {
        pgm_cluster_stop(g_steal_pointer(&server), FALSE);
    }
}

void pgm_bench_check(gboolean ok, const GError *error, const char *what)
{
    if (!ok)
    {
        fprintf(stderr, "bench: %s: %s\n", what, error != NULL ? error->message : "failed");
        stop_server();
        exit(1);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double pgm_bench_median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double pgm_bench_percentile(double *values, int n, double share)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    int rank = (int)(share * n + 0.999999); /* of the nearest, from 1 */
    return values[CLAMP(rank, 1, n) - 1];
}

PgmCluster *pgm_bench_server(const char *settings)
{
    g_autoptr(GError) error = NULL;
    server = pgm_cluster_start("pgmedic-bench", settings, &error);
    pgm_bench_check(server != NULL, error, "starting PostgreSQL");
    return server;
}

PgmConnection *pgm_bench_connect(const PgmCluster *cluster, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, database);
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    pgm_bench_check(connection != NULL, error, "connecting");
    return connection;
}

void pgm_bench_command(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, &error);
    pgm_bench_check(result != NULL, error, sql);
}

char **pgm_bench_environment(const PgmCluster *cluster, const char *options)
{
    g_autofree char *port = g_strdup_printf("%d", pgm_cluster_port(cluster));
    char **environment = g_get_environ();
    environment = g_environ_setenv(environment, "PGHOST", pgm_cluster_folder(cluster), TRUE);
    environment = g_environ_setenv(environment, "PGPORT", port, TRUE);
    environment = g_environ_setenv(environment, "PGUSER", "postgres", TRUE);
    environment = g_environ_setenv(environment, "PGOPTIONS", options, TRUE);
    return environment;
}

char *pgm_bench_program(const PgmCluster *cluster, const char *name)
{
    return g_build_filename(pgm_cluster_bindir(cluster), name, NULL);
}

void pgm_bench_psql(const PgmCluster *cluster, const char *database, const char *options, gboolean one_transaction,
                    const char *file)
{
    g_auto(GStrv) environment = pgm_bench_environment(cluster, options);
    g_autofree char *program = pgm_bench_program(cluster, "psql");
    const char *const argv[] = {
        program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", file, one_transaction ? "-1" : NULL, NULL};
    pgm_bench_run(argv, environment, 0, 0);
}

void pgm_bench_many_tables(const PgmCluster *cluster, const char *database, int tables)
{
    g_autoptr(PgmConnection) admin = pgm_bench_connect(cluster, "postgres");
    g_autofree char *create = g_strdup_printf("CREATE DATABASE %s", database);
    pgm_bench_command(admin, create);
    g_autofree char *options = g_strdup_printf("-c pgmedic.tables=%d", tables);
    pgm_bench_psql(cluster, database, options, FALSE, "tests/bench/many_tables.sql");
    g_autoptr(PgmConnection) connection = pgm_bench_connect(cluster, database);
    pgm_bench_command(connection, "VACUUM ANALYZE");
}

static void become(const char *const *argv, char **environment, int complaints)
{
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(complaints, STDERR_FILENO);
    execve(argv[0], (char **)(gsize)argv, environment);
    fprintf(stderr, "bench: %s: %s\n", argv[0], g_strerror(errno));
    _exit(127);
}

/* Waits for PID, without a poll that would round its time where there is no limit; ends it after TIMEOUT_S. */
static int reap(pid_t pid, int timeout_s, struct rusage *usage, gboolean *late)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout_s * G_USEC_PER_SEC;
    int status;
    pid_t done;
    while ((done = wait4(pid, &status, timeout_s > 0 && !*late ? WNOHANG : 0, usage)) != pid)
    {
        pgm_bench_check(done == 0 || errno == EINTR, NULL, "waiting for a program");
        if (timeout_s > 0 && !*late && g_get_monotonic_time() >= deadline)
        {
            *late = TRUE;
            kill(pid, SIGKILL);
        }
        g_usleep(*late ? 0 : POLL_US);
    }
    return status;
}

/* What a child said on its standard error. */
static void show(int complaints)
{
    char bytes[4096];
    ssize_t n;
    lseek(complaints, 0, SEEK_SET);
    while ((n = read(complaints, bytes, sizeof bytes)) > 0)
    {
        fwrite(bytes, 1, (size_t)n, stderr);
    }
}

PgmBenchCost pgm_bench_run(const char *const *argv, char **environment, int expected, int timeout_s)
{
    PgmBenchCost cost = {0};
    struct rusage usage;
    fflush(stdout);
    int complaints = memfd_create("complaints", MFD_CLOEXEC);
    pgm_bench_check(complaints >= 0, NULL, "memfd_create");
    gint64 began = g_get_monotonic_time();
    pid_t pid = fork();
    pgm_bench_check(pid >= 0, NULL, "fork");
    if (pid == 0)
    {
        become(argv, environment, complaints);
    }
    int status = reap(pid, timeout_s, &usage, &cost.late);
    cost.seconds = (double)(g_get_monotonic_time() - began) / 1e6;
    cost.peak_mb = (double)usage.ru_maxrss / 1024;
    if (!cost.late && (!WIFEXITED(status) || WEXITSTATUS(status) != expected))
    {
        g_autofree char *all = g_strjoinv(" ", (char **)(gsize)argv);
        show(complaints);
        pgm_bench_check(FALSE, NULL, all);
    }
    close(complaints);
    return cost;
}

static void tell(const char *line)
{
    const char *path = g_getenv("PGM_BENCH_TABLE");
    puts(line);
    fflush(stdout);
    if (path != NULL)
    {
        FILE *table = fopen(path, "a");
        pgm_bench_check(table != NULL && fprintf(table, "%s\n", line) > 0 && fclose(table) == 0, NULL, path);
    }
}

static void aim(const char *what, double value, const char *unit, const char *direction, double limit, gboolean holds)
{
    g_autofree char *number = g_strdup_printf("%.2f%s%s", value, *unit != '\0' ? " " : "", unit);
    g_autofree char *goal = g_strdup_printf("%s %g%s%s", direction, limit, *unit != '\0' ? " " : "", unit);
    g_autofree char *line = g_strdup_printf("  %-66s %10s   %-17s %s", what, number, goal, holds ? "pass" : "MISS");
    missed |= !holds;
    tell(line);
}

void pgm_bench_at_most(const char *what, double value, const char *unit, double limit)
{
    aim(what, value, unit, "at most", limit, value <= limit);
}

void pgm_bench_at_least(const char *what, double value, const char *unit, double limit)
{
    aim(what, value, unit, "at least", limit, value >= limit);
}

void pgm_bench_left_out(const char *what, const char *why)
{
    g_autofree char *line = g_strdup_printf("  %-66s left out: %s", what, why);
    tell(line);
}

int pgm_bench_end(void)
{
    stop_server();
    return missed ? 1 : 0;
}
