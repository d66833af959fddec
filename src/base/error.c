/* error.c - error domains and exit codes. */
#include "pgmedic/error.h"

#include <string.h>

G_DEFINE_QUARK(pgm - error - quark, pgm_error)

typedef struct
{
    PgmSqlErrorInfo info;
} PgmSqlErrorPrivate;

static void pgm_sql_error_private_init(PgmSqlErrorPrivate *private)
{
    memset(private, 0, sizeof *private);
}

static void info_copy(const PgmSqlErrorInfo *from, PgmSqlErrorInfo *to)
{
    g_strlcpy(to->sqlstate, from->sqlstate, sizeof to->sqlstate);
    to->primary = g_strdup(from->primary);
    to->detail = g_strdup(from->detail);
    to->hint = g_strdup(from->hint);
    to->context = g_strdup(from->context);
    to->schema = g_strdup(from->schema);
    to->table = g_strdup(from->table);
    to->column = g_strdup(from->column);
    to->constraint = g_strdup(from->constraint);
    to->position = from->position;
}

static void pgm_sql_error_private_copy(const PgmSqlErrorPrivate *from, PgmSqlErrorPrivate *to)
{
    info_copy(&from->info, &to->info);
}

static void pgm_sql_error_private_clear(PgmSqlErrorPrivate *private)
{
    g_free(private->info.primary);
    g_free(private->info.detail);
    g_free(private->info.hint);
    g_free(private->info.context);
    g_free(private->info.schema);
    g_free(private->info.table);
    g_free(private->info.column);
    g_free(private->info.constraint);
}

G_DEFINE_EXTENDED_ERROR(PgmSqlError, pgm_sql_error)

GError *pgm_sql_error_new(const PgmSqlErrorInfo *info)
{
    GError *error = info->sqlstate[0] != '\0'
                        ? g_error_new(PGM_SQL_ERROR, 0, "%s (SQLSTATE %s)", info->primary, info->sqlstate)
                        : g_error_new(PGM_SQL_ERROR, 0, "%s", info->primary);
    info_copy(info, &pgm_sql_error_get_private(error)->info);
    return error;
}

const PgmSqlErrorInfo *pgm_sql_error_info(const GError *error)
{
    if (error == NULL || error->domain != PGM_SQL_ERROR)
    {
        return NULL;
    }
    return &pgm_sql_error_get_private(error)->info;
}

gboolean pgm_sql_error_is(const GError *error, const char *code)
{
    const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
    return info != NULL && info->sqlstate[0] != '\0' && strncmp(info->sqlstate, code, strlen(code)) == 0;
}

int pgm_error_exit_code(const GError *error)
{
    if (error == NULL)
    {
        return 0;
    }
    if (error->domain == PGM_SQL_ERROR)
    {
        return 3;
    }
    if (error->domain != PGM_ERROR)
    {
        return 2;
    }
    switch ((PgmError)error->code)
    {
    case PGM_ERROR_USAGE:
    case PGM_ERROR_INVALID:
        return 2;
    case PGM_ERROR_CONNECT:
    case PGM_ERROR_LOGIN:
    case PGM_ERROR_REFUSED:
    case PGM_ERROR_LOST:
        return 3;
    case PGM_ERROR_IO:
    case PGM_ERROR_STOPPED:
    case PGM_ERROR_CANCELLED:
        return 4;
    case PGM_ERROR_UNKNOWN:
        return 5;
    }
    return 2;
}
