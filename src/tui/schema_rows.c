/* schema_rows.c - folding, searching and selecting in a tree. */
#include "tui/schema_rows.h"

#include <string.h>

struct PgmSchemaRows
{
    const PgmSchemaTree *tree;
    GArray *rows;       /* PgmTreeRow; none while a search shows what it has found */
    GHashTable *turned; /* char*: schemas and groups that are not folded as they are by default */
    GHashTable *open;   /* PgmIdentity: relations that are unfolded */
    char *text;         /* searched for; "" */
    GArray *found;      /* guint32; NULL: no search */
    PgmTreeRow *seen;   /* the row of what was found that was looked at last */
    PgmList list;
    /* What is selected. */
    PgmRowKind kind;
    char *place;           /* of a schema or group: its key; NULL */
    PgmIdentity *identity; /* of an object; NULL */
};

PgmSchemaRows *pgm_schema_rows_new(void)
{
    PgmSchemaRows *rows = g_new0(PgmSchemaRows, 1);
    rows->rows = g_array_new(FALSE, FALSE, sizeof(PgmTreeRow));
    rows->turned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    rows->open = g_hash_table_new_full(pgm_identity_hash, pgm_identity_equal, g_free, NULL);
    rows->text = g_strdup("");
    rows->seen = g_new0(PgmTreeRow, 1);
    return rows;
}

void pgm_schema_rows_free(PgmSchemaRows *rows)
{
    g_array_unref(rows->rows);
    g_hash_table_unref(rows->turned);
    g_hash_table_unref(rows->open);
    g_free(rows->seen);
    g_free(rows->text);
    g_clear_pointer(&rows->found, g_array_unref);
    g_free(rows->place);
    g_free(rows->identity);
    g_free(rows);
}

static const PgmTreeSchema *schema_at(const PgmSchemaRows *rows, guint at)
{
    return &g_array_index(rows->tree->schemas, PgmTreeSchema, at);
}

static const PgmTreeGroup *group_at(const PgmSchemaRows *rows, guint at)
{
    return &g_array_index(rows->tree->groups, PgmTreeGroup, at);
}

static const PgmTreeItem *item_at(const PgmSchemaRows *rows, guint at)
{
    return &g_array_index(rows->tree->items, PgmTreeItem, at);
}

static char *schema_key(const PgmTreeSchema *schema)
{
    return g_strdup(schema->name);
}

static char *group_key(const PgmTreeSchema *schema, const PgmTreeGroup *group)
{
    return g_strdup_printf("%s\n%s", schema->name, group->title);
}

/* Unfolded unless somebody folded it: schemas and their tables. */
static gboolean is_unfolded(const PgmSchemaRows *rows, const char *key, gboolean usually)
{
    return g_hash_table_contains(rows->turned, key) ? !usually : usually;
}

static gboolean schema_is_unfolded(const PgmSchemaRows *rows, const PgmTreeSchema *schema)
{
    g_autofree char *key = schema_key(schema);
    return is_unfolded(rows, key, schema->name[0] != '\0');
}

static gboolean group_is_unfolded(const PgmSchemaRows *rows, const PgmTreeSchema *schema, const PgmTreeGroup *group)
{
    g_autofree char *key = group_key(schema, group);
    return is_unfolded(rows, key, strcmp(group->title, "tables") == 0);
}

static gboolean item_is_unfolded(const PgmSchemaRows *rows, const PgmTreeItem *item)
{
    PgmIdentity identity = pgm_identity_of(item->object);
    return g_hash_table_size(rows->open) > 0 && g_hash_table_contains(rows->open, &identity);
}

static void add_items(PgmSchemaRows *rows, guint schema, const PgmTreeGroup *group)
{
    for (guint i = group->first; i < group->first + group->count; i++)
    {
        const PgmTreeItem *item = item_at(rows, i);
        guint place = rows->rows->len;
        PgmTreeRow row = {PGM_ROW_ITEM, item_is_unfolded(rows, item), item->absent, i, schema, item->object};
        g_array_append_val(rows->rows, row);
        g_autoptr(GArray) children = row.unfolded ? pgm_schema_tree_children(rows->tree, item) : NULL;
        for (guint k = 0; children != NULL && k < children->len; k++)
        {
            const PgmTreeItem *child = &g_array_index(children, PgmTreeItem, k);
            PgmTreeRow part = {PGM_ROW_CHILD, FALSE, child->absent, place, schema, child->object};
            g_array_append_val(rows->rows, part);
        }
    }
}

static void add_tree(PgmSchemaRows *rows)
{
    for (guint s = 0; s < rows->tree->schemas->len; s++)
    {
        const PgmTreeSchema *schema = schema_at(rows, s);
        PgmTreeRow row = {PGM_ROW_SCHEMA, schema_is_unfolded(rows, schema), schema->absent, s, s, schema->object};
        g_array_append_val(rows->rows, row);
        for (guint g = schema->first; row.unfolded && g < schema->first + schema->count; g++)
        {
            const PgmTreeGroup *group = group_at(rows, g);
            PgmTreeRow kind = {PGM_ROW_GROUP, group_is_unfolded(rows, schema, group), FALSE, g, s, NULL};
            g_array_append_val(rows->rows, kind);
            if (kind.unfolded)
            {
                add_items(rows, s, group);
            }
        }
    }
}

