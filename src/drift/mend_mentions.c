/*
 * mend_mentions.c - who names whom, as far as the texts of a snapshot tell.
 *
 * Definitions are read with an empty search_path, so that what they use is named with its schema: that is all that is
 * known of dependencies, for a snapshot has no pg_depend. What has no schema is known by the word before it.
 */
#include <string.h>

#include "drift/mend.h"

static gboolean begins_name(char c)
{
    return g_ascii_isalpha(c) || c == '_' || c == '"' || ((guchar)c & 0x80) != 0;
}

static gboolean goes_on(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || ((guchar)c & 0x80) != 0;
}

/* One name, without its quotes, appended to NAME; returns where it ends. */
static const char *take_name(const char *at, GString *name)
{
    g_string_truncate(name, 0);
    if (*at != '"')
    {
        for (; goes_on(*at); at++)
        {
            g_string_append_c(name, *at);
        }
        return at;
    }
    for (at++; *at != '\0'; at++)
    {
        if (*at == '"' && *++at != '"')
        {
            break;
        }
        g_string_append_c(name, *at);
    }
    return at;
}

/* "schema.===" within OPERATOR(schema.===). */
static const char *take_operator(const char *at, GString *name)
{
    g_string_truncate(name, 0);
    for (; *at != '\0' && strchr("+-*/<>=~!@#%^&|`?", *at) != NULL; at++)
    {
        g_string_append_c(name, *at);
    }
    return at;
}

/* The end of a body within dollar quotes that begins at AT; *INSIDE is what it holds. NULL: none begins there. */
static const char *take_body(const char *at, char **inside)
{
    gsize tag = 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
    if (at[tag] != '$')
    {
        return NULL;
    }
    g_autofree char *quote = g_strndup(at, tag + 1);
    const char *end = strstr(at + tag + 1, quote);
    if (end == NULL)
    {
        return NULL;
    }
    *inside = g_strndup(at + tag + 1, (gsize)(end - at) - tag - 1);
    return end + tag + 1;
}

static char *join_key(const char *first, const char *second)
{
    return g_strdup_printf("%s\001%s", first, second);
}

static void each_name(const char *text, gboolean body, MendNamed named, gpointer user)
{
    g_autoptr(GString) first = g_string_new(NULL);
    g_autoptr(GString) second = g_string_new(NULL);
    g_autoptr(GString) rest = g_string_new(NULL);
    g_autofree char *before = g_strdup("");
    for (const char *at = text; *at != '\0';)
    {
        g_autofree char *inside = NULL;
        const char *end = *at == '$' ? take_body(at, &inside) : NULL;
        if (end != NULL)
        {
            each_name(inside, TRUE, named, user);
            at = end;
        }
        else if (!begins_name(*at))
        {
            at += 1;
            at += g_ascii_isdigit(at[-1]) ? strspn(at, "0123456789abcdefx_") : 0;
        }
        else
        {
            at = take_name(at, first);
            gboolean qualified = *at == '.' && at[1] != '\0';
            if (qualified)
            {
                at = begins_name(at[1]) ? take_name(at + 1, second) : take_operator(at + 1, second);
            }
            while (qualified && *at == '.' && begins_name(at[1]))
            {
                at = take_name(at + 1, rest);
            }
            g_autofree char *key = qualified ? join_key(first->str, second->str) : join_key(before, first->str);
            named(key, body, user);
            g_free(before);
            before = qualified ? g_strdup("") : g_ascii_strup(first->str, -1);
        }
    }
}

void mend_each_name(const char *text, MendNamed named, gpointer user)
{
    each_name(text, FALSE, named, user);
}

