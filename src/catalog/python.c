/* python.c - Python's tokens. */
#include "catalog/python.h"

#include <string.h>

enum
{
    MAX_DEPTH = 50, /* of brackets around a string: bounds the recursion on hostile text */
};

typedef struct
{
    const char *at;
    int line;
    int indent;
    int depth;
    gboolean fresh; /* at the start of a logical line */
    GArray *tokens;
} Scanner;

static void token_clear(gpointer data)
{
    g_free(((PgmPythonToken *)data)->text);
}

static void push(Scanner *s, PgmPythonKind kind, char *text, int line)
{
    PgmPythonToken token = {.kind = kind, .text = text, .line = line, .indent = s->indent, .depth = s->depth};
    g_array_append_val(s->tokens, token);
    s->fresh = kind == PGM_PYTHON_NEWLINE;
}

static void scan_blank(Scanner *s)
{
    int columns = 0;
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\f')
    {
        columns = *s->at == '\t' ? (columns / 8 + 1) * 8 : columns + 1;
        s->at++;
    }
    if (s->fresh && s->depth == 0)
    {
        s->indent = columns;
    }
}

static void scan_newline(Scanner *s)
{
    if (s->depth == 0 && !s->fresh)
    {
        push(s, PGM_PYTHON_NEWLINE, NULL, s->line);
    }
    s->at++;
    s->line++;
    if (s->depth == 0)
    {
        s->indent = 0;
    }
}

static void append_escape(Scanner *s, GString *value)
{
    static const char from[] = "ntrabfv\\'\"";
    static const char to[] = "\n\t\r\a\b\f\v\\'\"";
    const char *found = *s->at != '\0' ? strchr(from, *s->at) : NULL;
    if (*s->at == '\n')
    {
        s->line++;
    }
    else if (found != NULL)
    {
        g_string_append_c(value, to[found - from]);
    }
    else
    {
        g_string_append_c(value, '\\');
        if (*s->at != '\0')
        {
            g_string_append_c(value, *s->at);
        }
    }
    s->at += *s->at != '\0' ? 1 : 0;
}

/* At the opening quote. An unterminated string ends with its line, or with the file. */
static void scan_string(Scanner *s, gboolean raw, gboolean format)
{
    int line = s->line;
    char quote = *s->at;
    gboolean triple = s->at[1] == quote && s->at[2] == quote;
    GString *value = g_string_new(NULL);
    s->at += triple ? 3 : 1;
    while (*s->at != '\0')
    {
        if (*s->at == quote && (!triple || (s->at[1] == quote && s->at[2] == quote)))
        {
            s->at += triple ? 3 : 1;
            break;
        }
        if (*s->at == '\n' && !triple)
        {
            break;
        }
        if (*s->at == '\\' && !raw)
        {
            s->at++;
            append_escape(s, value);
            continue;
        }
        s->line += *s->at == '\n' ? 1 : 0;
        g_string_append_c(value, *s->at++);
    }
    push(s, PGM_PYTHON_STRING, g_string_free(value, FALSE), line);
    pgm_python_at(s->tokens, s->tokens->len - 1)->format = format;
}

static gboolean scan_prefixed_string(Scanner *s)
{
    gsize length = strspn(s->at, "rRbBuUfF");
    if (length > 2 || (s->at[length] != '"' && s->at[length] != '\''))
    {
        return FALSE;
    }
    gboolean raw = FALSE, format = FALSE;
    for (gsize i = 0; i < length; i++)
    {
        raw |= s->at[i] == 'r' || s->at[i] == 'R';
        format |= s->at[i] == 'f' || s->at[i] == 'F';
    }
    s->at += length;
    scan_string(s, raw, format);
    return TRUE;
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (guchar)c >= 0x80;
}

static void scan_word(Scanner *s)
{
    const char *begin = s->at;
    while (is_word(*s->at))
    {
        s->at++;
    }
    push(s, g_ascii_isdigit(*begin) ? PGM_PYTHON_NUMBER : PGM_PYTHON_NAME, g_strndup(begin, (gsize)(s->at - begin)),
         s->line);
}

static void scan_punctuation(Scanner *s)
{
    char text[2] = {*s->at, '\0'};
    if (strchr(")]}", *s->at) != NULL && s->depth > 0)
    {
        s->depth--;
    }
    push(s, PGM_PYTHON_PUNCTUATION, g_strdup(text), s->line);
    s->depth += strchr("([{", *s->at) != NULL ? 1 : 0;
    s->at++;
}

