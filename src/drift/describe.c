/* describe.c - the frame of an object's page: what it is, how it drifts, and, last, the SQL that makes it. */
#include "drift/describe.h"

#include <stdarg.h>
#include <string.h>

#include "drift/mend.h"
#include "pgmedic/definition.h"
#include "pgmedic/text.h"

static const struct
{
    const char *kind, *one, *several;
} words[] = {
    {"matview", "materialised view", "materialised views"},
    {"statistics", "extended statistics", "extended statistics"},
    {"default_privileges", "default privileges", "default privileges"},
    {"base_type", "base type", "base types"},
    {"foreign_table", "foreign table", "foreign tables"},
    {"foreign_server", "foreign server", "foreign servers"},
    {"foreign_data_wrapper", "foreign-data wrapper", "foreign-data wrappers"},
    {"user_mapping", "user mapping", "user mappings"},
    {"event_trigger", "event trigger", "event triggers"},
    {"access_method", "access method", "access methods"},
    {"operator_class", "operator class", "operator classes"},
    {"operator_family", "operator family", "operator families"},
    {"security_label", "security label", "security labels"},
    {"text_search_parser", "text search parser", "text search parsers"},
    {"text_search_template", "text search template", "text search templates"},
    {"text_search_dictionary", "text search dictionary", "text search dictionaries"},
    {"text_search_configuration", "text search configuration", "text search configurations"},
};

const char *pgm_kind_word(const PgmKind *kind, gboolean several)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    {
        if (strcmp(words[i].kind, kind->name) == 0)
        {
            return several ? words[i].several : words[i].one;
        }
    }
    return several ? kind->plural : kind->name;
}

const char *pgm_object_word(const PgmObject *object)
{
    static const char head[] = "CREATE OR REPLACE PROCEDURE ";
    const char *definition = mend_is(object, "function") ? pgm_object_value(object, "definition") : NULL;
    return definition != NULL && g_str_has_prefix(definition, head) ? "procedure" : pgm_kind_word(object->kind, FALSE);
}

static void line_free(gpointer data)
{
    PgmLine *line = data;
    g_free(line->text);
    g_free(line->link);
    g_free(line);
}

void describe_add(Description *page, PgmLineRole role, const PgmIdentity *link, const char *text)
{
    PgmLine *line = g_new0(PgmLine, 1);
    line->role = role;
    line->text = g_strchomp(pgm_text_safe(text, -1));
    line->link = link != NULL ? pgm_identity_copy(link) : NULL;
    g_ptr_array_add(page->lines, line);
}

void describe_addf(Description *page, PgmLineRole role, const PgmIdentity *link, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    describe_add(page, role, link, text);
}

void describe_text(Description *page, const char *indent, const char *text)
{
    g_autofree char *safe = pgm_text_safe_lines(text, -1);
    g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        if (lines[i + 1] != NULL || *lines[i] != '\0')
        {
            describe_addf(page, PGM_LINE_TEXT, NULL, "%s%s", indent, lines[i]);
        }
    }
}

void describe_heading(Description *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    describe_add(page, PGM_LINE_TEXT, NULL, "");
    describe_add(page, PGM_LINE_HEADING, NULL, text);
}

guint describe_all(const PgmSnapshot *snapshot, const char *kind, guint *first)
{
    gsize place = (gsize)(pgm_kind_find(kind) - pgm_kinds);
    *first = snapshot->begins[place];
    return snapshot->begins[place + 1] - *first;
}

char *describe_cell(const char *text, int width)
{
    g_autofree char *safe = pgm_text_safe(text, -1);
    return pgm_text_columns(safe) < width ? pgm_text_fit(safe, width) : g_steal_pointer(&safe);
}

PgmLineRole describe_role(PgmSeverity severity)
{
    return severity == PGM_SEVERITY_BREAKING ? PGM_LINE_BREAKING
           : severity == PGM_SEVERITY_RISKY  ? PGM_LINE_RISKY
                                             : PGM_LINE_COSMETIC;
}

static const GPtrArray *own_drift(const Description *page, const PgmIdentity *object)
{
    return page->source->marks != NULL ? pgm_marks_own(page->source->marks, object) : NULL;
}

/* How the object itself drifts on ATTRIBUTE; NULL: not. */
static const PgmDifference *drift_on(const Description *page, const char *attribute)
{
    const GPtrArray *own = own_drift(page, &page->identity);
    for (guint i = 0; own != NULL && i < own->len; i++)
    {
        const PgmDifference *difference = own->pdata[i];
        if (g_strcmp0(difference->attribute, attribute) == 0)
        {
            return difference;
        }
    }
    return NULL;
}

void describe_value(Description *page, const char *label, const char *value, const PgmIdentity *link)
{
    g_autofree char *cell = describe_cell(label, 18);
    describe_addf(page, PGM_LINE_TEXT, link, "  %s  %s", cell, value);
}

