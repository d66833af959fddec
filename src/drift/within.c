/* within.c - columns of one database that must match and do not: what failed in the incident, before anything fails. */
#include <string.h>

#include "drift/judge.h"
#include "drift/mend.h"

static void mismatch_free(PgmMismatch *mismatch)
{
    g_free(mismatch->text);
    g_free(mismatch);
}

/* "character varying(36)" → "character varying": a length does not keep two from being compared. */
static gboolean same_type(const char *a, const char *b)
{
    gsize x = strcspn(a, "("), y = strcspn(b, "(");
    return x == y && strncmp(a, b, x) == 0 && (strstr(a, "[]") != NULL) == (strstr(b, "[]") != NULL);
}

typedef struct
{
    const PgmSnapshot *snapshot;
    GPtrArray *ignore;
    GPtrArray *found;
} Search;

static void add(Search *search, const PgmObject *column, const PgmObject *key, const PgmObject *constraint)
{
    const char *type = pgm_object_value(column, "type"), *other = pgm_object_value(key, "type");
    if (column == key || same_type(type, other) ||
        pgm_judge_is_ignored(search->ignore, search->snapshot, column, "type"))
    {
        return;
    }
    g_autofree char *name = pgm_object_display(column);
    g_autofree char *target = pgm_object_display(key);
    PgmMismatch *mismatch = g_new0(PgmMismatch, 1);
    mismatch->column = column;
    mismatch->key = key;
    mismatch->constraint = constraint;
    mismatch->text = constraint != NULL
                         ? g_strdup_printf("%s is %s, but the foreign key %s makes it reference %s, which is %s: joins "
                                           "convert every row, and neither can change alone",
                                           name, type, constraint->name, target, other)
                         : g_strdup_printf("%s is %s, but by its name it means %s, which is %s: a foreign key between "
                                           "them is refused or converts every row, and comparing them may fail",
                                           name, type, target, other);
    g_ptr_array_add(search->found, mismatch);
}

static char *unquoted(const char *name)
{
    gsize length = strlen(name);
    return name[0] == '"' && length > 1 ? g_strndup(name + 1, length - 2) : g_strdup(name);
}

static char **names_in(const char *list)
{
    g_autofree char *inside =
        list != NULL && list[0] == '(' ? g_strndup(list + 1, strcspn(list + 1, ")")) : g_strdup("");
    return mend_split(inside, ", ");
}

/* "FOREIGN KEY (a) REFERENCES s.t(b) …": the place of the list behind the table. */
static const PgmObject *referenced_table(const PgmSnapshot *snapshot, const char *references, const char **list)
{
    *list = strchr(references, '(');
    g_autofree char *target = *list != NULL ? g_strndup(references, (gsize)(*list - references)) : g_strdup("");
    g_auto(GStrv) parts = mend_split(target, ".");
    if (g_strv_length(parts) != 2)
    {
        return NULL;
    }
    g_autofree char *schema = unquoted(parts[0]);
    g_autofree char *table = unquoted(parts[1]);
    return pgm_snapshot_find(snapshot, "table", schema, NULL, table);
}

static void check_foreign_key(Search *search, const PgmObject *key, GHashTable *covered)
{
    static const char word[] = " REFERENCES ";
    const PgmSnapshot *snapshot = search->snapshot;
    const char *definition = pgm_object_value(key, "definition"), *references = strstr(definition, word), *list;
    const PgmObject *table = references != NULL ? referenced_table(snapshot, references + strlen(word), &list) : NULL;
    if (table == NULL)
    {
        return;
    }
    g_auto(GStrv) mine = names_in(strchr(definition, '('));
    g_auto(GStrv) theirs = names_in(list);
    for (int i = 0; mine[i] != NULL && theirs[i] != NULL; i++)
    {
        g_autofree char *here = unquoted(mine[i]);
        g_autofree char *there = unquoted(theirs[i]);
        const PgmObject *column = pgm_snapshot_find(snapshot, "column", key->schema, key->parent, here);
        const PgmObject *other = pgm_snapshot_find(snapshot, "column", table->schema, table->name, there);
        if (column != NULL && other != NULL)
        {
            g_hash_table_add(covered, (gpointer)(gsize)column);
            add(search, column, other, key);
        }
    }
}

/* The key of the table that STEM may be the name of, in one number or the other. */
static const PgmObject *key_of(const PgmSnapshot *snapshot, const char *schema, const char *stem)
{
    static const char *const endings[] = {"", "s", "es"};
    gsize length = strlen(stem);
    for (guint i = 0; i <= G_N_ELEMENTS(endings); i++)
    {
        gboolean last = i == G_N_ELEMENTS(endings);
        if (last && (length < 2 || stem[length - 1] != 'y'))
        {
            return NULL;
        }
        g_autofree char *table =
            last ? g_strdup_printf("%.*sies", (int)length - 1, stem) : g_strconcat(stem, endings[i], NULL);
        const PgmObject *key = pgm_snapshot_find(snapshot, "column", schema, table, "id");
        if (key != NULL)
        {
            return key;
        }
    }
    return NULL;
}

/* "parent_document_id": parent_documents.id, else documents.id. */
static void check_name(Search *search, const PgmObject *column)
{
    if (!g_str_has_suffix(column->name, "_id"))
    {
        return;
    }
    g_autofree char *stem = g_strndup(column->name, strlen(column->name) - strlen("_id"));
    const char *rest = stem;
    while (rest != NULL && rest[0] != '\0')
    {
        const PgmObject *key = key_of(search->snapshot, column->schema, rest);
        if (key != NULL)
        {
            add(search, column, key, NULL);
            return;
        }
        rest = strchr(rest, '_');
        rest = rest != NULL ? rest + 1 : NULL;
    }
}

GPtrArray *pgm_drift_within(const PgmSnapshot *snapshot, GPtrArray *ignore)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)mismatch_free);
    Search search = {snapshot, ignore, found};
    g_autoptr(GHashTable) covered = g_hash_table_new(g_direct_hash, g_direct_equal);
    const PgmKind *column = pgm_kind_find("column"), *constraint = pgm_kind_find("constraint");
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (object->kind == constraint && g_strcmp0(pgm_object_value(object, "type"), "foreign key") == 0)
        {
            check_foreign_key(&search, object, covered);
        }
    }
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (object->kind == column && !g_hash_table_contains(covered, object))
        {
            check_name(&search, object);
        }
    }
    return found;
}
