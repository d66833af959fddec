/*
 * mend_group.c - what is dropped and made again: both in one transaction, where that can be.
 *
 * By their stages the two may stand far from each other. The drop is moved down as far as nothing in between has a name
 * in common with it, and what gives the new one its owner and privileges is moved up: so little else is held up until
 * COMMIT. Where something stands in between that cannot be in a transaction, what is not so meanwhile is said.
 */
#include <string.h>

#include "drift/mend.h"

typedef struct
{
    GPtrArray *steps;   /* MendStep, borrowed */
    GHashTable *known;  /* a set: the keys of all objects of both sides */
    GHashTable *above;  /* a table's key → those of the tables and the type that change it with them */
    GHashTable *names;  /* MendStep → the set of those keys that it has to do with */
    GHashTable *taking; /* the set in hand */
    GArray *spans;
} Grouping;

/* From a drop to what belongs to what is made again. */
typedef struct
{
    guint first, last;
} Span;

/* A statement about NAME, as SQL calls it, is about KEY too. */
static void stand_under(const Grouping *grouping, const PgmSnapshot *snapshot, const char *key, const char *kind,
                        const char *name)
{
    const PgmObject *above = name != NULL ? mend_find_named(snapshot, kind, NULL, name) : NULL;
    char *other = above != NULL ? mend_key(above) : NULL;
    if (other == NULL)
    {
        return;
    }
    GPtrArray *list = g_hash_table_lookup(grouping->above, key);
    if (list == NULL)
    {
        list = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(grouping->above, g_strdup(key), list);
    }
    g_ptr_array_add(list, other);
}

static void know(const Grouping *grouping, const PgmSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        char *key = mend_key(object);
        if (key != NULL && mend_is(object, "table"))
        {
            g_auto(GStrv) parents = mend_parents(snapshot, object->schema, object->name);
            for (int parent = 0; parents[parent] != NULL; parent++)
            {
                stand_under(grouping, snapshot, key, "table", parents[parent]);
            }
            stand_under(grouping, snapshot, key, "composite", pgm_object_value(object, "of_type"));
        }
        if (key != NULL)
        {
            g_hash_table_add(grouping->known, key);
        }
    }
}

static void take(const char *key, gboolean body, gpointer user)
{
    const Grouping *grouping = user;
    const char *known = g_hash_table_lookup(grouping->known, key);
    if (known != NULL && g_hash_table_add(grouping->taking, (gpointer)(gsize)known))
    {
        const GPtrArray *above = g_hash_table_lookup(grouping->above, key);
        for (guint i = 0; above != NULL && i < above->len; i++)
        {
            take(above->pdata[i], body, user);
        }
    }
}

static void take_object(Grouping *grouping, const PgmObject *object)
{
    g_autofree char *own = mend_key(object);
    g_autofree char *parent =
        object->parent != NULL ? g_strdup_printf("%s\001%s", object->schema, object->parent) : NULL;
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL; i++)
    {
        if (object->values[i] != NULL)
        {
            mend_each_name(object->values[i], take, grouping);
        }
    }
    if (own != NULL)
    {
        take(own, FALSE, grouping);
    }
    if (parent != NULL)
    {
        take(parent, FALSE, grouping);
    }
}

static GHashTable *names_of(Grouping *grouping, const MendStep *step)
{
    GHashTable *names = g_hash_table_lookup(grouping->names, step);
    if (names != NULL)
    {
        return names;
    }
    names = grouping->taking = g_hash_table_new(g_str_hash, g_str_equal);
    const PgmObject *const objects[] = {step->drops, step->makes};
    if (step->mend.sql != NULL)
    {
        mend_each_name(step->mend.sql, take, grouping);
    }
    for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
    {
        if (objects[i] != NULL)
        {
            take_object(grouping, objects[i]);
        }
    }
    g_hash_table_insert(grouping->names, (gpointer)(gsize)step, names);
    return names;
}