void describe_attribute(Description *page, const char *label, const char *attribute)
{
    const char *value = pgm_object_value(page->object, attribute);
    const PgmDifference *drift = drift_on(page, attribute);
    if (value == NULL && drift == NULL)
    {
        return;
    }
    const char *shown = value == NULL ? "none" : strcmp(value, "true") == 0 ? "yes" : value;
    if (drift == NULL || drift->kind != PGM_DIFFERENCE_CHANGED)
    {
        describe_value(page, label, shown, NULL);
        return;
    }
    g_autofree char *cell = describe_cell(label, 18);
    describe_addf(page, describe_role(drift->severity), NULL, "%s %s  %s   expected %s",
                  pgm_severity_sign(drift->severity), cell, drift->actual_text, drift->expected_text);
}

/* "✗ type: uuid here, character varying(36) expected", and why that matters. */
static void add_difference(Description *page, const PgmDifference *difference, const char *indent)
{
    const char *sign = pgm_severity_sign(difference->severity);
    PgmLineRole role = describe_role(difference->severity);
    g_autofree char *attribute =
        difference->attribute != NULL ? g_strdelimit(g_strdup(difference->attribute), "_", ' ') : NULL;
    switch (difference->kind)
    {
    case PGM_DIFFERENCE_MISSING:
        describe_addf(page, role, NULL, "%s %sabsent here; the baseline has it", sign, indent);
        break;
    case PGM_DIFFERENCE_EXTRA:
        describe_addf(page, role, NULL, "%s %snot in the baseline", sign, indent);
        break;
    case PGM_DIFFERENCE_CHANGED:
        describe_addf(page, role, NULL, "%s %s%s: %s here, %s expected", sign, indent, attribute,
                      difference->actual_text, difference->expected_text);
        break;
    }
    if (difference->reason != NULL)
    {
        describe_addf(page, PGM_LINE_DIM, NULL, "  %s%s", indent, difference->reason);
    }
}

void describe_item(Description *page, const PgmObject *object, const PgmIdentity *link, const char *text)
{
    PgmIdentity identity = pgm_identity_of(object);
    const GPtrArray *own = own_drift(page, &identity);
    if (own == NULL || own->len == 0)
    {
        describe_addf(page, PGM_LINE_TEXT, link, "  %s", text);
        return;
    }
    const PgmDifference *worst = own->pdata[0];
    for (guint i = 1; i < own->len; i++)
    {
        const PgmDifference *other = own->pdata[i];
        worst = other->severity > worst->severity ? other : worst;
    }
    describe_addf(page, describe_role(worst->severity), link, "%s %s", pgm_severity_sign(worst->severity), text);
    for (guint i = 0; i < own->len; i++)
    {
        add_difference(page, own->pdata[i], "    ");
    }
}

void describe_absent(Description *page, const char *kind)
{
    const GPtrArray *absent = page->source->marks != NULL && page->snapshot == page->source->snapshot
                                  ? pgm_marks_absent(page->source->marks, page->object->schema, page->object->name)
                                  : NULL;
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        const PgmObject *object = absent->pdata[i];
        if (mend_is(object, kind))
        {
            PgmIdentity link = pgm_identity_of(object);
            g_autofree char *brief = pgm_describe_briefly(page->source->baseline, object);
            g_autofree char *text = g_strdup_printf("%s   %s", object->name, brief);
            describe_item(page, object, &link, text);
        }
    }
}

static void add_counts(GString *text, const PgmSnapshot *snapshot, const PgmObject *object)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        guint first,
            n = kind->parent != NULL ? pgm_snapshot_children(snapshot, kind, object->schema, object->name, &first) : 0;
        if (n > 0)
        {
            g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", n, pgm_kind_word(kind, n != 1));
        }
    }
}

char *pgm_describe_briefly(const PgmSnapshot *snapshot, const PgmObject *object)
{
    static const char *const telling[] = {"type",   "definition", "labels",     "columns", "version",
                                          "tables", "command",    "privileges", "label"};
    GString *text = g_string_new(NULL);
    if (mend_is(object, "table") || mend_is(object, "foreign_table"))
    {
        add_counts(text, snapshot, object);
        return g_string_free(text, FALSE);
    }
    for (guint i = 0; i < G_N_ELEMENTS(telling) && !mend_is(object, "function") && text->len == 0; i++)
    {
        const char *value = pgm_object_value(object, telling[i]);
        if (value != NULL && (i > 0 || !mend_is(object, "constraint")))
        {
            g_autofree char *line = pgm_text_one_line(value);
            g_string_append(text, line);
        }
    }
    if (mend_is(object, "column") && pgm_object_value(object, "not_null") != NULL)
    {
        g_string_append(text, "  not null");
    }
    return g_string_free(text, FALSE);
}

