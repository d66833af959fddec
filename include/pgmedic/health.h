/*
 * health.h - checks of a live server, as a table.
 */
#ifndef PGMEDIC_HEALTH_H
#define PGMEDIC_HEALTH_H

#include "pgmedic/config.h"
#include "pgmedic/connection.h"

typedef enum
{
    PGM_HEALTH_OK,
    PGM_HEALTH_WARN,
    PGM_HEALTH_FAIL,
    PGM_HEALTH_UNKNOWN, /* could not be asked: summary says which grant or version it lacks */
} PgmHealthLevel;

typedef struct
{
    const char *check; /* "connections" */
    PgmHealthLevel level;
    gboolean tidiness; /* a warning is about tidiness or history: worth saying, and no reason to call it unhealthy */
    char *summary;     /* "41 of 100" */
    char *advice;      /* what to do; NULL when ok */
} PgmHealthFinding;

/* Does each of THRESHOLDS (PgmThreshold) name a check, and a value that it can have? Error: PGM_ERROR_INVALID, with the
 * place in the file and the nearest name. */
gboolean pgm_health_accepts(const GPtrArray *thresholds, GError **error);

/* Every check, in the table's order; a check that fails or times out is UNKNOWN and does not stop the rest. THRESHOLDS:
 * PgmThreshold of the configuration, may be NULL. Elements PgmHealthFinding. NULL with ERROR only when the connection
 * is lost. */
GPtrArray *pgm_health_check(PgmConnection *connection, GPtrArray *thresholds, GError **error);

/* The same in two parts, for who must not wait: first, PATIENT FALSE, every check that is not in SLOW, each for a
 * moment only; what did not answer in it is added to SLOW (a set of their names, borrowed from the table). Then,
 * PATIENT TRUE, those in SLOW, each with all the time it has. SLOW keeps them: a check that was slow once is not asked
 * first again. */
GPtrArray *pgm_health_ask(PgmConnection *connection, GPtrArray *thresholds, gboolean patient, GHashTable *slow,
                          GError **error);
/* Puts copies of LATER's findings into FINDINGS, in the place of those of the same check, in the table's order. */
void pgm_health_merge(GPtrArray *findings, const GPtrArray *later);

/* One HTTP endpoint, through libcurl; blocks for at most tries × 5 s. Caller frees with pgm_health_finding_free. */
PgmHealthFinding *pgm_health_endpoint(const PgmEndpoint *endpoint);
void pgm_health_finding_free(PgmHealthFinding *finding);

const char *pgm_health_level_name(PgmHealthLevel level); /* "ok", "warn", "fail", "unknown" */

#endif
