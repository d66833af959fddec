/*
 * marks.h - where drift is: by object, by what the object belongs to, and what is absent there.
 *
 * Made once for a drift, so that a screen may ask for any object at any time.
 */
#ifndef PGMEDIC_MARKS_H
#define PGMEDIC_MARKS_H

#include "pgmedic/drift.h"
#include "pgmedic/identity.h"

typedef struct PgmMarks PgmMarks;

typedef struct
{
    guint count; /* of differences; 0: none, and WORST means nothing */
    PgmSeverity worst;
} PgmMark;

/* DRIFT outlives the result; NULL: nothing to compare with, no marks at all. Caller frees. */
PgmMarks *pgm_marks_new(const PgmDrift *drift);
void pgm_marks_free(PgmMarks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmMarks, pgm_marks_free)

/* Was there a drift to make marks of? */
gboolean pgm_marks_compared(const PgmMarks *marks);
/* The differences of the object itself; elements PgmDifference, borrowed; NULL: none. */
const GPtrArray *pgm_marks_own(const PgmMarks *marks, const PgmIdentity *object);
/* The same of the object with all that belongs to it. Caller unrefs. */
GPtrArray *pgm_marks_all(const PgmMarks *marks, const PgmIdentity *object);
/* Those, summed up. */
PgmMark pgm_marks_whole(const PgmMarks *marks, const PgmIdentity *object);
/* Two marks in one. */
PgmMark pgm_mark_add(PgmMark a, PgmMark b);
/* What the baseline has of a relation, and the database lacks; NULL for both: what belongs to no relation. Elements are
 * the baseline's PgmObject, borrowed; NULL: none. */
const GPtrArray *pgm_marks_absent(const PgmMarks *marks, const char *schema, const char *relation);

/* All of it, relation by relation: the iterator's values are such arrays. */
void pgm_marks_each_absent(const PgmMarks *marks, GHashTableIter *iterator);

/* "✗", "▲", "○". */
const char *pgm_severity_sign(PgmSeverity severity);

#endif
