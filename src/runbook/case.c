/* case.c - what is said of a case, and which runbooks fit it. */
#include "runbook/case.h"

#include <string.h>

static void add_text(GPtrArray *list, const char *format, va_list arguments)
{
    char *text = g_strdup_vprintf(format, arguments);
    if (g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL))
    {
        g_free(text);
        return;
    }
    g_ptr_array_add(list, text);
}

void pgm_case_evidence(PgmCase *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_text(c->diagnosis->evidence, format, arguments);
    va_end(arguments);
}

void pgm_case_next(PgmCase *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_text(c->diagnosis->next, format, arguments);
    va_end(arguments);
}

void pgm_case_headline(PgmCase *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_free(c->diagnosis->headline);
    c->diagnosis->headline = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

void pgm_case_explain(PgmCase *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    char *before = c->diagnosis->explanation;
    c->diagnosis->explanation = before != NULL ? g_strconcat(before, "\n", text, NULL) : g_strdup(text);
    g_free(before);
}

void pgm_case_fact(PgmCase *c, const char *name, const char *value)
{
    if (value != NULL)
    {
        g_hash_table_insert(c->facts, g_strdup(name), g_strdup(value));
    }
}

char *pgm_case_subject(const PgmCase *c)
{
    const char *id = c->revision != NULL ? c->revision->id : c->diagnosis->revision_to;
    return id != NULL ? g_strdup_printf("the migration %s", id) : g_strdup("the statement");
}

/* One clause of a match: 1 it fits, 0 the log lacks the field, -1 it does not fit. Named groups go into VALUES. */
static int try_clause(const GRegex *pattern, const char *text, GHashTable *values)
{
    if (pattern == NULL || text == NULL)
    {
        return 0;
    }
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(pattern, text, 0, &match))
    {
        return -1;
    }
    /* GRegex does not list its group names; they are read off the pattern */
    g_autoptr(GRegex) names = g_regex_new("\\(\\?P?<([A-Za-z_]\\w*)>", 0, 0, NULL);
    g_autoptr(GMatchInfo) found = NULL;
    for (g_regex_match(names, g_regex_get_pattern(pattern), 0, &found); g_match_info_matches(found);
         g_match_info_next(found, NULL))
    {
        g_autofree char *name = g_match_info_fetch(found, 1);
        char *value = g_match_info_fetch_named(match, name);
        if (value != NULL)
        {
            g_hash_table_insert(values, g_strdup(name), value);
        }
    }
    return 1;
}

static gboolean match_fits(const PgmMatch *match, const PgmLogError *error, GHashTable *values)
{
    int sqlstate = match->sqlstate == NULL || error->sqlstate[0] == '\0' ? 0
                   : strcmp(match->sqlstate, error->sqlstate) == 0       ? 1
                                                                         : -1;
    int message = try_clause(match->message, error->message, values);
    int detail = try_clause(match->detail, error->detail, values);
    int statement = try_clause(match->statement, error->statement, values);
    int context = try_clause(match->context, error->context, values);
    gboolean against = sqlstate < 0 || message < 0 || detail < 0 || statement < 0 || context < 0;
    return !against && sqlstate + message + detail + statement + context > 0;
}

/* Is the runbook about RELATION? One without parameters is written for the tables that it backs up and locks: on
 * another table it would do the wrong thing. */
static gboolean is_about(const PgmRunbook *runbook, const char *relation)
{
    if (runbook->parameters->len > 0 || relation == NULL || runbook->backup_tables == NULL ||
        runbook->backup_tables->len == 0)
    {
        return TRUE;
    }
    const char *name = strrchr(relation, '.') != NULL ? strrchr(relation, '.') + 1 : relation;
    for (guint i = 0; i < runbook->backup_tables->len; i++)
    {
        const char *table = runbook->backup_tables->pdata[i];
        const char *dot = strrchr(table, '.');
        if (strcmp(dot != NULL ? dot + 1 : table, name) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static PgmSuggestion *suggestion_new(const PgmRunbook *runbook)
{
    PgmSuggestion *suggestion = g_new0(PgmSuggestion, 1);
    suggestion->runbook = g_strdup(runbook->name);
    suggestion->path = g_strdup(runbook->path);
    suggestion->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return suggestion;
}

/* Parameters are filled from the match's groups, then from what the case found out. "" when all are, else their names.
 */
static char *fill_parameters(PgmCase *c, const PgmRunbook *runbook, GHashTable *groups, PgmSuggestion *suggestion)
{
    g_autoptr(GString) open = g_string_new(NULL);
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        const char *value = g_hash_table_lookup(groups, parameter->name);
        if (value == NULL)
        {
            value = g_hash_table_lookup(c->facts, parameter->name);
        }
        if (value != NULL && pgm_parameter_check(parameter, value, NULL))
        {
            g_hash_table_insert(suggestion->values, g_strdup(parameter->name), g_strdup(value));
        }
        else if (parameter->default_value == NULL)
        {
            g_string_append_printf(open, "%s%s", open->len > 0 ? ", " : "", parameter->name);
        }
    }
    return g_strdup(open->str);
}

static void suggest_one(PgmCase *c, const PgmRunbook *runbook, const PgmLogError *error, const char *fits,
                        GHashTable *groups)
{
    PgmSuggestion *suggestion = suggestion_new(runbook);
    g_autofree char *open = fill_parameters(c, runbook, groups, suggestion);
    suggestion->concrete = open[0] == '\0';
    suggestion->why =
        suggestion->concrete
            ? g_strdup_printf("%s (%s%s%s); its preconditions decide whether this database is the one", fits,
                              error->sqlstate[0] != '\0' ? error->sqlstate : "no SQLSTATE",
                              error->condition != NULL ? " " : "", error->condition != NULL ? error->condition : "")
            : g_strdup_printf("%s (%s); to be filled in: %s", fits, error->sqlstate, open);
    /* those that need nothing more come first */
    guint at = 0;
    while (at < c->diagnosis->suggestions->len &&
           (((PgmSuggestion *)c->diagnosis->suggestions->pdata[at])->concrete || !suggestion->concrete))
    {
        at++;
    }
    g_ptr_array_insert(c->diagnosis->suggestions, (int)at, suggestion);
}

void pgm_case_suggest(PgmCase *c, const PgmLogError *error, const char *fits, const char *relation)
{
    for (guint i = 0; c->library != NULL && i < c->library->len; i++)
    {
        const PgmRunbook *runbook = c->library->pdata[i];
        for (guint k = 0; k < runbook->matches->len && is_about(runbook, relation); k++)
        {
            g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
            if (match_fits(runbook->matches->pdata[k], error, groups))
            {
                suggest_one(c, runbook, error, fits, groups);
                break;
            }
        }
    }
}
