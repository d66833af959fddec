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

/* IGNORE: patterns "table audit.*", "comment *": a kind, an attribute or "*", a blank, a glob over the display name;
 * NULL: none.
 * What either side could not read is not compared. Snapshots must outlive the result. Caller frees. */
PgmDrift *pgm_drift_compare(const PgmSnapshot *expected, const PgmSnapshot *actual, GPtrArray *ignore);
void pgm_drift_free(PgmDrift *drift);
/* Can each pattern of IGNORE match anything? Error: PGM_ERROR_USAGE. */
gboolean pgm_drift_accepts(const GPtrArray *ignore, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmDrift, pgm_drift_free)

/* The lines of both sides' `unread` about what IGNORE (may be NULL) does not leave out whole: without differences, they
 * say that nothing is proved. Elements char*, borrowed from the snapshots; caller unrefs. */
GPtrArray *pgm_drift_uncompared(const PgmSnapshot *expected, const PgmSnapshot *actual, const GPtrArray *ignore);

/* One statement that mends the actual database, or why there is none. */
typedef struct
{
    const PgmDifference *difference; /* borrowed: what it is for; several may serve one, first among them the first */
    char *sql;                       /* without a semicolon; NULL: no statement can do it, HAZARD says why */
    const char *lock;                /* "ACCESS EXCLUSIVE", the strongest lock it takes on a table; NULL: none */
    char *hazard;                    /* what it costs or may lose, one clause; NULL: nothing to speak of */
    char *guess;                     /* the statement to run instead, if it was merely renamed; NULL: no such guess */
    gboolean alone;                  /* must stand outside a transaction block */
    int stage;                       /* what must come first has a lower one */
    int transaction; /* steps of one number, one after the other, belong into one; 0: it does not matter */
} PgmMend;

/* The statements that make ACTUAL what EXPECTED says, in the order in which they are to be run. Indexes are built
 * CONCURRENTLY and constraints added NOT VALID, then validated, except on tables that are made here. What an owner, a
 * role or a connection is called is taken from EXPECTED. Elements are PgmMend; caller unrefs, before the drift. */
GPtrArray *pgm_drift_mend(const PgmDrift *drift, const PgmSnapshot *expected, const PgmSnapshot *actual);

/* One line of the script that they are. */
typedef enum
{
    PGM_MEND_REMARK, /* "-- locks ACCESS EXCLUSIVE", safe for a terminal */
    PGM_MEND_HAZARD, /* "-- the values in it are lost", likewise */
    PGM_MEND_SQL,    /* as it is to be sent: not yet safe */
} PgmMendLineKind;

typedef struct
{
    PgmMendLineKind kind;
    char *text; /* without a line's end */
} PgmMendLine;

/* STEPS (PgmMend) for psql: before each as comments its lock, its hazard, and what it may be instead; BEGIN and COMMIT
 * around what belongs together. Elements are PgmMendLine; caller unrefs. */
GPtrArray *pgm_drift_mend_script(const GPtrArray *steps);

/* Two columns of one database that must be of one type and are not. */
typedef struct
{
    const PgmObject *column;     /* borrowed from the snapshot */
    const PgmObject *key;        /* the column that it references, or by its name must mean */
    const PgmObject *constraint; /* the foreign key; NULL: only the name says so */
    char *text;                  /* a sentence, not yet safe for a terminal */
} PgmMismatch;

/* A foreign key's columns and what they reference, and columns named like a key ("document_id", "parent_document_id":
 * documents.id in the same schema), of different types; lengths aside. IGNORE: as above, over the column. Elements are
 * PgmMismatch; caller unrefs, before the snapshot. */
GPtrArray *pgm_drift_within(const PgmSnapshot *snapshot, GPtrArray *ignore);

const char *pgm_severity_name(PgmSeverity severity); /* "breaking" */

#endif
