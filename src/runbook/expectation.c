/* expectation.c - what an answer must be, and whether it is. */
#include <string.h>

#include "runbook/loader.h"

enum
{
    ANSWER_MAX = 2000, /* bytes shown and journaled */
};

static gboolean read_rows(PgmLoader *loader, const PgmNode *node, PgmExpectation *expect)
{
    static const char *const comparisons[] = {">=", "<=", "<>", ">", "<", "="};
    const char *text = node->kind == PGM_NODE_SCALAR ? node->scalar : "";
    const char *comparison = "=";
    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++)
    {
        if (g_str_has_prefix(text, comparisons[i]))
        {
            comparison = comparisons[i];
            text += strlen(comparison);
            break;
        }
    }
    text += strspn(text, " ");
    if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &expect->rows, NULL))
    {
        pgm_loader_error(loader, node, "expectation", "\"rows\" must be a number, or a comparison such as \">0\"");
        return FALSE;
    }
    expect->kind = PGM_EXPECT_ROWS;
    expect->comparison = g_strdup(comparison);
    return TRUE;
}

static void unref_row(gpointer row)
{
    g_ptr_array_unref(row);
}

static gboolean read_table(PgmLoader *loader, const PgmNode *node, PgmExpectation *expect)
{
    gboolean good = node->kind == PGM_NODE_SEQUENCE;
    GPtrArray *table = g_ptr_array_new_with_free_func(unref_row);
    for (guint i = 0; good && i < node->items->len; i++)
    {
        const PgmNode *line = node->items->pdata[i];
        GPtrArray *row = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(table, row);
        good = line->kind == PGM_NODE_SEQUENCE && line->items->len > 0;
        for (guint k = 0; good && k < line->items->len; k++)
        {
            const PgmNode *cell = line->items->pdata[k];
            good = cell->kind == PGM_NODE_SCALAR;
            g_ptr_array_add(row, good && !pgm_node_is_null(cell) ? g_strdup(cell->scalar) : NULL);
        }
        good = good && row->len == ((GPtrArray *)table->pdata[0])->len;
    }
    expect->kind = PGM_EXPECT_TABLE;
    expect->table = table;
    if (!good)
    {
        pgm_loader_error(loader, node, "expectation",
                         "\"table\" must be a list of rows of equal length, [[a, b], [c, d]]");
    }
    return good;
}

static gboolean read_value(PgmLoader *loader, const PgmNode *node, gboolean same, PgmExpectation *expect)
{
    if (!node->quoted && g_str_equal(node->scalar, "same"))
    {
        expect->kind = PGM_EXPECT_SAME;
        if (!same)
        {
            pgm_loader_error(
                loader, node, "expectation",
                "\"same\" compares with the answer right after the locks were taken: only a phase's verify can "
                "use it, and the phase needs \"lock\" and a transaction");
        }
        return same;
    }
    if (!node->quoted && (g_str_equal(node->scalar, "true") || g_str_equal(node->scalar, "false")))
    {
        pgm_loader_error(loader, node, "expectation", "PostgreSQL writes a boolean as t or f; write \"expect: %c\"",
                         node->scalar[0]);
        return FALSE;
    }
    expect->kind = PGM_EXPECT_VALUE;
    expect->value = pgm_node_is_null(node) ? NULL : g_strdup(node->scalar);
    return TRUE;
}

gboolean pgm_loader_expectation(PgmLoader *loader, const PgmNode *node, gboolean same, PgmExpectation *expect)
{
    static const char *const known[] = {"rows", "table", NULL};
    if (node->kind == PGM_NODE_SCALAR)
    {
        return read_value(loader, node, same, expect);
    }
    if (node->kind == PGM_NODE_SEQUENCE || node->keys->len != 1)
    {
        pgm_loader_error(loader, node, "expectation", "\"expect\" must be a value, {rows: …}, {table: …} or same");
        return FALSE;
    }
    if (!pgm_loader_mapping(loader, node, "an expectation", known))
    {
        return FALSE;
    }
    const PgmNode *rows = pgm_node_get(node, "rows");
    const PgmNode *table = pgm_node_get(node, "table");
    return rows != NULL ? read_rows(loader, rows, expect) : table != NULL && read_table(loader, table, expect);
}

static gboolean rows_hold(const PgmExpectation *expect, gint64 rows)
{
    const char *comparison = expect->comparison;
    gboolean equal = rows == expect->rows;
    switch (comparison[0])
    {
    case '>':
        return rows > expect->rows || (comparison[1] == '=' && equal);
    case '<':
        return comparison[1] == '>' ? !equal : rows < expect->rows || (comparison[1] == '=' && equal);
    default:
        return equal;
    }
}

