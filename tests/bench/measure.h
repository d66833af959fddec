/*
 * measure.h - what the measurements share: a server of their own, children and what they cost, and the aims.
 *
 * What goes wrong in here ends the program with a sentence: a measurement that could not be made proves nothing.
 */
#ifndef PGMEDIC_BENCH_MEASURE_H
#define PGMEDIC_BENCH_MEASURE_H

#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

/* Settings of a server whose catalogs are asked and nothing else, and stay in its memory. */
#define PGM_BENCH_QUIET "fsync = off\nautovacuum = off\nmax_wal_size = 4GB\nshared_buffers = 512MB\n"

/* Ends the program unless OK: WHAT, and the reason that ERROR (may be NULL) has. The server goes too. */
void pgm_bench_check(gboolean ok, const GError *error, const char *what);

/* Sorts VALUES. */
double pgm_bench_median(double *values, int n);
/* The value that SHARE of them (0.99) does not exceed. Sorts VALUES. */
double pgm_bench_percentile(double *values, int n, double share);

/* A cluster of the program's own; SETTINGS as pgm_cluster_start() takes them. One a program; gone when it exits. */
PgmCluster *pgm_bench_server(const char *settings);
/* A plain session in DATABASE. */
PgmConnection *pgm_bench_connect(const PgmCluster *cluster, const char *database);
void pgm_bench_command(PgmConnection *connection, const char *sql);
/* The program's environment with PGHOST, PGPORT and PGUSER for CLUSTER, and PGOPTIONS. Caller frees. */
char **pgm_bench_environment(const PgmCluster *cluster, const char *options);
/* FILE, below the source tree, by psql. */
void pgm_bench_psql(const PgmCluster *cluster, const char *database, const char *options, gboolean one_transaction,
                    const char *file);
/* DATABASE with TABLES tables of many_tables.sql, vacuumed and analyzed. */
void pgm_bench_many_tables(const PgmCluster *cluster, const char *database, int tables);
/* A file of the server's bindir, "pg_dump". Caller frees. */
char *pgm_bench_program(const PgmCluster *cluster, const char *name);

typedef struct
{
    double seconds; /* wall time, from before the fork until it is reaped */
    double peak_mb; /* the most memory it ever held (VmHWM), as the kernel tells the one who reaps it */
    gboolean late;  /* it was ended after TIMEOUT_S */
} PgmBenchCost;

/* ARGV to its end, with its standard output into /dev/null. It must end with EXPECTED, else what it said on its
 * standard error is shown. TIMEOUT_S: 0 for none. */
PgmBenchCost pgm_bench_run(const char *const *argv, char **environment, int expected, int timeout_s);

/* One line of the table: WHAT is VALUE (UNIT "" for a ratio), and should be at most, or at least, LIMIT. To the file
 * that PGM_BENCH_TABLE names, too, where tests/bench/run gathers them. */
void pgm_bench_at_most(const char *what, double value, const char *unit, double limit);
void pgm_bench_at_least(const char *what, double value, const char *unit, double limit);
/* A line for what could not be measured here. */
void pgm_bench_left_out(const char *what, const char *why);
/* Stops the server. 0, or 1 when an aim was missed: the program's exit code. */
int pgm_bench_end(void);

#endif
