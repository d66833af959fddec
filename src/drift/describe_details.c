/* describe_details.c - what was read from the server for the page: size and use, and what hangs together with it. */
#include <string.h>

#include "drift/describe.h"
#include "drift/mend.h"
#include "pgmedic/text.h"

static void add_bytes(Description *page, const char *label, gint64 bytes)
{
    if (bytes >= 0)
    {
        g_autofree char *text = pgm_text_bytes(bytes);
        describe_value(page, label, text, NULL);
    }
}

static void add_count(Description *page, const char *label, gint64 count, const char *after)
{
    if (count >= 0)
    {
        g_autofree char *number = pgm_text_count(count);
        g_autofree char *text = g_strconcat(number, after, NULL);
        describe_value(page, label, text, NULL);
    }
}

static void add_locked(Description *page, const PgmDetails *details)
{
    describe_addf(page, PGM_LINE_RISKY, NULL, "▲ size not read: %s", details->size_error);
    for (guint i = 0; i < details->holders->len; i++)
    {
        describe_addf(page, PGM_LINE_RISKY, NULL, "    held by %s", (const char *)details->holders->pdata[i]);
    }
}

static void add_index_uses(Description *page, const PgmDetails *details)
{
    for (guint i = 0; i < details->index_uses->len; i++)
    {
        const PgmIndexUse *use = details->index_uses->pdata[i];
        const PgmObject *index =
            pgm_snapshot_find(page->snapshot, "index", page->object->schema, page->object->name, use->name);
        PgmIdentity link = index != NULL ? pgm_identity_of(index) : page->identity;
        g_autofree char *bytes = pgm_text_bytes(use->bytes);
        g_autofree char *cell = describe_cell(bytes, 10);
        g_autofree char *scans = pgm_text_count(MAX(use->scans, 0));
        g_autofree char *text = g_strdup_printf("%s %s, %s scans", cell, use->name, scans);
        describe_value(page, i == 0 ? "each index" : "", text, index != NULL ? &link : NULL);
    }
}

static void add_size(Description *page, const PgmDetails *details)
{
    gboolean table = mend_is(page->object, "table") || mend_is(page->object, "matview");
    gboolean index = mend_is(page->object, "index");
    if (details->size_error == NULL && details->total < 0 && details->rows < 0 && details->last_value == NULL)
    {
        return;
    }
    describe_heading(page, "Size and use");
    if (details->size_error != NULL)
    {
        add_locked(page, details);
    }
    gboolean schema = mend_is(page->object, "schema");
    add_bytes(page, schema ? "about" : table ? "total" : "on disk", details->total);
    if (schema)
    {
        describe_add(page, PGM_LINE_DIM, NULL, "  as of the last vacuum or analyze of each table in it");
    }
    if (table)
    {
        add_bytes(page, "table", details->heap);
        add_bytes(page, "indexes", details->indexes);
        add_bytes(page, "toast", details->toast);
        add_index_uses(page, details);
        add_count(page, "rows", details->rows, " (estimate)");
        if (details->rows < 0)
        {
            describe_value(page, "rows", "not known before the first vacuum or analyze", NULL);
        }
        add_count(page, "dead rows", details->dead_rows, " (estimate)");
        add_count(page, "sequential scans", details->sequential_scans, "");
        add_count(page, "index scans", details->index_scans, "");
        describe_value(page, "last vacuum",
                       details->last_vacuum != NULL ? details->last_vacuum : "never, as far as the statistics go back",
                       NULL);
        describe_value(
            page, "last analyze",
            details->last_analyze != NULL ? details->last_analyze : "never, as far as the statistics go back", NULL);
    }
    if (index)
    {
        add_count(page, "scans", details->index_scans,
                  details->index_scans == 0 ? ": unused since the statistics were reset" : "");
    }
    if (mend_is(page->object, "sequence"))
    {
        describe_value(page, "last value",
                       details->last_value != NULL ? details->last_value : "none yet, or not readable", NULL);
    }
}

