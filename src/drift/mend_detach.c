/* mend_detach.c - foreign keys and views in the way of a change: dropped before it, made again after. */
#include <string.h>

#include "drift/mend.h"

/* Once each: what EXPECTED has under that name is made again, even where nothing is told of it. */
static void detach(Mender *mender, const PgmObject *actual)
{
    if (!g_hash_table_add(mender->detached, (gpointer)(gsize)actual))
    {
        return;
    }
    mend_drop(mender, actual);
    const PgmObject *expected = g_hash_table_lookup(mender->expected->index, actual);
    if (expected != NULL)
    {
        g_hash_table_insert(mender->replaced, (gpointer)(gsize)expected, (gpointer)(gsize)mender->difference);
        mend_create(mender, expected);
    }
}

/* Does "FOREIGN KEY (a, b) REFERENCES s.t(c)" name COLUMN of the table itself, or of the one it references? */
static gboolean names_column(const char *list, const char *column)
{
    g_autofree char *inside = list[0] == '(' ? g_strndup(list + 1, strcspn(list + 1, ")")) : g_strdup("");
    g_auto(GStrv) names = mend_split(inside, ", ");
    return g_strv_contains((const char *const *)names, column);
}

static gboolean concerns(const PgmObject *key, const char *schema, const char *table, const char *column)
{
    const char *definition = pgm_object_value(key, "definition");
    const char *references = strstr(definition, " REFERENCES ");
    if (references == NULL)
    {
        return FALSE;
    }
    const PgmObject target = {.kind = pgm_kind_find("table"), .schema = schema, .name = table};
    g_autofree char *name = mend_name(&target);
    const PgmObject about = {.kind = pgm_kind_find("schema"), .schema = "", .name = column != NULL ? column : ""};
    g_autofree char *quoted = mend_name(&about);
    references += strlen(" REFERENCES ");
    gboolean there = g_str_has_prefix(references, name) && references[strlen(name)] == '(';
    gboolean here = strcmp(key->schema, schema) == 0 && strcmp(key->parent, table) == 0;
    if (column == NULL)
    {
        return there;
    }
    return (there && names_column(references + strlen(name), quoted)) ||
           (here && names_column(strchr(definition, '('), quoted));
}

void mend_detach_keys(Mender *mender, const char *schema, const char *table, const char *column)
{
    const PgmKind *kind = pgm_kind_find("constraint");
    for (guint i = 0; i < mender->actual->objects->len; i++)
    {
        const PgmObject *key = mender->actual->objects->pdata[i];
        if (key->kind == kind && g_strcmp0(pgm_object_value(key, "type"), "foreign key") == 0 &&
            concerns(key, schema, table, column))
        {
            detach(mender, key);
        }
    }
}

/* Definitions are read with an empty search_path: a view names what it reads with its schema. */
void mend_detach_views(Mender *mender, const char *schema, const char *table)
{
    const PgmObject relation = {.kind = pgm_kind_find("table"), .schema = schema, .name = table};
    g_autofree char *name = mend_name(&relation);
    gsize length = strlen(name);
    for (guint i = 0; i < mender->actual->objects->len; i++)
    {
        const PgmObject *view = mender->actual->objects->pdata[i];
        const char *definition =
            mend_is(view, "view") || mend_is(view, "matview") ? pgm_object_value(view, "definition") : NULL;
        if (definition == NULL)
        {
            continue;
        }
        for (const char *at = strstr(definition, name); at != NULL; at = strstr(at + length, name))
        {
            char after = at[length];
            if (!g_ascii_isalnum(after) && after != '_' && !g_hash_table_contains(mender->detached, view))
            {
                mend_detach_views(mender, view->schema, view->name);
                detach(mender, view);
            }
        }
    }
}
