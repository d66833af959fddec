/* locked.h - what another session's ACCESS EXCLUSIVE lock keeps from being read, told in lines; private to the catalog
 * layer. */
#ifndef CATALOG_LOCKED_H
#define CATALOG_LOCKED_H

#include "pgmedic/snapshot.h"

/* A relation under another session's lock, and the lock in words: "locked by pid 4711 (ALTER TABLE …) for 1 min 12 s".
 */
typedef struct
{
    char *relation; /* "public.documents" */
    char *sentence;
} PgmLocked;

/* From ROW of catalog/locked, whose rows of one session follow each other. */
PgmLocked *pgm_locked_new(const PgmResult *result, int row);
void pgm_locked_free(PgmLocked *locked);

/* Adds RELATIONS (PgmLocked) to what SNAPSHOT could not read, a line for each lock's session, and which definitions it
 * is about; nothing when there are none. The snapshot must be finished. */
void pgm_locked_tell(PgmSnapshot *snapshot, const GPtrArray *relations);

/* Whose lock keeps SCHEMA.NAME from being read, in words as above; NULL: nobody's, as far as can be told. Caller frees.
 */
char *pgm_locked_by(PgmConnection *connection, const char *schema, const char *name);

/* When ERROR is that of a query which waited for a lock in vain (55P03): puts into its message which system catalog is
 * locked, and by whom, as far as can be told. Nothing else is changed; ERROR and what it points to may be NULL. */
void pgm_locked_explain(PgmConnection *connection, GError **error);

#endif
