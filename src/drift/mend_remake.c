/*
 * mend_remake.c - what cannot be altered, or stands in the way of what is: dropped, and made again, with all that
 * hangs on it, one by one. Never CASCADE: it would take what nobody has looked at.
 *
 * What was found to be made again once is so from the first in the next round (see pgm_drift_mend()), so that no
 * difference of its own is mended beside it.
 */
#include <string.h>

#include "drift/judge.h"
#include "drift/mend.h"

static void tell(Mender *mender, const PgmSnapshot *snapshot, const PgmObject *object)
{
    const PgmObject *parent = object != NULL ? pgm_judge_parent(snapshot, object) : NULL;
    if (object != NULL)
    {
        g_hash_table_add(mender->told, (gpointer)(gsize)object);
    }
    if (parent != NULL)
    {
        g_hash_table_add(mender->told, (gpointer)(gsize)parent);
    }
}

void mend_index_told(Mender *mender)
{
    for (guint i = 0; i < mender->drift->differences->len; i++)
    {
        const PgmDifference *difference = mender->drift->differences->pdata[i];
        tell(mender, mender->expected, difference->expected);
        tell(mender, mender->actual, difference->actual);
        if (g_strcmp0(difference->attribute, "name") == 0)
        {
            g_hash_table_insert(mender->renamed, (gpointer)(gsize)difference->actual,
                                (gpointer)(gsize)difference->expected);
        }
    }
}

static const PgmObject *partner(const Mender *mender, const PgmObject *actual)
{
    const PgmObject *renamed = g_hash_table_lookup(mender->renamed, actual);
    return renamed != NULL ? renamed : g_hash_table_lookup(mender->expected->index, actual);
}

