/*
 * reading_names.c - the functions that a typed query names.
 *
 * From the parse tree, so that a name is what the server will look for: folded, unescaped, wherever it stands. A newer
 * server knows grammar that our parser does not; there every word that could name a function counts as one, by the
 * tokens, which have not changed: too many names are looked up, and none is missed.
 */
#include "pg/parse_child.h"
#include "pg/reading_guard.h"
#include "pg/script_token.h"

#include <stdlib.h>
#include <string.h>

static void named_free(gpointer data)
{
    PgmNamedFunction *named = data;
    g_free(named->schema);
    g_free(named->name);
    g_free(named);
}

static void add_named(GPtrArray *names, PgmNamedHow how, const char *schema, const char *name, int arguments)
{
    PgmNamedFunction *named = g_new0(PgmNamedFunction, 1);
    named->how = how;
    named->schema = g_strdup(schema);
    named->name = g_strdup(name);
    named->arguments = arguments;
    g_ptr_array_add(names, named);
}

/* ---- In the child: the tree, told in strings, the first of each group saying what it is. ---- */

static const char *string_of(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : NULL;
}

static void tell_call(GByteArray *out, const PgQuery__FuncCall *call)
{
    size_t n = call->n_funcname;
    g_autofree char *arguments =
        g_strdup_printf("%d", call->func_variadic || call->agg_within_group || call->agg_star ? -1 : (int)call->n_args);
    pgm_parse_answer_string(out, "call");
    pgm_parse_answer_string(out, n > 1 ? string_of(call->funcname[n - 2]) : "");
    pgm_parse_answer_string(out, n > 0 ? string_of(call->funcname[n - 1]) : "");
    pgm_parse_answer_string(out, arguments);
}

static void tell_attributes(GByteArray *out, const char *what, PgQuery__Node *const *nodes, size_t first, size_t n)
{
    for (size_t i = first; i < n; i++)
    {
        if (string_of(nodes[i]) != NULL)
        {
            pgm_parse_answer_string(out, what);
            pgm_parse_answer_string(out, string_of(nodes[i]));
        }
    }
}

static const struct
{
    const ProtobufCMessageDescriptor *descriptor;
    const char *word;
} writers[] = {
    {&pg_query__insert_stmt__descriptor, "INSERT"},      {&pg_query__update_stmt__descriptor, "UPDATE"},
    {&pg_query__delete_stmt__descriptor, "DELETE"},      {&pg_query__merge_stmt__descriptor, "MERGE"},
    {&pg_query__into_clause__descriptor, "SELECT INTO"},
};

static void tell(const ProtobufCMessage *message, gpointer user)
{
    GByteArray *out = user;
    if (message->descriptor == &pg_query__func_call__descriptor)
    {
        tell_call(out, (gconstpointer)message);
    }
    else if (message->descriptor == &pg_query__column_ref__descriptor)
    {
        const PgQuery__ColumnRef *column = (gconstpointer)message;
        tell_attributes(out, "attribute", column->fields, 1, column->n_fields);
    }
    else if (message->descriptor == &pg_query__a__indirection__descriptor)
    {
        const PgQuery__AIndirection *indirection = (gconstpointer)message;
        tell_attributes(out, "field", indirection->indirection, 0, indirection->n_indirection);
    }
    else if (message->descriptor == &pg_query__param_ref__descriptor)
    {
        pgm_parse_answer_string(out, "parameter");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(writers); i++)
    {
        if (message->descriptor == writers[i].descriptor)
        {
            pgm_parse_answer_string(out, "writes");
            pgm_parse_answer_string(out, writers[i].word);
        }
    }
}

static void answer_tree(const PgQuery__ParseResult *tree, GByteArray *out)
{
    pgm_parse_walk(&tree->base, tell, out);
}

/* ---- Here: what the child told. ---- */

static const char *take_string(const GByteArray *answer, guint *at)
{
    if (*at >= answer->len)
    {
        return "";
    }
    const char *text = (const char *)answer->data + *at;
    *at += (guint)strlen(text) + 1;
    return text;
}

static gboolean refuse_write(const char *word, const PgmReadingShape *shape, GError **error)
{
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "it holds %s, and this prompt only reads%s", word,
                shape->kind == PGM_READING_TIMED ? ": leave out ANALYZE to see the plan only"
                                                 : "; use a runbook, or psql");
    return FALSE;
}

