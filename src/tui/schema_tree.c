/* schema_tree.c - objects sorted into schemas and groups, with their drift summed up. */
#include "tui/schema_tree.h"

#include <string.h>

#include "tui/schema_search.h"

/* Kinds that are looked for together; every other kind is a group of its own, in the order of kinds. */
static const struct
{
    const char *title;
    const char *kinds[6];
} groups[] = {
    {"tables", {"table"}},
    {"views", {"view"}},
    {"materialised views", {"matview"}},
    {"foreign tables", {"foreign_table"}},
    {"sequences", {"sequence"}},
    {"functions", {"function"}},
    {"aggregates", {"aggregate"}},
    {"types", {"enum", "domain", "composite", "range", "base_type"}},
    {"extended statistics", {"statistics"}},
    {"operators", {"operator", "operator_family", "operator_class"}},
    {"collations and conversions", {"collation", "conversion"}},
    {"text search",
     {"text_search_configuration", "text_search_dictionary", "text_search_parser", "text_search_template"}},
    {"extensions", {"extension"}},
    {"languages", {"language"}},
    {"event triggers", {"event_trigger"}},
    {"publications and subscriptions", {"publication", "subscription"}},
    {"foreign servers", {"foreign_server", "foreign_data_wrapper", "user_mapping"}},
    {"casts", {"cast"}},
    {"access methods", {"access_method"}},
    {"default privileges", {"default_privileges"}},
    {"security labels", {"security_label"}},
    {"the database itself", {"database"}},
};

/* Where KIND stands among the groups. */
static guint group_of(const PgmKind *kind)
{
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
    {
        for (guint k = 0; k < G_N_ELEMENTS(groups[i].kinds) && groups[i].kinds[k] != NULL; k++)
        {
            if (strcmp(groups[i].kinds[k], kind->name) == 0)
            {
                return i;
            }
        }
    }
    return G_N_ELEMENTS(groups) + (guint)(kind - pgm_kinds);
}

typedef struct
{
    PgmTreeItem item;
    guint group;
} Entry;

/* By schema ("" last), group, name. */
static int compare_entries(gconstpointer a, gconstpointer b)
{
    const Entry *x = a, *y = b;
    const char *first = x->item.object->schema, *second = y->item.object->schema;
    int order = (first[0] == '\0') != (second[0] == '\0') ? (first[0] == '\0' ? 1 : -1) : strcmp(first, second);
    if (order != 0)
    {
        return order;
    }
    if (x->group != y->group)
    {
        return x->group < y->group ? -1 : 1;
    }
    return strcmp(x->item.object->name, y->item.object->name);
}

static gboolean is_schema(const PgmObject *object)
{
    return object->kind == &pgm_kinds[0];
}

static void add_entry(const PgmSchemaTree *tree, GArray *entries, const PgmObject *object, gboolean absent)
{
    PgmIdentity identity = pgm_identity_of(object);
    Entry entry = {{object, absent, pgm_marks_whole(tree->marks, &identity)}, group_of(object->kind)};
    g_array_append_val(entries, entry);
}

/* What is absent is told once by the drift: of a schema, that it is. What the baseline has in it is shown all the same.
 */
static void add_absent(const PgmSchemaTree *tree, GArray *entries)
{
    const GPtrArray *absent = pgm_marks_absent(tree->marks, NULL, NULL);
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        const PgmObject *object = absent->pdata[i];
        if (!is_schema(object))
        {
            add_entry(tree, entries, object, TRUE);
            continue;
        }
        for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
        {
            guint first, n = pgm_snapshot_children(tree->baseline, kind, object->name, NULL, &first);
            for (guint k = first; k < first + n; k++)
            {
                add_entry(tree, entries, tree->baseline->objects->pdata[k], TRUE);
            }
        }
    }
}

/* The node of SCHEMA at the end; a new one when the last is another's. */
static PgmTreeSchema *last_schema(PgmSchemaTree *tree, const char *name)
{
    PgmTreeSchema *last =
        tree->schemas->len > 0 ? &g_array_index(tree->schemas, PgmTreeSchema, tree->schemas->len - 1) : NULL;
    if (last != NULL && strcmp(last->name, name) == 0)
    {
        return last;
    }
    PgmTreeSchema schema = {.name = name, .first = tree->groups->len};
    g_array_append_val(tree->schemas, schema);
    return &g_array_index(tree->schemas, PgmTreeSchema, tree->schemas->len - 1);
}

static PgmTreeGroup *last_group(PgmSchemaTree *tree, PgmTreeSchema *schema, guint place, const PgmKind *kind)
{
    const char *title = place < G_N_ELEMENTS(groups) ? groups[place].title : kind->plural;
    PgmTreeGroup *last =
        schema->count > 0 ? &g_array_index(tree->groups, PgmTreeGroup, schema->first + schema->count - 1) : NULL;
    if (last != NULL && last->title == title)
    {
        return last;
    }
    PgmTreeGroup group = {.title = title, .first = tree->items->len};
    g_array_append_val(tree->groups, group);
    schema->count++;
    return &g_array_index(tree->groups, PgmTreeGroup, tree->groups->len - 1);
}

