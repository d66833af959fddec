/*
 * reading_text.c - what an operator typed, by its tokens: one query, EXPLAIN, SHOW, or something to be refused.
 *
 * What is no query the server refuses by its own grammar; here it is refused for the sake of the words. What EXPLAIN
 * would run is decided here.
 */
#include "pg/reading_guard.h"
#include "pg/script_token.h"
#include "pgmedic/text.h"

#include <string.h>

#define INSTEAD "this prompt only reads (SELECT, TABLE, VALUES, WITH, EXPLAIN, SHOW)"

/* Columns of the operator's text that a refusal repeats. */
#define BEGINNING 40

/* The tokens that count, without comments. */
typedef struct
{
    const char *text;
    GArray *tokens; /* PgmToken */
    guint next;
} Cursor;

static int kind_at(const Cursor *cursor, guint place)
{
    return place < cursor->tokens->len ? g_array_index(cursor->tokens, PgmToken, place).kind : 0;
}

static gboolean is_word_at(const Cursor *cursor, guint place, const char *word)
{
    return place < cursor->tokens->len &&
           pgm_token_is(cursor->text, &g_array_index(cursor->tokens, PgmToken, place), word);
}

static gsize start_at(const Cursor *cursor, guint place)
{
    return place < cursor->tokens->len ? g_array_index(cursor->tokens, PgmToken, place).start : strlen(cursor->text);
}

static gboolean refuse_backslash(GError **error)
{
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                "backslash commands are psql's own: type one query; for what \\d shows there is the Schema view, or "
                "`pgmedic inspect NAME`");
    return FALSE;
}

static void drop_comments(GArray *tokens)
{
    guint kept = 0;
    for (guint i = 0; i < tokens->len; i++)
    {
        PgmToken token = g_array_index(tokens, PgmToken, i);
        if (!pgm_token_is_comment(&token))
        {
            g_array_index(tokens, PgmToken, kept++) = token;
        }
    }
    g_array_set_size(tokens, kept);
}

static gboolean scan(Cursor *cursor, GError **error)
{
    const char *first = cursor->text + strspn(cursor->text, " \t\r\n\f");
    if (*first == '\\')
    {
        return refuse_backslash(error);
    }
    g_autoptr(GError) wrong = NULL;
    cursor->tokens = pgm_token_scan(cursor->text, &wrong);
    if (cursor->tokens == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "%s; nothing was sent", wrong->message);
        return FALSE;
    }
    drop_comments(cursor->tokens);
    return TRUE;
}

/* The beginning of TEXT, on one line. Caller frees. */
static char *beginning(const char *text)
{
    g_autofree char *line = pgm_text_one_line(text);
    return pgm_text_cut(line, BEGINNING);
}

static gboolean refuse_second(const char *second, gboolean first_is_empty, GError **error)
{
    g_autofree char *words = beginning(second);
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                first_is_empty ? "there is a semicolon before %s: leave it out"
                               : "this is more than one statement: type one at a time, without %s",
                words);
    return FALSE;
}

/* One statement, and where it ends. Semicolons at the end are fine. */
static gboolean find_end(Cursor *cursor, PgmReadingShape *shape, GError **error)
{
    guint end = cursor->tokens->len;
    for (guint i = 0; i < cursor->tokens->len; i++)
    {
        int kind = kind_at(cursor, i);
        if (kind == PG_QUERY__TOKEN__ASCII_92)
        {
            return refuse_backslash(error);
        }
        if (kind != PG_QUERY__TOKEN__ASCII_59)
        {
            if (end < cursor->tokens->len)
            {
                return refuse_second(cursor->text + start_at(cursor, i), end == 0, error);
            }
            continue;
        }
        end = MIN(end, i);
    }
    shape->end = start_at(cursor, end);
    g_array_set_size(cursor->tokens, end);
    if (end == 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "there is no query in it: type one, such as TABLE pg_database");
        return FALSE;
    }
    return TRUE;
}

static gboolean begins_query(int kind)
{
    return kind == PG_QUERY__TOKEN__SELECT || kind == PG_QUERY__TOKEN__VALUES || kind == PG_QUERY__TOKEN__TABLE ||
           kind == PG_QUERY__TOKEN__WITH || kind == PG_QUERY__TOKEN__WITH_LA || kind == PG_QUERY__TOKEN__ASCII_40;
}