static gboolean is_selected(const PgmSchemaRows *rows, const PgmTreeRow *row)
{
    if (row->kind == PGM_ROW_SCHEMA || row->kind == PGM_ROW_GROUP)
    {
        if (rows->place == NULL || row->kind != rows->kind)
        {
            return FALSE;
        }
        g_autofree char *key = row->kind == PGM_ROW_SCHEMA
                                   ? schema_key(schema_at(rows, row->at))
                                   : group_key(schema_at(rows, row->schema), group_at(rows, row->at));
        return strcmp(key, rows->place) == 0;
    }
    PgmIdentity identity = pgm_identity_of(row->object);
    return rows->identity != NULL && pgm_identity_equal(&identity, rows->identity);
}

static void find_selected(PgmSchemaRows *rows)
{
    for (guint i = 0; i < pgm_schema_rows_count(rows); i++)
    {
        if (is_selected(rows, pgm_schema_rows_at(rows, i)))
        {
            rows->list.selected = (int)i;
            return;
        }
    }
}

static void make_rows(PgmSchemaRows *rows)
{
    g_array_set_size(rows->rows, 0);
    if (rows->tree == NULL)
    {
        return;
    }
    if (rows->found == NULL)
    {
        add_tree(rows);
    }
    find_selected(rows);
}

void pgm_schema_rows_selected(PgmSchemaRows *rows)
{
    g_clear_pointer(&rows->place, g_free);
    g_clear_pointer(&rows->identity, g_free);
    if (rows->list.selected < 0 || rows->list.selected >= (int)pgm_schema_rows_count(rows))
    {
        return;
    }
    const PgmTreeRow *row = pgm_schema_rows_at(rows, (guint)rows->list.selected);
    rows->kind = row->kind;
    if (row->kind == PGM_ROW_SCHEMA)
    {
        rows->place = schema_key(schema_at(rows, row->at));
    }
    else if (row->kind == PGM_ROW_GROUP)
    {
        rows->place = group_key(schema_at(rows, row->schema), group_at(rows, row->at));
    }
    else
    {
        PgmIdentity identity = pgm_identity_of(row->object);
        rows->identity = pgm_identity_copy(&identity);
    }
}

static void turn(PgmSchemaRows *rows, char *key)
{
    if (!g_hash_table_remove(rows->turned, key))
    {
        g_hash_table_add(rows->turned, key);
        return;
    }
    g_free(key);
}

/* Unfolds what the item with number AT stands in. */
static void unfold_around(PgmSchemaRows *rows, guint at)
{
    for (guint s = 0; s < rows->tree->schemas->len; s++)
    {
        const PgmTreeSchema *schema = schema_at(rows, s);
        for (guint g = schema->first; g < schema->first + schema->count; g++)
        {
            const PgmTreeGroup *group = group_at(rows, g);
            if (at < group->first || at >= group->first + group->count)
            {
                continue;
            }
            if (!schema_is_unfolded(rows, schema))
            {
                turn(rows, schema_key(schema));
            }
            if (!group_is_unfolded(rows, schema, group))
            {
                turn(rows, group_key(schema, group));
            }
        }
    }
}

/* What was selected among what a search had found is seen in the tree too. */
static void reveal_selected(PgmSchemaRows *rows)
{
    const PgmIdentity *wanted = rows->identity;
    for (guint i = 0; wanted != NULL && rows->tree != NULL && i < rows->tree->items->len; i++)
    {
        const PgmObject *object = item_at(rows, i)->object;
        gboolean outer = object->kind->relation && wanted->parent != NULL && strcmp(object->name, wanted->parent) == 0;
        gboolean itself =
            object->kind == wanted->kind && wanted->parent == NULL && strcmp(object->name, wanted->name) == 0;
        if ((!outer && !itself) || strcmp(object->schema, wanted->schema) != 0)
        {
            continue;
        }
        unfold_around(rows, i);
        if (outer && !item_is_unfolded(rows, item_at(rows, i)))
        {
            PgmIdentity identity = pgm_identity_of(object);
            g_hash_table_add(rows->open, pgm_identity_copy(&identity));
        }
        return;
    }
}

void pgm_schema_rows_take(PgmSchemaRows *rows, const PgmSchemaTree *tree)
{
    rows->tree = tree;
    g_clear_pointer(&rows->found, g_array_unref);
    if (tree != NULL && rows->text[0] != '\0')
    {
        rows->found = pgm_schema_tree_search(tree, rows->text, NULL);
    }
    make_rows(rows);
}

static guint dots(const char *text)
{
    guint count = 0;
    for (; *text != '\0'; text++)
    {
        count += *text == '.';
    }
    return count;
}

