/*
 * cluster.h - a private PostgreSQL of pgmedic's own, for the demo, scratch copies and tests.
 *
 * A unix socket only, in a temporary folder; as root it steps down to the user
 * postgres. Stopped by pid, and the folder removed, when it is stopped; a
 * guardian child does the same when the process that started it dies.
 */
#ifndef PGMEDIC_CLUSTER_H
#define PGMEDIC_CLUSTER_H

#include "pgmedic/conninfo.h"

typedef struct PgmCluster PgmCluster;

/* PREFIX names the folder (below TMPDIR). SETTINGS: extra lines for postgresql.conf, NULL for none. fsync is off unless
 * SETTINGS turn it on. Error: PGM_ERROR_INVALID when initdb cannot be found (and which package has it), PGM_ERROR_IO.
 */
PgmCluster *pgm_cluster_start(const char *prefix, const char *settings, GError **error);
/* Stops it at once and removes its folder, unless KEEP. Frees CLUSTER. */
void pgm_cluster_stop(PgmCluster *cluster, gboolean keep);

const char *pgm_cluster_folder(const PgmCluster *cluster); /* the temporary folder; the socket is in it */
const char *pgm_cluster_bindir(const PgmCluster *cluster); /* where its psql and pg_ctl are */
int pgm_cluster_port(const PgmCluster *cluster);
pid_t pgm_cluster_pid(const PgmCluster *cluster); /* the postmaster */
/* Where to connect: socket folder, port, user postgres, DATABASE. Caller frees. */
PgmConninfo *pgm_cluster_conninfo(const PgmCluster *cluster, const char *database);

/* The folder of the newest installed server binaries (initdb, postgres, pg_dump), or PG_BINDIR from the environment;
 * NULL with PGM_ERROR_INVALID. Caller frees. */
char *pgm_cluster_find_bindir(GError **error);

#endif
