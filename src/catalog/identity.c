/* identity.c - objects by what they are called. */
#include "pgmedic/identity.h"

#include <string.h>

PgmIdentity pgm_identity_of(const PgmObject *object)
{
    return (PgmIdentity){object->kind, object->schema, object->parent, object->name};
}

static char *append_copy(char **end, const char *text)
{
    char *copy = *end;
    gsize size = strlen(text) + 1;
    memcpy(copy, text, size);
    *end += size;
    return copy;
}

PgmIdentity *pgm_identity_copy(const PgmIdentity *identity)
{
    gsize parent = identity->parent != NULL ? strlen(identity->parent) + 1 : 0;
    PgmIdentity *copy = g_malloc(sizeof *copy + strlen(identity->schema) + 1 + parent + strlen(identity->name) + 1);
    char *end = (char *)(copy + 1);
    copy->kind = identity->kind;
    copy->schema = append_copy(&end, identity->schema);
    copy->parent = identity->parent != NULL ? append_copy(&end, identity->parent) : NULL;
    copy->name = append_copy(&end, identity->name);
    return copy;
}

guint pgm_identity_hash(gconstpointer identity)
{
    const PgmIdentity *of = identity;
    guint hash = g_str_hash(of->name) * 31 + (guint)(of->kind - pgm_kinds);
    hash = hash * 31 + g_str_hash(of->schema);
    return of->parent != NULL ? hash * 31 + g_str_hash(of->parent) : hash;
}

gboolean pgm_identity_equal(gconstpointer a, gconstpointer b)
{
    const PgmIdentity *x = a, *y = b;
    return x->kind == y->kind && strcmp(x->name, y->name) == 0 && strcmp(x->schema, y->schema) == 0 &&
           g_strcmp0(x->parent, y->parent) == 0;
}

const PgmObject *pgm_identity_find(const PgmIdentity *identity, const PgmSnapshot *snapshot)
{
    return pgm_snapshot_find(snapshot, identity->kind->name, identity->schema, identity->parent, identity->name);
}

/* How much a name says about an object; the lower, the more. */
enum
{
    AS_DISPLAYED,
    QUALIFIED,
    BARE,
    BARE_PART,
    NOT_AT_ALL,
};

/* "schema.parent.name", nothing quoted. */
static gboolean is_qualified(const PgmObject *object, const char *name)
{
    const char *const parts[] = {object->schema[0] != '\0' ? object->schema : NULL, object->parent, object->name};
    for (int from = 0; from < 2; from++)
    {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = from; i < (int)G_N_ELEMENTS(parts); i++)
        {
            if (parts[i] != NULL)
            {
                g_string_append_printf(text, "%s%s", text->len > 0 ? "." : "", parts[i]);
            }
        }
        if (strcmp(text->str, name) == 0)
        {
            return from == 0 || object->parent != NULL;
        }
    }
    /* An index stands in the schema itself. */
    g_autofree char *beside = g_strdup_printf("%s.%s", object->schema, object->name);
    return strcmp(object->kind->name, "index") == 0 && strcmp(beside, name) == 0;
}

static int closeness(const PgmObject *object, const char *name)
{
    /* Most objects are not called so at all: no text is put together for those. */
    gsize length = strlen(object->name), whole = strlen(name);
    gboolean quoted = strchr(name, '"') != NULL;
    if (!quoted && (length > whole || strcmp(name + whole - length, object->name) != 0))
    {
        return NOT_AT_ALL;
    }
    g_autofree char *display = pgm_object_display(object);
    if (strcmp(name, display) == 0)
    {
        return AS_DISPLAYED;
    }
    if (is_qualified(object, name))
    {
        return QUALIFIED;
    }
    return strcmp(name, object->name) != 0 ? NOT_AT_ALL : object->parent == NULL ? BARE : BARE_PART;
}

/* NAME without the kind that may stand before it; *KIND is NULL where none does. */
static const char *take_kind(const char *name, const PgmKind **kind)
{
    *kind = NULL;
    for (const PgmKind *each = pgm_kinds; each->name != NULL; each++)
    {
        g_autofree char *word = g_strdelimit(g_strdup(each->name), "_", ' ');
        gsize length = strlen(word);
        if ((g_str_has_prefix(name, word) || g_str_has_prefix(name, each->name)) && name[length] == ' ')
        {
            *kind = each;
            return name + length + 1;
        }
    }
    return name;
}

GPtrArray *pgm_snapshot_meant(const PgmSnapshot *snapshot, const char *name)
{
    const PgmKind *kind;
    const char *rest = take_kind(name, &kind);
    GPtrArray *found = g_ptr_array_new();
    int closest = NOT_AT_ALL;
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        PgmObject *object = snapshot->objects->pdata[i];
        if (kind != NULL && object->kind != kind)
        {
            continue;
        }
        int close = closeness(object, rest);
        if (close < closest)
        {
            g_ptr_array_set_size(found, 0);
            closest = close;
        }
        if (close == closest && close != NOT_AT_ALL)
        {
            g_ptr_array_add(found, object);
        }
    }
    return found;
}
