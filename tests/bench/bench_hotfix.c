/*
 * bench_hotfix.c - the hotfix against the hotfix as it was executed, side by side on one server.
 *
 * Three ways at 300,000 documents and 900,000 questions, each in a fresh copy of
 * one database, in turn, several rounds; medians. Two readers, one a table, ask
 * for a row again and again all the while: a read that took longer than 20 ms
 * was stalled for as long as it took. Stalled is the time in which the readers
 * of at least one table were. fsync is on, autovacuum off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

enum
{
    STALL_US = 20 * 1000,
    READ_PAUSE_US = 1000,
    MAX_ROUNDS = 9,
};

typedef struct
{
    PgmConnection *connection;
    const char *query;
    gint stop;      /* atomic */
    GArray *stalls; /* Stall */
    GThread *thread;
} Reader;

typedef struct
{
    gint64 from, to; /* g_get_monotonic_time() */
} Stall;

typedef struct
{
    double total_s;
    double stalled_s; /* readers of one table or of both */
} Measure;

typedef struct
{
    PgmCluster *cluster;
    char *bindir;
    char *folder;
    const char *binary;
} Bench;

typedef void (*Way)(const Bench *bench, const char *database);

static void check(gboolean ok, const GError *error, const char *what)
{
    if (!ok)
    {
        fprintf(stderr, "bench: %s: %s\n", what, error != NULL ? error->message : "failed");
        exit(1);
    }
}

static void command(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, &error);
    check(result != NULL, error, sql);
}

static PgmConnection *connect_to(const Bench *bench, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(bench->cluster, database);
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    check(connection != NULL, error, "connecting");
    return connection;
}

/* A child and its wall time; its output goes to /dev/null unless it fails. */
static double run_child(const char *const *argv, char **environment)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *err = NULL;
    g_autofree char *out = NULL;
    int status;
    gint64 began = g_get_monotonic_time();
    gboolean ok = g_spawn_sync(NULL, (char **)(gsize)argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err,
                               &status, &error) &&
                  g_spawn_check_wait_status(status, &error);
    gint64 us = g_get_monotonic_time() - began;
    if (!ok)
    {
        fprintf(stderr, "%s%s", out != NULL ? out : "", err != NULL ? err : "");
    }
    check(ok, error, argv[0]);
    return (double)us / 1e6;
}

static char **psql_environment(const Bench *bench, const char *options)
{
    g_autofree char *port = g_strdup_printf("%d", pgm_cluster_port(bench->cluster));
    char **environment = g_get_environ();
    environment = g_environ_setenv(environment, "PGHOST", pgm_cluster_folder(bench->cluster), TRUE);
    environment = g_environ_setenv(environment, "PGPORT", port, TRUE);
    environment = g_environ_setenv(environment, "PGUSER", "postgres", TRUE);
    environment = g_environ_setenv(environment, "PGOPTIONS", options, TRUE);
    return environment;
}

