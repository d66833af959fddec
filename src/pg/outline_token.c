/* outline_token.c - PostgreSQL's scanner, its answer made easy to walk. */
#include "pg/outline_token.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <string.h>

static void token_clear(gpointer data)
{
    g_free(((PgmOutlineToken *)data)->text);
}

static char *unquote(const char *text, gsize length)
{
    GString *out = g_string_new(NULL);
    for (gsize i = 1; i + 1 < length; i++)
    {
        g_string_append_c(out, text[i]);
        if (text[i] == '"' && i + 2 < length && text[i + 1] == '"')
        {
            i++;
        }
    }
    return g_string_free(out, FALSE);
}

static PgmOutlineToken token_make(const char *text, gsize length, const PgQuery__ScanToken *scanned)
{
    PgmOutlineToken token = {.kind = PGM_OUTLINE_OTHER};
    if (text[0] == '"')
    {
        token.kind = PGM_OUTLINE_QUOTED;
        token.text = unquote(text, length);
    }
    else if (scanned->token == PG_QUERY__TOKEN__IDENT || scanned->keyword_kind != PG_QUERY__KEYWORD_KIND__NO_KEYWORD)
    {
        token.kind = PGM_OUTLINE_WORD;
        token.text = g_ascii_strdown(text, (gssize)length);
    }
    else
    {
        token.text = g_strndup(text, length);
    }
    return token;
}

GArray *pgm_outline_scan(const char *sql)
{
    GArray *tokens = g_array_new(FALSE, TRUE, sizeof(PgmOutlineToken));
    g_array_set_clear_func(tokens, token_clear);
    gsize size = strlen(sql);
    PgQueryScanResult scanned = pg_query_scan(sql);
    PgQuery__ScanResult *list =
        scanned.error == NULL
            ? pg_query__scan_result__unpack(NULL, scanned.pbuf.len, (const uint8_t *)scanned.pbuf.data)
            : NULL;
    int line = 1, depth = 0;
    gsize counted = 0;
    for (size_t i = 0; list != NULL && i < list->n_tokens; i++)
    {
        const PgQuery__ScanToken *t = list->tokens[i];
        if (t->start < 0 || t->end <= t->start || (gsize)t->end > size || t->token == PG_QUERY__TOKEN__SQL_COMMENT ||
            t->token == PG_QUERY__TOKEN__C_COMMENT)
        {
            continue;
        }
        for (; counted < (gsize)t->start; counted++)
        {
            line += sql[counted] == '\n';
        }
        PgmOutlineToken token = token_make(sql + t->start, (gsize)(t->end - t->start), t);
        token.line = line;
        if (strcmp(token.text, ")") == 0 && depth > 0)
        {
            depth--;
        }
        token.depth = depth;
        depth += strcmp(token.text, "(") == 0 ? 1 : 0;
        g_array_append_val(tokens, token);
    }
    if (list != NULL)
    {
        pg_query__scan_result__free_unpacked(list, NULL);
    }
    pg_query_free_scan_result(scanned);
    return tokens;
}
