/* result.c - answers, and errors with all their fields. */
#include "pg/private.h"

#include <stdlib.h>
#include <string.h>

PgmResult *pgm_result_new(PGresult *pg)
{
    PgmResult *result = g_new0(PgmResult, 1);
    result->pg = pg;
    return result;
}

void pgm_result_free(PgmResult *result)
{
    if (result != NULL)
    {
        PQclear(result->pg);
        g_free(result);
    }
}

int pgm_result_rows(const PgmResult *result)
{
    return PQntuples(result->pg);
}

int pgm_result_columns(const PgmResult *result)
{
    return PQnfields(result->pg);
}

const char *pgm_result_column_name(const PgmResult *result, int column)
{
    return PQfname(result->pg, column);
}

/* libpq complains to the notice processor about a cell that is not there and answers null; so does this. */
const char *pgm_result_value(const PgmResult *result, int row, int column)
{
    return PQgetisnull(result->pg, row, column) ? NULL : PQgetvalue(result->pg, row, column);
}

gint64 pgm_result_integer(const PgmResult *result, int row, int column)
{
    const char *value = pgm_result_value(result, row, column);
    return value == NULL ? 0 : g_ascii_strtoll(value, NULL, 10);
}

gboolean pgm_result_boolean(const PgmResult *result, int row, int column)
{
    const char *value = pgm_result_value(result, row, column);
    return value != NULL && value[0] == 't';
}

const char *pgm_result_tag(const PgmResult *result)
{
    const char *tag = PQcmdStatus(result->pg);
    return tag == NULL ? "" : tag;
}

gboolean pgm_result_is_fatal(const PGresult *pg)
{
    const char *severity = PQresultErrorField(pg, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == NULL)
    {
        severity = PQresultErrorField(pg, PG_DIAG_SEVERITY); /* before 9.6, and of some poolers */
    }
    return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

/* A message may quote a value, and a value may take half a gigabyte: nobody reads more than the beginning, and it is
 * copied into events, journals and screens. */
#define FIELD_BYTES ((gsize)16 * 1024)

static char *first_of(const char *text)
{
    if (text == NULL || strnlen(text, FIELD_BYTES + 1) <= FIELD_BYTES)
    {
        return g_strdup(text);
    }
    gsize bytes = FIELD_BYTES;
    while (bytes > 0 && ((guchar)text[bytes] & 0xC0) == 0x80)
    {
        bytes--;
    }
    g_autofree char *kept = g_strndup(text, bytes);
    return g_strconcat(kept, "…", NULL);
}

static char *field(const PGresult *pg, int code)
{
    return first_of(PQresultErrorField(pg, code));
}

GError *pgm_result_error(const PGresult *pg)
{
    PgmSqlErrorInfo info = {.primary = field(pg, PG_DIAG_MESSAGE_PRIMARY),
                            .detail = field(pg, PG_DIAG_MESSAGE_DETAIL),
                            .hint = field(pg, PG_DIAG_MESSAGE_HINT),
                            .context = field(pg, PG_DIAG_CONTEXT),
                            .schema = field(pg, PG_DIAG_SCHEMA_NAME),
                            .table = field(pg, PG_DIAG_TABLE_NAME),
                            .column = field(pg, PG_DIAG_COLUMN_NAME),
                            .constraint = field(pg, PG_DIAG_CONSTRAINT_NAME)};
    const char *sqlstate = PQresultErrorField(pg, PG_DIAG_SQLSTATE);
    const char *position = PQresultErrorField(pg, PG_DIAG_STATEMENT_POSITION);
    g_strlcpy(info.sqlstate, sqlstate == NULL ? "" : sqlstate, sizeof info.sqlstate);
    info.position = position == NULL ? 0 : atoi(position);
    if (info.primary == NULL) /* libpq's own words */
    {
        const char *message = PQresultErrorMessage(pg);
        info.primary = g_strchomp(first_of(message == NULL || *message == '\0' ? "no answer came" : message));
    }
    GError *error = pgm_sql_error_new(&info);
    g_free(info.primary);
    g_free(info.detail);
    g_free(info.hint);
    g_free(info.context);
    g_free(info.schema);
    g_free(info.table);
    g_free(info.column);
    g_free(info.constraint);
    return error;
}
