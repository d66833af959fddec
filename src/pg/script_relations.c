/* script_relations.c - the relations that a statement names. */
#include <string.h>

#include "pg/parse_child.h"
#include "pgmedic/script.h"

/* One relation while the tree is walked. */
typedef struct
{
    int location; /* bytes into the statement; -1: the tree does not say */
    guint order;
    char *name;
} Named;

typedef struct
{
    GArray *named; /* Named */
    GPtrArray *ctes;
} Walk;

static void walk_add(Walk *walk, const char *schema, const char *name, int location)
{
    gboolean qualified = schema != NULL && schema[0] != '\0';
    Named named = {location, walk->named->len, qualified ? g_strconcat(schema, ".", name, NULL) : g_strdup(name)};
    g_array_append_val(walk->named, named);
}

/* DROP TABLE names its relations as lists of strings, not as range variables. */
static void walk_drop(Walk *walk, const PgQuery__DropStmt *drop)
{
    switch (drop->remove_type)
    {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
        break;
    default:
        return;
    }
    for (size_t i = 0; i < drop->n_objects; i++)
    {
        const PgQuery__Node *object = drop->objects[i];
        if (object->node_case != PG_QUERY__NODE__NODE_LIST || object->list->n_items == 0)
        {
            continue;
        }
        const PgQuery__List *parts = object->list;
        const char *words[2] = {NULL, NULL};
        for (size_t k = 0; k < parts->n_items; k++)
        {
            words[0] = words[1];
            words[1] = parts->items[k]->node_case == PG_QUERY__NODE__NODE_STRING ? parts->items[k]->string->sval : NULL;
        }
        if (words[1] != NULL)
        {
            walk_add(walk, words[0], words[1], -1);
        }
    }
}

static void visit(const ProtobufCMessage *message, gpointer user)
{
    Walk *walk = user;
    if (message->descriptor == &pg_query__range_var__descriptor)
    {
        const PgQuery__RangeVar *relation = (gconstpointer)message;
        walk_add(walk, relation->schemaname, relation->relname, relation->location);
    }
    else if (message->descriptor == &pg_query__drop_stmt__descriptor)
    {
        walk_drop(walk, (gconstpointer)message);
    }
    else if (message->descriptor == &pg_query__common_table_expr__descriptor)
    {
        g_ptr_array_add(walk->ctes, ((const PgQuery__CommonTableExpr *)(gconstpointer)message)->ctename);
    }
}

static int named_compare(gconstpointer a, gconstpointer b)
{
    const Named *left = a;
    const Named *right = b;
    if (left->location != right->location)
    {
        return left->location < right->location ? -1 : 1;
    }
    return left->order < right->order ? -1 : left->order > right->order;
}

/* In the child: the names, each ended by NUL. */
static void answer_names(const PgQuery__ParseResult *tree, GByteArray *bytes)
{
    Walk walk = {g_array_new(FALSE, FALSE, sizeof(Named)), g_ptr_array_new()};
    pgm_parse_walk(&tree->base, visit, &walk);
    g_array_sort(walk.named, named_compare);
    for (guint i = 0; i < walk.named->len; i++)
    {
        const char *name = g_array_index(walk.named, Named, i).name;
        if (!g_ptr_array_find_with_equal_func(walk.ctes, name, g_str_equal, NULL))
        {
            pgm_parse_answer_string(bytes, name);
        }
    }
}

GPtrArray *pgm_script_relations(const char *sql)
{
    GPtrArray *relations = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GByteArray) answer = pgm_parse_in_child(sql, answer_names);
    for (guint at = 0; answer != NULL && at < answer->len; at += (guint)strlen((const char *)answer->data + at) + 1)
    {
        const char *name = (const char *)answer->data + at;
        if (!g_ptr_array_find_with_equal_func(relations, name, g_str_equal, NULL))
        {
            g_ptr_array_add(relations, g_strdup(name));
        }
    }
    return relations;
}