static gboolean begins_write(const Cursor *cursor, guint place)
{
    return is_word_at(cursor, place, "insert") || is_word_at(cursor, place, "update") ||
           is_word_at(cursor, place, "delete") || is_word_at(cursor, place, "merge");
}

/* Is the option at PLACE, in parentheses, ANALYZE without a clear no? In doubt it runs the statement. */
static gboolean is_analyze(const Cursor *cursor, guint place)
{
    if (place < cursor->tokens->len && g_ascii_strncasecmp(cursor->text + start_at(cursor, place), "u&", 2) == 0)
    {
        return TRUE; /* an escaped name may be any */
    }
    if (!is_word_at(cursor, place, "analyze") && !is_word_at(cursor, place, "analyse") &&
        !is_word_at(cursor, place, "\"analyze\""))
    {
        return FALSE;
    }
    return !is_word_at(cursor, place + 1, "off") && !is_word_at(cursor, place + 1, "false") &&
           !is_word_at(cursor, place + 1, "0");
}

/* Steps over EXPLAIN's options; does it run the statement? A parenthesis may open the statement itself. */
static gboolean skip_options(Cursor *cursor)
{
    gboolean runs = FALSE;
    cursor->next = 1;
    if (kind_at(cursor, 1) == PG_QUERY__TOKEN__ASCII_40 && !begins_query(kind_at(cursor, 2)))
    {
        for (cursor->next = 2; cursor->next < cursor->tokens->len; cursor->next++)
        {
            if (kind_at(cursor, cursor->next) == PG_QUERY__TOKEN__ASCII_41)
            {
                cursor->next++;
                break;
            }
            runs = runs || is_analyze(cursor, cursor->next);
        }
        return runs;
    }
    while (is_word_at(cursor, cursor->next, "analyze") || is_word_at(cursor, cursor->next, "analyse") ||
           is_word_at(cursor, cursor->next, "verbose"))
    {
        runs = runs || !is_word_at(cursor, cursor->next, "verbose");
        cursor->next++;
    }
    return runs;
}

static gboolean shape_explain(Cursor *cursor, PgmReadingShape *shape, GError **error)
{
    gboolean runs = skip_options(cursor);
    gboolean query = begins_query(kind_at(cursor, cursor->next));
    shape->kind = runs ? PGM_READING_TIMED : PGM_READING_PLAN;
    shape->explained = start_at(cursor, cursor->next);
    if (runs && !query)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "EXPLAIN ANALYZE runs the statement, and this is no query: leave out ANALYZE to see the plan only");
        return FALSE;
    }
    if (!query && !begins_write(cursor, cursor->next))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "EXPLAIN is for SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE and MERGE here");
        return FALSE;
    }
    return TRUE;
}

static gboolean refuse_other(const Cursor *cursor, GError **error)
{
    const PgmToken *token = &g_array_index(cursor->tokens, PgmToken, 0);
    g_autofree char *word = g_strndup(cursor->text + token->start, token->end - token->start);
    g_autofree char *upper = g_ascii_isalpha(word[0]) ? g_ascii_strup(word, -1) : g_strdup(word);
    g_autofree char *shown = beginning(upper);
    g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                "%s is no query: " INSTEAD "; to change something use a runbook, or psql", shown);
    return FALSE;
}

static gboolean shape_by_first(Cursor *cursor, PgmReadingShape *shape, GError **error)
{
    shape->explained = 0;
    int first = kind_at(cursor, 0);
    if (begins_query(first))
    {
        shape->kind = PGM_READING_QUERY;
        return TRUE;
    }
    if (first == PG_QUERY__TOKEN__SHOW)
    {
        shape->kind = PGM_READING_SHOW;
        return TRUE;
    }
    return first == PG_QUERY__TOKEN__EXPLAIN ? shape_explain(cursor, shape, error) : refuse_other(cursor, error);
}

gboolean pgm_reading_shape(const char *text, PgmReadingShape *shape, GError **error)
{
    Cursor cursor = {.text = text};
    gboolean ok = scan(&cursor, error) && find_end(&cursor, shape, error) && shape_by_first(&cursor, shape, error);
    if (cursor.tokens != NULL)
    {
        g_array_unref(cursor.tokens);
    }
    return ok;
}
