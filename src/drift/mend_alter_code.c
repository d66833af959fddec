/* mend_alter_code.c - views, functions and others that are defined by a text, where both sides have them. */
#include <string.h>

#include "drift/mend.h"

#define EXCLUSIVE "ACCESS EXCLUSIVE"

/* Its columns may only grow at the end. */
static gboolean only_appends(const char *had, const char *value)
{
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    gboolean same = g_strv_length(old) <= g_strv_length(new);
    for (int i = 0; same && old[i] != NULL; i++)
    {
        same = strcmp(old[i], new[i]) == 0;
    }
    return same;
}

static void view_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                            const char *had)
{
    if (mend_is(shall, "matview") || !only_appends(pgm_object_value(is, "columns"), pgm_object_value(shall, "columns")))
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    g_autofree char *query = mend_query(shall);
    const char *with = pgm_object_value(shall, "options");
    guint first = mender->steps->len;
    mend_addf(mender, STAGE_VIEW, EXCLUSIVE, "CREATE OR REPLACE VIEW %s%s%s%s AS%s%s", name,
              with != NULL ? " WITH (" : "", with != NULL ? with : "", with != NULL ? ")" : "",
              query[0] == ' ' ? "" : " ", query);
    mend_steps_make(mender, first, shall);
}

static void populated(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value, const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_VIEW + 2, EXCLUSIVE, "REFRESH MATERIALIZED VIEW %s%s", name,
              value != NULL ? " WITH NO DATA" : "")
        ->hazard =
        g_strdup(value != NULL ? "its rows are lost until it is refreshed" : "runs its query while it is locked");
}

static void policy_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                          const char *had)
{
    const char *attribute = mender->difference->attribute;
    if (value == NULL || strcmp(attribute, "command") == 0 || strcmp(attribute, "restrictive") == 0)
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    g_autofree char *table = mend_parent(shall);
    gboolean roles = strcmp(attribute, "roles") == 0;
    mend_addf(mender, STAGE_DEPENDENT, EXCLUSIVE, "ALTER POLICY %s ON %s %s%s%s", name, table,
              roles                             ? "TO "
              : strcmp(attribute, "using") == 0 ? "USING ("
                                                : "WITH CHECK (",
              value, roles ? "" : ")");
}

/* The head of a function as far as CREATE OR REPLACE keeps to it: its arguments, their defaults aside, and its result;
 * *DEFAULTS: how many of them have one. Caller frees. */
static char *function_head(const char *definition, guint *defaults)
{
    const char *end = strstr(definition, "\n LANGUAGE ");
    g_autofree char *head = g_strndup(definition, end != NULL ? (gsize)(end - definition) : strlen(definition));
    char *lines = strstr(head, ")\n");
    gsize arguments = lines != NULL ? (gsize)(lines - head) : strlen(head);
    g_autofree char *first = g_strndup(head, arguments);
    g_auto(GStrv) parts = g_strsplit(first, " DEFAULT ", -1);
    *defaults = g_strv_length(parts) - 1;
    return g_strdup(lines != NULL ? lines : head);
}

/* A default cannot be taken away, nor the result changed. */
static gboolean can_replace_function(const char *had, const char *value)
{
    guint old = 0, new = 0;
    g_autofree char *before = function_head(had, &old);
    g_autofree char *after = function_head(value, &new);
    return strcmp(before, after) == 0 && old <= new &&strncmp(had, value, strcspn(had, "(")) == 0;
}

static void function_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                                const char *had)
{
    if (!can_replace_function(had, value))
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    guint first = mender->steps->len;
    g_autofree char *sql = g_strchomp(g_strdup(value));
    mend_addf(mender, STAGE_FUNCTION, NULL, "%s", sql);
    mend_steps_make(mender, first, shall);
}

/* What it works with may change as long as its states stay what they are. */
static void aggregate_definition(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                                 const char *had)
{
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    gboolean same = TRUE;
    for (int i = 0; new[i] != NULL; i++)
    {
        static const char *const what[] = {"STYPE =", "FINALFUNC =", "MSTYPE =", "MFINALFUNC =", "HYPOTHETICAL"};
        for (guint kind = 0; kind < G_N_ELEMENTS(what); kind++)
        {
            same = same && (!g_str_has_prefix(new[i], what[kind]) || g_strv_contains((const char *const *)old, new[i]));
        }
    }
    if (!same || g_strv_length(old) != g_strv_length(new))
    {
        mend_replace(mender, shall, is, value, had);
        return;
    }
    g_autofree char *name = mend_name(shall);
    guint first = mender->steps->len;
    mend_addf(mender, STAGE_FUNCTION + 1, NULL, "CREATE OR REPLACE AGGREGATE %s (%s)", name, value);
    mend_steps_make(mender, first, shall);
}

