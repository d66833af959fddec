/* script.c - splitting a script into statements, and filling psql's variables in. */
#include "pgmedic/script.h"

#include <pg_query.h>
#include <string.h>

#include "pg/script_token.h"
#include "pgmedic/connection.h"
#include "pgmedic/error.h"

static void statement_free(gpointer data)
{
    PgmStatement *statement = data;
    g_free(statement->sql);
    g_free(statement);
}

/* What psql would do on its own side of the wire, and a server cannot: backslash commands and data inside the script.
 */
static gboolean refuse_client_commands(const char *text, const GArray *tokens, GError **error)
{
    gboolean first = TRUE;
    gboolean copy = FALSE;
    for (guint i = 0; i < tokens->len; i++)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, i);
        if (pgm_token_is_comment(token))
        {
            continue;
        }
        if (token->kind == PG_QUERY__TOKEN__ASCII_92)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                        "line %d: backslash commands belong to psql; write plain SQL",
                        pgm_token_line(text, token->start));
            return FALSE;
        }
        copy = first ? token->kind == PG_QUERY__TOKEN__COPY : copy;
        first = token->kind == PG_QUERY__TOKEN__ASCII_59;
        if (copy && (token->kind == PG_QUERY__TOKEN__STDIN || token->kind == PG_QUERY__TOKEN__STDOUT))
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                        "line %d: COPY from or to the client is not possible here; use INSERT or a query",
                        pgm_token_line(text, token->start));
            return FALSE;
        }
    }
    return TRUE;
}

/* The statement inside [from, to) without comments around it; NULL when nothing else is there. *NEXT is the first token
 * at or after FROM, and moves behind TO. */
static PgmStatement *statement_new(const char *text, gsize from, gsize to, const GArray *tokens, guint *next)
{
    gsize start = to;
    gsize end = to;
    for (; *next < tokens->len; (*next)++)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, *next);
        if (token->start >= to)
        {
            break;
        }
        if (token->start < from || token->kind == PG_QUERY__TOKEN__ASCII_59)
        {
            continue;
        }
        if (!pgm_token_is_comment(token))
        {
            start = MIN(start, token->start);
            end = to;
        }
        else if (start < to && end == to)
        {
            end = token->start;
        }
    }
    while (end > start && g_ascii_isspace(text[end - 1]))
    {
        end--;
    }
    if (start >= end)
    {
        return NULL;
    }
    PgmStatement *statement = g_new0(PgmStatement, 1);
    statement->sql = g_strndup(text + start, end - start);
    statement->line = pgm_token_line(text, start);
    return statement;
}

static GPtrArray *statements_new(const char *text, const PgQuerySplitResult *split, const GArray *tokens)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func(statement_free);
    guint next = 0;
    for (int i = 0; i < split->n_stmts; i++)
    {
        gsize from = (gsize)split->stmts[i]->stmt_location;
        PgmStatement *statement = statement_new(text, from, from + (gsize)split->stmts[i]->stmt_len, tokens, &next);
        if (statement != NULL)
        {
            g_ptr_array_add(statements, statement);
        }
    }
    return statements;
}

gboolean pgm_script_parse(const char *text, GError **error)
{
    PgQuerySplitResult split = pg_query_split_with_parser(text);
    gboolean grammatical = split.error == NULL;
    if (!grammatical)
    {
        gsize offset = pgm_token_error_offset(text, split.error->cursorpos);
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "line %d: %s", pgm_token_line(text, offset),
                    split.error->message);
    }
    pg_query_free_split_result(split);
    return grammatical;
}

GPtrArray *pgm_script_split(const char *text, gboolean *parsed, GError **error)
{
    g_autoptr(GArray) tokens = pgm_token_scan(text, error);
    if (tokens == NULL || !refuse_client_commands(text, tokens, error))
    {
        return NULL;
    }
    PgQuerySplitResult split = pg_query_split_with_parser(text);
    gboolean grammatical = split.error == NULL;
    if (!grammatical)
    {
        pg_query_free_split_result(split);
        split = pg_query_split_with_scanner(text);
    }
    if (parsed != NULL)
    {
        *parsed = grammatical;
    }
    GPtrArray *statements = NULL;
    if (split.error != NULL)
    {
        gsize offset = pgm_token_error_offset(text, split.error->cursorpos);
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "line %d: %s", pgm_token_line(text, offset),
                    split.error->message);
    }
    else
    {
        statements = statements_new(text, &split, tokens);
    }
    pg_query_free_split_result(split);
    return statements;
}

