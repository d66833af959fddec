/* model.h - how a snapshot is put together; private to the catalog layer. */
#ifndef CATALOG_MODEL_H
#define CATALOG_MODEL_H

#include "pgmedic/snapshot.h"

enum
{
    PGM_BASELINE_FORMAT = 1,
};

/* To be filled and finished. */
PgmSnapshot *pgm_snapshot_new(void);

/* Number of attributes of KIND. */
int pgm_kind_attributes(const PgmKind *kind);
/* Is it the kind that others stand in? */
gboolean pgm_kind_is_schema(const PgmKind *kind);

/* A new object, owned by SNAPSHOT, without values. Strings are copied; PARENT may be NULL. */
PgmObject *pgm_snapshot_add(PgmSnapshot *snapshot, const PgmKind *kind, const char *schema, const char *parent,
                            const char *name);
/* NULL clears it. */
void pgm_snapshot_set(PgmSnapshot *snapshot, PgmObject *object, int attribute, const char *value);

/* Sorts and indexes what was added since the last time: some kinds as a whole, that stand behind those before in the
 * table of kinds. An identity that occurs twice keeps its first object and is returned (borrowed), else NULL. */
const PgmObject *pgm_snapshot_settle(PgmSnapshot *snapshot);
/* Settles the rest; nothing is added afterwards. */
const PgmObject *pgm_snapshot_finish(PgmSnapshot *snapshot);

/* The statements of a read of the whole database from a server of VERSION, in order, with its BEGIN and COMMIT: char*.
 * Caller unrefs. */
GPtrArray *pgm_snapshot_statements(int version);

#endif
