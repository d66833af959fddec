/*
 * diagnose.h - from an error log to the first real cause, and the runbook that mends it.
 *
 * A log is hostile text of any origin: alembic/SQLAlchemy tracebacks, psql,
 * server logs, other frameworks. Cascades (25P02) are collapsed to the error
 * that began them; chained exceptions that repeat one error count once.
 */
#ifndef PGMEDIC_DIAGNOSE_H
#define PGMEDIC_DIAGNOSE_H

#include "pgmedic/migration.h"
#include "pgmedic/runbook.h"

/* One error as a log tells it; NULL where the log is silent. Strings are raw. */
typedef struct
{
    char sqlstate[6]; /* "" when unknown; exception class names count (DatatypeMismatch → 42804) */
    char *condition;  /* "datatype_mismatch", PostgreSQL's name for the SQLSTATE */
    char *message;
    char *detail;
    char *hint;
    char *context;
    char *statement; /* the SQL it failed in */
    char *source; /* "versions/774….py line 17, in upgrade: op.create_table(": the user's own frame nearest the error */
    int line;     /* in the log, 1-based */
} PgmLogError;

typedef struct
{
    char *runbook; /* its name */
    char *path;
    GHashTable *values; /* parameter → value from the match's groups and the statement */
    gboolean concrete;  /* every parameter is filled */
    char *why;          /* one sentence */
} PgmSuggestion;

typedef struct
{
    PgmLogError *error;  /* the first real cause; for a bare cascade the 25P02 itself */
    gboolean cascade;    /* the log shows only the aftermath: the statement that aborted the transaction is not in it */
    char *revision_from; /* "Running upgrade A -> B": NULL where not told */
    char *revision_to;
    char *headline;         /* one sentence: what is wrong */
    char *explanation;      /* some sentences, lines by \n: why, and what the live catalog says about it */
    GPtrArray *evidence;    /* char*: one fact a line, each with its source (log line, catalog, repository) */
    GPtrArray *next;        /* char*: what to look for or do, most useful first */
    GPtrArray *missing;     /* PgmMissingRelation: for a missing relation, every one that the migration names and the
                               database lacks */
    GPtrArray *suggestions; /* PgmSuggestion, best first; may be empty */
    gboolean mended;        /* by the live catalog, what the log complains of is so no longer */
    GPtrArray *ahead;       /* char*: with `mended`, what the same migration would fail on now; may be empty */
} PgmDiagnosis;

typedef struct
{
    char *relation;
    char *created_by; /* revision id that creates it; NULL: none in the repository does */
    char *named_in;   /* "774225e563ca line 24: alter_column" */
} PgmMissingRelation;

/* TEXT of at most some MiB (only the last 4 MiB are read). CONNECTION (may be NULL) is inspected, read-only. REPOSITORY
 * may be NULL. LIBRARY: elements const PgmRunbook*, whose matches are tried. NULL with PGM_ERROR_INVALID "no error
 * found in …" when the log holds none: exit 1 is the caller's business. */
PgmDiagnosis *pgm_diagnose(const char *text, gsize length, PgmConnection *connection, const PgmRepository *repository,
                           GPtrArray *library, GError **error);
void pgm_diagnosis_free(PgmDiagnosis *diagnosis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmDiagnosis, pgm_diagnosis_free)

/* PostgreSQL's condition name for an SQLSTATE, "undefined_table"; NULL when unknown. */
const char *pgm_sqlstate_condition(const char *sqlstate);
/* The SQLSTATE for an exception class of psycopg or the like, "DatatypeMismatch"; NULL when unknown. */
const char *pgm_sqlstate_from_exception(const char *class_name);

#endif
