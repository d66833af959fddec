/*
 * standby.h - for tests: a streaming standby of a cluster, on a unix socket.
 */
#ifndef PGMEDIC_TEST_STANDBY_H
#define PGMEDIC_TEST_STANDBY_H

#include "pgmedic/cluster.h"

typedef struct
{
    char *folder; /* the socket is in it; port 5432 */
    PgmConninfo *info;
    GPid pid;
} PgmStandby;

/* Of PRIMARY, by pg_basebackup. SETTINGS: the server's options, "-c name=value …". FALSE: there is no pg_basebackup
 * beside the server's binaries. What else goes wrong fails the test. */
gboolean pgm_standby_start(PgmStandby *standby, const PgmCluster *primary, const char *settings);
void pgm_standby_stop(PgmStandby *standby);

#endif