void pgm_schema_rows_search(PgmSchemaRows *rows, const char *text)
{
    if (strcmp(text, rows->text) == 0)
    {
        return;
    }
    /* A longer text finds less, but for one with a dot, which finds by the path too. */
    gboolean narrower = rows->found != NULL && g_str_has_prefix(text, rows->text) && dots(text) == dots(rows->text);
    g_autoptr(GArray) before = g_steal_pointer(&rows->found);
    if (rows->tree != NULL && text[0] != '\0')
    {
        rows->found = pgm_schema_tree_search(rows->tree, text, narrower ? before : NULL);
    }
    gboolean ended = text[0] == '\0';
    g_free(rows->text);
    rows->text = g_strdup(text);
    rows->list.selected = 0;
    /* The best match is on top; what was selected before is remembered for the search's end. */
    if (ended)
    {
        reveal_selected(rows);
        make_rows(rows);
    }
}

const char *pgm_schema_rows_text(const PgmSchemaRows *rows)
{
    return rows->text;
}

guint pgm_schema_rows_count(const PgmSchemaRows *rows)
{
    return rows->tree == NULL ? 0 : rows->found != NULL ? rows->found->len : rows->rows->len;
}

const PgmTreeRow *pgm_schema_rows_at(const PgmSchemaRows *rows, guint at)
{
    if (rows->found == NULL)
    {
        return &g_array_index(rows->rows, PgmTreeRow, at);
    }
    *rows->seen = (PgmTreeRow){.kind = PGM_ROW_FOUND, .at = g_array_index(rows->found, guint32, at)};
    rows->seen->object = pgm_schema_tree_object(rows->tree, rows->seen->at, &rows->seen->absent);
    return rows->seen;
}

PgmList *pgm_schema_rows_list(PgmSchemaRows *rows)
{
    return &rows->list;
}

gboolean pgm_schema_rows_can_fold(const PgmSchemaRows *rows, const PgmTreeRow *row)
{
    (void)rows;
    return row->kind == PGM_ROW_SCHEMA || row->kind == PGM_ROW_GROUP ||
           (row->kind == PGM_ROW_ITEM && row->object->kind->relation);
}

void pgm_schema_rows_fold(PgmSchemaRows *rows, guint at, gboolean unfold)
{
    const PgmTreeRow *row = pgm_schema_rows_at(rows, at);
    if (!pgm_schema_rows_can_fold(rows, row) || row->unfolded == unfold)
    {
        return;
    }
    if (row->kind == PGM_ROW_ITEM)
    {
        PgmIdentity identity = pgm_identity_of(row->object);
        if (!g_hash_table_remove(rows->open, &identity))
        {
            g_hash_table_add(rows->open, pgm_identity_copy(&identity));
        }
    }
    else
    {
        turn(rows, row->kind == PGM_ROW_SCHEMA ? schema_key(schema_at(rows, row->at))
                                               : group_key(schema_at(rows, row->schema), group_at(rows, row->at)));
    }
    make_rows(rows);
}

/* The item that the selection is on or in; -1: it stands before them all. */
static int selected_item(const PgmSchemaRows *rows)
{
    if (rows->list.selected >= (int)pgm_schema_rows_count(rows))
    {
        return -1;
    }
    const PgmTreeRow *row = pgm_schema_rows_at(rows, (guint)rows->list.selected);
    switch (row->kind)
    {
    case PGM_ROW_ITEM:
        return (int)row->at;
    case PGM_ROW_CHILD:
        return (int)pgm_schema_rows_at(rows, row->at)->at;
    case PGM_ROW_GROUP:
        return (int)group_at(rows, row->at)->first - 1;
    default:
    {
        const PgmTreeSchema *schema = schema_at(rows, row->at);
        return schema->count > 0 ? (int)group_at(rows, schema->first)->first - 1 : -1;
    }
    }
}

static void show_item(PgmSchemaRows *rows, guint at)
{
    unfold_around(rows, at);
    PgmIdentity identity = pgm_identity_of(item_at(rows, at)->object);
    g_clear_pointer(&rows->place, g_free);
    g_free(rows->identity);
    rows->identity = pgm_identity_copy(&identity);
    make_rows(rows);
}

static gboolean next_found(PgmSchemaRows *rows, int step)
{
    int count = (int)pgm_schema_rows_count(rows);
    for (int i = 1; i <= count; i++)
    {
        int at = ((rows->list.selected + step * i) % count + count) % count;
        PgmIdentity identity = pgm_identity_of(pgm_schema_rows_at(rows, (guint)at)->object);
        if (pgm_marks_whole(rows->tree->marks, &identity).count > 0)
        {
            rows->list.selected = at;
            pgm_schema_rows_selected(rows);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_schema_rows_next_drift(PgmSchemaRows *rows, gboolean backward)
{
    int step = backward ? -1 : 1;
    if (rows->tree == NULL || rows->found != NULL)
    {
        return rows->tree != NULL && next_found(rows, step);
    }
    int count = (int)rows->tree->items->len, from = selected_item(rows);
    for (int i = 1; i <= count; i++)
    {
        int at = ((from + step * i) % count + count) % count;
        if (item_at(rows, (guint)at)->mark.count > 0 && at != from)
        {
            show_item(rows, (guint)at);
            return TRUE;
        }
    }
    return FALSE;
}
