/*
 * scratch.h - an empty database to try something in, gone again afterwards.
 *
 * On a server that the operator names it is a database of its own,
 * "pgmedic_scratch_…"; nothing else on that server is touched, and statements
 * that would reach beyond the database are refused. Without a server it is a
 * private cluster (cluster.h). On a named server SIGINT, SIGTERM and SIGHUP wait
 * until the database is gone again, from pgm_scratch_new() to pgm_scratch_free().
 */
#ifndef PGMEDIC_SCRATCH_H
#define PGMEDIC_SCRATCH_H

#include "pgmedic/conninfo.h"

typedef struct PgmScratch PgmScratch;

/* SERVER: where to make it; NULL: a private cluster. NOT_ON: a target whose server it may not be (the same system
 * identifier); NULL: any. Error: PGM_ERROR_REFUSED, PGM_ERROR_CONNECT, PGM_SQL_ERROR when the role may not create
 * databases. Caller frees. */
PgmScratch *pgm_scratch_new(const PgmConninfo *server, const PgmConninfo *not_on, GError **error);
/* Drops the database that was made on a named server; nothing else can be done with it then. Error: why it is still
 * there, with its name. */
gboolean pgm_scratch_drop(PgmScratch *scratch, GError **error);
/* Drops the database, or stops the cluster. NULL is fine. */
void pgm_scratch_free(PgmScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmScratch, pgm_scratch_free)

/* Borrowed. */
const PgmConninfo *pgm_scratch_conninfo(const PgmScratch *scratch);

/* Runs the SQL of PATH in it. In a private cluster psql does, so that a dump with data is fine too; on a named server
 * it is plain SQL, statement by statement: no backslash commands but \restrict, nothing about databases, roles (who is
 * a member, what one owns), tablespaces, subscriptions or the server; the rows of COPY … FROM stdin; are passed over.
 * A file that makes databases is refused by both. Error: PGM_ERROR_INVALID, naming the line; PGM_ERROR_CANCELLED by a
 * signal. */
gboolean pgm_scratch_load(PgmScratch *scratch, const char *path, GError **error);

#endif
