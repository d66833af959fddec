/* marks.c - differences, found by object. */
#include "pgmedic/marks.h"

#include <string.h>

struct PgmMarks
{
    gboolean compared;
    GHashTable *own;    /* PgmIdentity → GPtrArray of PgmDifference */
    GHashTable *whole;  /* "schema\nrelation" → PgmMark, of relations with what belongs to them */
    GHashTable *absent; /* the same → GPtrArray of PgmObject; "" for what belongs to no relation */
};

PgmMark pgm_mark_add(PgmMark a, PgmMark b)
{
    return a.count == 0 ? b : b.count == 0 ? a : (PgmMark){.count = a.count + b.count, .worst = MAX(a.worst, b.worst)};
}

static char *container(const char *schema, const char *relation)
{
    return schema != NULL && relation != NULL ? g_strdup_printf("%s\n%s", schema, relation) : g_strdup("");
}

static void add_own(PgmMarks *marks, const PgmObject *object, PgmDifference *difference)
{
    PgmIdentity key = pgm_identity_of(object);
    GPtrArray *own = g_hash_table_lookup(marks->own, &key);
    if (own == NULL)
    {
        own = g_ptr_array_new();
        g_hash_table_insert(marks->own, pgm_identity_copy(&key), own);
    }
    g_ptr_array_add(own, difference);
}

static void add_whole(PgmMarks *marks, const PgmObject *object, PgmSeverity severity)
{
    if (object->parent == NULL && !object->kind->relation)
    {
        return;
    }
    g_autofree char *key = container(object->schema, object->parent != NULL ? object->parent : object->name);
    PgmMark *mark = g_hash_table_lookup(marks->whole, key);
    if (mark == NULL)
    {
        mark = g_new0(PgmMark, 1);
        g_hash_table_insert(marks->whole, g_steal_pointer(&key), mark);
    }
    *mark = pgm_mark_add(*mark, (PgmMark){1, severity});
}

static void add_absent(PgmMarks *marks, const PgmObject *object)
{
    g_autofree char *key = object->parent != NULL ? container(object->schema, object->parent) : g_strdup("");
    GPtrArray *absent = g_hash_table_lookup(marks->absent, key);
    if (absent == NULL)
    {
        absent = g_ptr_array_new();
        g_hash_table_insert(marks->absent, g_steal_pointer(&key), absent);
    }
    g_ptr_array_add(absent, (gpointer)(guintptr)object);
}

PgmMarks *pgm_marks_new(const PgmDrift *drift)
{
    PgmMarks *marks = g_new0(PgmMarks, 1);
    marks->compared = drift != NULL;
    marks->own =
        g_hash_table_new_full(pgm_identity_hash, pgm_identity_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    marks->whole = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    marks->absent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; drift != NULL && i < drift->differences->len; i++)
    {
        PgmDifference *difference = drift->differences->pdata[i];
        const PgmObject *object = difference->actual != NULL ? difference->actual : difference->expected;
        add_own(marks, object, difference);
        add_whole(marks, object, difference->severity);
        if (difference->kind == PGM_DIFFERENCE_MISSING)
        {
            add_absent(marks, object);
        }
    }
    return marks;
}

void pgm_marks_free(PgmMarks *marks)
{
    if (marks != NULL)
    {
        g_hash_table_unref(marks->own);
        g_hash_table_unref(marks->whole);
        g_hash_table_unref(marks->absent);
        g_free(marks);
    }
}

gboolean pgm_marks_compared(const PgmMarks *marks)
{
    return marks->compared;
}

const GPtrArray *pgm_marks_own(const PgmMarks *marks, const PgmIdentity *object)
{
    return g_hash_table_lookup(marks->own, object);
}

static int compare_displays(gconstpointer a, gconstpointer b)
{
    const PgmDifference *x = *(const PgmDifference *const *)a, *y = *(const PgmDifference *const *)b;
    return x->severity != y->severity ? (x->severity > y->severity ? -1 : 1) : strcmp(x->display, y->display);
}

GPtrArray *pgm_marks_all(const PgmMarks *marks, const PgmIdentity *object)
{
    GPtrArray *all = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer key, value;
    g_hash_table_iter_init(&iterator, marks->own);
    while (g_hash_table_iter_next(&iterator, &key, &value))
    {
        const PgmIdentity *other = key;
        const GPtrArray *own = value;
        gboolean part = object->kind->relation && object->parent == NULL &&
                        strcmp(other->schema, object->schema) == 0 && g_strcmp0(other->parent, object->name) == 0;
        for (guint i = 0; (part || pgm_identity_equal(other, object)) && i < own->len; i++)
        {
            g_ptr_array_add(all, own->pdata[i]);
        }
    }
    g_ptr_array_sort(all, compare_displays);
    return all;
}

PgmMark pgm_marks_whole(const PgmMarks *marks, const PgmIdentity *object)
{
    PgmMark sum = {0};
    if (object->parent == NULL && object->kind->relation && g_hash_table_size(marks->whole) > 0)
    {
        g_autofree char *key = container(object->schema, object->name);
        const PgmMark *mark = g_hash_table_lookup(marks->whole, key);
        return mark != NULL ? *mark : sum;
    }
    const GPtrArray *own = pgm_marks_own(marks, object);
    for (guint i = 0; own != NULL && i < own->len; i++)
    {
        const PgmDifference *difference = own->pdata[i];
        sum = pgm_mark_add(sum, (PgmMark){1, difference->severity});
    }
    return sum;
}

const GPtrArray *pgm_marks_absent(const PgmMarks *marks, const char *schema, const char *relation)
{
    g_autofree char *key = container(schema, relation);
    return g_hash_table_lookup(marks->absent, key);
}

void pgm_marks_each_absent(const PgmMarks *marks, GHashTableIter *iterator)
{
    g_hash_table_iter_init(iterator, marks->absent);
}

const char *pgm_severity_sign(PgmSeverity severity)
{
    return severity == PGM_SEVERITY_BREAKING ? "✗" : severity == PGM_SEVERITY_RISKY ? "▲" : "○";
}
