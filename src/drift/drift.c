/*
 * drift.c - two snapshots → differences.
 *
 * What is wrong once is told once: not the columns of a missing table, not
 * the index of a missing primary key, not every column behind an added one;
 * and what merely has another name is one difference, not two.
 */
#include "pgmedic/drift.h"

#include <string.h>

#include "drift/judge.h"
#include "drift/same.h"

#define RENAMED_REASON "only statements that name it notice: DROP, RENAME, ON CONFLICT ON CONSTRAINT"
#define DIALECT_REASON                                                                                                 \
    "another definition, or the same one, which the two major versions print differently: look at both"
#define ORDER_REASON "SELECT * and INSERT without a column list put values in other places"

typedef struct
{
    const PgmSnapshot *expected, *actual;
    GPtrArray *ignore;
    GHashTable *renamed; /* actual objects that stand for a missing one of another name */
    gboolean *skipped;   /* by kind: one side could not read it */
    GHashTable *unread;  /* a set of "KIND.ATTRIBUTE" that one side could not read */
    PgmDrift *drift;
} Comparison;

static void difference_free(PgmDifference *difference)
{
    g_free(difference->display);
    g_free(difference->expected_text);
    g_free(difference->actual_text);
    g_free(difference);
}

static void add(Comparison *comparison, PgmDifferenceKind kind, const PgmObject *expected, const PgmObject *actual,
                const char *attribute, const char *expected_text, const char *actual_text, PgmVerdict verdict)
{
    const PgmObject *object = expected != NULL ? expected : actual;
    const PgmSnapshot *side = expected != NULL ? comparison->expected : comparison->actual;
    if (pgm_judge_is_ignored(comparison->ignore, side, object, attribute))
    {
        return;
    }
    PgmDifference *difference = g_new0(PgmDifference, 1);
    *difference = (PgmDifference){kind,
                                  expected,
                                  actual,
                                  attribute,
                                  pgm_object_display(object),
                                  g_strdup(expected_text),
                                  g_strdup(actual_text),
                                  verdict.severity,
                                  verdict.reason};
    g_ptr_array_add(comparison->drift->differences, difference);
    int *counts[] = {&comparison->drift->cosmetic, &comparison->drift->risky, &comparison->drift->breaking};
    (*counts[verdict.severity])++;
}

/* An object in a few words, for the side that has it. */
static const char *summary(const PgmObject *object)
{
    const char *text = pgm_object_value(object, "definition");
    text = text != NULL ? text : pgm_object_value(object, "type");
    if (text == pgm_unread)
    {
        return "present, not read";
    }
    return text != NULL ? text : "present";
}

/* A flag that is set says so by its name: "not null" against "nullable". Caller frees. */
static char *value_text(const PgmAttribute *attribute, const char *value)
{
    if (value == NULL)
    {
        return g_strdup(attribute->unset != NULL ? attribute->unset : "none");
    }
    return pgm_attribute_is_flag(attribute->name) && strcmp(value, "true") == 0
               ? g_strdelimit(g_strdup(attribute->name), "_", ' ')
               : g_strdup(value);
}

static const PgmObject *partner(const PgmSnapshot *snapshot, const PgmObject *object)
{
    return g_hash_table_lookup(snapshot->index, object);
}

/* Is what OBJECT of MINE stands in absent from THEIRS, and so told already? */
static gboolean container_is_absent(const PgmSnapshot *mine, const PgmSnapshot *theirs, const PgmObject *object)
{
    if (object->schema[0] != '\0' && pgm_snapshot_find(mine, "schema", "", NULL, object->schema) != NULL &&
        pgm_snapshot_find(theirs, "schema", "", NULL, object->schema) == NULL)
    {
        return TRUE;
    }
    const PgmObject *parent = pgm_judge_parent(mine, object);
    return parent != NULL && partner(theirs, parent) == NULL;
}

static gboolean either_unread(const PgmObject *x, const PgmObject *y, int attribute)
{
    return x->values[attribute] == pgm_unread || y->values[attribute] == pgm_unread;
}

