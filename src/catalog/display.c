/* display.c - an object's name as people and SQL write it. */
#include <stdlib.h>
#include <string.h>

#include "pgmedic/snapshot.h"

/* What SQL takes for a keyword where a name is expected: pg_get_keywords() of 15, reserved, and functions' and types'.
 * Sorted. */
static const char *const reserved[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static gboolean needs_quotes(const char *name)
{
    if (!g_ascii_islower(name[0]) && name[0] != '_')
    {
        return TRUE;
    }
    for (const char *at = name; *at != '\0'; at++)
    {
        if (!g_ascii_islower(*at) && !g_ascii_isdigit(*at) && *at != '_')
        {
            return TRUE;
        }
    }
    return bsearch(name, reserved, G_N_ELEMENTS(reserved), sizeof reserved[0], compare_words) != NULL;
}

char *pgm_name_display(const char *name)
{
    return needs_quotes(name) ? pgm_quote_identifier(name) : g_strdup(name);
}

static void append_name(GString *text, const char *name)
{
    g_autofree char *display = pgm_name_display(name);
    g_string_append(text, display);
}

char *pgm_object_display(const PgmObject *object)
{
    GString *text = g_string_new(NULL);
    if (object->schema[0] != '\0' && strcmp(object->schema, "public") != 0)
    {
        append_name(text, object->schema);
        g_string_append_c(text, '.');
    }
    /* An index has a name of its own in the schema. */
    if (object->parent != NULL && strcmp(object->kind->name, "index") != 0)
    {
        append_name(text, object->parent);
        g_string_append_c(text, '.');
    }
    if (object->kind->signature)
    {
        g_string_append(text, object->name);
    }
    else
    {
        append_name(text, object->name);
    }
    return g_string_free(text, FALSE);
}
