/*
 * statement.h - for tests: a statement on its way, on a thread of its own, and how it ended.
 */
#ifndef PGMEDIC_TEST_STATEMENT_H
#define PGMEDIC_TEST_STATEMENT_H

#include "pgmedic/connection.h"

typedef struct PgmStatement PgmStatement;

/* CONNECTION is the statement's until its end. SQL must outlive it. */
PgmStatement *pgm_statement_start(PgmConnection *connection, const char *sql);
/* Waits for its end and frees it. NULL: it succeeded; else what it was told. Caller frees. */
char *pgm_statement_end(PgmStatement *statement);

#endif
