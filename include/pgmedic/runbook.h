/*
 * runbook.h - a runbook, format 1 (RUNBOOK.md of the design), loaded, checked, and bound to its parameters.
 *
 * Loading reads the YAML file and every script it names, once, from one
 * descriptor each; the SHA-256 covers those bytes, and a run is bound to it.
 */
#ifndef PGMEDIC_RUNBOOK_H
#define PGMEDIC_RUNBOOK_H

#include "pgmedic/connection.h"
#include "pgmedic/node.h"
#include "pgmedic/script.h"

typedef enum
{
    PGM_EXPECT_VALUE, /* one row, one column, equal as text */
    PGM_EXPECT_ROWS,  /* {rows: N} or {rows: ">0"} */
    PGM_EXPECT_TABLE, /* {table: [[…], …]} */
    PGM_EXPECT_SAME,  /* the answer right after the locks were taken */
} PgmExpectKind;

typedef struct
{
    PgmExpectKind kind;
    char *value;      /* VALUE: the text; NULL for SQL null (expect: null) */
    char *comparison; /* ROWS: "=", ">", ">=", "<", "<=", "<>" */
    gint64 rows;      /* ROWS */
    GPtrArray *table; /* TABLE: GPtrArray of char* (NULL cell: SQL null) */
} PgmExpectation;

/* A read-only question with the answer that must come: precondition, verification, done_when, rollback_verify. */
typedef struct
{
    char *name; /* done_when has none: NULL */
    char *sql;
    int line; /* in the runbook */
    PgmExpectation expect;
} PgmCheck;

typedef enum
{
    PGM_PARAMETER_TABLE,
    PGM_PARAMETER_COLUMN,
    PGM_PARAMETER_IDENTIFIER,
    PGM_PARAMETER_TEXT,
    PGM_PARAMETER_INTEGER,
    PGM_PARAMETER_CHOICE,
} PgmParameterType;

typedef struct
{
    char *name;
    PgmParameterType type;
    char *default_value; /* NULL: must be given */
    char *help;          /* NULL: none */
    GPtrArray *choices;  /* char*, for CHOICE (`choices:`) */
} PgmParameter;

/* A way in: an error that leads here. A clause whose field the log lacks is skipped; at least one must have matched. */
typedef struct
{
    char *sqlstate;  /* NULL: any */
    GRegex *message; /* NULL: any */
    GRegex *detail;
    GRegex *statement;
    GRegex *context;
} PgmMatch;

typedef enum
{
    PGM_ROLLBACK_SQL,          /* rollback_script or rollback_sql */
    PGM_ROLLBACK_NOTHING,      /* rollback: nothing */
    PGM_ROLLBACK_IRREVERSIBLE, /* irreversible: REASON */
} PgmRollbackKind;

/* One script's text and its statements, after parameters were filled in. */
typedef struct
{
    char *file;            /* path as the runbook names it, "uuid-to-varchar/1-convert.sql"; NULL: inline */
    int line;              /* inline: first line in the runbook */
    char *text;            /* as read */
    GPtrArray *statements; /* PgmStatement; with parameters filled in once pgm_runbook_bind() was called */
} PgmScript;

enum
{
    PGM_PHASE_LOCK_TIMEOUT_MS = 300,
    PGM_PHASE_LOCK_RETRIES = 20,
    PGM_PHASE_STATEMENT_TIMEOUT_MS = 15 * 60 * 1000,
    PGM_PHASE_DECIDE_WITHIN_MS = 20 * 1000,
    PGM_PHASE_STALL_LIMIT_MS = 5 * 1000,
    PGM_PHASE_MAX_TOLERANT = 50, /* tolerant statements a phase: POSTGRES.md 5 */
};

typedef struct
{
    char *name;
    char *title;
    int line;
    gboolean transaction; /* FALSE for `transaction: none` */
    PgmScript *script;
    PgmRollbackKind rollback;
    PgmScript *rollback_script; /* PGM_ROLLBACK_SQL */
    char *irreversible;         /* the reason */
    GPtrArray *rollback_verify; /* PgmCheck */
    GPtrArray *lock;            /* char*: tables, ACCESS EXCLUSIVE, taken first */
    int lock_timeout_ms;
    int lock_retries;
    int statement_timeout_ms;
    int decide_within_ms;
    int stall_limit_ms;
    gboolean commit_verified; /* commit: verified */
    PgmCheck *done_when;
    GPtrArray *tolerate; /* char*: SQLSTATEs */
    GPtrArray *verify;   /* PgmCheck */
} PgmPhase;