static gboolean take_answer(const GByteArray *answer, const PgmReadingShape *shape, GPtrArray *names, GError **error)
{
    for (guint at = 0; at < answer->len;)
    {
        const char *what = take_string(answer, &at);
        if (strcmp(what, "call") == 0)
        {
            const char *schema = take_string(answer, &at);
            const char *name = take_string(answer, &at);
            add_named(names, PGM_NAMED_CALL, schema, name, atoi(take_string(answer, &at)));
        }
        else if (strcmp(what, "attribute") == 0)
        {
            add_named(names, PGM_NAMED_ATTRIBUTE, "", take_string(answer, &at), 1);
        }
        else if (strcmp(what, "field") == 0)
        {
            add_named(names, PGM_NAMED_FIELD, "", take_string(answer, &at), 1);
        }
        else if (strcmp(what, "parameter") == 0)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                        "it has a parameter, $1 or the like: write the value in its place");
            return FALSE;
        }
        else if (shape->kind != PGM_READING_PLAN)
        {
            return refuse_write(take_string(answer, &at), shape, error);
        }
        else
        {
            take_string(answer, &at);
        }
    }
    return TRUE;
}

/* ---- What the grammar of 15 does not know: by its tokens. ---- */

static gboolean is_name(const char *text, const PgmToken *token)
{
    char c = text[token->start];
    return g_ascii_isalpha(c) || c == '_' || c == '"' || (c & 0x80) != 0;
}

static char *name_of(const char *text, const PgmToken *token)
{
    gsize length = token->end - token->start;
    if (text[token->start] != '"')
    {
        return g_ascii_strdown(text + token->start, (gssize)length);
    }
    GString *name = g_string_new(NULL);
    for (gsize i = token->start + 1; i + 1 < token->end; i++)
    {
        g_string_append_c(name, text[i]);
        i += text[i] == '"';
    }
    return g_string_free(name, FALSE);
}

/* What it names cannot be told without the parser. */
static gboolean is_escaped(const char *text, const PgmToken *token)
{
    return (text[token->start] == 'u' || text[token->start] == 'U') && text[token->start + 1] == '&' &&
           text[token->start + 2] == '"';
}

/* Do points and names, as far as TOKEN, hang on an expression in parentheses or brackets? BEFORE: the token before it;
 * HUNG: did they until there? */
static gboolean hangs(const char *text, const PgmToken *token, int before, gboolean hung)
{
    if (token->kind == PG_QUERY__TOKEN__ASCII_46)
    {
        return hung || before == PG_QUERY__TOKEN__ASCII_41 || before == PG_QUERY__TOKEN__ASCII_93;
    }
    return hung && before == PG_QUERY__TOKEN__ASCII_46 && is_name(text, token);
}

static gboolean take_tokens(const char *text, GPtrArray *names, GError **error)
{
    g_autoptr(GArray) tokens = pgm_token_scan(text, error);
    int before = 0;
    gboolean field = FALSE;
    for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    {
        const PgmToken *token = &g_array_index(tokens, PgmToken, i);
        if (pgm_token_is_comment(token))
        {
            continue;
        }
        if (is_escaped(text, token))
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                        "the functions in it cannot be told: write the U&\"…\" name as it is, or use psql");
            return FALSE;
        }
        guint next = i + 1;
        while (next < tokens->len && pgm_token_is_comment(&g_array_index(tokens, PgmToken, next)))
        {
            next++;
        }
        field = hangs(text, token, before, field);
        gboolean opens = next < tokens->len && g_array_index(tokens, PgmToken, next).kind == PG_QUERY__TOKEN__ASCII_40;
        if (is_name(text, token) && (opens || before == PG_QUERY__TOKEN__ASCII_46))
        {
            g_autofree char *name = name_of(text, token);
            add_named(names,
                      opens   ? PGM_NAMED_PERHAPS
                      : field ? PGM_NAMED_FIELD
                              : PGM_NAMED_ATTRIBUTE,
                      "", name, opens ? -1 : 1);
        }
        before = token->kind;
    }
    return tokens != NULL;
}

GPtrArray *pgm_reading_names(const char *text, const PgmReadingShape *shape, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(named_free);
    g_autoptr(GByteArray) answer = pgm_parse_in_child(text, answer_tree);
    gboolean ok = answer == NULL ? take_tokens(text, names, error) : take_answer(answer, shape, names, error);
    return ok ? g_steal_pointer(&names) : NULL;
}
