/*
 * schema_search.c - finding names as somebody types.
 *
 * All names lie folded in one piece of memory, one behind the other, so that a search of 200,000 of them is one run of
 * memmem() and takes a few milliseconds; a text that has grown looks only at what the shorter one has found.
 */
#include "tui/schema_search.h"

#include <string.h>

/* Folded; most names are plain ASCII, which needs no copy. */
static void append_folded(GString *text, const char *name)
{
    gboolean plain = TRUE;
    for (const char *at = name; plain && *at != '\0'; at++)
    {
        plain = (guchar)*at < 0x80;
    }
    g_autofree char *valid = plain ? NULL : g_utf8_make_valid(name, -1);
    g_autofree char *folded = plain ? NULL : g_utf8_casefold(valid, -1);
    for (const char *at = plain ? name : folded; *at != '\0'; at++)
    {
        g_string_append_c(text, plain ? g_ascii_tolower(*at) : *at);
    }
}

static void collect_absent(PgmSchemaTree *tree)
{
    GHashTableIter iterator;
    gpointer list;
    pgm_marks_each_absent(tree->marks, &iterator);
    while (g_hash_table_iter_next(&iterator, NULL, &list))
    {
        const GPtrArray *absent = list;
        for (guint i = 0; i < absent->len; i++)
        {
            g_ptr_array_add(tree->absent, absent->pdata[i]);
        }
    }
}

void pgm_schema_search_prepare(PgmSchemaTree *tree)
{
    collect_absent(tree);
    tree->searched = tree->snapshot->objects->len + tree->absent->len;
    tree->starts = g_new(guint32, tree->searched + 1);
    GString *text = g_string_sized_new((gsize)tree->searched * 16 + 1);
    for (guint i = 0; i < tree->searched; i++)
    {
        gboolean absent;
        tree->starts[i] = (guint32)text->len;
        append_folded(text, pgm_schema_tree_object(tree, i, &absent)->name);
        g_string_append_c(text, '\0');
    }
    tree->starts[tree->searched] = (guint32)text->len;
    tree->folded = g_string_free(text, FALSE);
}

/* What a text is looked for by. */
typedef struct
{
    const PgmSchemaTree *tree;
    const char *needle; /* folded */
    gsize length;
    char *path;                 /* what stands before the last dot; NULL: there is none */
    const char *rest;           /* what stands behind it */
    const PgmObject *container; /* the last one whose path was compared, and how that went */
    gboolean container_fits;
    GArray *exact, *beginning, *within;
} Search;

