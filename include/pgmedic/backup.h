/*
 * backup.h - the backup before the first phase: a dump from an exported snapshot, proved.
 *
 * One REPEATABLE READ session exports its snapshot, counts the rows and makes an
 * order-free checksum of every table in it; pg_dump dumps that very snapshot; the
 * dump is read back whole by pg_restore and hashed. So what a restore brings back
 * can be held against the counts and checksums exactly, while live tables move on.
 * Rows written after snapshot_time are not in it. It holds ACCESS SHARE while it
 * lasts, and nothing once it has returned. (POSTGRES.md 7)
 *
 * Sequences' values, large objects and, for tables, the types and functions they
 * need are not checked; a dump of tables does not hold types, schemas and functions at all.
 */
#ifndef PGMEDIC_BACKUP_H
#define PGMEDIC_BACKUP_H

#include "pgmedic/connection.h"
#include "pgmedic/runbook.h"

#include <gio/gio.h>

/* The dump's name in the run's folder. It exists only once it has been read back whole. */
#define PGM_BACKUP_FILE "backup.dump"

typedef enum
{
    PGM_BACKUP_STEP_COUNT,  /* rows and checksums; bytes: of the tables done */
    PGM_BACKUP_STEP_DUMP,   /* bytes: of the dump so far; it is compressed, so it ends below the estimate */
    PGM_BACKUP_STEP_VERIFY, /* bytes: of the dump read back; the estimate is then the dump's size */
    PGM_BACKUP_STEP_HASH,
} PgmBackupStep;

const char *pgm_backup_step_name(PgmBackupStep step); /* "counting rows", "dumping", "reading back", "hashing" */

typedef struct
{
    PgmBackupStep step;
    gint64 bytes;
    gint64 estimated_bytes; /* of the step; 0: unknown */
    gint64 elapsed_ms;      /* since the backup began */
} PgmBackupProgress;

typedef struct
{
    char *name;     /* "documents"; schema-qualified unless it is public, quoted where SQL needs it */
    gint64 rows;    /* of this table alone: a partition counts for itself, its parent has none */
    char *checksum; /* sum over rows of hashtextextended(row::text, 0), a decimal number; "0" when empty */
    gint64 bytes;   /* pg_total_relation_size */
} PgmBackupTable;

typedef struct
{
    char *kind;          /* "dump" */
    char *file;          /* absolute path */
    gint64 bytes;        /* of the file */
    char *sha256;        /* of the file */
    char *snapshot_time; /* UTC, the server's clock */
    GPtrArray *tables;   /* PgmBackupTable, sorted by name; partitions and children of a named table are included */
    char *pg_dump;       /* "15.20" */
    gint64 ms;
} PgmBackup;

typedef struct
{
    const PgmConninfo *conninfo;
    PgmBackupScope scope;      /* TABLES or DATABASE */
    const char *const *tables; /* TABLES: as the runbook names them, found by SEARCH_PATH */
    int table_count;
    const char *search_path;                                        /* NULL: the session's own */
    const char *folder;                                             /* the run's, private to the operator */
    const char *bindir;                                             /* where pg_dump is; NULL: searched */
    void (*tell)(const PgmBackupProgress *progress, gpointer user); /* in the calling thread, about 5 times a second;
                                                                       may be NULL */
    gpointer user;
    GCancellable *cancellable; /* any thread may cancel it; may be NULL */
} PgmBackupRequest;

/* Blocks until the dump is proved. Errors: PGM_ERROR_REFUSED (no pg_dump that is new enough, and which package has it;
 * no room on the disk, how much is needed; a table locked by others, and by whom; missing privileges),
 * PGM_ERROR_INVALID (no such table; the dump does not read back), PGM_ERROR_CANCELLED, PGM_ERROR_IO, and what a
 * connection gives. After an error no dump is left. */
PgmBackup *pgm_backup_dump(const PgmBackupRequest *request, GError **error);
void pgm_backup_free(PgmBackup *backup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmBackup, pgm_backup_free)

/* The size of what would be dumped, for the prompt: -1 with ERROR. Only conninfo is not used of REQUEST. */
gint64 pgm_backup_estimate(PgmConnection *connection, const PgmBackupRequest *request, GError **error);

/* Row counts and checksums of tables as they are now in CONNECTION's transaction, in the form of a backup's: for
 * comparing after a restore. NAMES as regclass takes them. Elements PgmBackupTable, sorted by name. */
GPtrArray *pgm_backup_checksums(PgmConnection *connection, const char *const *names, int n, GError **error);

/* Reads a whole dump with pg_restore, which finds what is cut off or was changed. Error: PGM_ERROR_INVALID,
 * PGM_ERROR_REFUSED (no pg_restore), PGM_ERROR_CANCELLED. */
gboolean pgm_backup_read_back(const char *path, GCancellable *cancellable, GError **error);

/* Is the dump on record still there and unchanged? Error: PGM_ERROR_INVALID, or what reading it gives. */
gboolean pgm_backup_check_file(const char *path, const char *sha256, GError **error);

#endif
