/*
 * reading_open.c - a typed text's way through the guard, up to its first rows.
 *
 * A query is declared as a cursor twice. First as it was typed, with nothing
 * behind it: the server's own grammar proves that it is a query and one whole,
 * and tells the columns. Then as a subquery whose long values are cut, which
 * a text that could end a parenthesis of ours would not have come to.
 */
#include "pg/reading_private.h"
#include "pgmedic/query.h"

#include <string.h>

#define DECLARE "DECLARE pgmedic_query NO SCROLL CURSOR FOR "

/* Types of any length whose values are cut by left() as they are. */
enum
{
    BYTEA = 17,
    TEXT = 25,
    VARCHAR = 1043,
};

/* ERROR's position counted in the text: it was counted in a statement in which SHIFT characters stood before it. */
static void shift_position(GError **error, const char *text, int shift)
{
    const PgmSqlErrorInfo *info = error == NULL || *error == NULL ? NULL : pgm_sql_error_info(*error);
    if (info == NULL || info->position == 0 || shift == 0)
    {
        return;
    }
    PgmSqlErrorInfo moved = *info;
    moved.position -= shift;
    if (moved.position < 1 || moved.position > g_utf8_strlen(text, -1) + 1)
    {
        moved.position = 0;
    }
    GError *better = pgm_sql_error_new(&moved);
    g_error_free(*error);
    *error = better;
}

static gboolean open_transaction(PgmReading *reading, const GPtrArray *names, GError **error)
{
    /* Once a query has run, nothing can make the transaction read-write. Its level is not left to the role's settings:
     * a serializable reader makes others fail, and a deferrable one waits for writers. */
    static const char *const first[] = {"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY NOT DEFERRABLE", "SELECT 1"};
    g_autoptr(GPtrArray) begun = pgm_connection_pipeline(reading->connection, first, G_N_ELEMENTS(first), NULL, error);
    return begun != NULL && pgm_reading_functions(reading->connection, names, error);
}

/* Declares TEXT, from byte FROM to END, as a cursor, and closes it: the columns that it has. NULL: the server's grammar
 * refuses it as a query. */
static PgmResult *prove(PgmReading *reading, const char *text, gsize from, gsize end, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    g_autofree char *declare = g_strdup_printf(DECLARE "%.*s", (int)(end - from), text + from);
    const char *const queries[] = {declare, "FETCH 0 FROM pgmedic_query", "CLOSE pgmedic_query"};
    g_autoptr(GPtrArray) results =
        pgm_connection_pipeline(reading->connection, queries, G_N_ELEMENTS(queries), NULL, &wrong);
    if (results == NULL)
    {
        shift_position(&wrong, text, (int)strlen(DECLARE) - (int)g_utf8_strlen(text, (gssize)from));
        g_propagate_error(error, g_steal_pointer(&wrong));
        return NULL;
    }
    return g_ptr_array_steal_index(results, 1);
}

static gboolean read_types(PgmReading *reading, GError **error)
{
    g_autoptr(GString) oids = g_string_new("{");
    g_autoptr(GString) modifiers = g_string_new("{");
    for (guint i = 0; i < reading->columns->len; i++)
    {
        const PgmReadingColumn *column = &g_array_index(reading->columns, PgmReadingColumn, i);
        g_string_append_printf(oids, "%s%u", i == 0 ? "" : ",", column->oid);
        g_string_append_printf(modifiers, "%s%d", i == 0 ? "" : ",", column->modifier);
    }
    g_string_append_c(oids, '}');
    g_string_append_c(modifiers, '}');
    const char *const params[] = {oids->str, modifiers->str};
    g_autoptr(PgmResult) types =
        pgm_connection_execute(reading->connection, pgm_query_text("pg/types", 0), 2, params, NULL, error);
    for (int i = 0; types != NULL && i < pgm_result_rows(types) && i < (int)reading->columns->len; i++)
    {
        PgmReadingColumn *column = &g_array_index(reading->columns, PgmReadingColumn, i);
        column->type = g_strdup(pgm_result_value(types, i, 0));
        column->is_short = pgm_result_boolean(types, i, 1);
    }
    return types != NULL;
}

