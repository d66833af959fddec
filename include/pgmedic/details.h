/*
 * details.h - what no snapshot holds of one object, read when somebody looks at it.
 *
 * Its size and use, what depends on it and what it depends on. Sizes open the relation; where somebody holds an ACCESS
 * EXCLUSIVE lock on it they are not waited for: the rest is there, and who holds it.
 */
#ifndef PGMEDIC_DETAILS_H
#define PGMEDIC_DETAILS_H

#include "pgmedic/connection.h"
#include "pgmedic/identity.h"

typedef struct
{
    PgmIdentity *object;   /* NULL: of no kind that a snapshot has, or a part of such */
    char *text;            /* as the server describes it, in its language; raw */
    int depth;             /* 1: directly, 2: through one view … */
    gboolean goes_with_it; /* dropped together with it, unasked */
} PgmDependency;

typedef struct
{
    char *name; /* an index */
    gint64 bytes;
    gint64 scans; /* since the statistics were reset; -1: unknown */
} PgmIndexUse;

/* Numbers are -1 where they are unknown or do not apply. Not changed once read. */
typedef struct
{
    gint64 total, heap, indexes, toast; /* bytes; total of a schema: as of the last vacuum or analyze */
    gint64 rows, dead_rows;             /* estimates: pg_class.reltuples, pg_stat_all_tables.n_dead_tup */
    gint64 sequential_scans, index_scans;
    char *last_vacuum, *last_analyze; /* by hand or by itself; UTC; NULL: never, or not known */
    char *database_owner;             /* whom a snapshot means where it names no owner; NULL: not read */
    char *last_value;                 /* of a sequence; NULL: none given yet, or not allowed */
    GPtrArray *index_uses;            /* PgmIndexUse, the largest first */
    char *size_error;                 /* why there are no sizes; raw; NULL */
    GPtrArray *holders;               /* char*: who holds the lock that sizes would wait for; raw */
    GPtrArray *depends_on;            /* PgmDependency, what was found through a view behind it; NULL: not read */
    GPtrArray *dependents;            /* the same */
    char *dependency_error;           /* raw; NULL */
} PgmDetails;

/* NULL with an error when OBJECT cannot be found any more, or the connection is lost; what else fails is told in the
 * details. Shared: ref and unref from any thread. */
PgmDetails *pgm_details_read(PgmConnection *connection, const PgmIdentity *object, GError **error);
PgmDetails *pgm_details_ref(PgmDetails *details);
void pgm_details_unref(PgmDetails *details);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmDetails, pgm_details_unref)

#endif
