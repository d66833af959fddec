/*
 * mend.c - differences → statements, in the order in which they can be run.
 *
 * Every statement has a stage; within one the order is that of the differences' kinds. Nothing is read from the
 * database: what a statement needs stands in the two snapshots. What they do not tell (who depends on a function, say)
 * the server will refuse, and says why.
 */
#include "drift/mend.h"
#include "drift/judge.h"

#include <stdarg.h>
#include <string.h>

static void mend_free(PgmMend *step)
{
    g_free(step->sql);
    g_free(step->hazard);
    g_free(step->guess);
    g_free(step);
}

PgmMend *mend_add(Mender *mender, int stage, const char *lock, char *sql, char *hazard)
{
    PgmMend *step = g_new0(PgmMend, 1);
    *step = (PgmMend){.difference = mender->difference,
                      .sql = sql,
                      .lock = mender->fresh ? NULL : lock,
                      .hazard = hazard,
                      .stage = stage};
    g_ptr_array_add(mender->steps, step);
    return step;
}

PgmMend *mend_addf(Mender *mender, int stage, const char *lock, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return mend_add(mender, stage, lock, sql, NULL);
}

static const PgmObject *subject(const PgmDifference *difference)
{
    return difference->expected != NULL ? difference->expected : difference->actual;
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

/* What drops and makes again other things goes first, so that those are not mended twice. */
static gboolean is_disruptive(const PgmDifference *difference)
{
    return mend_is(subject(difference), "column") &&
           (difference->kind == PGM_DIFFERENCE_EXTRA ||
            (difference->attribute != NULL && strcmp(difference->attribute, "default") != 0 &&
             strcmp(difference->attribute, "not_null") != 0 && strcmp(difference->attribute, "comment") != 0));
}

/* Is STEP about what another difference has made anew? */
static gboolean is_moot(const Mender *mender, const PgmMend *step)
{
    const PgmObject *object = step->difference->expected;
    const PgmObject *parent = object != NULL ? pgm_judge_parent(mender->expected, object) : NULL;
    const PgmDifference *own = object != NULL ? g_hash_table_lookup(mender->replaced, object) : NULL;
    const PgmDifference *whole = parent != NULL ? g_hash_table_lookup(mender->replaced, parent) : NULL;
    return (own != NULL && own != step->difference) || (whole != NULL && whole != step->difference);
}

static gboolean is_remade(const Mender *mender, const PgmDifference *difference)
{
    const PgmObject *parent = difference->actual != NULL ? pgm_judge_parent(mender->actual, difference->actual) : NULL;
    return (difference->actual != NULL && g_hash_table_contains(mender->detached, difference->actual)) ||
           (parent != NULL && g_hash_table_contains(mender->detached, parent));
}

static const char *const view_heads[] = {"CREATE VIEW ", "CREATE MATERIALIZED VIEW ", "CREATE OR REPLACE VIEW "};

/* The name of the view that STEP makes; NULL: it makes none. Caller frees. */
static char *view_of(const PgmMend *step)
{
    for (guint i = 0; step->stage == STAGE_VIEW && step->sql != NULL && i < G_N_ELEMENTS(view_heads); i++)
    {
        if (g_str_has_prefix(step->sql, view_heads[i]))
        {
            const char *name = step->sql + strlen(view_heads[i]);
            g_autoptr(GString) text = g_string_new(NULL);
            gboolean quoted = FALSE;
            for (; *name != '\0' && (quoted || *name != ' '); name++)
            {
                quoted ^= *name == '"';
                g_string_append_c(text, *name);
            }
            return g_string_free(g_steal_pointer(&text), FALSE);
        }
    }
    return NULL;
}

/* A view that reads another is made after it. */
static void order_views(GPtrArray *steps)
{
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        g_autofree char *own = view_of(step);
        for (guint later = i + 1, moves = 0; own != NULL && later < steps->len && moves < steps->len; later++)
        {
            g_autofree char *other = view_of(steps->pdata[later]);
            const char *query = other != NULL ? strstr(step->sql, " AS") : NULL;
            if (query != NULL && strcmp(own, other) != 0 && strstr(query, other) != NULL)
            {
                gpointer needed = g_ptr_array_steal_index(steps, later);
                g_ptr_array_insert(steps, (int)i, needed);
                step = needed;
                g_free(g_steal_pointer(&own));
                own = view_of(step);
                later = i;
                moves++;
            }
        }
    }
}

/* By stage, then by kind; what is dropped last goes in the reverse order. Else as they came. */
static int compare_steps(gconstpointer a, gconstpointer b, gpointer user)
{
    const PgmMend *x = *(const PgmMend *const *)a, *y = *(const PgmMend *const *)b;
    if (x->stage != y->stage)
    {
        return x->stage < y->stage ? -1 : 1;
    }
    GHashTable *places = user;
    const PgmKind *first = subject(x->difference)->kind, *second = subject(y->difference)->kind;
    if (first != second && (x->stage == STAGE_DROP_LAST || x->stage == STAGE_TYPE))
    {
        gboolean before = first < second;
        return before == (x->stage == STAGE_DROP_LAST) ? 1 : -1;
    }
    guint mine = GPOINTER_TO_UINT(g_hash_table_lookup(places, x)),
          theirs = GPOINTER_TO_UINT(g_hash_table_lookup(places, y));
    return mine < theirs ? -1 : mine > theirs;
}

static gboolean is_repeated(GHashTable *seen, const PgmMend *step)
{
    return step->sql != NULL && !g_hash_table_add(seen, step->sql);
}

void mend_arrange(Mender *mender)
{
    GPtrArray *steps = mender->steps;
    g_autoptr(GHashTable) places = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < steps->len; i++)
    {
        g_hash_table_insert(places, steps->pdata[i], GUINT_TO_POINTER(i));
    }
    g_ptr_array_sort_with_data(steps, compare_steps, places);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < steps->len;)
    {
        if (is_moot(mender, steps->pdata[i]) || is_repeated(seen, steps->pdata[i]))
        {
            g_ptr_array_remove_index(steps, i);
            continue;
        }
        i++;
    }
    order_views(steps);
}

GPtrArray *pgm_drift_mend(const PgmDrift *drift, const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    g_autoptr(GHashTable) detached = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GHashTable) made = g_hash_table_new(g_direct_hash, g_direct_equal);
    GPtrArray *steps = g_ptr_array_new_with_free_func((GDestroyNotify)mend_free);
    g_autoptr(GHashTable) rewrites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) replaced = g_hash_table_new(g_direct_hash, g_direct_equal);
    Mender mender = {drift, expected, actual, steps, detached, made, rewrites, replaced, NULL, FALSE};
    for (int disruptive = 1; disruptive >= 0; disruptive--)
    {
        for (guint i = 0; i < drift->differences->len; i++)
        {
            const PgmDifference *difference = drift->differences->pdata[i];
            if (is_disruptive(difference) == (disruptive == 1) && !is_remade(&mender, difference))
            {
                mend_difference(&mender, difference);
            }
        }
    }
    mend_arrange(&mender);
    return steps;
}