/* The type's own output function is what concat() calls; a cast to text may be another. A row of nulls is not null. */
static void append_value(GString *sql, const PgmReadingColumn *column, guint place)
{
    g_string_append(sql, place == 0 ? " " : ", ");
    if (column->is_short)
    {
        g_string_append_printf(sql, "q.c%u", place);
    }
    else if (column->oid == TEXT || column->oid == VARCHAR)
    {
        g_string_append_printf(sql, "pg_catalog.left(q.c%u, %d)", place, PGM_READING_VALUE_MAX + 1);
    }
    else if (column->oid == BYTEA) /* two digits a byte, and \x before them */
    {
        g_string_append_printf(sql, "pg_catalog.substr(q.c%u, 1, %d)", place, PGM_READING_VALUE_MAX / 2);
    }
    else
    {
        g_string_append_printf(sql,
                               "CASE WHEN pg_catalog.num_nulls(q.c%u) OPERATOR(pg_catalog.=) 0 THEN "
                               "pg_catalog.left(pg_catalog.concat(q.c%u), "
                               "%d) END",
                               place, place, PGM_READING_VALUE_MAX + 1);
    }
}

/* OFFSET 0 keeps the planner from computing a value twice where it stands twice. */
static char *wrap(const PgmReading *reading, const char *text, gsize end, int *shift)
{
    GString *sql = g_string_new(DECLARE "SELECT");
    for (guint i = 0; i < reading->columns->len; i++)
    {
        append_value(sql, &g_array_index(reading->columns, PgmReadingColumn, i), i);
    }
    g_string_append(sql, " FROM (SELECT * FROM (");
    *shift = (int)sql->len;
    g_string_append_len(sql, text, (gssize)end);
    g_string_append(sql, "\n) AS t OFFSET 0) AS q");
    for (guint i = 0; i < reading->columns->len; i++)
    {
        g_string_append_printf(sql, "%sc%u", i == 0 ? "(" : ", ", i);
    }
    g_string_append(sql, reading->columns->len == 0 ? "" : ")");
    return g_string_free(sql, FALSE);
}

static gboolean begin_query(PgmReading *reading, const char *text, const PgmReadingShape *shape, GError **error)
{
    g_autoptr(PgmResult) columns = prove(reading, text, 0, shape->end, error);
    if (columns == NULL)
    {
        return FALSE;
    }
    pgm_reading_set_columns(reading, columns->pg);
    if (!read_types(reading, error))
    {
        return FALSE;
    }
    g_autoptr(GError) wrong = NULL;
    int shift;
    g_autofree char *declare = wrap(reading, text, shape->end, &shift);
    g_autofree char *fetch = pgm_reading_fetch_sql(reading);
    const char *const queries[] = {declare, fetch};
    gint64 before = g_get_monotonic_time();
    gboolean ok = pgm_reading_stream(reading, queries, G_N_ELEMENTS(queries), &wrong);
    reading->elapsed_ms = (g_get_monotonic_time() - before) / 1000;
    if (!ok)
    {
        shift_position(&wrong, text, shift);
        g_propagate_error(error, g_steal_pointer(&wrong));
    }
    return ok;
}

/* EXPLAIN and SHOW are no queries to the server: sent as they are, once it is known that they only read. */
static gboolean begin_plain(PgmReading *reading, const char *text, const PgmReadingShape *shape, GError **error)
{
    if (shape->kind == PGM_READING_TIMED)
    {
        g_autoptr(PgmResult) proof = prove(reading, text, shape->explained, shape->end, error);
        if (proof == NULL)
        {
            return FALSE;
        }
    }
    reading->lines = shape->kind != PGM_READING_SHOW;
    gint64 before = g_get_monotonic_time();
    if (!pgm_reading_stream(reading, &text, 1, error))
    {
        return FALSE;
    }
    reading->elapsed_ms = (g_get_monotonic_time() - before) / 1000;
    if (!read_types(reading, error))
    {
        return FALSE;
    }
    reading->batch = 0; /* all are here */
    return TRUE;
}

gboolean pgm_reading_begin(PgmReading *reading, const char *text, GError **error)
{
    PgmReadingShape shape;
    if (!g_utf8_validate(text, -1, NULL))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "the text is not UTF-8: type it anew");
        return FALSE;
    }
    if (!pgm_reading_shape(text, &shape, error))
    {
        return FALSE;
    }
    g_autoptr(GPtrArray) names = pgm_reading_names(text, &shape, error);
    if (names == NULL || !open_transaction(reading, names, error))
    {
        return FALSE;
    }
    return shape.kind == PGM_READING_QUERY ? begin_query(reading, text, &shape, error)
                                           : begin_plain(reading, text, &shape, error);
}