static void add_title(Description *page)
{
    const PgmObject *object = page->object;
    g_autofree char *name =
        mend_is(object, "database") ? pgm_name_display(page->snapshot->database) : mend_name(object);
    g_autofree char *parent = object->parent != NULL && !mend_is(object, "index") ? mend_parent(object) : NULL;
    describe_addf(page, PGM_LINE_TITLE, NULL, "%s %s%s%s%s", pgm_object_word(object), parent != NULL ? parent : "",
                  parent != NULL && mend_is(object, "column") ? "." : "",
                  parent != NULL && !mend_is(object, "column") ? ": " : "", name);
    const char *comment = pgm_object_value(object, "comment");
    if (comment != NULL)
    {
        g_autofree char *line = pgm_text_one_line(comment);
        describe_addf(page, PGM_LINE_DIM, NULL, "  %s", line);
    }
}

static void add_drift(Description *page)
{
    if (page->source->marks == NULL || !pgm_marks_compared(page->source->marks))
    {
        return;
    }
    const GPtrArray *own = own_drift(page, &page->identity);
    for (guint i = 0; own != NULL && i < own->len; i++)
    {
        add_difference(page, own->pdata[i], "");
    }
    if (page->snapshot != page->source->snapshot && own == NULL)
    {
        describe_add(page, PGM_LINE_BREAKING, NULL, "✗ absent here, with what it belongs to; the baseline has it");
        return;
    }
    PgmMark whole = pgm_marks_whole(page->source->marks, &page->identity);
    if (mend_is(page->object, "schema"))
    {
        whole = pgm_mark_add(whole, describe_mark_within(page));
    }
    guint parts = whole.count - (own != NULL ? own->len : 0);
    if (whole.count == 0)
    {
        describe_add(page, PGM_LINE_GOOD, NULL, "✓ as the baseline says");
    }
    else if (parts > 0)
    {
        describe_addf(page, describe_role(whole.worst), NULL,
                      "%s %u %s from the baseline in what belongs to it, marked below", pgm_severity_sign(whole.worst),
                      parts, parts == 1 ? "difference" : "differences");
    }
}

/* What LINE says of RELATION, "public.plain: locked by pid 4711", or with others before and behind it; NULL: nothing.
 */
static const char *said_of(const char *line, const char *relation)
{
    for (const char *at = strstr(line, relation); at != NULL; at = strstr(at + 1, relation))
    {
        const char *behind = at + strlen(relation);
        gboolean begins = at == line || (at >= line + 2 && g_str_has_prefix(at - 2, ", "));
        gboolean ends =
            g_str_has_prefix(behind, ": ") || g_str_has_prefix(behind, ", ") || g_str_has_prefix(behind, " and ");
        const char *sentence = begins && ends ? strstr(behind, ": ") : NULL;
        if (sentence != NULL)
        {
            return sentence + strlen(": ");
        }
    }
    return NULL;
}

static gboolean has_unread_part(const Description *page)
{
    const PgmObject *object = page->object;
    for (const PgmKind *kind = pgm_kinds; object->kind->relation && kind->name != NULL; kind++)
    {
        guint first, n = kind->parent != NULL
                             ? pgm_snapshot_children(page->snapshot, kind, object->schema, object->name, &first)
                             : 0;
        for (guint i = 0; i < n; i++)
        {
            if (pgm_object_has_unread(page->snapshot->objects->pdata[first + i]))
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* What the snapshot could not read of it, and why: whoever locks many relations is told with the first few. */
static void add_unread(Description *page)
{
    const PgmObject *object = page->object;
    if (!pgm_object_has_unread(object) && !has_unread_part(page))
    {
        return;
    }
    const char *relation = object->parent != NULL ? object->parent : object->name;
    g_autofree char *name = g_strdup_printf("%s.%s", object->schema, relation);
    const char *why = NULL;
    for (guint i = 0; i < page->snapshot->unread->len && why == NULL; i++)
    {
        why = said_of(page->snapshot->unread->pdata[i], name);
    }
    describe_addf(page, PGM_LINE_RISKY, NULL, "▲ not all of it was read: %s",
                  why != NULL ? why : "another session's lock was in the way");
}

static void add_definition(Description *page)
{
    g_autofree char *sql = pgm_definition_write(page->snapshot, page->object);
    if (sql[0] != '\0')
    {
        describe_heading(page, "SQL that makes it%s",
                         page->snapshot == page->source->snapshot ? "" : ", as in the baseline");
        describe_text(page, "  ", sql);
    }
}

GPtrArray *pgm_describe(const PgmDescribeSource *source, const PgmIdentity *object)
{
    Description page = {.source = source, .snapshot = source->snapshot};
    page.object = pgm_identity_find(object, source->snapshot);
    if (page.object == NULL && source->baseline != NULL)
    {
        page.snapshot = source->baseline;
        page.object = pgm_identity_find(object, source->baseline);
    }
    if (page.object == NULL)
    {
        return NULL;
    }
    page.identity = pgm_identity_of(page.object);
    page.lines = g_ptr_array_new_with_free_func(line_free);
    add_title(&page);
    add_drift(&page);
    add_unread(&page);
    if (page.object->kind->relation)
    {
        describe_relation(&page);
    }
    else
    {
        describe_other(&page);
    }
    if (page.snapshot == source->snapshot)
    {
        describe_details(&page);
    }
    add_definition(&page);
    return page.lines;
}