/* Is it to go for good: extra itself, or within what is? */
static gboolean is_extra(const Mender *mender, const PgmObject *actual)
{
    const PgmObject *parent = pgm_judge_parent(mender->actual, actual);
    const PgmObject *schema = pgm_snapshot_find(mender->actual, "schema", "", NULL, actual->schema);
    const PgmObject *const all[] = {actual, parent, schema};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    {
        if (all[i] != NULL && g_hash_table_contains(mender->told, all[i]) && partner(mender, all[i]) == NULL)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* As it is expected where drift tells of it; as it was where nothing differs, or what differs is ignored. */
static void make_again(Mender *mender, const PgmObject *actual)
{
    const PgmObject *expected = partner(mender, actual);
    gboolean differs = g_hash_table_contains(mender->told, actual) ||
                       (expected != NULL && g_hash_table_contains(mender->told, expected));
    if (expected != NULL && differs)
    {
        mend_create(mender, expected);
    }
    else if (!is_extra(mender, actual))
    {
        mender->side = mender->actual;
        mend_create(mender, actual);
        mender->side = mender->expected;
    }
}

gboolean mend_is_remade(const Mender *mender, const PgmObject *actual)
{
    return actual != NULL && g_hash_table_contains(mender->cleared, actual);
}

/* What is not so between the two statements. */
static const char *meanwhile(const PgmObject *object)
{
    static const char *const texts[][2] = {{"constraint", "nothing keeps this rule until it is made again"},
                                           {"index", "queries do without it until it is made again"},
                                           {"trigger", "it does nothing until it is made again"},
                                           {"rule", "it does nothing until it is made again"},
                                           {"policy", "the other policies alone decide until it is made again"},
                                           {"matview", "it is gone until it is made again, from all rows anew"}};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        if (mend_is(object, texts[i][0]))
        {
            return texts[i][1];
        }
    }
    return "what names it fails until it is made again";
}

/* Said where the two cannot be in one transaction. */
static void say_meanwhile(const Mender *mender, guint first, guint end, const PgmObject *actual)
{
    for (guint i = first; i < end && mender->steps->len > end; i++)
    {
        MendStep *step = mender->steps->pdata[i];
        if (step->drops == actual)
        {
            step->meanwhile = meanwhile(actual);
        }
    }
}

void mend_remake(Mender *mender, const PgmObject *actual)
{
    const PgmObject *parent = pgm_judge_parent(mender->actual, actual);
    if (mend_is_remade(mender, parent) || !g_hash_table_add(mender->cleared, (gpointer)(gsize)actual))
    {
        return;
    }
    if (g_hash_table_lookup(mender->remade, actual) == NULL)
    {
        g_hash_table_insert(mender->remade, (gpointer)(gsize)actual, (gpointer)(gsize)mender->difference);
        g_ptr_array_add(mender->remade_order, (gpointer)(gsize)actual);
    }
    mend_remake_users(mender, actual);
    guint first = mender->steps->len;
    mend_drop(mender, actual);
    for (guint i = first; i < mender->steps->len; i++)
    {
        /* Its place would be taken when it is made again. */
        PgmMend *step = mender->steps->pdata[i];
        step->stage = MIN(step->stage, STAGE_DROP);
    }
    gboolean fresh = mender->fresh;
    guint end = mender->steps->len;
    mender->fresh = FALSE;
    make_again(mender, actual);
    mender->fresh = fresh;
    say_meanwhile(mender, first, end, actual);
}

/* A column's default calls it: taken off, and put back. */
static void lift_default(Mender *mender, const PgmObject *column)
{
    const PgmObject *expected = partner(mender, column);
    const char *value = pgm_object_value(expected != NULL ? expected : column, "default");
    g_autofree char *table = mend_parent(column);
    g_autofree char *name = mend_name(column);
    mend_addf(mender, STAGE_DROP_FIRST, "ACCESS EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
    if (value != NULL && !is_extra(mender, column))
    {
        mend_addf(mender, STAGE_COLUMN + 1, "ACCESS EXCLUSIVE", "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", table,
                  name, value);
    }
}

/* Does ATTRIBUTE of COLUMN name USED? */
static gboolean calls(const PgmObject *column, const char *attribute, const PgmObject *used)
{
    g_autofree char *name = g_strdup(used->name);
    if (used->kind->signature)
    {
        name[strcspn(name, "( ")] = '\0';
    }
    return mend_names(pgm_object_value(column, attribute), name);
}

/* What holds rows is never made again for the sake of something else, nor is what they are of. */
static gboolean can_be_remade(const PgmObject *object)
{
    static const char *const kept[] = {"table",  "sequence", "schema",    "extension", "publication", "enum",
                                       "domain", "range",    "composite", "base_type", "column",      NULL};
    return !g_strv_contains(kept, object->kind->name);
}

static void remake_user(Mender *mender, const PgmObject *user, const PgmObject *used)
{
    if (mend_is(user, "column"))
    {
        if (calls(user, "generated", used))
        {
            mend_remake(mender, user);
        }
        else if (calls(user, "default", used) && !calls(user, "type", used))
        {
            lift_default(mender, user);
        }
    }
    else if (can_be_remade(user))
    {
        mend_remake(mender, user);
    }
}

/* "(a, b)" at LIST, as names in order. Caller frees. */
static char **listed(const char *list)
{
    const char *end = list != NULL ? strchr(list, ')') : NULL;
    g_autofree char *inside = end != NULL ? g_strndup(list + 1, (gsize)(end - list - 1)) : g_strdup("");
    return mend_split(inside, ", ");
}

/* The columns that a foreign key references on the table that SQL calls NAME; NULL: it references another. */
static char **referenced(const PgmObject *key, const char *name)
{
    const char *references = strstr(pgm_object_value(key, "definition"), " REFERENCES ");
    if (references == NULL)
    {
        return NULL;
    }
    references += strlen(" REFERENCES ");
    gboolean there = g_str_has_prefix(references, name) && references[strlen(name)] == '(';
    return there ? listed(references + strlen(name)) : NULL;
}

static gboolean is_foreign_key(const PgmObject *object)
{
    return mend_is(object, "constraint") && g_strcmp0(pgm_object_value(object, "type"), "foreign key") == 0;
}

/* Foreign keys that rest on the columns of CONSTRAINT, a primary or unique key. */
static void remake_keys_on(Mender *mender, const PgmObject *constraint)
{
    const PgmObject *table = pgm_judge_parent(mender->actual, constraint);
    const GPtrArray *users = table != NULL ? mend_users(mender, table) : NULL;
    g_autofree char *name = mend_parent(constraint);
    g_auto(GStrv) own = listed(strchr(pgm_object_value(constraint, "definition"), '('));
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *key = users->pdata[i];
        g_auto(GStrv) columns = is_foreign_key(key) ? referenced(key, name) : NULL;
        gboolean same = columns != NULL && g_strv_length(columns) == g_strv_length(own);
        for (int column = 0; same && own[column] != NULL; column++)
        {
            same = g_strv_contains((const char *const *)columns, own[column]);
        }
        if (same)
        {
            mend_remake(mender, key);
        }
    }
}

void mend_remake_users(Mender *mender, const PgmObject *actual)
{
    const char *type = mend_is(actual, "constraint") ? pgm_object_value(actual, "type") : NULL;
    if (g_strcmp0(type, "primary key") == 0 || g_strcmp0(type, "unique") == 0)
    {
        remake_keys_on(mender, actual);
    }
    if (mend_is(actual, "column"))
    {
        mend_clear_column(mender, actual, TRUE);
        return;
    }
    const GPtrArray *users = mend_users(mender, actual);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i];
        gboolean own = user == actual || (actual->kind->relation && pgm_judge_parent(mender->actual, user) == actual);
        if (!own)
        {
            remake_user(mender, user, actual);
        }
    }
}

/* ---- what stands in the way of one column ---- */