/* Can the folded NAME end with the last letters of FOLDED? Told from plain letters without folding it. */
static gboolean may_end_with(const char *name, const char *folded)
{
    gsize length = strlen(name), wanted = strlen(folded);
    for (gsize i = 1; i <= MIN(length, wanted); i++)
    {
        guchar c = (guchar)name[length - i];
        if (c >= 0x80)
        {
            return TRUE;
        }
        if (g_ascii_tolower((char)c) != folded[wanted - i])
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* Does the path of what OBJECT stands in end with the searched one? Neighbours stand in the same. */
static gboolean container_fits(Search *search, const PgmObject *object)
{
    if (search->container != NULL && search->container->schema == object->schema &&
        search->container->parent == object->parent)
    {
        return search->container_fits;
    }
    search->container = object;
    search->container_fits = FALSE;
    if (may_end_with(object->parent != NULL ? object->parent : object->schema, search->path))
    {
        g_autoptr(GString) path = g_string_new(NULL);
        append_folded(path, object->schema);
        if (object->parent != NULL)
        {
            g_string_append_c(path, '.');
            append_folded(path, object->parent);
        }
        search->container_fits = g_str_has_suffix(path->str, search->path);
    }
    return search->container_fits;
}

static const char *folded_at(const Search *search, guint at)
{
    return search->tree->folded + search->tree->starts[at];
}

static void take(const Search *search, guint32 at, gboolean exact, gboolean beginning)
{
    g_array_append_val(exact ? search->exact : beginning ? search->beginning : search->within, at);
}

/* Does the name with number AT hold the text? */
static void consider(const Search *search, guint32 at)
{
    const char *name = folded_at(search, at), *found = strstr(name, search->needle);
    if (found != NULL)
    {
        take(search, at, strcmp(name, search->needle) == 0, found == name);
    }
}

/* Does its path, while it does not hold the text itself? */
static void consider_path(Search *search, guint32 at)
{
    gboolean absent;
    const char *name = folded_at(search, at);
    if (g_str_has_prefix(name, search->rest) &&
        container_fits(search, pgm_schema_tree_object(search->tree, at, &absent)) &&
        strstr(name, search->needle) == NULL)
    {
        take(search, at, strcmp(name, search->rest) == 0, TRUE);
    }
}

/* The number of the name at OFFSET, which lies not before the one with number LOW: near it, where much is found. */
static guint number_at(const PgmSchemaTree *tree, gsize offset, guint low)
{
    guint step = 1, high = low + 1;
    while (high < tree->searched && tree->starts[high] <= offset)
    {
        low = high;
        step *= 2;
        high = low + step;
    }
    high = MIN(high, tree->searched);
    while (high - low > 1)
    {
        guint middle = low + (high - low) / 2;
        if (tree->starts[middle] <= offset)
        {
            low = middle;
        }
        else
        {
            high = middle;
        }
    }
    return low;
}

static void search_all(Search *search)
{
    const PgmSchemaTree *tree = search->tree;
    const char *at = tree->folded, *end = tree->folded + tree->starts[tree->searched];
    guint low = 0;
    while (at < end && (at = memmem(at, (gsize)(end - at), search->needle, search->length)) != NULL)
    {
        guint number = number_at(tree, (gsize)(at - tree->folded), low);
        const char *name = folded_at(search, number);
        gsize length = tree->starts[number + 1] - tree->starts[number] - 1;
        take(search, number, length == search->length, at == name);
        at = name + length + 1;
        low = number;
    }
}

static void search_within(const Search *search, const GArray *within)
{
    for (guint i = 0; i < within->len; i++)
    {
        consider(search, g_array_index(within, guint32, i));
    }
}

static void search_paths(Search *search, const GArray *within)
{
    guint count = within != NULL ? within->len : search->tree->searched;
    for (guint i = 0; i < count; i++)
    {
        consider_path(search, within != NULL ? g_array_index(within, guint32, i) : i);
    }
}

static GArray *ranked(const Search *search)
{
    g_array_append_vals(search->exact, search->beginning->data, search->beginning->len);
    g_array_append_vals(search->exact, search->within->data, search->within->len);
    g_array_unref(search->beginning);
    g_array_unref(search->within);
    return search->exact;
}

GArray *pgm_schema_tree_search(const PgmSchemaTree *tree, const char *text, const GArray *within)
{
    enum
    {
        FEW = 20000, /* fewer are looked at one by one faster than all at once */
    };
    g_autoptr(GString) needle = g_string_new(NULL);
    append_folded(needle, text);
    const char *dot = strrchr(needle->str, '.');
    g_autofree char *path = dot != NULL ? g_strndup(needle->str, (gsize)(dot - needle->str)) : NULL;
    Search search = {.tree = tree,
                     .needle = needle->str,
                     .length = needle->len,
                     .path = path,
                     .rest = dot != NULL ? dot + 1 : NULL,
                     .exact = g_array_new(FALSE, FALSE, sizeof(guint32)),
                     .beginning = g_array_new(FALSE, FALSE, sizeof(guint32)),
                     .within = g_array_new(FALSE, FALSE, sizeof(guint32))};
    if (within != NULL && within->len < FEW)
    {
        search_within(&search, within);
    }
    else
    {
        search_all(&search);
    }
    if (path != NULL)
    {
        search_paths(&search, within);
    }
    return ranked(&search);
}