/* What was not read is not known to be the same. */
static gboolean same_values(const PgmObject *x, const PgmObject *y)
{
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && x->kind->attributes[i].name != NULL; i++)
    {
        if (!pgm_same_text(x->values[i], y->values[i]) || either_unread(x, y, i))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* Constraints and indexes get their names from tools: the same one under another name is there. */
static const PgmObject *find_renamed(Comparison *comparison, const PgmObject *expected)
{
    if (expected->parent == NULL || pgm_object_value(expected, "definition") == NULL)
    {
        return NULL;
    }
    guint first,
        n = pgm_snapshot_children(comparison->actual, expected->kind, expected->schema, expected->parent, &first);
    for (guint i = first; i < first + n; i++)
    {
        PgmObject *candidate = comparison->actual->objects->pdata[i];
        if (same_values(expected, candidate) && partner(comparison->expected, candidate) == NULL &&
            g_hash_table_add(comparison->renamed, candidate))
        {
            return candidate;
        }
    }
    return NULL;
}

static void compare_missing(Comparison *comparison, const PgmObject *expected)
{
    if (pgm_judge_told_elsewhere(expected) || container_is_absent(comparison->expected, comparison->actual, expected))
    {
        return;
    }
    const PgmObject *renamed = find_renamed(comparison, expected);
    if (renamed != NULL)
    {
        add(comparison, PGM_DIFFERENCE_CHANGED, expected, renamed, "name", expected->name, renamed->name,
            (PgmVerdict){PGM_SEVERITY_COSMETIC, RENAMED_REASON});
        return;
    }
    add(comparison, PGM_DIFFERENCE_MISSING, expected, NULL, NULL, summary(expected), "absent",
        pgm_judge_missing(expected));
}

static void compare_extra(Comparison *comparison, const PgmObject *actual)
{
    if (pgm_judge_told_elsewhere(actual) || g_hash_table_contains(comparison->renamed, actual) ||
        container_is_absent(comparison->actual, comparison->expected, actual))
    {
        return;
    }
    add(comparison, PGM_DIFFERENCE_EXTRA, NULL, actual, NULL, "absent", summary(actual), pgm_judge_extra(actual));
}

/* The names of OBJECT's children of KIND that THEIRS has too, in order. */
static char *common_order(const PgmSnapshot *mine, const PgmSnapshot *theirs, const PgmKind *kind,
                          const PgmObject *object)
{
    GString *text = g_string_new(NULL);
    guint first, n = pgm_snapshot_children(mine, kind, object->schema, object->name, &first);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *child = mine->objects->pdata[i];
        if (partner(theirs, child) != NULL)
        {
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", child->name);
        }
    }
    return g_string_free(text, FALSE);
}

static void compare_order(Comparison *comparison, const PgmObject *expected, const PgmObject *actual)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL && expected->kind->relation; kind++)
    {
        if (!kind->ordered || comparison->skipped[kind - pgm_kinds])
        {
            continue;
        }
        g_autofree char *here = common_order(comparison->expected, comparison->actual, kind, expected);
        g_autofree char *there = common_order(comparison->actual, comparison->expected, kind, actual);
        if (strcmp(here, there) != 0)
        {
            add(comparison, PGM_DIFFERENCE_CHANGED, expected, actual, "column_order", here, there,
                (PgmVerdict){PGM_SEVERITY_COSMETIC, ORDER_REASON});
        }
    }
}

static gboolean is_unread(const Comparison *comparison, const PgmKind *kind, const PgmAttribute *attribute)
{
    if (g_hash_table_size(comparison->unread) == 0)
    {
        return FALSE;
    }
    g_autofree char *name = g_strdup_printf("%s.%s", kind->name, attribute->name);
    return g_hash_table_contains(comparison->unread, name);
}