typedef enum
{
    PGM_BACKUP_TABLES,
    PGM_BACKUP_DATABASE,
    PGM_BACKUP_NONE,
} PgmBackupScope;

typedef struct
{
    char *path;   /* of the YAML file */
    char *sha256; /* of the YAML and its scripts, hexadecimal */
    char *name;
    char *title;
    char *severity; /* "P0" … "P4" */
    char *summary;
    char *search_path;
    GPtrArray *matches;       /* PgmMatch */
    GPtrArray *parameters;    /* PgmParameter */
    GPtrArray *preconditions; /* PgmCheck */
    PgmBackupScope backup;
    GPtrArray *backup_tables; /* char*, parameters filled in once bound */
    char *backup_reason;      /* for NONE */
    gboolean backup_required;
    GPtrArray *phases;  /* PgmPhase */
    GHashTable *values; /* parameter name → value, once bound; else NULL */
    GPtrArray *sources; /* PgmSource: every byte that was read, for the run's own copy */
} PgmRunbook;

typedef struct
{
    char *name; /* "runbooks/NAME.yaml" or "hotfixes/NAME/1.sql": where it stands in a run's folder */
    GBytes *bytes;
} PgmSource;

/* Loads PATH and its scripts and checks all that RUNBOOK.md lists under "What loading checks". FINDINGS gets every
 * mistake at once, notes too (may not be NULL). Returns NULL with ERROR (PGM_ERROR_INVALID) when there was an error.
 * Caller frees. */
PgmRunbook *pgm_runbook_load(const char *path, PgmFindings *findings, GError **error);
/* The same for a server whose version is known (server_version_num; 0: unknown): SQL that the grammar of 15 does not
 * know is then a note, not an error, where the server is newer. */
PgmRunbook *pgm_runbook_load_for(const char *path, int server_version, PgmFindings *findings, GError **error);
void pgm_runbook_free(PgmRunbook *runbook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmRunbook, pgm_runbook_free)

/* Fills the parameters in: VALUES (name → text) over the defaults. Checks types, missing and unknown names, all at
 * once. Statements, checks, locks and backup tables then hold final SQL. Once only. Error: PGM_ERROR_USAGE. */
gboolean pgm_runbook_bind(PgmRunbook *runbook, GHashTable *values, GError **error);

/* A parameter's value judged by its type, for a prompt. Error: PGM_ERROR_USAGE with what would do. */
gboolean pgm_parameter_check(const PgmParameter *parameter, const char *value, GError **error);
const char *pgm_parameter_type_name(PgmParameterType type);

const PgmPhase *pgm_runbook_phase(const PgmRunbook *runbook, const char *name); /* NULL: none */

/* Where runbooks are: FOLDER if given, then ./runbooks, then the installed library (or the source tree's, beside a
 * build). NAME_OR_PATH with a slash or ending in .yaml is a path. Error: PGM_ERROR_USAGE naming the folders searched
 * and the nearest name. */
char *pgm_library_find(const char *folder, const char *name_or_path, GError **error);
/* Every runbook's path in those folders, nearest first, a name once. Elements char*. */
GPtrArray *pgm_library_list(const char *folder);

/* Does RESULT meet the expectation? SAME_AS: the earlier answer as pgm_check_answer() gave it, for PGM_EXPECT_SAME. */
gboolean pgm_expectation_holds(const PgmExpectation *expect, const PgmResult *result, const char *same_as);
/* The answer as one short text: the value, or "N rows", or rows as "a | b; c | d" (bounded to 2000 bytes). Caller
 * frees. */
char *pgm_check_answer(const PgmExpectation *expect, const PgmResult *result);
/* What is expected, for people: "uuid", "more than 0 rows", "the same as before". Caller frees. */
char *pgm_expectation_text(const PgmExpectation *expect);

/* The execution guide: phases, SQL, verification, rollback, psql commands and a quick-reference card, Markdown. Caller
 * frees. */
char *pgm_runbook_guide(const PgmRunbook *runbook);

#endif