static void sort_in(PgmSchemaTree *tree, GArray *entries)
{
    g_array_sort(entries, compare_entries);
    for (guint i = 0; i < entries->len; i++)
    {
        const Entry *entry = &g_array_index(entries, Entry, i);
        PgmTreeSchema *schema = last_schema(tree, entry->item.object->schema);
        PgmTreeGroup *group = last_group(tree, schema, entry->group, entry->item.object->kind);
        g_array_append_val(tree->items, entry->item);
        group->count++;
        group->mark = pgm_mark_add(group->mark, entry->item.mark);
        schema->items++;
        schema->mark = pgm_mark_add(schema->mark, entry->item.mark);
    }
}

static int compare_schemas(gconstpointer a, gconstpointer b)
{
    const PgmTreeSchema *x = a, *y = b;
    return (x->name[0] == '\0') != (y->name[0] == '\0') ? (x->name[0] == '\0' ? 1 : -1) : strcmp(x->name, y->name);
}

static void name_schema(PgmSchemaTree *tree, const PgmObject *object, gboolean absent)
{
    PgmIdentity identity = pgm_identity_of(object);
    PgmMark mark = pgm_marks_whole(tree->marks, &identity);
    for (guint i = 0; i < tree->schemas->len; i++)
    {
        PgmTreeSchema *schema = &g_array_index(tree->schemas, PgmTreeSchema, i);
        if (strcmp(schema->name, object->name) == 0)
        {
            schema->object = object;
            schema->absent = absent;
            schema->mark = pgm_mark_add(schema->mark, mark);
            return;
        }
    }
    PgmTreeSchema empty = {.name = object->name, .object = object, .absent = absent, .mark = mark};
    g_array_append_val(tree->schemas, empty);
}

/* Schemas are objects too: with an owner, privileges, drift of their own; and empty ones are seen. */
static void name_schemas(PgmSchemaTree *tree)
{
    guint first, n = pgm_snapshot_children(tree->snapshot, &pgm_kinds[0], "", NULL, &first);
    for (guint i = first; i < first + n; i++)
    {
        name_schema(tree, tree->snapshot->objects->pdata[i], FALSE);
    }
    const GPtrArray *absent = pgm_marks_absent(tree->marks, NULL, NULL);
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        if (is_schema(absent->pdata[i]))
        {
            name_schema(tree, absent->pdata[i], TRUE);
        }
    }
    g_array_sort(tree->schemas, compare_schemas);
}

PgmSchemaTree *pgm_schema_tree_new(const PgmSnapshot *snapshot, const PgmSnapshot *baseline, const PgmMarks *marks)
{
    PgmSchemaTree *tree = g_new0(PgmSchemaTree, 1);
    tree->snapshot = snapshot;
    tree->baseline = baseline;
    tree->marks = marks;
    tree->schemas = g_array_new(FALSE, FALSE, sizeof(PgmTreeSchema));
    tree->groups = g_array_new(FALSE, FALSE, sizeof(PgmTreeGroup));
    tree->items = g_array_new(FALSE, FALSE, sizeof(PgmTreeItem));
    tree->absent = g_ptr_array_new();
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        if (object->parent == NULL && !is_schema(object))
        {
            add_entry(tree, entries, object, FALSE);
        }
    }
    add_absent(tree, entries);
    sort_in(tree, entries);
    name_schemas(tree);
    pgm_schema_search_prepare(tree);
    return tree;
}

void pgm_schema_tree_free(PgmSchemaTree *tree)
{
    if (tree != NULL)
    {
        g_array_unref(tree->schemas);
        g_array_unref(tree->groups);
        g_array_unref(tree->items);
        g_ptr_array_unref(tree->absent);
        g_free(tree->folded);
        g_free(tree->starts);
        g_free(tree);
    }
}

const PgmObject *pgm_schema_tree_object(const PgmSchemaTree *tree, guint at, gboolean *absent)
{
    *absent = at >= tree->snapshot->objects->len;
    return *absent ? tree->absent->pdata[at - tree->snapshot->objects->len] : tree->snapshot->objects->pdata[at];
}

GArray *pgm_schema_tree_children(const PgmSchemaTree *tree, const PgmTreeItem *relation)
{
    GArray *children = g_array_new(FALSE, FALSE, sizeof(PgmTreeItem));
    const PgmObject *parent = relation->object;
    const PgmSnapshot *snapshot = relation->absent ? tree->baseline : tree->snapshot;
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL && parent->kind->relation; kind++)
    {
        guint first,
            n = kind->parent != NULL ? pgm_snapshot_children(snapshot, kind, parent->schema, parent->name, &first) : 0;
        for (guint i = 0; i < n; i++)
        {
            const PgmObject *object = snapshot->objects->pdata[first + i];
            PgmIdentity identity = pgm_identity_of(object);
            PgmTreeItem child = {object, relation->absent, pgm_marks_whole(tree->marks, &identity)};
            g_array_append_val(children, child);
        }
    }
    const GPtrArray *absent = relation->absent || !parent->kind->relation
                                  ? NULL
                                  : pgm_marks_absent(tree->marks, parent->schema, parent->name);
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        PgmIdentity identity = pgm_identity_of(absent->pdata[i]);
        PgmTreeItem child = {absent->pdata[i], TRUE, pgm_marks_whole(tree->marks, &identity)};
        g_array_append_val(children, child);
    }
    return children;
}
