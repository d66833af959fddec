/*
 * mend_order.c - the statements in an order in which they can be run.
 *
 * A step goes by its stage, unless what it names is made by another step, or what it drops is still named by what
 * another one drops: then that one goes first, and what that one needs before it. A body that is only a text to the
 * server is followed as far as nothing else forbids it: two functions may well call each other.
 */
#include <string.h>

#include "drift/mend.h"

typedef struct
{
    MendStep *step;
    guint place;
    guint waits;      /* steps that must go before it */
    guint wishes;     /* … that had better */
    GArray *releases; /* Link: the steps that wait for it */
    gboolean done;
} Node;

typedef struct
{
    guint node;
    gboolean hard;
} Link;

typedef struct
{
    GPtrArray *nodes;
    GHashTable *makers;   /* key → GArray of node numbers */
    GHashTable *droppers; /* actual object → node number + 1 */
    Node *in_hand;
    guint number;
} Graph;

static void node_free(gpointer data)
{
    Node *node = data;
    g_array_unref(node->releases);
    g_free(node);
}

static void link_nodes(const Graph *graph, guint before, guint after, gboolean hard)
{
    if (before == after)
    {
        return;
    }
    Node *first = graph->nodes->pdata[before], *second = graph->nodes->pdata[after];
    const Link link = {after, hard};
    g_array_append_val(first->releases, link);
    *(hard ? &second->waits : &second->wishes) += 1;
}

static void register_maker(const Graph *graph, const char *key, guint number)
{
    GArray *list = g_hash_table_lookup(graph->makers, key);
    if (list == NULL)
    {
        list = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(graph->makers, g_strdup(key), list);
    }
    g_array_append_val(list, number);
}

/* What belongs to a relation is known by the relation's name: a view that reads it needs its columns. */
static char *made_key(const PgmObject *object)
{
    return mend_is(object, "column") ? g_strdup_printf("%s\001%s", object->schema, object->parent) : mend_key(object);
}

static gboolean same_relation(const PgmObject *x, const PgmObject *y)
{
    return strcmp(x->schema, y->schema) == 0 && g_strcmp0(x->parent, y->parent) == 0;
}

/* Does USER, which names USED, do without it? An operator's commutator and negator can come before and after it; a
 * function names itself, and so whatever else has its name: others of other arguments, an aggregate made of it, which
 * needs it, or a view's row type, of which only the function needs the view. */
static gboolean does_without(const PgmObject *user, const PgmObject *used)
{
    if (mend_is(user, "operator") && mend_is(used, "operator"))
    {
        return TRUE;
    }
    g_autofree char *key = mend_key(user);
    g_autofree char *other = mend_key(used);
    return key != NULL && g_strcmp0(key, other) == 0 &&
           (user->kind == used->kind || user->kind->relation || mend_is(used, "aggregate"));
}

static void on_name(const char *key, gboolean body, gpointer user)
{
    const Graph *graph = user;
    const GArray *list = g_hash_table_lookup(graph->makers, key);
    const PgmObject *own = graph->in_hand->step->makes;
    for (guint i = 0; list != NULL && i < list->len; i++)
    {
        guint number = g_array_index(list, guint, i);
        const MendStep *maker = ((Node *)graph->nodes->pdata[number])->step;
        gboolean column = mend_is(maker->makes, "column");
        /* Its own object; a sibling; or a mere ALTER, whose place beside columns its stage knows. */
        if (maker->makes == own ||
            (column && (own == NULL || own->parent != NULL || own->kind == maker->makes->kind)) ||
            (own != NULL && own->parent != NULL && same_relation(own, maker->makes)) ||
            (own != NULL && does_without(own, maker->makes)))
        {
            continue;
        }
        link_nodes(graph, number, graph->number, !body);
    }
}

/* Does WHOLE, by which a shell becomes a type, name the function that STEP makes? */
static gboolean is_for_type(const MendStep *whole, const MendStep *step)
{
    g_autofree char *name = mend_is(step->makes, "function") ? mend_name(step->makes) : NULL;
    gboolean quoted = FALSE;
    for (char *at = name; at != NULL && *at != '\0'; at++)
    {
        quoted ^= *at == '"';
        if (*at == '(' && !quoted)
        {
            *at = '\0';
            break;
        }
    }
    return mend_names(whole->mend.sql, name);
}

/* The functions that read and write a type take its shell. All else that names it waits for the whole type: a shell
 * has no array type, and no column, nor what a function in SQL takes, can be of it. */
static void link_completed(const Graph *graph)
{
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        const MendStep *whole = ((Node *)graph->nodes->pdata[i])->step;
        g_autofree char *name = whole->completes != NULL ? mend_name(whole->completes) : NULL;
        for (guint number = 0; name != NULL && number < graph->nodes->len; number++)
        {
            const MendStep *step = ((Node *)graph->nodes->pdata[number])->step;
            if (step->makes != NULL && step->makes != whole->completes && step->completes == NULL &&
                mend_names(step->mend.sql, name) && !is_for_type(whole, step))
            {
                link_nodes(graph, i, number, TRUE);
            }
        }
    }
}

