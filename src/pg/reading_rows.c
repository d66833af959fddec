/* reading_rows.c - columns and rows of a typed query, as they come, into the spool. */
#include "pg/reading_private.h"
#include "pgmedic/text.h"

#include <string.h>

/* Values of a batch: the server gathers a batch before it sends the first row of it, and each may take 16 KiB. */
#define BATCH_VALUES 20000

/* The types whose values psql puts to the right. */
static gboolean is_number(Oid type)
{
    enum
    {
        INT8 = 20,
        INT2 = 21,
        INT4 = 23,
        OID = 26,
        XID = 28,
        CID = 29,
        FLOAT4 = 700,
        FLOAT8 = 701,
        MONEY = 790,
        NUMERIC = 1700,
        XID8 = 5069,
    };
    switch (type)
    {
    case INT8:
    case INT2:
    case INT4:
    case OID:
    case XID:
    case CID:
    case FLOAT4:
    case FLOAT8:
    case MONEY:
    case NUMERIC:
    case XID8:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Most values are plain letters, which take as many columns as bytes. */
static int shown_width(const char *value)
{
    const char *c = value;
    while (*c >= 0x20 && *c < 0x7F)
    {
        c++;
    }
    if (*c == '\0')
    {
        return (int)MIN(c - value, PGM_READING_VALUE_MAX);
    }
    g_autofree char *safe = pgm_text_safe(value, -1);
    return MIN(pgm_text_columns(safe), PGM_READING_VALUE_MAX);
}

void pgm_reading_set_columns(PgmReading *reading, const PGresult *result)
{
    for (int i = 0; i < PQnfields(result); i++)
    {
        PgmReadingColumn column = {.name = g_strdup(PQfname(result, i)),
                                   .oid = PQftype(result, i),
                                   .modifier = PQfmod(result, i),
                                   .number = is_number(PQftype(result, i)),
                                   .width = shown_width(PQfname(result, i))};
        g_array_append_val(reading->columns, column);
    }
    int columns = (int)reading->columns->len;
    reading->fetch = CLAMP(BATCH_VALUES / MAX(columns, 1), 1, PGM_READING_BATCH);
    reading->spool = pgm_spool_new(columns, reading->limit);
}

char *pgm_reading_fetch_sql(const PgmReading *reading)
{
    return g_strdup_printf("FETCH %d FROM pgmedic_query", reading->fetch);
}

/* The beginning of VALUE with "…", when it is longer than it may be; else NULL. The server sends one character more
 * than we keep, and to it (AS_BYTES) a byte may be one. Caller frees. */
static char *cut_value(const char *value, gboolean as_bytes)
{
    if (strnlen(value, PGM_READING_VALUE_MAX + 1) <= PGM_READING_VALUE_MAX)
    {
        return NULL;
    }
    gsize bytes = 0;
    if (as_bytes)
    {
        const char *end = g_utf8_find_prev_char(value, value + PGM_READING_VALUE_MAX + 1);
        g_autofree char *kept = g_strndup(value, end != NULL ? (gsize)(end - value) : PGM_READING_VALUE_MAX);
        return g_strconcat(kept, "…", NULL);
    }
    for (int characters = 0; value[bytes] != '\0'; characters++)
    {
        if (characters == PGM_READING_VALUE_MAX)
        {
            g_autofree char *kept = g_strndup(value, bytes);
            return g_strconcat(kept, "…", NULL);
        }
        do
        {
            bytes++;
        } while (((guchar)value[bytes] & 0xC0) == 0x80);
    }
    return NULL;
}

/* N values, as many as there are columns. */
static void keep_row(PgmReading *reading, const char **values, guint n)
{
    g_autoptr(GPtrArray) cut = NULL;
    for (guint i = 0; i < n; i++)
    {
        PgmReadingColumn *column = &g_array_index(reading->columns, PgmReadingColumn, i);
        char *shorter = values[i] == NULL || column->is_short ? NULL : cut_value(values[i], reading->bytes);
        if (shorter != NULL)
        {
            cut = cut == NULL ? g_ptr_array_new_with_free_func(g_free) : cut;
            g_ptr_array_add(cut, shorter);
            values[i] = shorter;
        }
        if (values[i] != NULL && column->width < PGM_READING_VALUE_MAX)
        {
            column->width = MAX(column->width, shown_width(values[i]));
        }
    }
    if (!pgm_spool_add(reading->spool, values, &reading->spill) && reading->spill == NULL)
    {
        reading->full = TRUE;
    }
}

/* A plan in JSON is one value of a thousand lines. */
static void keep_lines(PgmReading *reading, const char *value)
{
    g_auto(GStrv) lines = g_strsplit(value == NULL ? "" : value, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        const char *row[] = {lines[i]};
        keep_row(reading, row, G_N_ELEMENTS(row));
    }
}

static void take_rows(int query, const PgmResult *result, gpointer user)
{
    (void)query;
    PgmReading *reading = user;
    if (reading->spool == NULL && PQresultStatus(result->pg) != PGRES_COMMAND_OK)
    {
        pgm_reading_set_columns(reading, result->pg);
    }
    g_autofree const char **values = g_new0(const char *, reading->columns->len + 1);
    for (int row = 0; row < PQntuples(result->pg); row++)
    {
        reading->batch++;
        if (reading->full || reading->spill != NULL)
        {
            continue; /* what the server had sent already */
        }
        for (guint i = 0; i < reading->columns->len; i++)
        {
            values[i] = pgm_result_value(result, row, (int)i);
        }
        if (reading->lines && reading->columns->len == 1)
        {
            keep_lines(reading, values[0]);
        }
        else
        {
            keep_row(reading, values, reading->columns->len);
        }
    }
}

gboolean pgm_reading_stream(PgmReading *reading, const char *const *queries, int n, GError **error)
{
    reading->batch = 0;
    gboolean ok = pgm_connection_stream_single(reading->connection, queries, n, take_rows, reading, NULL, error);
    g_autoptr(GError) unwritten = NULL;
    if (reading->spool != NULL && reading->spill == NULL && !pgm_spool_flush(reading->spool, &unwritten))
    {
        reading->spill = g_steal_pointer(&unwritten);
    }
    if (ok && reading->spill != NULL)
    {
        g_propagate_error(error, g_error_copy(reading->spill));
        return FALSE;
    }
    return ok;
}