/* Has a definition of a column something that its new type may not take: a literal of the old one, a call? */
static gboolean is_typed(const char *definition)
{
    if (strstr(definition, "::") != NULL)
    {
        return TRUE;
    }
    for (const char *at = strchr(definition, '('); at != NULL; at = strchr(at + 1, '('))
    {
        if (at > definition && (g_ascii_isalnum(at[-1]) || at[-1] == '"'))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* A publication goes on, without the table for a while. */
static void lift_publication(Mender *mender, const PgmObject *publication, const char *table, const char *column)
{
    const PgmObject *expected = partner(mender, publication);
    g_auto(GStrv) parts = mend_split(pgm_object_value(publication, "tables"), ", ");
    gboolean told = g_hash_table_contains(mender->told, publication);
    for (int i = 0; parts[i] != NULL; i++)
    {
        gsize length = strlen(table);
        if (!g_str_has_prefix(parts[i], table) || parts[i][length] != ' ' || !mend_names(parts[i] + length, column))
        {
            continue;
        }
        g_autofree char *name = mend_name(publication);
        mend_addf(mender, STAGE_DROP_FIRST, "SHARE UPDATE EXCLUSIVE", "ALTER PUBLICATION %s DROP TABLE %s", name, table)
            ->hazard = g_strdup("what is written to it meanwhile does not reach the subscribers");
        if (expected != NULL && !told)
        {
            mend_addf(mender, STAGE_DEPENDENT, "SHARE UPDATE EXCLUSIVE", "ALTER PUBLICATION %s ADD TABLE %s", name,
                      parts[i]);
        }
    }
}

static void clear_foreign_key(Mender *mender, const PgmObject *key, const PgmObject *table, const char *column)
{
    g_autofree char *name = mend_name(table);
    g_auto(GStrv) there = referenced(key, name);
    g_auto(GStrv) here = listed(strchr(pgm_object_value(key, "definition"), '('));
    gboolean own = strcmp(key->schema, table->schema) == 0 && strcmp(key->parent, table->name) == 0;
    if ((there != NULL && g_strv_contains((const char *const *)there, column)) ||
        (own && g_strv_contains((const char *const *)here, column)))
    {
        mend_remake(mender, key);
    }
}

/* What belongs to the column's own table. Keys and plain indexes follow a new type by themselves. */
static void clear_sibling(Mender *mender, const PgmObject *sibling, const PgmObject *table, const char *column,
                          gboolean goes)
{
    const char *text = pgm_object_value(sibling, mend_is(sibling, "column") ? "generated" : "definition");
    if (is_foreign_key(sibling))
    {
        clear_foreign_key(mender, sibling, table, column);
        return;
    }
    gboolean named = mend_names(text, column) ||
                     (mend_is(sibling, "policy") && (mend_names(pgm_object_value(sibling, "using"), column) ||
                                                     mend_names(pgm_object_value(sibling, "with_check"), column)));
    gboolean follows = mend_is(sibling, "constraint") || mend_is(sibling, "index");
    gboolean kept = follows && !goes && !g_hash_table_contains(mender->told, sibling) && !is_typed(text);
    gboolean constraints = mend_is(sibling, "index") && pgm_object_value(sibling, "constraint") != NULL;
    if (named && !kept && !constraints && !mend_is(sibling, "grant"))
    {
        mend_remake(mender, sibling);
    }
}

/* A definition that names columns of the table by other names tells nothing of which it reads. */
static gboolean has_aliases(const char *definition, const char *table)
{
    g_autofree char *pattern = g_strdup_printf("%s ", table);
    for (const char *at = strstr(definition, pattern); at != NULL; at = strstr(at + 1, pattern))
    {
        const char *alias = at + strlen(pattern);
        if (alias[strcspn(alias, " ,;)\n(")] == '(')
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void clear_reader(Mender *mender, const PgmObject *reader, const PgmObject *table, const char *column,
                         gboolean goes)
{
    g_autofree char *name = mend_name(table);
    const char *text = pgm_object_value(reader, "definition");
    if (mend_is(reader, "publication"))
    {
        lift_publication(mender, reader, name, column);
    }
    else if (is_foreign_key(reader))
    {
        clear_foreign_key(mender, reader, table, column);
    }
    else if (mend_is(reader, "policy"))
    {
        if (mend_names(pgm_object_value(reader, "using"), column) ||
            mend_names(pgm_object_value(reader, "with_check"), column))
        {
            mend_remake(mender, reader);
        }
    }
    else if (can_be_remade(reader) && text != NULL && (goes || !mend_is(reader, "statistics")) &&
             (mend_names(text, column) || has_aliases(text, name)))
    {
        mend_remake(mender, reader);
    }
}

void mend_clear_column(Mender *mender, const PgmObject *column, gboolean goes)
{
    const PgmObject *table = pgm_judge_parent(mender->actual, column);
    if (table == NULL)
    {
        return;
    }
    const GPtrArray *users = mend_users(mender, table);
    g_autofree char *name = mend_name(column);
    for (guint i = 0; users != NULL && i < users->len; i++)
    {
        const PgmObject *user = users->pdata[i];
        if (pgm_judge_parent(mender->actual, user) != table)
        {
            clear_reader(mender, user, table, name, goes);
        }
    }
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        guint first, n = kind->parent != NULL
                             ? pgm_snapshot_children(mender->actual, kind, column->schema, column->parent, &first)
                             : 0;
        for (guint i = 0; i < n; i++)
        {
            const PgmObject *sibling = mender->actual->objects->pdata[first + i];
            if (sibling != column)
            {
                clear_sibling(mender, sibling, table, name, goes);
            }
        }
    }
}
