/* script_index.c - which index a CREATE INDEX statement names. */
#include <string.h>

#include "pgmedic/script.h"
#include "script_token.h"

/* The next token that is no comment, AT moves behind it; NULL at the end. */
static const PgmToken *next_token(const GArray *tokens, guint *at)
{
    while (*at < tokens->len)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, (*at)++);
        if (!pgm_token_is_comment(token))
        {
            return token;
        }
    }
    return NULL;
}

/* Passes WORD when it comes next. */
static gboolean pass(const char *sql, const GArray *tokens, guint *at, const char *word)
{
    guint ahead = *at;
    const PgmToken *token = next_token(tokens, &ahead);
    if (token == NULL || !pgm_token_is(sql, token, word))
    {
        return FALSE;
    }
    *at = ahead;
    return TRUE;
}

/* "Mixed ""Case""" loses its quotes; a bare word is folded, ASCII only, as the server folds it in any locale. */
static char *catalog_name(const char *written)
{
    gsize length = strlen(written);
    if (written[0] != '"')
    {
        return strchr(written, '"') == NULL ? g_ascii_strdown(written, -1) : NULL;
    }
    g_autofree char *inside = g_strndup(written + 1, length > 1 ? length - 2 : 0);
    g_auto(GStrv) parts = g_strsplit(inside, "\"\"", -1);
    return g_strjoinv("\"", parts);
}

char *pgm_script_created_index(const char *sql)
{
    guint at = 0;
    g_autoptr(GArray) tokens = pgm_token_scan(sql, NULL);
    if (tokens == NULL || !pass(sql, tokens, &at, "create"))
    {
        return NULL;
    }
    pass(sql, tokens, &at, "unique");
    if (!pass(sql, tokens, &at, "index"))
    {
        return NULL;
    }
    pass(sql, tokens, &at, "concurrently");
    if (pass(sql, tokens, &at, "if") && !(pass(sql, tokens, &at, "not") && pass(sql, tokens, &at, "exists")))
    {
        return NULL;
    }
    const PgmToken *name = next_token(tokens, &at);
    if (name == NULL || pgm_token_is(sql, name, "on"))
    {
        return NULL; /* the server chooses a name */
    }
    const PgmToken *after = next_token(tokens, &at);
    gsize end = after != NULL ? after->start : name->end;
    g_autofree char *text = g_strndup(sql + name->start, end - name->start);
    return catalog_name(g_strstrip(text));
}
