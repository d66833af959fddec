/*
 * mend.c - differences → statements, in the order in which they can be run.
 *
 * Nothing is read from the database: what a statement needs stands in the two snapshots, and what depends on what is
 * seen from the names in their texts. What they do not tell the server will refuse, and says why.
 */
#include "drift/mend.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum
{
    MOST_ROUNDS = 20, /* far more than what stands on what; only against a fault in here */
};

static void step_free(gpointer data)
{
    PgmMend *step = data;
    g_free(step->sql);
    g_free(step->hazard);
    g_free(step->guess);
    g_free(step);
}

Mender *mender_new(const PgmDrift *drift, const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    Mender *mender = g_new0(Mender, 1);
    *mender = (Mender){.drift = drift,
                       .expected = expected,
                       .actual = actual,
                       .side = expected,
                       .steps = g_ptr_array_new_with_free_func(step_free),
                       .told = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .renamed = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .remade = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .remade_order = g_ptr_array_new(),
                       .cleared = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .made = g_hash_table_new(g_direct_hash, g_direct_equal),
                       .rewrites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    mend_index_told(mender);
    return mender;
}

void mender_free(Mender *mender)
{
    g_ptr_array_unref(mender->steps);
    g_ptr_array_unref(mender->remade_order);
    GHashTable *const tables[] = {mender->told,    mender->renamed, mender->remade,
                                  mender->cleared, mender->made,    mender->rewrites};
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    {
        g_hash_table_unref(tables[i]);
    }
    g_clear_pointer(&mender->users, g_hash_table_unref);
    g_free(mender);
}

int mend_version(const Mender *mender)
{
    return mender->actual->server_version != NULL ? atoi(mender->actual->server_version) : 0;
}

PgmMend *mend_add(Mender *mender, int stage, const char *lock, char *sql, char *hazard)
{
    MendStep *step = g_new0(MendStep, 1);
    step->mend = (PgmMend){.difference = mender->difference,
                           .sql = sql,
                           .lock = mender->fresh ? NULL : lock,
                           .hazard = hazard,
                           .stage = stage};
    g_ptr_array_add(mender->steps, step);
    return &step->mend;
}

PgmMend *mend_addf(Mender *mender, int stage, const char *lock, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return mend_add(mender, stage, lock, sql, NULL);
}

/* What comes after, and only alters what was made, is in its stage. */
static gboolean is_making(const PgmMend *step)
{
    return step->sql != NULL && !g_str_has_prefix(step->sql, "ALTER DOMAIN ") &&
           (g_str_has_prefix(step->sql, "CREATE ") || strstr(step->sql, " ADD COLUMN ") != NULL ||
            strstr(step->sql, " ADD CONSTRAINT ") != NULL);
}

void mend_steps_make(Mender *mender, guint first, const PgmObject *object)
{
    for (guint i = first; i < mender->steps->len; i++)
    {
        MendStep *step = mender->steps->pdata[i];
        if (step->makes == NULL && step->drops == NULL && step->completes == NULL && is_making(&step->mend))
        {
            step->makes = object;
        }
    }
}

void mend_steps_drop(Mender *mender, guint first, const PgmObject *object)
{
    for (guint i = first; i < mender->steps->len; i++)
    {
        MendStep *step = mender->steps->pdata[i];
        step->drops = step->makes == NULL && step->drops == NULL ? object : step->drops;
    }
}

/* Do two objects hold the same but for their names? Of a table: have they the same columns? */
static gboolean alike(const Mender *mender, const PgmObject *expected, const PgmObject *actual)
{
    for (int i = expected->kind->ordered ? 1 : 0; expected->kind->attributes[i].name != NULL; i++)
    {
        const char *name = expected->kind->attributes[i].name;
        if (strcmp(name, "comment") != 0 && strcmp(name, "owner") != 0 && strcmp(name, "default") != 0 &&
            g_strcmp0(expected->values[i], actual->values[i]) != 0)
        {
            return FALSE;
        }
    }
    if (!expected->kind->relation)
    {
        return TRUE;
    }
    const PgmKind *column = pgm_kind_find("column");
    guint first, other, n = pgm_snapshot_children(mender->expected, column, expected->schema, expected->name, &first);
    guint m = pgm_snapshot_children(mender->actual, column, actual->schema, actual->name, &other);
    gboolean same = n == m && n > 0;
    for (guint i = 0; same && i < n; i++)
    {
        const PgmObject *x = mender->expected->objects->pdata[first + i],
                        *y = mender->actual->objects->pdata[other + i];
        same =
            strcmp(x->name, y->name) == 0 && g_strcmp0(pgm_object_value(x, "type"), pgm_object_value(y, "type")) == 0;
    }
    return same;
}

/* What a missing column or table may be called in the actual database: the only extra one that is like it. */
static const PgmObject *find_former_name(const Mender *mender, const PgmObject *expected)
{
    const PgmObject *found = NULL;
    guint candidates = 0;
    for (guint i = 0; i < mender->drift->differences->len; i++)
    {
        const PgmDifference *difference = mender->drift->differences->pdata[i];
        const PgmObject *actual = difference->actual;
        if (difference->kind == PGM_DIFFERENCE_EXTRA && actual->kind == expected->kind &&
            strcmp(actual->schema, expected->schema) == 0 && g_strcmp0(actual->parent, expected->parent) == 0 &&
            alike(mender, expected, actual))
        {
            found = actual;
            candidates++;
        }
    }
    return candidates == 1 ? found : NULL;
}

static void offer_rename(Mender *mender, const PgmObject *expected, guint first)
{
    gboolean column = mend_is(expected, "column");
    if ((!column && !mend_is(expected, "table")) || first >= mender->steps->len)
    {
        return;
    }
    const PgmObject *former = find_former_name(mender, expected);
    if (former == NULL)
    {
        return;
    }
    PgmMend *step = mender->steps->pdata[first];
    g_autofree char *from = mend_name(former);
    g_autofree char *table = column ? mend_parent(expected) : g_strdup(from);
    /* RENAME TO takes a name without its schema. */
    static const PgmKind plain = {.name = "schema"};
    const PgmObject bare = {.kind = &plain, .schema = "", .name = expected->name};
    g_autofree char *to = pgm_object_display(&bare);
    step->guess = column ? g_strdup_printf("ALTER TABLE %s RENAME COLUMN %s TO %s", table, from, to)
                         : g_strdup_printf("ALTER TABLE %s RENAME TO %s", table, to);
}

static void mend_difference(Mender *mender, const PgmDifference *difference)
{
    guint first = mender->steps->len;
    mender->difference = difference;
    switch (difference->kind)
    {
    case PGM_DIFFERENCE_MISSING:
        if (!g_hash_table_contains(mender->made, difference->expected))
        {
            mend_create(mender, difference->expected);
        }
        offer_rename(mender, difference->expected, first);
        break;
    case PGM_DIFFERENCE_EXTRA:
        mend_drop(mender, difference->actual);
        break;
    case PGM_DIFFERENCE_CHANGED:
        mend_change(mender, difference);
        break;
    }
}

/* Is DIFFERENCE about what is made again, or about what belongs to it? Then it is gone by that. */
static gboolean is_covered(const Mender *mender, const PgmDifference *difference)
{
    const PgmObject *actual = difference->actual;
    const PgmObject *parent = actual != NULL ? pgm_judge_parent(mender->actual, actual)
                                             : pgm_judge_parent(mender->expected, difference->expected);
    if (actual == NULL && parent != NULL)
    {
        parent = g_hash_table_lookup(mender->actual->index, parent);
    }
    return mend_is_remade(mender, actual) || mend_is_remade(mender, parent);
}

/* What is made again is so from the first: what was found to be in the rounds before. */
static void mend_round(Mender *mender)
{
    g_ptr_array_set_size(mender->steps, 0);
    g_hash_table_remove_all(mender->cleared);
    g_hash_table_remove_all(mender->made);
    g_hash_table_remove_all(mender->rewrites);
    for (guint i = 0; i < mender->remade_order->len; i++)
    {
        const PgmObject *actual = mender->remade_order->pdata[i];
        mender->difference = g_hash_table_lookup(mender->remade, actual);
        mend_remake(mender, actual);
    }
    for (guint i = 0; i < mender->drift->differences->len; i++)
    {
        const PgmDifference *difference = mender->drift->differences->pdata[i];
        if (!is_covered(mender, difference))
        {
            mend_difference(mender, difference);
        }
    }
}

static gboolean is_unread(const PgmMend *step)
{
    return step->sql != NULL && strstr(step->sql, pgm_unread) != NULL;
}

static void withhold(PgmMend *step, char *why)
{
    g_clear_pointer(&step->sql, g_free);
    g_clear_pointer(&step->guess, g_free);
    g_free(step->hazard);
    step->hazard = why;
    step->lock = NULL;
    step->alone = FALSE;
}

/* A statement made of what was not read would be nonsense. The others for the same difference may drop what it was to
 * make again, so none of them is offered; where nothing is dropped, only the one is left out. */
static void withhold_unread(Mender *mender)
{
    GPtrArray *steps = mender->steps;
    g_autoptr(GHashTable) unread = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GHashTable) told = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < steps->len; i++)
    {
        PgmMend *step = steps->pdata[i];
        if (is_unread(step) && mender->fresh)
        {
            withhold(step, g_strdup(step->sql));
        }
        else if (is_unread(step))
        {
            g_hash_table_add(unread, (gpointer)(gsize)step->difference);
        }
    }
    for (guint i = 0; i < steps->len;)
    {
        PgmMend *step = steps->pdata[i];
        gboolean withheld = g_hash_table_contains(unread, step->difference);
        if (withheld && !g_hash_table_add(told, (gpointer)(gsize)step->difference))
        {
            g_ptr_array_remove_index(steps, i);
            continue;
        }
        if (withheld)
        {
            withhold(step, g_strdup("a definition that it needs could not be read: ask again when the lock is gone"));
        }
        i++;
    }
}

static void leave_out_repeated(GPtrArray *steps)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < steps->len;)
    {
        const PgmMend *step = steps->pdata[i];
        if (step->sql != NULL && !g_hash_table_add(seen, step->sql))
        {
            g_ptr_array_remove_index(steps, i);
            continue;
        }
        i++;
    }
}

static gint by_stage(gconstpointer a, gconstpointer b)
{
    const PgmMend *x = *(const PgmMend *const *)a, *y = *(const PgmMend *const *)b;
    return x->stage - y->stage;
}

void mend_finish(Mender *mender)
{
    withhold_unread(mender);
    /* Of what is told twice the earlier stays. */
    g_ptr_array_sort(mender->steps, by_stage);
    leave_out_repeated(mender->steps);
    mend_arrange(mender);
    mend_group(mender);
}

GPtrArray *pgm_drift_mend(const PgmDrift *drift, const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    g_autoptr(Mender) mender = mender_new(drift, expected, actual);
    for (guint round = 0, before = 1; round < MOST_ROUNDS && before != mender->remade_order->len; round++)
    {
        before = mender->remade_order->len;
        mend_round(mender);
    }
    mend_finish(mender);
    return g_ptr_array_ref(mender->steps);
}
