/*
 * demo.h - the incident on a private PostgreSQL: server, database, and the files an engineer would have at hand.
 */
#ifndef PGMEDIC_CLI_DEMO_H
#define PGMEDIC_CLI_DEMO_H

#include "pgmedic/cluster.h"

typedef struct
{
    PgmCluster *cluster;
    char *folder; /* the engineer's: pgmedic.yaml, staging.yaml, deploy.log, alembic/, runs/; inside the cluster's */
    char *config; /* pgmedic.yaml's path */
} PgmDemo;

/* Starts the server, loads the incident, writes the files. Whatever happens to this process, the cluster's guardian
 * removes all of it. Errors: as pgm_cluster_start(), and what a connection gives. */
PgmDemo *pgm_demo_start(GError **error);
/* Stops and removes it, unless KEEP. Frees DEMO. */
void pgm_demo_stop(PgmDemo *demo, gboolean keep);

#endif
