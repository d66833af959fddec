/* backup_tables.h - which tables a backup takes, and what is in them. */
#ifndef RUN_BACKUP_TABLES_H
#define RUN_BACKUP_TABLES_H

#include "pgmedic/backup.h"

/* Rows of a VALUES list: the settings that the text forms of values depend on, as the checksums pin them. */
#define PGM_CHECKSUM_SETTINGS                                                                                          \
    "('TimeZone', 'UTC'), ('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('extra_float_digits', '3'), "     \
    "('bytea_output', 'hex'), ('lc_monetary', 'C'), ('xmloption', 'content')"

typedef struct
{
    char *display;  /* for people: "documents" */
    char *sql_name; /* "public"."documents": for SQL, and a pattern of pg_dump's that matches this table alone */
    gboolean partitioned;
    gint64 bytes;
} PgmChosenTable;

/* The tables of REQUEST, partitions and children included, sorted by name. Error: PGM_ERROR_INVALID naming all that do
 * not exist or are no tables. */
GPtrArray *pgm_backup_choose(PgmConnection *connection, const PgmBackupRequest *request, GError **error);
gint64 pgm_backup_total(const GPtrArray *chosen);

/* "SELECT rows, checksum" of one table. Caller frees. */
char *pgm_backup_checksum_sql(const PgmChosenTable *table);
/* From that query's answer; NULL for a partitioned table, which has no rows of its own. */
PgmBackupTable *pgm_backup_table_new(const PgmChosenTable *table, const PgmResult *answer);
void pgm_backup_table_free(PgmBackupTable *table);

/* Who has ACCESS EXCLUSIVE on one of CHOSEN (NULL: of what REQUEST names) or waits for it, for a message: "pid 123
 * alice (psql), idle in transaction, its transaction 3 min 05 s old"; "" when nobody has. Caller frees. */
char *pgm_backup_blockers(PgmConnection *connection, const PgmBackupRequest *request, const GPtrArray *chosen);

#endif
