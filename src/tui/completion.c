/* completion.c - the names of a snapshot, found by their beginning. */
#include "tui/completion.h"

#include "tui/query_line.h"

#include <stdlib.h>
#include <string.h>

typedef enum
{
    NAME_SCHEMA,
    NAME_RELATION,
    NAME_FUNCTION,
} NameKind;

typedef struct
{
    const char *key;  /* folded: what is searched */
    const char *text; /* as SQL reads it */
    const char *schema, *name;
    NameKind kind;
} Name;

struct PgmNames
{
    const PgmSnapshot *snapshot;
    GArray *names;   /* Name, by key */
    GArray *columns; /* the same for columns of any relation, each name once */
    GStringChunk *strings;
};

static gboolean is_folded(const char *name)
{
    for (const char *p = name; *p != '\0'; p++)
    {
        if ((guchar)*p >= 0x80 || g_ascii_isupper(*p))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* Borrowed from the snapshot where nothing has to change: most names are in lower case. */
static const char *fold(PgmNames *names, const char *name)
{
    if (is_folded(name))
    {
        return name;
    }
    g_autofree char *folded = g_utf8_strdown(name, -1);
    return g_string_chunk_insert(names->strings, folded);
}

static const char *keep(PgmNames *names, const char *schema, const char *name, const char *end)
{
    g_autofree char *first = schema != NULL ? pgm_name_display(schema) : NULL;
    g_autofree char *second = pgm_name_display(name);
    if (first == NULL && *end == '\0' && g_str_equal(second, name))
    {
        return name;
    }
    g_autofree char *text = g_strconcat(first != NULL ? first : "", first != NULL ? "." : "", second, end, NULL);
    return g_string_chunk_insert(names->strings, text);
}

static void add_schema(PgmNames *names, const PgmObject *object)
{
    Name name = {fold(names, object->name), keep(names, NULL, object->name, "."), object->name, NULL, NAME_SCHEMA};
    g_array_append_val(names->names, name);
}

static void add_relation(PgmNames *names, const PgmObject *object)
{
    gboolean plain = g_str_equal(object->schema, "public");
    Name name = {fold(names, object->name), keep(names, plain ? NULL : object->schema, object->name, ""),
                 object->schema, object->name, NAME_RELATION};
    g_array_append_val(names->names, name);
}

/* A function's name in a snapshot is its signature, "f(integer)", quoted where SQL needs it. */
static void add_function(PgmNames *names, const PgmObject *object)
{
    const char *bracket = strchr(object->name, '(');
    if (bracket == NULL)
    {
        return;
    }
    gboolean plain = g_str_equal(object->schema, "public");
    g_autofree char *text = g_strndup(object->name, (gsize)(bracket - object->name));
    g_autofree char *bare = pgm_query_line_unquote(text);
    g_autofree char *schema = plain ? NULL : pgm_name_display(object->schema);
    g_autofree char *whole = g_strconcat(plain ? "" : schema, plain ? "" : ".", text, "(", NULL);
    const char *kept = g_string_chunk_insert_const(names->strings, bare);
    Name name = {fold(names, kept), g_string_chunk_insert_const(names->strings, whole), object->schema, kept,
                 NAME_FUNCTION};
    g_array_append_val(names->names, name);
}

static void add_column(PgmNames *names, const PgmObject *object, GHashTable *seen)
{
    if (g_hash_table_add(seen, (gpointer)(guintptr)object->name))
    {
        Name name = {fold(names, object->name), keep(names, NULL, object->name, ""), NULL, object->name, NAME_RELATION};
        g_array_append_val(names->columns, name);
    }
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    const Name *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : strcmp(x->text, y->text);
}

static void add_object(PgmNames *names, const PgmObject *object, GHashTable *seen)
{
    const char *kind = object->kind->name;
    if (object->parent != NULL)
    {
        if (g_str_equal(kind, "column"))
        {
            add_column(names, object, seen);
        }
    }
    else if (g_str_equal(kind, "schema"))
    {
        add_schema(names, object);
    }
    else if (g_str_equal(kind, "function") || g_str_equal(kind, "aggregate"))
    {
        add_function(names, object);
    }
    else if (object->kind->relation)
    {
        add_relation(names, object);
    }
}

PgmNames *pgm_names_new(const PgmSnapshot *snapshot)
{
    PgmNames *names = g_new0(PgmNames, 1);
    names->snapshot = snapshot;
    names->names = g_array_new(FALSE, FALSE, sizeof(Name));
    names->columns = g_array_new(FALSE, FALSE, sizeof(Name));
    names->strings = g_string_chunk_new(4096);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        add_object(names, g_ptr_array_index(snapshot->objects, i), seen);
    }
    g_array_sort(names->names, compare_names);
    g_array_sort(names->columns, compare_names);
    return names;
}

void pgm_names_free(PgmNames *names)
{
    if (names != NULL)
    {
        g_array_unref(names->names);
        g_array_unref(names->columns);
        g_string_chunk_free(names->strings);
        g_free(names);
    }
}

static const Name *name_at(const GArray *names, guint i)
{
    return &g_array_index(names, Name, i);
}

/* The first of NAMES whose key is not below KEY. */
static guint first_from(const GArray *names, const char *key)
{
    guint low = 0, high = names->len;
    while (low < high)
    {
        guint middle = low + (high - low) / 2;
        if (strcmp(name_at(names, middle)->key, key) < 0)
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

/* What is asked for. */
typedef struct
{
    const PgmNames *names;
    const PgmQueryLine *line;
    PgmChoices *choices;
    char *key; /* the folded beginning */
} Request;

/* Does NAME begin as was typed? With a quote, letter by letter. */
static gboolean begins(const Request *request, const char *key, const char *name)
{
    return request->line->quoted ? g_str_has_prefix(name, request->line->beginning)
                                 : g_str_has_prefix(key, request->key);
}

/* TEXT outlives the choices. A function's next signature is no choice of its own. */
static void add_choice(const Request *request, const char *text)
{
    GPtrArray *texts = request->choices->texts;
    if (texts->len == 0 || !g_str_equal(g_ptr_array_index(texts, texts->len - 1), text))
    {
        g_ptr_array_add(texts, (gpointer)(guintptr)text);
    }
}

/* The same for a text that is kept here. */
static void keep_choice(const Request *request, const char *text)
{
    const GPtrArray *texts = request->choices->texts;
    if (texts->len == 0 || !g_str_equal(g_ptr_array_index(texts, texts->len - 1), text))
    {
        pgm_choices_keep(request->choices, text);
    }
}

/* NAME behind a quote that was typed: in quotes, whether it needs them or not. */
static void keep_quoted(const Request *request, const Name *name, const char *raw)
{
    gboolean plain = name->name == NULL || name->schema == NULL || g_str_equal(name->schema, "public");
    g_autofree char *schema = plain ? NULL : pgm_name_display(name->schema);
    g_autofree char *quoted = pgm_quote_identifier(raw);
    const char *end = name->kind == NAME_FUNCTION ? "(" : name->kind == NAME_SCHEMA ? "." : "";
    g_autofree char *text = g_strconcat(plain ? "" : schema, plain ? "" : ".", quoted, end, NULL);
    keep_choice(request, text);
}

static void add_columns_of(const Request *request, const char *schema, const char *relation)
{
    guint first;
    guint count = pgm_snapshot_children(request->names->snapshot, pgm_kind_find("column"), schema, relation, &first);
    for (guint i = first; i < first + count; i++)
    {
        const PgmObject *column = g_ptr_array_index(request->names->snapshot->objects, i);
        g_autofree char *key = g_utf8_strdown(column->name, -1);
        if (begins(request, key, column->name))
        {
            g_autofree char *text = pgm_name_display(column->name);
            pgm_choices_keep(request->choices, text);
        }
    }
}

/* Calls back with each relation that TYPED, as it stands in a query, may mean. */
static void add_columns_of_typed(const Request *request, const char *schema, const char *relation)
{
    const GArray *names = request->names->names;
    for (guint i = first_from(names, relation); i < names->len && g_str_equal(name_at(names, i)->key, relation); i++)
    {
        const Name *name = name_at(names, i);
        if (name->kind == NAME_RELATION && (schema == NULL || g_ascii_strcasecmp(schema, name->schema) == 0))
        {
            add_columns_of(request, name->schema, name->name);
        }
    }
}

static void add_columns_of_line(const Request *request)
{
    for (guint i = 0; i < request->line->relations->len; i++)
    {
        const PgmQueryRelation *relation = g_ptr_array_index(request->line->relations, i);
        add_columns_of_typed(request, relation->schema, relation->key);
    }
}

/* After "x.": x is an alias, a relation, or a schema. */
static void add_qualified(const Request *request)
{
    const char *qualifier = request->line->qualifier;
    for (guint i = 0; i < request->line->relations->len; i++)
    {
        const PgmQueryRelation *relation = g_ptr_array_index(request->line->relations, i);
        if (g_strcmp0(relation->alias, qualifier) == 0 || g_str_equal(relation->key, qualifier))
        {
            add_columns_of_typed(request, relation->schema, relation->key);
        }
    }
    const GArray *names = request->names->names;
    for (guint i = 0; i < names->len; i++)
    {
        const Name *name = name_at(names, i);
        if (name->kind != NAME_SCHEMA && g_ascii_strcasecmp(name->schema, qualifier) == 0 &&
            begins(request, name->key, name->name))
        {
            g_autofree char *text = pgm_name_display(name->name);
            g_autofree char *call = name->kind == NAME_FUNCTION ? g_strconcat(text, "(", NULL) : NULL;
            keep_choice(request, call != NULL ? call : text);
        }
    }
}

static void add_names(const Request *request, const GArray *names, gboolean relations_only)
{
    const char *from = request->line->quoted ? "" : request->key;
    for (guint i = first_from(names, from); i < names->len; i++)
    {
        const Name *name = name_at(names, i);
        if (!request->line->quoted && !g_str_has_prefix(name->key, request->key))
        {
            break;
        }
        const char *raw = name->name != NULL ? name->name : name->schema;
        if (!begins(request, name->key, raw) || (relations_only && name->kind == NAME_FUNCTION))
        {
            continue;
        }
        if (request->line->quoted && *name->text != '"')
        {
            keep_quoted(request, name, raw);
        }
        else
        {
            add_choice(request, name->text);
        }
    }
}

/* In the letters' case in which the word was begun. PG_: only catalogs. */
static void add_words(const Request *request, gboolean relations_only)
{
    gboolean upper = g_ascii_isupper(request->line->beginning[0]);
    for (guint i = 0; !request->line->quoted && i < pgm_sql_words_count; i++)
    {
        const char *word = pgm_sql_words[i];
        gboolean name = g_str_has_prefix(word, "pg_") || g_str_has_prefix(word, "information_schema");
        gboolean call = g_str_has_suffix(word, "(");
        if (!g_str_has_prefix(word, request->key) || (relations_only && (call || !name)))
        {
            continue;
        }
        if (upper && !name && !call)
        {
            g_autofree char *text = g_ascii_strup(word, -1);
            pgm_choices_keep(request->choices, text);
        }
        else
        {
            g_ptr_array_add(request->choices->texts, (gpointer)(guintptr)word);
        }
    }
}

static void add_all(const Request *request)
{
    gboolean relations_only = request->line->wants_relation;
    guint before = request->choices->texts->len;
    if (request->names != NULL && !relations_only)
    {
        add_columns_of_line(request);
    }
    if (request->names != NULL)
    {
        add_names(request, request->names->names, relations_only);
    }
    add_words(request, relations_only);
    gboolean none = request->choices->texts->len == before;
    if (request->names != NULL && !relations_only && (none || request->line->relations->len == 0))
    {
        add_names(request, request->names->columns, FALSE);
    }
}

static void complete(const PgmNames *names, const char *line, int point, gboolean relation, PgmChoices *choices)
{
    g_autoptr(PgmQueryLine) read = pgm_query_line_read(line, point);
    read->wants_relation |= relation;
    choices->start = read->start;
    if (read->inside)
    {
        return;
    }
    g_autofree char *key = g_utf8_strdown(read->beginning, -1);
    Request request = {names, read, choices, key};
    if (read->qualifier == NULL)
    {
        add_all(&request);
    }
    else if (names != NULL)
    {
        add_qualified(&request);
    }
}

void pgm_names_complete(const PgmNames *names, const char *line, int point, PgmChoices *choices)
{
    complete(names, line, point, FALSE, choices);
}

void pgm_names_complete_relation(const PgmNames *names, const char *line, int point, PgmChoices *choices)
{
    complete(names, line, point, TRUE, choices);
}

gboolean pgm_names_find_relation(const PgmNames *names, const char *typed, const char **schema, const char **name)
{
    g_autofree char *query = g_strconcat("FROM ", typed, NULL);
    g_autoptr(PgmQueryLine) line = pgm_query_line_read(query, (int)strlen(query));
    if (names == NULL || line->relations->len == 0)
    {
        return FALSE;
    }
    const PgmQueryRelation *wanted = g_ptr_array_index(line->relations, 0);
    const Name *best = NULL;
    const GArray *all = names->names;
    for (guint i = first_from(all, wanted->key); i < all->len && g_str_equal(name_at(all, i)->key, wanted->key); i++)
    {
        const Name *at = name_at(all, i);
        gboolean here = wanted->schema == NULL || g_ascii_strcasecmp(wanted->schema, at->schema) == 0;
        if (at->kind == NAME_RELATION && here && (best == NULL || g_str_equal(at->schema, "public")))
        {
            best = at;
        }
    }
    *schema = best != NULL ? best->schema : NULL;
    *name = best != NULL ? best->name : NULL;
    return best != NULL;
}
