/*
 * builders.c - which tables a migration in Ruby, JavaScript, PHP or Elixir creates, drops and renames.
 *
 * Read from the text, by the calls of their schema builders and by the SQL in their strings; nothing is run. That a
 * table is absent is only said of one that was certainly made and not taken away again: where a table is dropped or
 * renamed that the text does not name, all that was made before it is forgotten ("*").
 */
#include "catalog/revision.h"

#include <string.h>

typedef struct
{
    const char *operation;
    /* Group `name` or `bare` (SQL's, unquoted) is the table, `to` its new name; without any of them it is "*". */
    const char *pattern;
} Builder;

#define LITERAL  "(?:(?<q>['\"`])(?<name>\\w+(?:\\.\\w+)?)\\k<q>|:(?<name>\\w+))"
#define SQL_NAME "(?:(?<bare>\\w+(?:\\.\\w+)?)|\"(?<name>\\w+)\")"

static const Builder BUILDERS[] = {
    {"create_table",
     "\\b(?:createTable(?:IfNotExists)?|create_table|Schema::create|create(?:_if_not_exists)?[ ]table)\\b"
     "\\s*\\(?\\s*" LITERAL},
    {"create_table", "\\bcreate\\s+(?:unlogged\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?" SQL_NAME "\\s*\\("},
    {"rename_table",
     "\\b(?:renameTable|rename_table|Schema::rename)\\s*\\(?\\s*" LITERAL "\\s*,\\s*(?:['\"`]|:)(?<to>\\w+)"},
    {"drop_table",
     "\\b(?:dropTable\\w*|drop_table|Schema::drop\\w*|drop(?:_if_exists)?[ ]table\\()\\s*\\(?\\s*" LITERAL},
    {"drop_table", "\\bdrop\\s+table\\s+(?:if\\s+exists\\s+)?" SQL_NAME "(?!\\w*\"?\\s*[,.])"},
    {"drop_table",
     "\\b(?:dropTable|drop_\\w*table|revert|Schema::drop|drop\\s+table|drop\\s+schema|dropSchema|drop_schema|"
     "renameTable|rename_table|Schema::rename|rename\\s+table|renameTo|rename\\s+to|set\\s+schema)"},
};

/* The way down comes behind the way up, or else nothing is read of the way up. */
static char *way_up(const char *text)
{
    g_autoptr(GRegex) down = g_regex_new("\\b(?:def\\s+down\\b|down\\s*[=:(])", G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GRegex) up = g_regex_new("\\b(?:def\\s+(?:up|change)\\b|up\\s*[=:(])", G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GMatchInfo) found = NULL;
    int down_at = (int)strlen(text), up_at = -1;
    if (g_regex_match(down, text, 0, &found))
    {
        g_match_info_fetch_pos(found, 0, &down_at, NULL);
    }
    g_clear_pointer(&found, g_match_info_unref);
    if (g_regex_match(up, text, 0, &found))
    {
        g_match_info_fetch_pos(found, 0, &up_at, NULL);
    }
    return up_at < 0 || up_at > down_at ? g_strdup("") : g_strndup(text, (gsize)down_at);
}

static gboolean in_comment(const char *text, int at)
{
    const char *begin = text + at;
    while (begin > text && begin[-1] != '\n')
    {
        begin--;
    }
    begin += strspn(begin, " \t");
    return g_str_has_prefix(begin, "//") || begin[0] == '#' || begin[0] == '*';
}

typedef struct
{
    int at;
    const Builder *builder;
    char *table, *to;
} Call;

static void call_clear(gpointer data)
{
    Call *call = data;
    g_free(call->table);
    g_free(call->to);
}

static int compare_calls(gconstpointer a, gconstpointer b)
{
    const Call *left = a, *right = b;
    return left->at != right->at ? left->at - right->at : (int)(left->builder - right->builder);
}

static char *group(const GMatchInfo *match, const char *name)
{
    char *text = g_match_info_fetch_named(match, name);
    if (text != NULL && text[0] == '\0')
    {
        g_clear_pointer(&text, g_free);
    }
    return text;
}

static void find_calls(const Builder *builder, const char *text, GArray *calls)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GRegex) regex = g_regex_new(builder->pattern, G_REGEX_CASELESS | G_REGEX_DUPNAMES, 0, &error);
    g_assert_no_error(error);
    g_autoptr(GMatchInfo) match = NULL;
    for (gboolean more = g_regex_match(regex, text, 0, &match); more; more = g_match_info_next(match, NULL))
    {
        Call call = {.builder = builder};
        g_match_info_fetch_pos(match, 0, &call.at, NULL);
        if (in_comment(text, call.at))
        {
            continue;
        }
        g_autofree char *bare = group(match, "bare");
        call.table = bare != NULL ? g_ascii_strdown(bare, -1) : group(match, "name");
        call.to = group(match, "to");
        g_array_append_val(calls, call);
    }
}

void pgm_revision_read_builders(PgmRevision *revision, const char *text)
{
    g_autofree char *up = way_up(text);
    g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(Call));
    g_array_set_clear_func(calls, call_clear);
    for (guint i = 0; i < G_N_ELEMENTS(BUILDERS); i++)
    {
        find_calls(&BUILDERS[i], up, calls);
    }
    g_array_sort(calls, compare_calls);
    int line = 1, counted = 0;
    for (guint i = 0; i < calls->len; i++)
    {
        const Call *call = &g_array_index(calls, Call, i);
        /* the last row of the table fits whatever is dropped: where it was understood, that is enough */
        if (i > 0 && g_array_index(calls, Call, i - 1).at == call->at)
        {
            continue;
        }
        for (; counted < call->at; counted++)
        {
            line += up[counted] == '\n' ? 1 : 0;
        }
        PgmMigrationMention *mention = pgm_revision_mention(
            revision, call->builder->operation, call->table != NULL ? call->table : PGM_REVISION_ANY, NULL, line);
        mention->new_name = g_strdup(call->to);
    }
}
