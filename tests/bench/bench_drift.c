/*
 * bench_drift.c - the drift between two live databases of 2,000 tables, against @pgkit/migra from the npm registry.
 *
 * The second is a copy of the first with twenty differences (differences.sql). Whole processes, from the fork to the
 * end, their output into /dev/null, on one warm server. pgmedic, whose median counts, goes before and after migra; that
 * one goes once, and is ended after five minutes: then its time is a lower bound, and so is the ratio. Both also write
 * the SQL that makes one database like the other.
 *
 * tests/bench/run installs migra below build/bench and names it in PGM_BENCH_MIGRA.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/measure.h"

enum
{
    TABLES = 2000,
    MAX_ROUNDS = 50,
    MIGRA_LIMIT_S = 300,
    DRIFT_FOUND = 1,
};

static const char aim[] = "drift of two live databases of 2,000 tables: migra / pgmedic";

static void twin(const PgmCluster *cluster)
{
    g_autoptr(PgmConnection) admin = pgm_bench_connect(cluster, "postgres");
    pgm_bench_command(admin, "CREATE DATABASE twin TEMPLATE many");
    pgm_bench_psql(cluster, "twin", "", FALSE, "tests/bench/differences.sql");
    g_autoptr(PgmConnection) connection = pgm_bench_connect(cluster, "twin");
    pgm_bench_command(connection, "VACUUM ANALYZE");
}

static char *url(const PgmCluster *cluster, const char *database)
{
    return g_strdup_printf("postgresql://postgres@localhost:%d/%s?host=%s", pgm_cluster_port(cluster), database,
                           pgm_cluster_folder(cluster));
}

static double run_pgmedic(const PgmCluster *cluster, const char *binary)
{
    g_auto(GStrv) environment = pgm_bench_environment(cluster, "");
    const char *const argv[] = {binary, "drift", "-d", "twin", "--against", "dbname=many", NULL};
    return pgm_bench_run(argv, environment, DRIFT_FOUND, 0).seconds;
}

static PgmBenchCost run_migra(const PgmCluster *cluster, const char *migra)
{
    g_auto(GStrv) environment = pgm_bench_environment(cluster, "");
    g_autofree char *from = url(cluster, "twin");
    g_autofree char *target = url(cluster, "many");
    const char *const argv[] = {migra, "run", from, target, "--unsafe", NULL};
    return pgm_bench_run(argv, environment, 0, MIGRA_LIMIT_S);
}

int main(int argc, char **argv)
{
    double seconds[2 * MAX_ROUNDS];
    PgmBenchCost other = {0};
    const char *migra = g_getenv("PGM_BENCH_MIGRA");
    if (argc < 2)
    {
        fprintf(stderr, "usage: bench_drift BINARY [ROUNDS]\n");
        return 2;
    }
    int rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, MAX_ROUNDS) : 5;
    if (migra == NULL || *migra == '\0')
    {
        pgm_bench_left_out(aim, "npm gave no @pgkit/migra");
        return pgm_bench_end();
    }
    PgmCluster *cluster = pgm_bench_server(PGM_BENCH_QUIET);
    printf("drift: two databases of 2,000 tables, %d rounds before migra's one and %d after\n", rounds, rounds);
    fflush(stdout);
    pgm_bench_many_tables(cluster, "many", TABLES);
    twin(cluster);
    run_pgmedic(cluster, argv[1]); /* not counted: files and catalogs are read by then */
    for (int round = 0; round < 2 * rounds; round++)
    {
        other = round == rounds ? run_migra(cluster, migra) : other;
        seconds[round] = run_pgmedic(cluster, argv[1]);
    }
    double median = pgm_bench_median(seconds, 2 * rounds);
    printf("  pgmedic drift   %8.2f s   (%.2f to %.2f)\n", median, seconds[0], seconds[2 * rounds - 1]);
    printf("  migra           %8.2f s%s\n", other.seconds, other.late ? "   (ended by the bench)" : "");
    pgm_bench_at_least(aim, other.seconds / median, "", 15);
    return pgm_bench_end();
}
