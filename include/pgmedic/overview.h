/*
 * overview.h - the state of one target at a glance: migration head, drift, health.
 *
 * Each part is read by itself and carries its own complaint, so that one that
 * cannot be read hides nothing of the others.
 */
#ifndef PGMEDIC_OVERVIEW_H
#define PGMEDIC_OVERVIEW_H

#include "pgmedic/config.h"
#include "pgmedic/drift.h"
#include "pgmedic/health.h"
#include "pgmedic/migration.h"

/* Complaints are raw text; NULL: none. */
typedef struct
{
    GPtrArray *books;          /* PgmMigrationBook; NULL: could not be read */
    GPtrArray *states;         /* PgmMigrationState, one a book; NULL elements: unreadable, see the book */
    PgmRepository *repository; /* NULL: none configured, or not readable */
    char *migration_error;
    char *repository_error;

    PgmSnapshot *baseline; /* NULL: none configured, or not readable */
    PgmSnapshot *snapshot; /* NULL: not readable */
    PgmDrift *drift;       /* NULL without both */
    GPtrArray *within;     /* PgmMismatch; NULL without a snapshot */
    char *drift_error;

    GPtrArray *health; /* PgmHealthFinding: the server's checks (none when there is a complaint), then the endpoints */
    char *health_error;
} PgmOverview;

/* Reads all of it on CONNECTION (PGM_PURPOSE_INSPECT). CONFIG gives the thresholds; may be NULL. Error: only when the
 * connection is lost. Caller frees. */
PgmOverview *pgm_overview_read(PgmConnection *connection, const PgmTarget *target, const PgmConfig *config,
                               GError **error);
void pgm_overview_free(PgmOverview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmOverview, pgm_overview_free)

/* Something that needs a person: drift that is risky or breaking, a check that fails or warns (not those that are only
 * about tidiness), books that are failed, unreadable or at odds with the schema, a part that could not be read. What is
 * merely pending is none, nor are mismatches within: some of them rest on names alone. */
gboolean pgm_overview_has_findings(const PgmOverview *overview);

#endif