GArray *pgm_python_scan(const char *text)
{
    Scanner s = {.at = text, .line = 1, .fresh = TRUE, .tokens = g_array_new(FALSE, TRUE, sizeof(PgmPythonToken))};
    g_array_set_clear_func(s.tokens, token_clear);
    if (g_str_has_prefix(text, "\xef\xbb\xbf"))
    {
        s.at += 3;
    }
    while (*s.at != '\0')
    {
        scan_blank(&s);
        if (*s.at == '\n')
        {
            scan_newline(&s);
        }
        else if (*s.at == '\r')
        {
            s.at++;
        }
        else if (*s.at == '#')
        {
            s.at += strcspn(s.at, "\n");
        }
        else if (*s.at == '\\' && (s.at[1] == '\n' || s.at[1] == '\r'))
        {
            s.at += strcspn(s.at, "\n");
            s.at += *s.at == '\n' ? 1 : 0;
            s.line++;
        }
        else if (*s.at == '"' || *s.at == '\'')
        {
            scan_string(&s, FALSE, FALSE);
        }
        else if (*s.at != '\0' && !scan_prefixed_string(&s))
        {
            is_word(*s.at) ? scan_word(&s) : scan_punctuation(&s);
        }
    }
    s.depth = 0;
    push(&s, PGM_PYTHON_NEWLINE, NULL, s.line);
    s.indent = 0;
    push(&s, PGM_PYTHON_END, NULL, s.line);
    return s.tokens;
}

gboolean pgm_python_is(const GArray *tokens, guint i, const char *text)
{
    if (i >= tokens->len)
    {
        return FALSE;
    }
    const PgmPythonToken *token = pgm_python_at(tokens, i);
    return (token->kind == PGM_PYTHON_NAME || token->kind == PGM_PYTHON_PUNCTUATION) && strcmp(token->text, text) == 0;
}

guint pgm_python_skip(const GArray *tokens, guint i)
{
    int depth = pgm_python_at(tokens, i)->depth;
    for (i++; i < tokens->len; i++)
    {
        if (pgm_python_at(tokens, i)->depth <= depth)
        {
            return MIN(i + 1, tokens->len - 1);
        }
    }
    return tokens->len - 1;
}

guint pgm_python_line_end(const GArray *tokens, guint i)
{
    while (i + 1 < tokens->len && pgm_python_at(tokens, i)->kind != PGM_PYTHON_NEWLINE)
    {
        i++;
    }
    return i;
}

static void add_argument(GArray *arguments, const GArray *tokens, guint begin, guint end)
{
    if (begin >= end)
    {
        return;
    }
    PgmPythonArgument argument = {.begin = begin, .end = end};
    if (end - begin > 2 && pgm_python_at(tokens, begin)->kind == PGM_PYTHON_NAME &&
        pgm_python_is(tokens, begin + 1, "=") && !pgm_python_is(tokens, begin + 2, "="))
    {
        argument.keyword = pgm_python_at(tokens, begin)->text;
        argument.begin = begin + 2;
    }
    g_array_append_val(arguments, argument);
}

GArray *pgm_python_arguments(const GArray *tokens, guint i)
{
    GArray *arguments = g_array_new(FALSE, FALSE, sizeof(PgmPythonArgument));
    guint end = pgm_python_skip(tokens, i);
    int depth = pgm_python_at(tokens, i)->depth + 1;
    guint begin = i + 1;
    for (guint at = begin; at < end; at++)
    {
        gboolean comma = pgm_python_is(tokens, at, ",") && pgm_python_at(tokens, at)->depth == depth;
        if (comma || at + 1 == end)
        {
            add_argument(arguments, tokens, begin, at);
            begin = at + 1;
        }
    }
    return arguments;
}

const PgmPythonArgument *pgm_python_argument(const GArray *arguments, guint position, const char *keyword)
{
    guint positional = 0;
    for (guint i = 0; i < arguments->len; i++)
    {
        const PgmPythonArgument *argument = &g_array_index(arguments, PgmPythonArgument, i);
        if (argument->keyword != NULL ? g_strcmp0(argument->keyword, keyword) == 0 : positional++ == position)
        {
            return argument;
        }
    }
    return NULL;
}

char *pgm_python_string(const GArray *tokens, guint begin, guint end, GHashTable *constants)
{
    g_autoptr(GString) value = g_string_new(NULL);
    for (guint i = begin; i < end; i++)
    {
        const PgmPythonToken *token = pgm_python_at(tokens, i);
        if (token->depth > MAX_DEPTH)
        {
            return NULL;
        }
        const char *constant =
            token->kind == PGM_PYTHON_NAME && constants != NULL ? g_hash_table_lookup(constants, token->text) : NULL;
        if (token->kind == PGM_PYTHON_STRING && !token->format)
        {
            g_string_append(value, token->text);
        }
        else if (constant != NULL)
        {
            g_string_append(value, constant);
        }
        else if (token->kind == PGM_PYTHON_NAME && i + 1 < end)
        {
            continue; /* sa.text(, op.f(, textwrap.dedent( */
        }
        else if (pgm_python_is(tokens, i, "("))
        {
            g_autoptr(GArray) arguments = pgm_python_arguments(tokens, i);
            const PgmPythonArgument *first = pgm_python_argument(arguments, 0, NULL);
            g_autofree char *inner =
                first != NULL ? pgm_python_string(tokens, first->begin, first->end, constants) : NULL;
            if (inner == NULL)
            {
                return NULL;
            }
            g_string_append(value, inner);
            i = pgm_python_skip(tokens, i) - 1;
        }
        else if (!pgm_python_is(tokens, i, "+") && !pgm_python_is(tokens, i, "."))
        {
            return NULL;
        }
    }
    return begin < end ? g_strdup(value->str) : NULL;
}