static void link_made(Graph *graph)
{
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        const Node *node = graph->nodes->pdata[i];
        g_autofree char *key =
            node->step->makes != NULL && node->step->mend.sql != NULL ? made_key(node->step->makes) : NULL;
        if (key != NULL)
        {
            register_maker(graph, key, i);
        }
    }
    link_completed(graph);
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        graph->in_hand = graph->nodes->pdata[i];
        graph->number = i;
        if (graph->in_hand->step->mend.sql != NULL && graph->in_hand->step->drops == NULL)
        {
            mend_each_name(graph->in_hand->step->mend.sql, on_name, graph);
        }
    }
}

/* Who drops OBJECT, or the relation that it belongs to; 0: nobody, else one more than the node's number. */
static guint dropper_of(const Graph *graph, const PgmSnapshot *actual, const PgmObject *object)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(graph->droppers, object));
    const PgmObject *parent = number == 0 ? pgm_judge_parent(actual, object) : NULL;
    return parent != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(graph->droppers, parent)) : number;
}

static void link_dropped(const Graph *graph, Mender *mender)
{
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        const PgmObject *dropped = ((Node *)graph->nodes->pdata[i])->step->drops;
        if (dropped != NULL)
        {
            g_hash_table_insert(graph->droppers, (gpointer)(gsize)dropped, GUINT_TO_POINTER(i + 1));
        }
    }
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        const PgmObject *dropped = ((Node *)graph->nodes->pdata[i])->step->drops;
        const GPtrArray *users = dropped != NULL ? mend_users(mender, dropped) : NULL;
        for (guint user = 0; users != NULL && user < users->len; user++)
        {
            guint number = dropper_of(graph, mender->actual, users->pdata[user]);
            if (number > 0 && !does_without(users->pdata[user], dropped))
            {
                link_nodes(graph, number - 1, i, TRUE);
            }
        }
        /* The name must be free before another takes it. */
        g_autofree char *key = dropped != NULL && !mend_is(dropped, "function") ? mend_key(dropped) : NULL;
        const GArray *makers = key != NULL ? g_hash_table_lookup(graph->makers, key) : NULL;
        for (guint maker = 0; makers != NULL && maker < makers->len; maker++)
        {
            guint number = g_array_index(makers, guint, maker);
            if (!mend_is(((Node *)graph->nodes->pdata[number])->step->makes, "column"))
            {
                link_nodes(graph, i, number, TRUE);
            }
        }
    }
}

static gint by_priority(gconstpointer a, gconstpointer b, gpointer user)
{
    (void)user;
    const Node *x = a, *y = b;
    if (x->step->mend.stage != y->step->mend.stage)
    {
        return x->step->mend.stage < y->step->mend.stage ? -1 : 1;
    }
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The first by priority of those that only wish, else of all: a circle is broken there. */
static Node *break_circle(const Graph *graph)
{
    Node *best = NULL;
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        Node *node = graph->nodes->pdata[i];
        if (!node->done && (best == NULL || (node->waits == 0) > (best->waits == 0) ||
                            ((node->waits == 0) == (best->waits == 0) && by_priority(node, best, NULL) < 0)))
        {
            best = node;
        }
    }
    return best;
}

static void release(const Graph *graph, const Node *node, GSequence *ready)
{
    for (guint i = 0; i < node->releases->len; i++)
    {
        const Link link = g_array_index(node->releases, Link, i);
        Node *after = graph->nodes->pdata[link.node];
        *(link.hard ? &after->waits : &after->wishes) -= 1;
        if (!after->done && after->waits == 0 && after->wishes == 0)
        {
            g_sequence_insert_sorted(ready, after, by_priority, NULL);
        }
    }
}

/* NODES hold the steps; they are put back in order. */
static void sort_steps(const Graph *graph, GPtrArray *steps)
{
    g_autoptr(GSequence) ready = g_sequence_new(NULL);
    for (guint i = 0; i < graph->nodes->len; i++)
    {
        Node *node = graph->nodes->pdata[i];
        if (node->waits == 0 && node->wishes == 0)
        {
            g_sequence_insert_sorted(ready, node, by_priority, NULL);
        }
    }
    int stage = 0;
    for (guint done = 0; done < graph->nodes->len;)
    {
        GSequenceIter *first = g_sequence_get_begin_iter(ready);
        Node *node = g_sequence_iter_is_end(first) ? break_circle(graph) : g_sequence_get(first);
        if (!g_sequence_iter_is_end(first))
        {
            g_sequence_remove(first);
        }
        if (node->done)
        {
            continue;
        }
        node->done = TRUE;
        stage = MAX(stage, node->step->mend.stage);
        node->step->mend.stage = stage;
        steps->pdata[done++] = node->step;
        release(graph, node, ready);
    }
}

void mend_arrange(Mender *mender)
{
    GPtrArray *steps = mender->steps;
    g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(node_free);
    g_autoptr(GHashTable) makers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    g_autoptr(GHashTable) droppers = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < steps->len; i++)
    {
        Node *node = g_new0(Node, 1);
        *node = (Node){.step = steps->pdata[i], .place = i, .releases = g_array_new(FALSE, FALSE, sizeof(Link))};
        g_ptr_array_add(nodes, node);
    }
    Graph graph = {.nodes = nodes, .makers = makers, .droppers = droppers};
    link_made(&graph);
    link_dropped(&graph, mender);
    sort_steps(&graph, steps);
}
