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
    BARE_CALLED, /* "f" for f(integer) */
    BARE_PART,
    NOT_AT_ALL,
};

/* What people write for an object: as they did, and without quotes. */
typedef struct
{
    const char *text;
    char *plain;
} Name;

/* "Mixed Case"."Order" is Mixed Case.Order. Caller frees. */
static char *without_quotes(const char *text)
{
    GString *plain = g_string_new(NULL);
    gboolean inside = FALSE;
    for (const char *at = text; *at != '\0'; at++)
    {
        gboolean doubled = inside && at[0] == '"' && at[1] == '"';
        if (*at != '"' || doubled)
        {
            g_string_append_c(plain, *at);
            at += doubled;
            continue;
        }
        inside = !inside;
    }
    return g_string_free(plain, FALSE);
}

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

static gboolean ends_so(const char *text, const char *end)
{
    gsize length = strlen(text), tail = strlen(end);
    return tail <= length && strcmp(text + length - tail, end) == 0;
}

/* Where what a function takes begins in its name, or what an operator or its class is for; NULL: nowhere. */
static const char *signature_of(const PgmObject *object)
{
    static const char *const begins[] = {"(", " (", " USING "};
    static const char *const kinds[] = {"function", "aggregate", "operator", "operator_family", "operator_class", NULL};
    const char *at = object->name, *found = NULL;
    if (!g_strv_contains(kinds, object->kind->name))
    {
        return NULL;
    }
    for (gboolean quoted = FALSE; *at != '\0' && found == NULL; at++)
    {
        quoted = quoted != (*at == '"');
        for (guint i = 0; i < G_N_ELEMENTS(begins) && !quoted; i++)
        {
            found = found == NULL && g_str_has_prefix(at, begins[i]) ? at : found;
        }
    }
    return found;
}

/* "f", "schema.f", and with its signature, where nobody writes quotes. */
static gboolean is_called(const PgmObject *object, const char *plain)
{
    const char *signature = signature_of(object);
    if (signature == NULL)
    {
        return FALSE;
    }
    g_autofree char *quoted = g_strndup(object->name, (gsize)(signature - object->name));
    g_autofree char *name = without_quotes(quoted);
    g_autofree char *beside = g_strdup_printf("%s.%s", object->schema, name);
    g_autofree char *whole = g_strconcat(name, signature, NULL), *whole_beside = g_strconcat(beside, signature, NULL);
    return strcmp(plain, name) == 0 || strcmp(plain, beside) == 0 || strcmp(plain, whole) == 0 ||
           strcmp(plain, whole_beside) == 0;
}

static int closeness(const PgmObject *object, const Name *name)
{
    /* Most objects are not called so at all: no text is put together for those. */
    gboolean literal = strcmp(name->text, object->name) == 0; /* a quote in it is the name's own */
    if (!object->kind->signature && !literal && !ends_so(name->plain, object->name))
    {
        return NOT_AT_ALL;
    }
    if (object->kind->signature && !ends_so(name->text, object->name))
    {
        return is_called(object, name->plain) ? BARE_CALLED : NOT_AT_ALL;
    }
    g_autofree char *display = pgm_object_display(object);
    if (strcmp(name->text, display) == 0)
    {
        return AS_DISPLAYED;
    }
    if (is_qualified(object, object->kind->signature ? name->text : name->plain))
    {
        return QUALIFIED;
    }
    const char *written = object->kind->signature ? name->text : name->plain;
    return !literal && strcmp(written, object->name) != 0 ? NOT_AT_ALL : object->parent == NULL ? BARE : BARE_PART;
}

/* What people call a kind besides its own name. */
static const struct
{
    const char *word, *kind;
} aliases[] = {{"procedure", "function"},
               {"materialised view", "matview"},
               {"materialized view", "matview"},
               {"extended statistics", "statistics"},
               {"foreign-data wrapper", "foreign_data_wrapper"}};

/* How long the word WORD is at the beginning of NAME, with "_" or blanks in it, and a blank after it; 0: not there. */
static gsize word_length(const char *name, const char *word)
{
    gsize length = strlen(word);
    for (gsize i = 0; i < length; i++)
    {
        if (name[i] != word[i] && !(name[i] == ' ' && word[i] == '_'))
        {
            return 0;
        }
    }
    return name[length] == ' ' ? length : 0;
}

/* NAME without the kind that may stand before it, the longest; *KIND is NULL where none does. */
static const char *take_kind(const char *name, const PgmKind **kind)
{
    gsize longest = 0;
    *kind = NULL;
    for (const PgmKind *each = pgm_kinds; each->name != NULL; each++)
    {
        gsize length = word_length(name, each->name);
        *kind = length > longest ? each : *kind;
        longest = MAX(length, longest);
    }
    for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
    {
        gsize length = word_length(name, aliases[i].word);
        *kind = length > longest ? pgm_kind_find(aliases[i].kind) : *kind;
        longest = MAX(length, longest);
    }
    return longest > 0 ? name + longest + 1 : name;
}

/* A constraint goes where the index that makes it true is found, as with \d. */
static void drop_constraints_of_indexes(GPtrArray *found)
{
    for (guint i = found->len; i-- > 0;)
    {
        const PgmObject *object = found->pdata[i];
        gboolean doubled = FALSE;
        for (guint j = 0; j < found->len && strcmp(object->kind->name, "constraint") == 0; j++)
        {
            const PgmObject *other = found->pdata[j];
            doubled = doubled || (strcmp(other->kind->name, "index") == 0 && strcmp(other->name, object->name) == 0 &&
                                  strcmp(other->schema, object->schema) == 0);
        }
        if (doubled)
        {
            g_ptr_array_remove_index(found, i);
        }
    }
}

/* The closest of KIND, NULL: of any, that are called NAME. */
static GPtrArray *find_closest(const PgmSnapshot *snapshot, const PgmKind *kind, const char *text)
{
    g_autofree char *plain = without_quotes(text);
    const Name name = {text, plain};
    GPtrArray *found = g_ptr_array_new();
    int closest = NOT_AT_ALL;
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        PgmObject *object = snapshot->objects->pdata[i];
        if (kind != NULL && object->kind != kind)
        {
            continue;
        }
        gboolean self = kind != NULL && strcmp(kind->name, "database") == 0 && strcmp(plain, snapshot->database) == 0;
        int close = self ? QUALIFIED : closeness(object, &name);
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
    drop_constraints_of_indexes(found);
    return found;
}

GPtrArray *pgm_snapshot_meant(const PgmSnapshot *snapshot, const char *name)
{
    const PgmKind *kind;
    const char *rest = take_kind(name, &kind);
    g_autoptr(GPtrArray) found = find_closest(snapshot, kind, rest);
    if (found->len == 0 && strchr(name, '"') == NULL)
    {
        /* As the server folds what stands in no quotes. */
        g_autofree char *folded = g_ascii_strdown(rest, -1);
        g_ptr_array_unref(found);
        found = find_closest(snapshot, kind, folded);
    }
    return g_steal_pointer(&found);
}
