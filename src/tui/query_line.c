/* query_line.c - words of an unfinished query. */
#include "tui/query_line.h"

#include <string.h>

typedef enum
{
    TOKEN_WORD,
    TOKEN_QUOTED,
    TOKEN_DOT,
    TOKEN_COMMA,
    TOKEN_OTHER,
    TOKEN_INSIDE, /* a string or a comment */
    TOKEN_BLANK,
} TokenKind;

typedef struct
{
    TokenKind kind;
    int start, end; /* bytes */
    gboolean open;  /* it goes on beyond the line's end: no closing quote */
} Token;

static gboolean is_word_start(char c)
{
    return g_ascii_isalpha(c) || c == '_' || (guchar)c >= 0x80;
}

static gboolean is_word(char c)
{
    return is_word_start(c) || g_ascii_isdigit(c) || c == '$';
}

/* The end of what QUOTE opened at START; a doubled quote is one of its characters. */
static int end_of_quote(const char *line, int start, char quote, gboolean *open)
{
    int at = start + 1;
    while (line[at] != '\0')
    {
        if (line[at] == quote && line[at + 1] != quote)
        {
            return at + 1;
        }
        at += line[at] == quote ? 2 : 1;
    }
    *open = TRUE;
    return at;
}

/* $tag$ … $tag$; 0: no such string begins at START. */
static int end_of_dollar(const char *line, int start, gboolean *open)
{
    int at = start + 1;
    while (is_word(line[at]) && line[at] != '$')
    {
        at++;
    }
    if (line[at] != '$' || g_ascii_isdigit(line[start + 1]))
    {
        return 0;
    }
    g_autofree char *tag = g_strndup(line + start, (gsize)(at + 1 - start));
    const char *end = strstr(line + at + 1, tag);
    *open = end == NULL;
    return end != NULL ? (int)(end - line) + (int)strlen(tag) : (int)strlen(line);
}

static Token comment(const char *line, int start)
{
    gboolean block = line[start] == '/';
    const char *end = strstr(line + start + 2, block ? "*/" : "\n");
    int stop = end != NULL ? (int)(end - line) + (block ? 2 : 1) : (int)strlen(line);
    return (Token){TOKEN_INSIDE, start, stop, end == NULL};
}

static Token next_token(const char *line, int start)
{
    char c = line[start];
    Token token = {TOKEN_OTHER, start, start + 1, FALSE};
    int dollar = c == '$' ? end_of_dollar(line, start, &token.open) : 0;
    if (g_ascii_isspace(c))
    {
        token.kind = TOKEN_BLANK;
    }
    else if (is_word_start(c))
    {
        token.kind = TOKEN_WORD;
        while (is_word(line[token.end]))
        {
            token.end++;
        }
    }
    else if (c == '"' || c == '\'')
    {
        token.kind = c == '"' ? TOKEN_QUOTED : TOKEN_INSIDE;
        token.end = end_of_quote(line, start, c, &token.open);
    }
    else if (dollar > 0)
    {
        token.kind = TOKEN_INSIDE;
        token.end = dollar;
    }
    else if ((c == '-' && line[start + 1] == '-') || (c == '/' && line[start + 1] == '*'))
    {
        return comment(line, start);
    }
    else if (c == '.' || c == ',')
    {
        token.kind = c == '.' ? TOKEN_DOT : TOKEN_COMMA;
    }
    else if (g_ascii_isdigit(c))
    {
        while (is_word(line[token.end]) || line[token.end] == '.')
        {
            token.end++;
        }
    }
    return token;
}

char *pgm_query_line_unquote(const char *text)
{
    gsize length = strlen(text);
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
    {
        return g_strdup(text);
    }
    GString *name = g_string_new(NULL);
    for (gsize i = 1; i + 1 < length; i++)
    {
        g_string_append_c(name, text[i]);
        i += text[i] == '"' && text[i + 1] == '"' && i + 2 < length ? 1 : 0;
    }
    return g_string_free(name, FALSE);
}

static char *token_name(const char *line, const Token *token)
{
    g_autofree char *text = g_strndup(line + token->start, (gsize)(token->end - token->start));
    return token->kind == TOKEN_QUOTED ? pgm_query_line_unquote(text) : g_utf8_strdown(text, -1);
}

static gboolean is_name(const Token *token)
{
    return token->kind == TOKEN_WORD || token->kind == TOKEN_QUOTED;
}

static gboolean is_one_of(const char *line, const Token *token, const char *const *words)
{
    if (token->kind != TOKEN_WORD)
    {
        return FALSE;
    }
    g_autofree char *word = token_name(line, token);
    return g_strv_contains(words, word);
}

static gboolean opens_relations(const char *line, const Token *token)
{
    static const char *const words[] = {"from", "join", "table", "only", NULL};
    return is_one_of(line, token, words);
}

/* What may follow a relation and is no alias. */
static gboolean is_clause(const char *line, const Token *token)
{
    static const char *const words[] = {"where",  "join",    "inner",     "left",        "right",  "full",
                                        "cross",  "natural", "on",        "using",       "group",  "order",
                                        "having", "limit",   "offset",    "union",       "except", "fetch",
                                        "for",    "window",  "intersect", "tablesample", "as",     NULL};
    return is_one_of(line, token, words);
}

