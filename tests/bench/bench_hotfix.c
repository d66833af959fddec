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

#include "bench/measure.h"

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
    char *folder;
    const char *binary;
} Bench;

typedef void (*Way)(const Bench *bench, const char *database);

static void as_executed(const Bench *bench, const char *database)
{
    pgm_bench_psql(bench->cluster, database, "", FALSE, "tests/incident/hotfix-as-executed.sql");
}

/* The very SQL of the runbook, through psql by the commands in its first comments. */
static void scripts(const Bench *bench, const char *database)
{
    static const char *const path = "-c search_path=public -c lock_timeout=";
    g_autofree char *locking = g_strconcat(path, "300ms", NULL);
    g_autofree char *waiting = g_strconcat(path, "0", NULL);
    g_autofree char *patient = g_strconcat(path, "5s", NULL);
    pgm_bench_psql(bench->cluster, database, locking, TRUE, "hotfixes/uuid-to-varchar/1-convert.sql");
    pgm_bench_psql(bench->cluster, database, waiting, FALSE, "hotfixes/uuid-to-varchar/2-rebuild-indexes.sql");
    pgm_bench_psql(bench->cluster, database, patient, TRUE, "hotfixes/uuid-to-varchar/3-validate.sql");
    pgm_bench_psql(bench->cluster, database, patient, TRUE, "hotfixes/uuid-to-varchar/4-analyze.sql");
}

static void pgmedic(const Bench *bench, const char *database)
{
    g_auto(GStrv) environment = pgm_bench_environment(bench->cluster, "");
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
    pgm_bench_run(argv, environment, 0, 0);
}

static gpointer read_on(gpointer data)
{
    Reader *reader = data;
    while (!g_atomic_int_get(&reader->stop))
    {
        gint64 began = g_get_monotonic_time();
        pgm_bench_command(reader->connection, reader->query);
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
    *reader = (Reader){.connection = pgm_bench_connect(bench->cluster, database),
                       .query = query,
                       .stalls = g_array_new(FALSE, FALSE, sizeof(Stall))};
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
    g_autoptr(PgmConnection) admin = pgm_bench_connect(bench->cluster, "postgres");
    Reader documents, questions;
    Measure result;
    pgm_bench_command(admin, "DROP DATABASE IF EXISTS bench");
    pgm_bench_command(admin, "CREATE DATABASE bench TEMPLATE incident");
    pgm_bench_command(admin, "CHECKPOINT");
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
    g_autoptr(PgmConnection) admin = pgm_bench_connect(bench->cluster, "postgres");
    pgm_bench_command(admin, "CREATE DATABASE incident");
    g_autofree char *options = g_strdup_printf("-c pgmedic.documents=%s -c pgmedic.questions=%s", documents, questions);
    pgm_bench_psql(bench->cluster, "incident", "", FALSE, "tests/incident/schema.sql");
    pgm_bench_psql(bench->cluster, "incident", options, FALSE, "tests/incident/data.sql");
    g_autoptr(PgmConnection) incident = pgm_bench_connect(bench->cluster, "incident");
    pgm_bench_command(incident, "VACUUM ANALYZE");
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
    pgm_bench_check(bench.folder != NULL, error, "a temporary folder");
    bench.cluster = pgm_bench_server("fsync = on\nautovacuum = off\nmax_wal_size = 4GB\n");
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
        t[way] = pgm_bench_median(total[way], rounds);
        s[way] = pgm_bench_median(stalled[way], rounds);
        printf("  %-32s total %6.2f s   readers stalled %6.2f s\n", ways[way].name, t[way], s[way]);
    }
    pgm_bench_at_most("hotfix, readers stalled, pgmedic / as executed", s[2] / s[0], "", 0.5);
    pgm_bench_at_most("hotfix, total time, pgmedic / as executed", t[2] / t[0], "", 1.1);
    pgm_bench_at_most("hotfix, total time, pgmedic / the same SQL by psql", t[2] / t[1], "", 1.05);
    const char *const remove[] = {"rm", "-rf", bench.folder, NULL};
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    return pgm_bench_end();
}
