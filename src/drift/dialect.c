/*
 * dialect.c - what servers of two major versions print differently, though it is the same.
 *
 * From 15 on everybody may no longer create in the schema public of a new database, and a dump of an older one grants
 * it; from 16 on a query on one table names its columns without the table; from 17 on there is a privilege MAINTAIN,
 * which GRANT ALL includes. Other differences (13 prints EXTRACT and AT TIME ZONE as the functions that they are)
 * cannot be told from changes: of those it is said that the versions differ.
 */
#include <stdlib.h>
#include <string.h>

#include "drift/judge.h"

static int major(const PgmSnapshot *snapshot)
{
    return snapshot->server_version != NULL ? atoi(snapshot->server_version) : 0;
}

/* Does a change lie between the versions of the two: is one older than SINCE, and the other not? */
static gboolean straddle(const PgmSnapshot *expected, const PgmSnapshot *actual, int since)
{
    int x = major(expected), y = major(actual);
    return x != 0 && y != 0 && (x < since) != (y < since);
}

static gsize name_length(const char *at)
{
    if (*at == '"')
    {
        const char *end = strchr(at + 1, '"');
        return end != NULL ? (gsize)(end + 1 - at) : 0;
    }
    gsize length = 0;
    while (g_ascii_isalnum(at[length]) || at[length] == '_' || ((guchar)at[length] & 0x80) != 0)
    {
        length++;
    }
    return length;
}

/* LONGER is SHORTER but for "table." before columns, one and the same table's throughout: then the query reads one
 * table, whatever it is called, for that stands in both. */
static gboolean differ_by_table_name(const char *longer, const char *shorter)
{
    g_autofree char *table = NULL;
    while (*longer != '\0' || *shorter != '\0')
    {
        gsize length = table != NULL ? strlen(table) : name_length(longer);
        gboolean named = length > 0 && longer[length] == '.' &&
                         (table == NULL || strncmp(longer, table, length) == 0) &&
                         strncmp(longer, shorter, length + 1) != 0;
        if (named)
        {
            table = table != NULL ? table : g_strndup(longer, length);
            longer += length + 1;
            continue;
        }
        gsize word = MAX(name_length(longer), 1);
        if (strncmp(longer, shorter, word) != 0)
        {
            return FALSE;
        }
        longer += MIN(word, strlen(longer));
        shorter += MIN(word, strlen(shorter));
    }
    return TRUE;
}

/* The list without MAINTAIN. Caller frees. */
static char *without_maintain(const char *privileges)
{
    g_auto(GStrv) parts = g_strsplit(privileges, ", ", -1);
    g_autoptr(GString) list = g_string_new(NULL);
    for (int i = 0; parts[i] != NULL; i++)
    {
        if (strcmp(parts[i], "MAINTAIN") != 0 && strcmp(parts[i], "MAINTAIN*") != 0)
        {
            g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", parts[i]);
        }
    }
    return g_strdup(list->str);
}

/* What "the usual ones" are in the schema public. */
static const char *privileges_in_public(const PgmSnapshot *snapshot, const char *privileges)
{
    return privileges != NULL      ? privileges
           : major(snapshot) >= 15 ? "PUBLIC USAGE; the owner CREATE, USAGE"
                                   : "PUBLIC CREATE, USAGE; the owner CREATE, USAGE";
}

gboolean pgm_dialect_is_same(const PgmSnapshot *expected, const PgmSnapshot *actual, const PgmObject *object,
                             const PgmAttribute *attribute, const char *x, const char *y)
{
    if (strcmp(object->kind->name, "schema") == 0 && strcmp(object->name, "public") == 0 &&
        strcmp(attribute->name, "privileges") == 0 && straddle(expected, actual, 15))
    {
        return strcmp(privileges_in_public(expected, x), privileges_in_public(actual, y)) == 0;
    }
    if (x == NULL || y == NULL)
    {
        return FALSE;
    }
    if (strcmp(attribute->name, "definition") == 0 && straddle(expected, actual, 16))
    {
        return major(expected) < 16 ? differ_by_table_name(x, y) : differ_by_table_name(y, x);
    }
    if (strcmp(attribute->name, "privileges") == 0 && straddle(expected, actual, 17))
    {
        g_autofree char *first = without_maintain(x);
        g_autofree char *second = without_maintain(y);
        return strcmp(first, second) == 0;
    }
    return FALSE;
}

gboolean pgm_dialect_may_be_same(const PgmSnapshot *expected, const PgmSnapshot *actual, const PgmObject *object,
                                 const PgmAttribute *attribute)
{
    static const char *const parsed[] = {"view", "matview", "rule", "policy", "constraint", "index", "function", NULL};
    static const char *const texts[] = {"definition", "using", "with_check", NULL};
    return major(expected) != 0 && major(actual) != 0 && major(expected) != major(actual) &&
           g_strv_contains(parsed, object->kind->name) && g_strv_contains(texts, attribute->name);
}
