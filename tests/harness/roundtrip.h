/*
 * roundtrip.h - for tests: snapshots of scratch databases, and the mending SQL run until nothing differs.
 */
#ifndef PGMEDIC_TEST_ROUNDTRIP_H
#define PGMEDIC_TEST_ROUNDTRIP_H

#include "harness/server.h"
#include "pgmedic/drift.h"

/* What DATABASE is; the superuser reads all of it, so nothing may be left unread. */
PgmSnapshot *pgm_test_snapshot(PgmTestDatabase *database);
/* A line for each difference; "" when there is none. Caller frees. */
char *pgm_test_differences(const PgmSnapshot *expected, const PgmSnapshot *actual);
/* Mends DATABASE until it is as EXPECTED says, each statement in the transaction that it belongs into. The result tells
 * which statements failed and what still differs afterwards, then all statements, for eyes; "": all is well. With
 * CHANGED, that nothing differed to begin with is told too. Caller frees. */
char *pgm_test_mend(PgmTestDatabase *database, const PgmSnapshot *expected, gboolean changed);

/* Written as a baseline and read back: what differs then; it must also be written the same again. Caller frees. */
char *pgm_test_reread(const PgmSnapshot *snapshot);
/* DATABASE dumped and restored into another: what differs then. "" too where pg_dump is older than the server. Caller
 * frees. */
char *pgm_test_restore(PgmTestDatabase *database, const PgmSnapshot *snapshot);

#endif
