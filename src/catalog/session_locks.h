/* session_locks.h - the lines of sessions/locks.sql, told of the sessions; private to the catalog layer. */
#ifndef CATALOG_SESSION_LOCKS_H
#define CATALOG_SESSION_LOCKS_H

#include "pgmedic/connection.h"

/* Says of each of ROWS (PgmSessionRow, in their final order) what it holds, what it awaits and who is in its way. */
void pgm_session_locks_tell(GPtrArray *rows, const PgmResult *locks);

/* The pids of those who wait, and of those who block, as text. Caller frees. */
GHashTable *pgm_session_locks_pids(const PgmResult *locks);

#endif