static void text_search_change(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                               const char *had)
{
    g_autofree char *name = mend_name(shall);
    if (strcmp(mender->difference->attribute, "mappings") == 0)
    {
        g_auto(GStrv) old = mend_split(had, "; ");
        g_auto(GStrv) new = mend_split(value, "; ");
        for (int i = 0; old[i] != NULL; i++)
        {
            if (!g_strv_contains((const char *const *)new, old[i]))
            {
                mend_addf(mender, STAGE_FUNCTION + 4, NULL, "ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR %.*s",
                          name, (int)(strstr(old[i], " WITH ") - old[i]), old[i]);
            }
        }
        for (int i = 0; new[i] != NULL; i++)
        {
            if (!g_strv_contains((const char *const *)old, new[i]))
            {
                mend_addf(mender, STAGE_FUNCTION + 5, NULL, "ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s",
                          name, new[i]);
            }
        }
        return;
    }
    const char *first = strchr(value, ','), *before = strchr(had, ',');
    gboolean same_template = mend_is(shall, "text_search_dictionary") && first != NULL && before != NULL &&
                             first - value == before - had && strncmp(value, had, (gsize)(first - value)) == 0;
    if (same_template)
    {
        mend_addf(mender, STAGE_FUNCTION + 3, NULL, "ALTER TEXT SEARCH DICTIONARY %s (%s)", name, first + 2);
        return;
    }
    mend_replace(mender, shall, is, value, had);
}

static void family_members(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                           const char *had)
{
    (void)is;
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (int i = 0; old[i] != NULL; i++)
    {
        /* "OPERATOR 1 <(integer,integer)", "FUNCTION 1 (integer, integer) f(integer,integer)" */
        const char *open = strchr(old[i], '('), *close = open != NULL ? strchr(open, ')') : NULL;
        const char *number = strchr(old[i], ' ');
        if (close != NULL && number != NULL && !g_strv_contains((const char *const *)new, old[i]))
        {
            gsize head = (gsize)(number - old[i]) + 1 + strspn(number + 1, "0123456789");
            mend_addf(mender, STAGE_DROP, NULL, "ALTER OPERATOR FAMILY %s DROP %.*s %.*s", name, (int)head, old[i],
                      (int)(close + 1 - open), open);
        }
    }
    for (int i = 0; new[i] != NULL; i++)
    {
        if (!g_strv_contains((const char *const *)old, new[i]))
        {
            mend_addf(mender, STAGE_FUNCTION + 2, NULL, "ALTER OPERATOR FAMILY %s ADD %s", name, new[i]);
        }
    }
}

static void statistics_target(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                              const char *had)
{
    (void)is;
    (void)had;
    g_autofree char *name = mend_name(shall);
    mend_addf(mender, STAGE_DETAIL, NULL, "ALTER STATISTICS %s SET STATISTICS %s", name, value != NULL ? value : "-1");
}

/* The entry of LIST ("a 'x', b 'y'") that begins with the first word of ENTRY. NULL: none. */
static const char *same_column(char **list, const char *entry)
{
    gsize length = (gsize)(mend_end_of_name(entry) - entry) + 1;
    for (int i = 0; list[i] != NULL; i++)
    {
        if (strncmp(list[i], entry, length) == 0)
        {
            return list[i];
        }
    }
    return NULL;
}

/* What is said of the columns of what has no columns of its own here: defaults, or comments. */
static void column_notes(Mender *mender, const PgmObject *shall, const PgmObject *is, const char *value,
                         const char *had)
{
    (void)is;
    gboolean comments = strcmp(mender->difference->attribute, "column_comments") == 0;
    g_autofree char *name = mend_name(shall);
    g_auto(GStrv) old = mend_split(had, ", ");
    g_auto(GStrv) new = mend_split(value, ", ");
    for (int side = 0; side < 2; side++)
    {
        char **list = side == 0 ? old : new, **other = side == 0 ? new : old;
        for (int i = 0; list[i] != NULL; i++)
        {
            const char *end = mend_end_of_name(list[i]), *same = same_column(other, list[i]);
            int length = (int)(end - list[i]);
            if (side == 0 ? same != NULL : g_strcmp0(same, list[i]) == 0)
            {
                continue;
            }
            if (comments)
            {
                mend_addf(mender, STAGE_DETAIL, NULL, "COMMENT ON COLUMN %s.%.*s IS %s", name, length, list[i],
                          side == 0 ? "NULL" : end + 1);
            }
            else
            {
                mend_addf(mender, STAGE_DETAIL, EXCLUSIVE, "ALTER VIEW %s ALTER COLUMN %.*s %s%s", name, length,
                          list[i], side == 0 ? "DROP DEFAULT" : "SET DEFAULT", side == 0 ? "" : end);
            }
        }
    }
}

const MendChange mend_code_changes[] = {
    {"view", "defaults", column_notes},
    {NULL, "column_comments", column_notes},
    {"statistics", "statistics", statistics_target},
    {"view", "definition", view_definition},
    {"view", "columns", view_definition},
    {"matview", "definition", view_definition},
    {"matview", "columns", view_definition},
    {"matview", "unpopulated", populated},
    {"policy", NULL, policy_change},
    {"function", "definition", function_definition},
    {"aggregate", "definition", aggregate_definition},
    {"text_search_configuration", NULL, text_search_change},
    {"text_search_dictionary", NULL, text_search_change},
    {"operator_family", "members", family_members},
    {NULL, NULL, NULL},
};
