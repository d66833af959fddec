/* script_token.c - the tokens of an SQL text, by PostgreSQL's own scanner. */
#include "pg/script_token.h"

#include <pg_query.h>
#include <string.h>

#include "pgmedic/error.h"

int pgm_token_line(const char *text, gsize offset)
{
    int line = 1;
    for (gsize i = 0; i < offset && text[i] != '\0'; i++)
    {
        line += text[i] == '\n';
    }
    return line;
}

gsize pgm_token_error_offset(const char *text, int position)
{
    gsize offset = 0;
    for (int characters = 1; characters < position && text[offset] != '\0'; characters++)
    {
        offset++;
        while (((unsigned char)text[offset] & 0xC0) == 0x80)
        {
            offset++;
        }
    }
    return offset;
}

gboolean pgm_token_is_comment(const PgmToken *token)
{
    return token->kind == PG_QUERY__TOKEN__SQL_COMMENT || token->kind == PG_QUERY__TOKEN__C_COMMENT;
}

gboolean pgm_token_is(const char *text, const PgmToken *token, const char *word)
{
    gsize length = token->end - token->start;
    return strlen(word) == length && g_ascii_strncasecmp(text + token->start, word, length) == 0;
}

GArray *pgm_token_scan(const char *text, GError **error)
{
    GArray *tokens = NULL;
    PgQueryScanResult scanned = pg_query_scan(text);
    if (scanned.error != NULL)
    {
        gsize offset = pgm_token_error_offset(text, scanned.error->cursorpos);
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "line %d: %s", pgm_token_line(text, offset),
                    scanned.error->message);
    }
    else
    {
        PgQuery__ScanResult *result =
            pg_query__scan_result__unpack(NULL, scanned.pbuf.len, (const uint8_t *)scanned.pbuf.data);
        if (result == NULL)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "line 1: the SQL scanner gave no usable answer");
        }
        else
        {
            tokens = g_array_sized_new(FALSE, FALSE, sizeof(PgmToken), (guint)result->n_tokens);
            for (size_t i = 0; i < result->n_tokens; i++)
            {
                const PgQuery__ScanToken *found = result->tokens[i];
                PgmToken token = {(int)found->token, (gsize)found->start, (gsize)found->end};
                g_array_append_val(tokens, token);
            }
            pg_query__scan_result__free_unpacked(result, NULL);
        }
    }
    pg_query_free_scan_result(scanned);
    return tokens;
}
