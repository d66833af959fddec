/*
 * bench_snapshot.c - reading a schema of 2,000 tables, against pg_dump, against psql, against five times as many.
 *
 * Whole processes, from the fork to the end, their output into /dev/null, in turn on one warm server, several rounds;
 * medians. The pg_dump and psql are the server's own, not the wrapper. psql runs the statements of the snapshot, each
 * query as COPY (…) TO STDOUT, from one file in one session: what the server's work and the line cost without us.
 * Peak memory is VmHWM, as the kernel counts it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure.h"
#include "catalog/model.h"

enum
{
    TABLES = 2000,
    MANY_TABLES = 10000,
    MAX_ROUNDS = 51,
};

typedef enum
{
    WAY_PGMEDIC,
    WAY_PG_DUMP,
    WAY_COPY,
    WAY_PGMEDIC_MANY,
    WAYS,
} Way;

static const char *const titles[WAYS] = {"pgmedic snapshot, 2,000 tables", "pg_dump --schema-only, 2,000 tables",
                                         "its queries through psql's COPY", "pgmedic snapshot, 10,000 tables"};

/* Queries become COPYs; BEGIN and COMMIT stay. Caller frees the script's path. */
static char *write_script(const PgmCluster *cluster, int version)
{
    g_autoptr(GPtrArray) statements = pgm_snapshot_statements(version);
    g_autoptr(GString) script = g_string_new(NULL);
    for (guint i = 0; i < statements->len; i++)
    {
        const char *statement = statements->pdata[i];
        gboolean bare = g_str_has_prefix(statement, "BEGIN") || g_str_has_prefix(statement, "COMMIT");
        g_string_append_printf(script, bare ? "%s;\n" : "COPY (\n%s\n) TO STDOUT;\n", statement);
    }
    char *path = g_build_filename(pgm_cluster_folder(cluster), "snapshot.sql", NULL);
    g_autoptr(GError) error = NULL;
    pgm_bench_check(g_file_set_contents(path, script->str, -1, &error), error, path);
    return path;
}

static void measure(const PgmCluster *cluster, const char *binary, int rounds, double seconds[WAYS][MAX_ROUNDS],
                    double *peak_mb)
{
    g_autoptr(PgmConnection) connection = pgm_bench_connect(cluster, "postgres");
    g_autofree char *script = write_script(cluster, pgm_connection_server(connection)->version);
    g_autofree char *pg_dump = pgm_bench_program(cluster, "pg_dump");
    g_autofree char *psql = pgm_bench_program(cluster, "psql");
    g_auto(GStrv) environment = pgm_bench_environment(cluster, "");
    const char *const ways[WAYS][9] = {
        [WAY_PGMEDIC] = {binary, "snapshot", "-d", "many"},
        [WAY_PG_DUMP] = {pg_dump, "--schema-only", "-d", "many"},
        [WAY_COPY] = {psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "many", "-f", script},
        [WAY_PGMEDIC_MANY] = {binary, "snapshot", "-d", "many_more"},
    };
    /* The round before the first is not counted: files and catalogs are read by then. */
    for (int round = -1; round < rounds; round++)
    {
        for (int turn = 0; turn < WAYS; turn++)
        {
            /* Each comes after each other: what the one before left in the processor's caches favours nobody. */
            int way = (turn * (round % 2 == 0 ? 1 : WAYS - 1) + round + WAYS) % WAYS;
            const char *argv[10] = {0};
            memcpy(argv, ways[way], sizeof ways[way]);
            PgmBenchCost cost = pgm_bench_run(argv, environment, 0, 0);
            if (round >= 0)
            {
                seconds[way][round] = cost.seconds;
            }
            *peak_mb = way == WAY_PGMEDIC_MANY ? MAX(*peak_mb, cost.peak_mb) : *peak_mb;
        }
    }
}

int main(int argc, char **argv)
{
    static double seconds[WAYS][MAX_ROUNDS];
    double median[WAYS], peak_mb = 0;
    if (argc < 2)
    {
        fprintf(stderr, "usage: bench_snapshot BINARY [ROUNDS]\n");
        return 2;
    }
    int rounds = argc > 2 ? CLAMP(atoi(argv[2]), 1, MAX_ROUNDS) : 9;
    PgmCluster *cluster = pgm_bench_server(PGM_BENCH_QUIET);
    printf("snapshot: 2,000 and 10,000 tables, %d rounds, medians\n", rounds);
    fflush(stdout);
    pgm_bench_many_tables(cluster, "many", TABLES);
    pgm_bench_many_tables(cluster, "many_more", MANY_TABLES);
    measure(cluster, argv[1], rounds, seconds, &peak_mb);
    for (int way = 0; way < WAYS; way++)
    {
        median[way] = pgm_bench_median(seconds[way], rounds);
        printf("  %-36s %8.0f ms   (%.0f to %.0f)\n", titles[way], median[way] * 1000, seconds[way][0] * 1000,
               seconds[way][rounds - 1] * 1000);
    }
    pgm_bench_at_most("snapshot, 2,000 tables / pg_dump --schema-only", median[WAY_PGMEDIC] / median[WAY_PG_DUMP], "",
                      0.5);
    pgm_bench_at_most("snapshot, 2,000 tables / its queries through psql's COPY",
                      median[WAY_PGMEDIC] / median[WAY_COPY], "", 1.3);
    pgm_bench_at_most("snapshot, 10,000 tables / 2,000 tables", median[WAY_PGMEDIC_MANY] / median[WAY_PGMEDIC], "",
                      5.5);
    pgm_bench_at_most("snapshot, 10,000 tables, peak memory", peak_mb, "MB", 80);
    return pgm_bench_end();
}