static const Token *token_at(const GArray *tokens, guint i)
{
    static const Token end = {TOKEN_OTHER, 0, 0, FALSE};
    return i < tokens->len ? &g_array_index(tokens, Token, i) : &end;
}

static void relation_free(gpointer data)
{
    PgmQueryRelation *relation = data;
    g_free(relation->schema);
    g_free(relation->key);
    g_free(relation->alias);
    g_free(relation);
}

/* A relation that begins at token I; returns the token after it. */
static guint read_relation(PgmQueryLine *read, const char *line, const GArray *tokens, guint i)
{
    PgmQueryRelation *relation = g_new0(PgmQueryRelation, 1);
    g_autofree char *name = token_name(line, token_at(tokens, i));
    i++;
    if (token_at(tokens, i)->kind == TOKEN_DOT && is_name(token_at(tokens, i + 1)))
    {
        relation->schema = g_steal_pointer(&name);
        name = token_name(line, token_at(tokens, i + 1));
        i += 2;
    }
    relation->key = g_utf8_strdown(name, -1);
    static const char *const as[] = {"as", NULL};
    i += is_one_of(line, token_at(tokens, i), as) ? 1 : 0;
    if (is_name(token_at(tokens, i)) && !is_clause(line, token_at(tokens, i)))
    {
        relation->alias = token_name(line, token_at(tokens, i));
        i++;
    }
    g_ptr_array_add(read->relations, relation);
    return i;
}

static void read_relations(PgmQueryLine *read, const char *line, const GArray *tokens)
{
    for (guint i = 0; i < tokens->len; i++)
    {
        if (!opens_relations(line, token_at(tokens, i)))
        {
            continue;
        }
        guint next = i + 1;
        while (is_name(token_at(tokens, next)) && !opens_relations(line, token_at(tokens, next)))
        {
            next = read_relation(read, line, tokens, next);
            if (token_at(tokens, next)->kind != TOKEN_COMMA)
            {
                break;
            }
            next++;
        }
        i = next - 1;
    }
}

/* Tokens but blanks. Of those before POINT, LAST is the last one; *INSIDE: POINT is in a string or a comment. */
static GArray *scan(const char *line, int point, int *last, gboolean *inside)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    *last = -1;
    for (int at = 0; line[at] != '\0';)
    {
        Token token = next_token(line, at);
        at = token.end;
        gboolean goes_on = token.end > point || (token.end == point && token.open);
        *inside |= token.kind == TOKEN_INSIDE && token.start < point && goes_on;
        if (token.kind == TOKEN_BLANK || token.kind == TOKEN_INSIDE)
        {
            continue;
        }
        *last = token.start < point ? (int)tokens->len : *last;
        g_array_append_val(tokens, token);
    }
    return tokens;
}

/* Are the relations of a list still being named before token I: "FROM a, b AS c,"? */
static gboolean is_in_list(const char *line, const GArray *tokens, int i)
{
    static const char *const breaks[] = {"select", "where", "on", "group", "order", "having", "by", NULL};
    for (; i >= 0; i--)
    {
        const Token *token = token_at(tokens, (guint)i);
        if (opens_relations(line, token))
        {
            return TRUE;
        }
        if (token->kind == TOKEN_OTHER || is_one_of(line, token, breaks))
        {
            return FALSE;
        }
    }
    return FALSE;
}

static void read_word(PgmQueryLine *read, const char *line, int point, const GArray *tokens, int last)
{
    const Token *word = last >= 0 ? token_at(tokens, (guint)last) : NULL;
    gboolean typed = word != NULL && is_name(word) && word->end >= point;
    gboolean closed = typed && word->kind == TOKEN_QUOTED && !word->open && word->end == point;
    if (typed && !closed)
    {
        read->start = word->start;
        read->quoted = word->kind == TOKEN_QUOTED;
        int from = word->start + (read->quoted ? 1 : 0);
        read->beginning = g_strndup(line + from, (gsize)MAX(point - from, 0));
        last--;
    }
    const Token *before = last >= 0 ? token_at(tokens, (guint)last) : NULL;
    if (before != NULL && before->kind == TOKEN_DOT && last > 0 && is_name(token_at(tokens, (guint)last - 1)))
    {
        read->qualifier = token_name(line, token_at(tokens, (guint)last - 1));
        last -= 2;
        before = last >= 0 ? token_at(tokens, (guint)last) : NULL;
    }
    read->wants_relation = before != NULL && (opens_relations(line, before) ||
                                              (before->kind == TOKEN_COMMA && is_in_list(line, tokens, last - 1)));
}

PgmQueryLine *pgm_query_line_read(const char *line, int point)
{
    PgmQueryLine *read = g_new0(PgmQueryLine, 1);
    read->start = point;
    read->relations = g_ptr_array_new_with_free_func(relation_free);
    int last;
    g_autoptr(GArray) tokens = scan(line, point, &last, &read->inside);
    read_word(read, line, point, tokens, last);
    read_relations(read, line, tokens);
    if (read->beginning == NULL)
    {
        read->beginning = g_strdup("");
    }
    return read;
}

void pgm_query_line_free(PgmQueryLine *line)
{
    if (line != NULL)
    {
        g_free(line->beginning);
        g_free(line->qualifier);
        g_ptr_array_unref(line->relations);
        g_free(line);
    }
}
