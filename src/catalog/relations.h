/* relations.h - which relations a migration names are in this database, and with what columns. */
#ifndef PGMEDIC_CATALOG_RELATIONS_H
#define PGMEDIC_CATALOG_RELATIONS_H

#include "pgmedic/connection.h"

typedef struct
{
    char *schema;
    GHashTable *columns; /* char* → char*: name → type as format_type writes it */
} PgmRelation;

/* NAMES: elements char*, as written in a migration. Result: name → PgmRelation, for those that exist. Caller unrefs.
 */
GHashTable *pgm_relations_read(PgmConnection *connection, GPtrArray *names, GError **error);

#endif