static void add_dependency(Description *page, const PgmDependency *dependency)
{
    const PgmIdentity *identity = dependency->object;
    const PgmObject *object = identity != NULL ? pgm_identity_find(identity, page->snapshot) : NULL;
    int indent = 2 * dependency->depth;
    const char *with = dependency->goes_with_it ? "  goes with it" : "";
    if (object == NULL)
    {
        describe_addf(page, PGM_LINE_TEXT, NULL, "%*s%s%s", indent, "", dependency->text, with);
        return;
    }
    g_autofree char *name = mend_name(object);
    g_autofree char *parent = object->parent != NULL && !mend_is(object, "index") ? mend_parent(object) : NULL;
    describe_addf(page, PGM_LINE_TEXT, identity, "%*s%s %s%s%s%s", indent, "", pgm_object_word(object),
                  parent != NULL ? parent : "",
                  parent == NULL              ? ""
                  : mend_is(object, "column") ? "."
                                              : ": ",
                  name, with);
}

static void add_dependencies(Description *page, const char *heading, const GPtrArray *list, const char *nothing)
{
    enum
    {
        MOST = 200,
    };
    describe_heading(page, "%s", heading);
    for (guint i = 0; i < list->len && i < MOST; i++)
    {
        add_dependency(page, list->pdata[i]);
    }
    if (list->len > MOST)
    {
        describe_addf(page, PGM_LINE_DIM, NULL, "  and %u more", list->len - MOST);
    }
    if (list->len == 0)
    {
        describe_addf(page, PGM_LINE_DIM, NULL, "  %s", nothing);
    }
}

/* The server does not look into bodies that are text; the names in them are looked for here, as words. */
static void add_mentions(Description *page)
{
    const PgmObject *object = page->object;
    if (!object->kind->relation && !mend_is(object, "column"))
    {
        return;
    }
    g_autofree char *name = g_regex_escape_string(mend_is(object, "column") ? object->parent : object->name, -1);
    g_autofree char *word = g_strdup_printf("(?<![\\w$])%s(?![\\w$])", name);
    g_autofree char *column = mend_is(object, "column") ? g_regex_escape_string(object->name, -1) : NULL;
    g_autofree char *second = column != NULL ? g_strdup_printf("(?<![\\w$])%s(?![\\w$])", column) : NULL;
    g_autoptr(GRegex) regex = g_regex_new(word, G_REGEX_RAW, 0, NULL);
    g_autoptr(GRegex) also = second != NULL ? g_regex_new(second, G_REGEX_RAW, 0, NULL) : NULL;
    gboolean any = FALSE;
    guint first, n = describe_all(page->snapshot, "function", &first);
    for (guint i = first; regex != NULL && i < first + n; i++)
    {
        const PgmObject *function = page->snapshot->objects->pdata[i];
        const char *definition = pgm_object_value(function, "definition");
        /* Behind the head: what its arguments and result are is known to the server. */
        const char *body = definition != NULL ? strstr(definition, "\nAS ") : NULL;
        if (body == NULL || !g_regex_match(regex, body, 0, NULL) ||
            (also != NULL && !g_regex_match(also, body, 0, NULL)))
        {
            continue;
        }
        if (!any)
        {
            describe_heading(page, "Named in the text of functions, which the server does not record");
            any = TRUE;
        }
        PgmIdentity link = pgm_identity_of(function);
        g_autofree char *display = mend_name(function);
        describe_addf(page, PGM_LINE_TEXT, &link, "  %s", display);
    }
}

void describe_details(Description *page)
{
    const PgmDetails *details = page->source->details;
    if (details == NULL)
    {
        describe_heading(page, "Size, and what depends on it");
        describe_addf(page, PGM_LINE_DIM, NULL, "  %s",
                      page->source->details_note != NULL ? page->source->details_note : "not read");
        add_mentions(page);
        return;
    }
    add_size(page, details);
    if (details->dependency_error != NULL)
    {
        describe_heading(page, "What depends on it");
        describe_addf(page, PGM_LINE_DIM, NULL, "  not read: %s", details->dependency_error);
    }
    if (details->dependents != NULL)
    {
        gboolean extension = mend_is(page->object, "extension");
        add_dependencies(page, extension ? "Objects in it, and what depends on it" : "What depends on it",
                         details->dependents, "nothing");
    }
    add_mentions(page);
    /* For the server a publication's tables depend on it; the list above says which they are. */
    if (details->depends_on != NULL && !(mend_is(page->object, "publication") && details->depends_on->len == 0))
    {
        add_dependencies(page, "What it depends on", details->depends_on, "nothing but what the server comes with");
    }
}
