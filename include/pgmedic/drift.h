/*
 * drift.h - two snapshots, and how they differ.
 *
 * "Expected" is the baseline, "actual" the database.
 */
#ifndef PGMEDIC_DRIFT_H
#define PGMEDIC_DRIFT_H

#include "pgmedic/snapshot.h"

typedef enum
{
    PGM_DIFFERENCE_MISSING, /* expected, not there */
    PGM_DIFFERENCE_EXTRA,   /* there, not expected */
    PGM_DIFFERENCE_CHANGED, /* one attribute differs */
} PgmDifferenceKind;

typedef struct
{
    PgmDifferenceKind kind;
    const PgmObject *expected; /* borrowed from the snapshots; NULL for EXTRA */
    const PgmObject *actual;   /* NULL for MISSING */
    const char *attribute;     /* CHANGED: its name */
    char *display;             /* "documents.id" */
    char *expected_text;       /* "character varying(36)", "absent" */
    char *actual_text;         /* "uuid" */
    PgmSeverity severity;
    const char *reason;
} PgmDifference;

typedef struct
{
    GPtrArray *differences; /* PgmDifference, breaking first, then by object */
    int breaking, risky, cosmetic;
} PgmDrift;

/* IGNORE: patterns "table audit.*", "comment *": a kind, a blank, a glob over the display name; NULL: none.
 * What either side could not read is not compared. Snapshots must outlive the result. Caller frees. */
PgmDrift *pgm_drift_compare(const PgmSnapshot *expected, const PgmSnapshot *actual, GPtrArray *ignore);
void pgm_drift_free(PgmDrift *drift);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmDrift, pgm_drift_free)

const char *pgm_severity_name(PgmSeverity severity); /* "breaking" */

#endif
