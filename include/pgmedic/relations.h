/* relations.h - which relations a migration names are in this database, and with what columns. */
#ifndef PGMEDIC_RELATIONS_H
#define PGMEDIC_RELATIONS_H

#include "pgmedic/connection.h"

typedef struct
{
    char *schema;
    GHashTable *columns; /* char* → char*: name → type as format_type writes it */
} PgmRelation;

/* NAMES: elements char*, as written in a migration. Result: name → PgmRelation, for those that exist. Caller unrefs.
 */
GHashTable *pgm_relations_read(PgmConnection *connection, GPtrArray *names, GError **error);

/* Could a foreign key of column type FROM reference a column of type TO? Types as format_type writes them. TRUE too
 * where it cannot be told (a type that is not found). */
gboolean pgm_relations_comparable(PgmConnection *connection, const char *from, const char *to, gboolean *comparable,
                                  GError **error);

/* The foreign key columns that reference RELATION.COLUMN: "table.column (type), constraint NAME". Elements char*. */
GPtrArray *pgm_relations_references(PgmConnection *connection, const char *schema, const char *relation,
                                    const char *column, GError **error);

#endif