static void compare_both(Comparison *comparison, const PgmObject *expected, const PgmObject *actual)
{
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && expected->kind->attributes[i].name != NULL; i++)
    {
        const PgmAttribute *attribute = &expected->kind->attributes[i];
        if (pgm_same_text(expected->values[i], actual->values[i]) || either_unread(expected, actual, i) ||
            is_unread(comparison, expected->kind, attribute) ||
            pgm_judge_attribute_told_elsewhere(expected, actual, i) ||
            pgm_dialect_is_same(comparison->expected, comparison->actual, expected, attribute, expected->values[i],
                                actual->values[i]))
        {
            continue;
        }
        PgmVerdict verdict = pgm_judge_changed(expected, actual, i);
        if (pgm_dialect_may_be_same(comparison->expected, comparison->actual, expected, attribute))
        {
            verdict.reason = DIALECT_REASON;
        }
        g_autofree char *expected_text = value_text(attribute, expected->values[i]);
        g_autofree char *actual_text = value_text(attribute, actual->values[i]);
        add(comparison, PGM_DIFFERENCE_CHANGED, expected, actual, attribute->name, expected_text, actual_text, verdict);
    }
    compare_order(comparison, expected, actual);
}

/* A line of `unread` begins with the kind's name, and an attribute's where the rest of it could be read. */
static void skip_unread(const Comparison *comparison, const PgmSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        const char *line = snapshot->unread->pdata[i];
        gsize length = strcspn(line, ": ");
        if (line[length] != ':')
        {
            continue;
        }
        g_autofree char *what = g_strndup(line, length);
        const PgmKind *kind = pgm_kind_find(what);
        if (kind != NULL)
        {
            comparison->skipped[kind - pgm_kinds] = TRUE;
        }
        else
        {
            g_hash_table_add(comparison->unread, g_steal_pointer(&what));
        }
    }
}

static int compare_differences(gconstpointer a, gconstpointer b)
{
    const PgmDifference *x = *(const PgmDifference *const *)a, *y = *(const PgmDifference *const *)b;
    if (x->severity != y->severity)
    {
        return x->severity > y->severity ? -1 : 1;
    }
    const PgmObject *first = x->expected != NULL ? x->expected : x->actual;
    const PgmObject *second = y->expected != NULL ? y->expected : y->actual;
    if (first->kind != second->kind)
    {
        return first->kind < second->kind ? -1 : 1;
    }
    int order = strcmp(first->schema, second->schema);
    order = order != 0 ? order : g_strcmp0(first->parent, second->parent);
    order = order != 0 ? order : strcmp(first->name, second->name);
    return order != 0 ? order : g_strcmp0(x->attribute, y->attribute);
}

static void compare_all(Comparison *comparison)
{
    for (guint i = 0; i < comparison->expected->objects->len; i++)
    {
        const PgmObject *expected = comparison->expected->objects->pdata[i];
        const PgmObject *actual = partner(comparison->actual, expected);
        if (comparison->skipped[expected->kind - pgm_kinds])
        {
            continue;
        }
        if (actual != NULL)
        {
            compare_both(comparison, expected, actual);
        }
        else
        {
            compare_missing(comparison, expected);
        }
    }
    for (guint i = 0; i < comparison->actual->objects->len; i++)
    {
        const PgmObject *actual = comparison->actual->objects->pdata[i];
        if (partner(comparison->expected, actual) == NULL && !comparison->skipped[actual->kind - pgm_kinds])
        {
            compare_extra(comparison, actual);
        }
    }
}

PgmDrift *pgm_drift_compare(const PgmSnapshot *expected, const PgmSnapshot *actual, GPtrArray *ignore)
{
    guint kinds = 0;
    while (pgm_kinds[kinds].name != NULL)
    {
        kinds++;
    }
    g_autofree gboolean *skipped = g_new0(gboolean, kinds);
    g_autoptr(GHashTable) unread = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) renamed = g_hash_table_new(g_direct_hash, g_direct_equal);
    PgmDrift *drift = g_new0(PgmDrift, 1);
    drift->differences = g_ptr_array_new_with_free_func((GDestroyNotify)difference_free);
    Comparison comparison = {expected, actual, ignore, renamed, skipped, unread, drift};
    skip_unread(&comparison, expected);
    skip_unread(&comparison, actual);
    compare_all(&comparison);
    g_ptr_array_sort(drift->differences, compare_differences);
    return drift;
}

void pgm_drift_free(PgmDrift *drift)
{
    if (drift != NULL)
    {
        g_ptr_array_unref(drift->differences);
        g_free(drift);
    }
}

const char *pgm_severity_name(PgmSeverity severity)
{
    static const char *const names[] = {"cosmetic", "risky", "breaking"};
    return names[severity];
}