/* One use of a variable. START is the colon. */
typedef struct
{
    gsize start;
    gsize end;
    char quote; /* '\'', '"', or 0 */
    char *name;
} Use;

static void use_clear(gpointer data)
{
    g_free(((Use *)data)->name);
}

static gboolean is_variable_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || ((unsigned char)c & 0x80) != 0;
}

/* psql's own rule, applied to the bytes behind a colon that the scanner found in the open: letters, digits and
 * underscores, bare or between quotes. A bare digit is left alone: it is an array slice far more often. */
static gboolean use_read(const char *text, gsize colon, Use *use)
{
    gsize at = colon + 1;
    char quote = text[at] == '\'' || text[at] == '"' ? text[at] : '\0';
    at += quote != '\0';
    gsize from = at;
    while (is_variable_character(text[at]))
    {
        at++;
    }
    if (at == from || (quote == '\0' && g_ascii_isdigit(text[from])) || (quote != '\0' && text[at] != quote))
    {
        return FALSE;
    }
    use->start = colon;
    use->end = at + (quote != '\0');
    use->quote = quote;
    use->name = g_strndup(text + from, at - from);
    return TRUE;
}

static GArray *uses_find(const char *text, GError **error)
{
    g_autoptr(GArray) tokens = pgm_token_scan(text, error);
    if (tokens == NULL)
    {
        return NULL;
    }
    GArray *uses = g_array_new(FALSE, TRUE, sizeof(Use));
    g_array_set_clear_func(uses, use_clear);
    gsize done = 0;
    for (guint i = 0; i < tokens->len; i++)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, i);
        Use use = {0};
        if (token->kind == PG_QUERY__TOKEN__ASCII_58 && token->start >= done && use_read(text, token->start, &use))
        {
            done = use.end;
            g_array_append_val(uses, use);
        }
    }
    return uses;
}

GPtrArray *pgm_script_variables(const char *text)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) uses = uses_find(text, NULL);
    for (guint i = 0; uses != NULL && i < uses->len; i++)
    {
        const char *name = g_array_index(uses, Use, i).name;
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    return names;
}

static gboolean append_value(GString *out, const char *text, const Use *use, GHashTable *values, GError **error)
{
    const PgmVariable *variable = g_hash_table_lookup(values, use->name);
    if (variable == NULL || variable->value == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "line %d: the parameter \"%s\" has no value (for an array slice, put a blank after the colon)",
                    pgm_token_line(text, use->start), use->name);
        return FALSE;
    }
    if (use->quote == '\0' && !variable->bare)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "line %d: \":%s\" would reach SQL unquoted; write :'%s' for a value or :\"%s\" for a name",
                    pgm_token_line(text, use->start), use->name, use->name, use->name);
        return FALSE;
    }
    g_autofree char *shown = use->quote == '\''  ? pgm_quote_literal(variable->value)
                             : use->quote == '"' ? pgm_quote_identifier(variable->value)
                                                 : g_strdup(variable->value);
    /* "n -:x" with -5 for x must not become a comment. */
    g_string_append(out, use->quote == '\0' && shown[0] == '-' ? " " : "");
    g_string_append(out, shown);
    return TRUE;
}

char *pgm_script_substitute(const char *text, GHashTable *values, GError **error)
{
    g_autoptr(GArray) uses = uses_find(text, error);
    if (uses == NULL)
    {
        return NULL;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    gsize done = 0;
    for (guint i = 0; i < uses->len; i++)
    {
        const Use *use = &g_array_index(uses, Use, i);
        g_string_append_len(out, text + done, (gssize)(use->start - done));
        if (!append_value(out, text, use, values, error))
        {
            return NULL;
        }
        done = use->end;
    }
    g_string_append(out, text + done);
    return g_strdup(out->str);
}