gboolean mend_names(const char *text, const char *name)
{
    gsize length = name != NULL ? strlen(name) : 0;
    for (const char *at = text != NULL && name != NULL ? strstr(text, name) : NULL; at != NULL;
         at = strstr(at + 1, name))
    {
        if (!goes_on(at[length]) && (at == text || !goes_on(at[-1])))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* Where the name of a signature ends: "f(integer)", "=== (a, b)", "whole USING btree". */
static char *bare_name(const PgmObject *object)
{
    const char *name = object->name;
    if (mend_is(object, "operator"))
    {
        return g_strndup(name, strcspn(name, " "));
    }
    g_autoptr(GString) bare = g_string_new(NULL);
    take_name(name, bare);
    return g_strdup(bare->str);
}

char *mend_key(const PgmObject *object)
{
    static const char *const words[][2] = {{"language", "LANGUAGE"},
                                           {"foreign_server", "SERVER"},
                                           {"foreign_data_wrapper", "WRAPPER"},
                                           {"access_method", "USING"}};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    {
        if (mend_is(object, words[i][0]))
        {
            return join_key(words[i][1], object->name);
        }
    }
    if (object->schema[0] == '\0' || object->parent != NULL)
    {
        return NULL;
    }
    g_autofree char *name = object->kind->signature ? bare_name(object) : g_strdup(object->name);
    return join_key(object->schema, name);
}

const PgmObject *mend_find_named(const PgmSnapshot *snapshot, const char *kind, const char *child, const char *text)
{
    g_autoptr(GString) schema = g_string_new(NULL);
    g_autoptr(GString) name = g_string_new(NULL);
    const char *at = take_name(text, schema);
    if (*at == '.')
    {
        take_name(at + 1, name);
    }
    return child == NULL ? pgm_snapshot_find(snapshot, kind, schema->str, NULL, name->str)
                         : pgm_snapshot_find(snapshot, kind, schema->str, name->str, child);
}

typedef struct
{
    GHashTable *users;
    const PgmObject *object;
} Noting;

static void note(const char *key, gboolean body, gpointer user)
{
    const Noting *noting = user;
    gpointer list = NULL;
    if (body || !g_hash_table_lookup_extended(noting->users, key, NULL, &list))
    {
        return;
    }
    GPtrArray *users = list;
    if (users->len == 0 || users->pdata[users->len - 1] != noting->object)
    {
        g_ptr_array_add(users, (gpointer)(gsize)noting->object);
    }
}

/* What a sequence belongs to does not need the sequence, and what people wrote in a comment needs nothing. */
static gboolean tells_nothing(const char *attribute)
{
    static const char *const names[] = {"comment", "owner",   "owned_by", "privileges", "labels",
                                        "label",   "options", "roles",    NULL};
    return g_strv_contains(names, attribute);
}

static void note_object(GHashTable *users, const PgmObject *object)
{
    Noting noting = {users, object};
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL; i++)
    {
        const char *attribute = object->kind->attributes[i].name, *value = object->values[i];
        if (value == NULL || tells_nothing(attribute))
        {
            continue;
        }
        const char *word = strcmp(attribute, "access_method") == 0 ? "USING "
                           : strcmp(attribute, "server") == 0      ? "SERVER "
                                                                   : NULL;
        g_autofree char *worded = word != NULL ? g_strconcat(word, value, NULL) : NULL;
        each_name(worded != NULL ? worded : value, FALSE, note, &noting);
    }
    if (object->kind->signature)
    {
        each_name(object->name, FALSE, note, &noting);
    }
}

static GHashTable *index_users(const PgmSnapshot *snapshot)
{
    GHashTable *users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        char *key = mend_key(snapshot->objects->pdata[i]);
        if (key != NULL)
        {
            g_hash_table_insert(users, key, g_ptr_array_new());
        }
    }
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        note_object(users, snapshot->objects->pdata[i]);
    }
    return users;
}

GPtrArray *mend_users(Mender *mender, const PgmObject *actual)
{
    if (mender->users == NULL)
    {
        mender->users = index_users(mender->actual);
    }
    g_autofree char *key = mend_key(actual);
    return key != NULL ? g_hash_table_lookup(mender->users, key) : NULL;
}
