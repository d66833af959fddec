/* judge.h - what a difference means, and what need not be told; private to the drift layer. */
#ifndef DRIFT_JUDGE_H
#define DRIFT_JUDGE_H

#include "pgmedic/drift.h"

typedef struct
{
    PgmSeverity severity;
    const char *reason;
} PgmVerdict;

PgmVerdict pgm_judge_missing(const PgmObject *expected);
PgmVerdict pgm_judge_extra(const PgmObject *actual);
PgmVerdict pgm_judge_changed(const PgmObject *expected, const PgmObject *actual, int attribute);

/* An index that a constraint made, or a sequence that belongs to a column: that it is missing or extra is told of the
 * constraint, or of the column's default or identity. The database itself is always there; an old baseline lacks it. */
gboolean pgm_judge_told_elsewhere(const PgmObject *object);
/* How the index of a constraint is defined is told of the constraint. */
gboolean pgm_judge_attribute_told_elsewhere(const PgmObject *expected, const PgmObject *actual, int attribute);

/* Does one of the IGNORE patterns cover OBJECT (or what it belongs to), or ATTRIBUTE (may be NULL) of it? */
gboolean pgm_judge_is_ignored(GPtrArray *ignore, const PgmSnapshot *snapshot, const PgmObject *object,
                              const char *attribute);

/* The kind of the relation that OBJECT belongs to, as SNAPSHOT has it; NULL: it belongs to none. */
const PgmObject *pgm_judge_parent(const PgmSnapshot *snapshot, const PgmObject *object);

/* dialect.c: are X and Y of OBJECT's ATTRIBUTE the same, printed by servers of different versions? */
gboolean pgm_dialect_is_same(const PgmSnapshot *expected, const PgmSnapshot *actual, const PgmObject *object,
                             const PgmAttribute *attribute, const char *x, const char *y);
/* A definition that differs between two major versions may yet be the same: that cannot be told. */
gboolean pgm_dialect_may_be_same(const PgmSnapshot *expected, const PgmSnapshot *actual, const PgmObject *object,
                                 const PgmAttribute *attribute);

#endif