static void psql(const Bench *bench, const char *database, const char *options, gboolean one_transaction,
                 const char *file)
{
    g_auto(GStrv) environment = psql_environment(bench, options);
    g_autofree char *program = g_build_filename(bench->bindir, "psql", NULL);
    const char *const argv[] = {
        program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", file, one_transaction ? "-1" : NULL, NULL};
    run_child(argv, environment);
}

static void as_executed(const Bench *bench, const char *database)
{
    psql(bench, database, "", FALSE, "tests/incident/hotfix-as-executed.sql");
}

/* The very SQL of the runbook, through psql by the commands in its first comments. */
static void scripts(const Bench *bench, const char *database)
{
    static const char *const path = "-c search_path=public -c lock_timeout=";
    g_autofree char *locking = g_strconcat(path, "300ms", NULL);
    g_autofree char *waiting = g_strconcat(path, "0", NULL);
    g_autofree char *patient = g_strconcat(path, "5s", NULL);
    psql(bench, database, locking, TRUE, "hotfixes/uuid-to-varchar/1-convert.sql");
    psql(bench, database, waiting, FALSE, "hotfixes/uuid-to-varchar/2-rebuild-indexes.sql");
    psql(bench, database, patient, TRUE, "hotfixes/uuid-to-varchar/3-validate.sql");
    psql(bench, database, patient, TRUE, "hotfixes/uuid-to-varchar/4-analyze.sql");
}

static void pgmedic(const Bench *bench, const char *database)
{
    g_auto(GStrv) environment = psql_environment(bench, "");
    environment = g_environ_setenv(environment, "XDG_STATE_HOME", bench->folder, TRUE);
    const char *const argv[] = {bench->binary,
                                "run",
                                "-d",
                                database,
                                "--runbooks",
                                "runbooks",
                                "--unattended",
                                "--backup",
                                "none:a measurement",
                                "--commit",
                                "verified",
                                "uuid-to-varchar",
                                NULL};
    run_child(argv, environment);
}

static gpointer read_on(gpointer data)
{
    Reader *reader = data;
    while (!g_atomic_int_get(&reader->stop))
    {
        gint64 began = g_get_monotonic_time();
        command(reader->connection, reader->query);
        Stall stall = {.from = began, .to = g_get_monotonic_time()};
        if (stall.to - stall.from > STALL_US)
        {
            g_array_append_val(reader->stalls, stall);
        }
        g_usleep(READ_PAUSE_US);
    }
    return NULL;
}

static void reader_start(Reader *reader, const Bench *bench, const char *database, const char *query)
{
    *reader = (Reader){
        .connection = connect_to(bench, database), .query = query, .stalls = g_array_new(FALSE, FALSE, sizeof(Stall))};
    reader->thread = g_thread_new("reader", read_on, reader);
}

static void reader_stop(Reader *reader)
{
    g_atomic_int_set(&reader->stop, 1);
    g_thread_join(reader->thread);
    pgm_connection_close(reader->connection);
}

static int by_beginning(const void *a, const void *b)
{
    const Stall *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* The length of the union: time in which both are stalled counts once. */
static double stalled_either(Reader *one, Reader *other)
{
    gint64 sum = 0, end = 0;
    g_array_append_vals(one->stalls, other->stalls->data, other->stalls->len);
    g_array_sort(one->stalls, by_beginning);
    for (guint i = 0; i < one->stalls->len; i++)
    {
        const Stall *stall = &g_array_index(one->stalls, Stall, i);
        sum += MAX(stall->to - MAX(stall->from, end), 0);
        end = MAX(end, stall->to);
    }
    g_array_unref(one->stalls);
    g_array_unref(other->stalls);
    return (double)sum / 1e6;
}

static Measure measure(const Bench *bench, Way way)
{
    g_autoptr(PgmConnection) admin = connect_to(bench, "postgres");
    Reader documents, questions;
    Measure result;
    command(admin, "DROP DATABASE IF EXISTS bench");
    command(admin, "CREATE DATABASE bench TEMPLATE incident");
    command(admin, "CHECKPOINT");
    reader_start(&documents, bench, "bench", "SELECT status FROM public.documents LIMIT 1");
    reader_start(&questions, bench, "bench", "SELECT question FROM public.document_questions LIMIT 1");
    gint64 began = g_get_monotonic_time();
    way(bench, "bench");
    result.total_s = (double)(g_get_monotonic_time() - began) / 1e6;
    reader_stop(&documents);
    reader_stop(&questions);
    result.stalled_s = stalled_either(&documents, &questions);
    return result;
}

static void load(const Bench *bench, const char *documents, const char *questions)
{
    g_autoptr(PgmConnection) admin = connect_to(bench, "postgres");
    command(admin, "CREATE DATABASE incident");
    g_autofree char *options = g_strdup_printf("-c pgmedic.documents=%s -c pgmedic.questions=%s", documents, questions);
    psql(bench, "incident", "", FALSE, "tests/incident/schema.sql");
    psql(bench, "incident", options, FALSE, "tests/incident/data.sql");
    g_autoptr(PgmConnection) incident = connect_to(bench, "incident");
    command(incident, "VACUUM ANALYZE");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int main(int argc, char **argv)
{
    static const struct
    {
        const char *name;
        Way way;
    } ways[] = {{"as executed in the incident", as_executed},
                {"the runbook's SQL through psql", scripts},
                {"pgmedic run --unattended", pgmedic}};
    enum
    {
        WAYS = G_N_ELEMENTS(ways)
    };
    double total[WAYS][MAX_ROUNDS], stalled[WAYS][MAX_ROUNDS], t[WAYS], s[WAYS];
    if (argc < 2)
    {
        fprintf(stderr, "usage: bench_hotfix BINARY [ROUNDS [DOCUMENTS QUESTIONS]]\n");
        return 2;
    }
    int rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, MAX_ROUNDS) : 3;
    const char *documents = argc > 4 ? argv[3] : "300000";
    const char *questions = argc > 4 ? argv[4] : "900000";
    g_autoptr(GError) error = NULL;
    Bench bench = {.binary = argv[1]};
    bench.folder = g_dir_make_tmp("pgmedic-bench-XXXXXX", &error);
    bench.cluster = pgm_cluster_start("pgmedic-bench", "fsync = on\nautovacuum = off\nmax_wal_size = 4GB\n", &error);
    check(bench.cluster != NULL, error, "starting PostgreSQL");
    bench.bindir = g_strdup(pgm_cluster_bindir(bench.cluster));
    printf("hotfix: %s documents, %s questions, %d rounds, medians\n", documents, questions, rounds);
    fflush(stdout);
    load(&bench, documents, questions);
    for (int round = 0; round < rounds; round++)
    {
        for (int way = 0; way < WAYS; way++)
        {
            Measure measured = measure(&bench, ways[way].way);
            total[way][round] = measured.total_s;
            stalled[way][round] = measured.stalled_s;
        }
    }
    for (int way = 0; way < WAYS; way++)
    {
        t[way] = median(total[way], rounds);
        s[way] = median(stalled[way], rounds);
        printf("  %-32s total %6.2f s   readers stalled %6.2f s\n", ways[way].name, t[way], s[way]);
    }
    printf("  readers stalled, pgmedic / as executed   %5.2f   (aim: at most 0.50)\n", s[2] / s[0]);
    printf("  total time, pgmedic / as executed        %5.2f   (aim: at most 1.10)\n", t[2] / t[0]);
    printf("  total time, pgmedic / the same by psql   %5.2f   (aim: at most 1.05)\n", t[2] / t[1]);
    pgm_cluster_stop(bench.cluster, FALSE);
    const char *const remove[] = {"rm", "-rf", bench.folder, NULL};
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    return 0;
}
