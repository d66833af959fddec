/*
 * pooler.h - for tests: PgBouncer in front of a cluster of its own, on a unix socket.
 */
#ifndef PGMEDIC_TEST_POOLER_H
#define PGMEDIC_TEST_POOLER_H

#include "pgmedic/cluster.h"

typedef struct
{
    PgmCluster *cluster;
    PgmConninfo *info; /* through the pooler, database postgres */
    GPid pid;
} PgmPooler;

/* Where pgbouncer is; NULL: not installed. Caller frees. */
char *pgm_pooler_program(void);
/* MODE: "session" or "transaction". What goes wrong fails the test. */
void pgm_pooler_start(PgmPooler *pooler, const char *program, const char *mode, int pool_size);
void pgm_pooler_stop(PgmPooler *pooler);

#endif