static gboolean table_holds(const PgmExpectation *expect, const PgmResult *result)
{
    if (pgm_result_rows(result) != (int)expect->table->len)
    {
        return FALSE;
    }
    for (guint i = 0; i < expect->table->len; i++)
    {
        const GPtrArray *row = expect->table->pdata[i];
        if (pgm_result_columns(result) != (int)row->len)
        {
            return FALSE;
        }
        for (guint k = 0; k < row->len; k++)
        {
            if (g_strcmp0(row->pdata[k], pgm_result_value(result, (int)i, (int)k)) != 0)
            {
                return FALSE;
            }
        }
    }
    return TRUE;
}

gboolean pgm_expectation_holds(const PgmExpectation *expect, const PgmResult *result, const char *same_as)
{
    switch (expect->kind)
    {
    case PGM_EXPECT_VALUE:
        return pgm_result_rows(result) == 1 && pgm_result_columns(result) == 1 &&
               g_strcmp0(expect->value, pgm_result_value(result, 0, 0)) == 0;
    case PGM_EXPECT_ROWS:
        return rows_hold(expect, pgm_result_rows(result));
    case PGM_EXPECT_TABLE:
        return table_holds(expect, result);
    case PGM_EXPECT_SAME:
    {
        g_autofree char *answer = pgm_check_answer(expect, result);
        return same_as != NULL && g_str_equal(answer, same_as);
    }
    }
    return FALSE;
}

/* TEXT in at most ANSWER_MAX bytes. What is cut away still counts for `same`, by its hash. */
static char *bounded(const char *text, int rows)
{
    size_t length = strlen(text);
    if (length <= ANSWER_MAX)
    {
        return g_strdup(text);
    }
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, (gssize)length);
    g_autofree char *tail = g_strdup_printf(" … (%d rows, sha256 %.16s)", rows, hash);
    const char *end = text + ANSWER_MAX - strlen(tail);
    while (((unsigned char)*end & 0xC0) == 0x80)
    {
        end--;
    }
    g_autofree char *head = g_strndup(text, (gsize)(end - text));
    return g_strconcat(head, tail, NULL);
}

char *pgm_check_answer(const PgmExpectation *expect, const PgmResult *result)
{
    int rows = pgm_result_rows(result);
    int columns = pgm_result_columns(result);
    if (expect->kind == PGM_EXPECT_ROWS || rows == 0)
    {
        return rows == 0 ? g_strdup("no rows") : g_strdup_printf("%d row%s", rows, rows == 1 ? "" : "s");
    }
    g_autoptr(GString) text = g_string_new(NULL);
    for (int row = 0; row < rows; row++)
    {
        for (int column = 0; column < columns; column++)
        {
            const char *value = pgm_result_value(result, row, column);
            g_string_append(text, column > 0 ? " | " : row > 0 ? "; " : "");
            g_string_append(text, value != NULL ? value : "null");
        }
    }
    return bounded(text->str, rows);
}

static char *rows_text(const PgmExpectation *expect)
{
    static const struct
    {
        const char *comparison;
        const char *words;
    } texts[] = {{"=", ""},          {">", "more than "}, {">=", "at least "}, {"<", "fewer than "},
                 {"<=", "at most "}, {"<>", "not "}};
    if (g_str_equal(expect->comparison, "=") && expect->rows == 0)
    {
        return g_strdup("no rows");
    }
    const char *words = "";
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        words = g_str_equal(expect->comparison, texts[i].comparison) ? texts[i].words : words;
    }
    return g_strdup_printf("%s%" G_GINT64_FORMAT " row%s", words, expect->rows, expect->rows == 1 ? "" : "s");
}

static char *table_text(const GPtrArray *table)
{
    g_autoptr(GString) text = g_string_new(table->len == 0 ? "no rows" : NULL);
    for (guint i = 0; i < table->len; i++)
    {
        const GPtrArray *row = table->pdata[i];
        for (guint k = 0; k < row->len; k++)
        {
            g_string_append(text, k > 0 ? " | " : i > 0 ? "; " : "");
            g_string_append(text, row->pdata[k] != NULL ? row->pdata[k] : "null");
        }
    }
    return bounded(text->str, (int)table->len);
}

char *pgm_expectation_text(const PgmExpectation *expect)
{
    switch (expect->kind)
    {
    case PGM_EXPECT_VALUE:
        return g_strdup(expect->value != NULL ? expect->value : "null");
    case PGM_EXPECT_ROWS:
        return rows_text(expect);
    case PGM_EXPECT_TABLE:
        return table_text(expect->table);
    case PGM_EXPECT_SAME:
        return g_strdup("the same as before");
    }
    return g_strdup("");
}