static gboolean have_nothing_in_common(Grouping *grouping, const MendStep *x, const MendStep *y)
{
    GHashTable *names = names_of(grouping, x), *others = names_of(grouping, y);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &key, NULL))
    {
        if (g_hash_table_contains(others, key))
        {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_same(const PgmObject *x, const PgmObject *y)
{
    return x != NULL && x->kind == y->kind && strcmp(x->schema, y->schema) == 0 &&
           g_strcmp0(x->parent, y->parent) == 0 && strcmp(x->name, y->name) == 0;
}

/* Where that which AT drops is made again; 0: nowhere. */
static guint find_maker(const Grouping *grouping, guint at)
{
    const MendStep *drop = grouping->steps->pdata[at];
    for (guint i = at + 1; i < grouping->steps->len; i++)
    {
        if (is_same(((MendStep *)grouping->steps->pdata[i])->makes, drop->drops))
        {
            return i;
        }
    }
    return 0;
}

/* A new label of an enum is of no use before its COMMIT. */
static gboolean stands_alone(const MendStep *step)
{
    return step->mend.alone || (step->mend.sql != NULL && g_str_has_prefix(step->mend.sql, "ALTER TYPE ") &&
                                strstr(step->mend.sql, " ADD VALUE ") != NULL);
}

/* Indexes come and go whatever policies, triggers, rules and views their table has. */
static gboolean does_not_matter(const MendStep *drop, const MendStep *step)
{
    static const char *const kinds[] = {"policy", "trigger", "rule", "view", NULL};
    const PgmObject *other = step->makes != NULL ? step->makes : step->drops;
    return other != NULL && mend_is(other, "index") && g_strv_contains(kinds, drop->drops->kind->name);
}

static void move_down(Grouping *grouping, guint at, guint maker)
{
    gpointer *steps = grouping->steps->pdata;
    for (; at + 1 < maker; at++)
    {
        if (!does_not_matter(steps[at], steps[at + 1]) && !have_nothing_in_common(grouping, steps[at], steps[at + 1]))
        {
            return;
        }
        gpointer step = steps[at];
        steps[at] = steps[at + 1];
        steps[at + 1] = step;
    }
}

/* Is STEP of what MADE makes, its owner or privileges? What reads a whole table is left where it is. */
static gboolean belongs(const MendStep *made, const MendStep *step)
{
    g_autofree char *name = mend_name(made->makes);
    return step->mend.difference == made->mend.difference && step->drops == NULL && !stands_alone(step) &&
           mend_names(step->mend.sql, name) && strstr(step->mend.sql, " VALIDATE CONSTRAINT ") == NULL;
}

/* The last of what belongs to what is made at MAKER, and stands right after it. */
static guint find_last(const Grouping *grouping, guint maker)
{
    gpointer *steps = grouping->steps->pdata;
    guint last = maker;
    while (last + 1 < grouping->steps->len && belongs(steps[maker], steps[last + 1]))
    {
        last++;
    }
    return last;
}

static void move_up(Grouping *grouping, guint maker)
{
    gpointer *steps = grouping->steps->pdata;
    for (guint i = find_last(grouping, maker) + 1; i < grouping->steps->len; i++)
    {
        gpointer step = steps[i];
        guint first = find_last(grouping, maker) + 1, to = i;
        while (belongs(steps[maker], step) && to > first && have_nothing_in_common(grouping, step, steps[to - 1]))
        {
            to--;
        }
        if (to == first && to < i)
        {
            memmove(steps + to + 1, steps + to, (i - to) * sizeof(gpointer));
            steps[to] = step;
        }
    }
}

static gboolean fits(const Grouping *grouping, Span span)
{
    for (guint i = span.first; i <= span.last; i++)
    {
        if (stands_alone(grouping->steps->pdata[i]))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* The number of the step that makes again what the step AT drops; 0: it does not, or not in a transaction. */
static guint maker_of(const Grouping *grouping, guint at)
{
    const MendStep *step = grouping->steps->pdata[at];
    return step->meanwhile != NULL && !stands_alone(step) ? find_maker(grouping, at) : 0;
}

static void find_spans(const Grouping *grouping)
{
    for (guint i = 0; i < grouping->steps->len; i++)
    {
        guint maker = maker_of(grouping, i);
        const Span span = {i, maker > 0 ? find_last(grouping, maker) : 0};
        if (maker > 0 && fits(grouping, span))
        {
            g_array_append_val(grouping->spans, span);
        }
    }
}

/* Spans that overlap are one. */
static void number_spans(const Grouping *grouping)
{
    int number = 0;
    guint end = 0;
    for (guint s = 0; s < grouping->spans->len; s++)
    {
        const Span span = g_array_index(grouping->spans, Span, s);
        number += s == 0 || span.first > end;
        end = MAX(end, span.last);
        for (guint i = span.first; i <= span.last; i++)
        {
            ((MendStep *)grouping->steps->pdata[i])->mend.transaction = number;
        }
    }
}

static void say(const Grouping *grouping)
{
    int stage = 0;
    for (guint i = 0; i < grouping->steps->len; i++)
    {
        MendStep *step = grouping->steps->pdata[i];
        stage = step->mend.stage = MAX(stage, step->mend.stage);
        if (step->meanwhile != NULL && step->mend.transaction == 0 && step->mend.hazard == NULL)
        {
            step->mend.hazard = g_strdup(step->meanwhile);
        }
    }
}

void mend_group(Mender *mender)
{
    gboolean any = FALSE;
    for (guint i = 0; i < mender->steps->len; i++)
    {
        any |= ((MendStep *)mender->steps->pdata[i])->meanwhile != NULL;
    }
    if (!any)
    {
        return;
    }
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) names =
        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, (GDestroyNotify)g_hash_table_unref);
    g_autoptr(GHashTable) above =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(Span));
    Grouping grouping = {.steps = mender->steps, .known = known, .above = above, .names = names, .spans = spans};
    know(&grouping, mender->expected);
    know(&grouping, mender->actual);
    for (guint i = mender->steps->len; i-- > 0;)
    {
        guint maker = maker_of(&grouping, i);
        if (maker > 0)
        {
            move_up(&grouping, maker);
            move_down(&grouping, i, maker);
        }
    }
    find_spans(&grouping);
    number_spans(&grouping);
    say(&grouping);
}
