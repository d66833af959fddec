/* snapshot.c - a snapshot in memory: objects, their order, and finding them. */
#include "catalog/model.h"

#include <stdlib.h>
#include <string.h>

/* Longer strings are definitions and comments, which hardly repeat: not worth a place in the table of known ones. */
enum
{
    INTERN_LIMIT = 80,
    CHUNK_BYTES = 64 * 1024,
};

const char pgm_unread[] = "(not read)";

int pgm_kind_attributes(const PgmKind *kind)
{
    int n = 0;
    while (n < PGM_KIND_MAX_ATTRIBUTES && kind->attributes[n].name != NULL)
    {
        n++;
    }
    return n;
}

gboolean pgm_object_has_unread(const PgmObject *object)
{
    for (int i = 0; i < pgm_kind_attributes(object->kind); i++)
    {
        if (object->values[i] == pgm_unread)
        {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_kind_is_schema(const PgmKind *kind)
{
    return kind == &pgm_kinds[0];
}

static guint object_hash(gconstpointer data)
{
    const PgmObject *object = data;
    guint hash = g_str_hash(object->name) + (guint)(object->kind - pgm_kinds);
    hash = hash * 31 + g_str_hash(object->schema);
    return object->parent != NULL ? hash * 31 + g_str_hash(object->parent) : hash;
}

static gboolean object_equal(gconstpointer a, gconstpointer b)
{
    const PgmObject *x = a, *y = b;
    return x->kind == y->kind && strcmp(x->name, y->name) == 0 && g_strcmp0(x->parent, y->parent) == 0 &&
           strcmp(x->schema, y->schema) == 0;
}

PgmSnapshot *pgm_snapshot_new(void)
{
    PgmSnapshot *snapshot = g_new0(PgmSnapshot, 1);
    snapshot->objects = g_ptr_array_new_with_free_func(g_free);
    snapshot->unread = g_ptr_array_new_with_free_func(g_free);
    snapshot->strings = g_string_chunk_new(CHUNK_BYTES);
    snapshot->index = g_hash_table_new(object_hash, object_equal);
    return snapshot;
}

void pgm_snapshot_free(PgmSnapshot *snapshot)
{
    if (snapshot == NULL)
    {
        return;
    }
    g_hash_table_unref(snapshot->index);
    g_free(snapshot->begins);
    g_ptr_array_unref(snapshot->objects);
    g_ptr_array_unref(snapshot->unread);
    g_string_chunk_free(snapshot->strings);
    g_free(snapshot->database);
    g_free(snapshot->server_version);
    g_free(snapshot->taken_at);
    g_free(snapshot->label);
    g_free(snapshot);
}

static const char *intern(PgmSnapshot *snapshot, const char *text)
{
    if (text == NULL)
    {
        return NULL;
    }
    return strlen(text) <= INTERN_LIMIT ? g_string_chunk_insert_const(snapshot->strings, text)
                                        : g_string_chunk_insert(snapshot->strings, text);
}

PgmObject *pgm_snapshot_add(PgmSnapshot *snapshot, const PgmKind *kind, const char *schema, const char *parent,
                            const char *name)
{
    /* Only as many values as the kind has: most of a large snapshot is columns, and they add up. */
    gsize size = G_STRUCT_OFFSET(PgmObject, values) + sizeof(char *) * (gsize)pgm_kind_attributes(kind);
    PgmObject *object = g_malloc0(size);
    object->kind = kind;
    object->schema = intern(snapshot, schema != NULL ? schema : "");
    object->parent = intern(snapshot, parent);
    object->name = intern(snapshot, name);
    g_ptr_array_add(snapshot->objects, object);
    return object;
}

void pgm_snapshot_set(PgmSnapshot *snapshot, PgmObject *object, int attribute, const char *value)
{
    /* The catalog queries and a baseline say it in words; nothing but a comment can mean these words. */
    gboolean unread = value != NULL && value[0] == '(' && strcmp(value, pgm_unread) == 0 &&
                      strcmp(object->kind->attributes[attribute].name, "comment") != 0;
    object->values[attribute] = unread ? pgm_unread : intern(snapshot, value);
}

/* Most names are the same string, since they are interned. */
static int compare_names(const char *a, const char *b)
{
    return a == b ? 0 : g_strcmp0(a, b);
}

/* By what contains it: kind, schema, parent. */
static int compare_place(const PgmKind *kind, const char *schema, const char *parent, const PgmObject *object)
{
    if (kind != object->kind)
    {
        return kind < object->kind ? -1 : 1;
    }
    int order = compare_names(schema, object->schema);
    return order != 0 ? order : compare_names(parent, object->parent);
}

static int compare_objects(gconstpointer a, gconstpointer b, gpointer user)
{
    (void)user;
    const PgmObject *x = *(const PgmObject *const *)a, *y = *(const PgmObject *const *)b;
    int order = compare_place(x->kind, x->schema, x->parent, y);
    if (order != 0)
    {
        return order;
    }
    if (x->kind->ordered)
    {
        int first = atoi(x->values[0] != NULL ? x->values[0] : "0"),
            second = atoi(y->values[0] != NULL ? y->values[0] : "0");
        if (first != second)
        {
            return first < second ? -1 : 1;
        }
    }
    return strcmp(x->name, y->name);
}

/* Positions of ordered children count from 1 without gaps: a dropped column leaves one, which no dump keeps. */
static void number_children(PgmSnapshot *snapshot, guint first)
{
    const PgmObject *before = NULL;
    guint position = 0;
    for (guint i = first; i < snapshot->objects->len; i++)
    {
        PgmObject *object = snapshot->objects->pdata[i];
        if (!object->kind->ordered)
        {
            continue;
        }
        gboolean same = before != NULL && compare_place(before->kind, before->schema, before->parent, object) == 0;
        position = same ? position + 1 : 1;
        char text[16];
        g_snprintf(text, sizeof text, "%u", position);
        pgm_snapshot_set(snapshot, object, 0, text);
        before = object;
    }
}

const PgmObject *pgm_snapshot_settle(PgmSnapshot *snapshot)
{
    GPtrArray *objects = snapshot->objects;
    const PgmObject *duplicate = NULL;
    guint first = snapshot->settled;
    g_qsort_with_data(objects->pdata + first, (gint)(objects->len - first), sizeof *objects->pdata, compare_objects,
                      NULL);
    number_children(snapshot, first);
    for (guint i = first; i < objects->len; i++)
    {
        if (g_hash_table_contains(snapshot->index, objects->pdata[i]))
        {
            duplicate = objects->pdata[i];
        }
        else
        {
            g_hash_table_add(snapshot->index, objects->pdata[i]);
        }
    }
    snapshot->settled = objects->len;
    return duplicate;
}

const PgmObject *pgm_snapshot_finish(PgmSnapshot *snapshot)
{
    const PgmObject *duplicate = pgm_snapshot_settle(snapshot);
    gsize kinds = 0;
    while (pgm_kinds[kinds].name != NULL)
    {
        kinds++;
    }
    snapshot->begins = g_new(guint, kinds + 1);
    guint place = 0;
    for (gsize i = 0; i <= kinds; i++)
    {
        while (place < snapshot->objects->len && ((PgmObject *)snapshot->objects->pdata[place])->kind < &pgm_kinds[i])
        {
            place++;
        }
        snapshot->begins[i] = place;
    }
    return duplicate;
}

PgmSnapshot *pgm_snapshot_new_empty(void)
{
    PgmSnapshot *snapshot = pgm_snapshot_new();
    pgm_snapshot_finish(snapshot);
    return snapshot;
}

const PgmObject *pgm_snapshot_find(const PgmSnapshot *snapshot, const char *kind, const char *schema,
                                   const char *parent, const char *name)
{
    const PgmObject key = {.kind = pgm_kind_find(kind), .schema = schema, .parent = parent, .name = name};
    return key.kind != NULL ? g_hash_table_lookup(snapshot->index, &key) : NULL;
}

/* Between LOW and HIGH, the first object that does not stand before that place; with AFTER, the first behind it. */
static guint bound(const PgmSnapshot *snapshot, guint low, guint high, const PgmObject *place, gboolean after)
{
    while (low < high)
    {
        guint middle = low + (high - low) / 2;
        int order = compare_place(place->kind, place->schema, place->parent, snapshot->objects->pdata[middle]);
        if (after ? order >= 0 : order > 0)
        {
            low = middle + 1;
        }
        else
        {
            high = middle;
        }
    }
    return low;
}

guint pgm_snapshot_children(const PgmSnapshot *snapshot, const PgmKind *kind, const char *schema, const char *parent,
                            guint *first)
{
    const PgmObject place = {.kind = kind, .schema = schema, .parent = parent};
    guint begin = snapshot->begins[kind - pgm_kinds], end = snapshot->begins[kind - pgm_kinds + 1];
    *first = bound(snapshot, begin, end, &place, FALSE);
    return bound(snapshot, *first, end, &place, TRUE) - *first;
}

const char *pgm_object_value(const PgmObject *object, const char *attribute)
{
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL; i++)
    {
        if (strcmp(object->kind->attributes[i].name, attribute) == 0)
        {
            return object->values[i];
        }
    }
    return NULL;
}
