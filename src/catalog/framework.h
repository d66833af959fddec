/* framework.h - the table of migration frameworks: how their books are recognised and read. */
#ifndef PGMEDIC_CATALOG_FRAMEWORK_H
#define PGMEDIC_CATALOG_FRAMEWORK_H

#include <glib.h>

typedef struct
{
    const char *name;     /* "golang-migrate" */
    const char *query;    /* in src/sql/migration/books/; NULL: as its name */
    const char *relation; /* as its query in src/sql/migration/books/ writes it */
    const char *columns;  /* all of them must be there: lower case, comma-separated */
    gboolean exact;       /* … and no other: for signatures that other tables may have too */
    const char *named;    /* the table's name holds this, in lower case; NULL: any name */
    const char *table;    /* the table's name is this, in lower case; NULL: any name */
    const char *schema;   /* only in this schema; NULL: any */
    const char *beside;   /* only if a table of this name is in the same schema; "!name": only if none is; NULL */
    const char *lock;     /* name of the query that reads its lock table or its log, and of that table; NULL: none */
    const char *lock_table;
    /* The advisory lock's key lies between BEGIN and END; both 0: none. crc32 is of what `scope` says. */
    gint64 key_begin, key_end;
    enum
    {
        PGM_LOCK_FIXED,
        PGM_LOCK_TIMES_CRC_DATABASE,       /* key_begin × crc32(database) */
        PGM_LOCK_TIMES_CRC_TABLE_MODULO_32 /* (key_begin × crc32(schema\0table\0database)) mod 2^32 */
    } scope;
} PgmFramework;

/* Ends with a NULL name. The first row that fits counts. */
extern const PgmFramework pgm_frameworks[];

/* The row that fits a table; NULL: none. COLUMNS: lower case, sorted, comma-separated. TABLES: the candidates' names
 * as "schema.name" → anything. */
const PgmFramework *pgm_framework_recognise(const char *schema, const char *name, const char *columns,
                                            GHashTable *tables);

/* The range of the advisory lock's key in DATABASE; FALSE: the framework has none. */
gboolean pgm_framework_lock_key(const PgmFramework *framework, const char *database, const char *schema,
                                const char *table, gint64 *low, gint64 *high);

#endif
