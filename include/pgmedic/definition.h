/*
 * definition.h - the statements that make one object as a snapshot has it.
 *
 * A relation comes with all that belongs to it, in the order in which a server takes it: itself with its columns,
 * defaults and settings, indexes, constraints, foreign keys, triggers, rules, policies, owner, grants, comments. What
 * it stands on (its schema, its columns' types, the tables that its foreign keys reference) must be there already.
 * Nothing is read from a database: what the snapshot does not hold (secret options) is not in it.
 */
#ifndef PGMEDIC_DEFINITION_H
#define PGMEDIC_DEFINITION_H

#include "pgmedic/snapshot.h"

/* Runnable in psql: each statement ends with a semicolon and a newline; what no statement can do is a comment line. Raw
 * text. A schema is made without what stands in it. Caller frees. */
char *pgm_definition_write(const PgmSnapshot *snapshot, const PgmObject *object);

#endif
