/*
 * error.h - what can go wrong, and the exit code that says so.
 *
 * Every fallible function returns bool or a pointer and takes a last GError **.
 * It never prints. A message is one sentence for a tired reader: what failed,
 * on what, and what to do; it may hold raw text from a server or a file, so
 * whoever shows it passes it through pgm_text_safe().
 *
 * Two domains:
 *   PGM_ERROR      pgmedic's own verdicts
 *   PGM_SQL_ERROR  an error reported by PostgreSQL; its fields stay attached
 */
#ifndef PGMEDIC_ERROR_H
#define PGMEDIC_ERROR_H

#include <glib.h>

#define PGM_ERROR (pgm_error_quark())

typedef enum
{
    PGM_ERROR_USAGE,     /* the command line or an answer makes no sense */
    PGM_ERROR_INVALID,   /* a file cannot be read or does not hold up */
    PGM_ERROR_CONNECT,   /* the server cannot be reached, or refuses for now */
    PGM_ERROR_REFUSED,   /* a standby, a pooler, a missing privilege: pgmedic will not */
    PGM_ERROR_LOST,      /* an open connection broke; what it was doing is unknown */
    PGM_ERROR_IO,        /* a file could not be written: the disk, its rights */
    PGM_ERROR_STOPPED,   /* a run stopped; every phase is known */
    PGM_ERROR_UNKNOWN,   /* a run stopped; something is still unknown */
    PGM_ERROR_CANCELLED, /* the operator or a signal called it off */
    PGM_ERROR_LOGIN,     /* the server refuses the login: the role, the password, or where it comes from */
} PgmError;

GQuark pgm_error_quark(void);

/* What PostgreSQL said. Strings are owned by the GError; NULL where the server sent none. */
typedef struct
{
    char sqlstate[6]; /* five characters; "" when libpq itself failed before the server answered */
    char *primary;    /* the primary message, without severity */
    char *detail;
    char *hint;
    char *context;
    char *schema; /* schema, table, column, constraint: only where the server names them */
    char *table;
    char *column;
    char *constraint;
    int position; /* characters into the statement, 1-based; 0: none */
} PgmSqlErrorInfo;

#define PGM_SQL_ERROR (pgm_sql_error_quark())
GQuark pgm_sql_error_quark(void);

/* A new PGM_SQL_ERROR. Copies INFO. The message reads "PRIMARY (SQLSTATE nnnnn)". */
GError *pgm_sql_error_new(const PgmSqlErrorInfo *info);

/* The fields of a PGM_SQL_ERROR, owned by ERROR; NULL for any other error. */
const PgmSqlErrorInfo *pgm_sql_error_info(const GError *error);

/* Is ERROR a PGM_SQL_ERROR with that SQLSTATE? A two-letter CODE means the class. */
gboolean pgm_sql_error_is(const GError *error, const char *code);

/* The exit code of CLI.md (0 to 5) that fits ERROR. A PGM_SQL_ERROR is 3. */
int pgm_error_exit_code(const GError *error);

#endif
