/* describe_part.c - what belongs to a relation, and all kinds that are no relations: their attributes. */
#include <string.h>

#include "drift/describe.h"
#include "drift/mend.h"

/* Attributes that are lists: one item a line. */
static const struct
{
    const char *kind, *attribute, *separator, *heading;
} lists[] = {
    {"enum", "labels", ", ", "Labels, in their order"},
    {"composite", "columns", NULL, "Columns"},
    {"domain", "constraints", ", ", "Constraints"},
    {"publication", "tables", ", ", "Tables"},
    {"subscription", "publications", ", ", "Publications"},
    {"text_search_configuration", "mappings", "; ", "Mappings"},
    {"operator_family", "members", ", ", "Members"},
    {"aggregate", "definition", ", ", "Definition"},
    {"base_type", "definition", ", ", "Definition"},
    {"operator", "definition", ", ", "Definition"},
    {"database", "settings", "; ", "Settings"},
};

static gboolean is_list(const PgmObject *object, const char *attribute, guint *place)
{
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
    {
        if (mend_is(object, lists[i].kind) && strcmp(lists[i].attribute, attribute) == 0)
        {
            *place = i;
            return TRUE;
        }
    }
    return strcmp(attribute, "privileges") == 0;
}

/* SEPARATOR NULL: columns with their types. */
static void add_list(Description *page, const char *heading, const char *value, const char *separator)
{
    if (separator == NULL)
    {
        describe_heading(page, "%s", heading);
        describe_columns(page, value);
        return;
    }
    g_auto(GStrv) items = mend_split(value, separator);
    describe_heading(page, "%s", heading);
    for (int i = 0; items[i] != NULL; i++)
    {
        const PgmObject *relation = describe_relation_at(page->snapshot, items[i]);
        PgmIdentity link = relation != NULL ? pgm_identity_of(relation) : page->identity;
        describe_addf(page, PGM_LINE_TEXT, relation != NULL ? &link : NULL, "  %s", items[i]);
    }
}

static void add_link(Description *page, const char *label, const PgmObject *object)
{
    if (object != NULL)
    {
        PgmIdentity link = pgm_identity_of(object);
        g_autofree char *name = mend_name(object);
        describe_value(page, label, name, &link);
    }
}

/* What it stands on, and what it leads to. */
static void add_links(Description *page)
{
    const PgmObject *object = page->object;
    if (object->parent != NULL)
    {
        g_autofree char *parent = mend_parent(object);
        add_link(page, "belongs to", describe_relation_at(page->snapshot, parent));
    }
    if (mend_is(object, "constraint"))
    {
        add_link(page, "references", describe_referenced(page->snapshot, object));
        add_link(page, "index",
                 pgm_snapshot_find(page->snapshot, "index", object->schema, object->parent, object->name));
    }
    if (mend_is(object, "trigger"))
    {
        add_link(page, "function", describe_trigger_function(page->snapshot, object));
    }
    if (mend_is(object, "column") || mend_is(object, "domain"))
    {
        add_link(page, "its type", describe_type_at(page->snapshot, pgm_object_value(object, "type")));
    }
    if (mend_is(object, "index"))
    {
        const char *constraint = pgm_object_value(object, "constraint");
        add_link(page, "made by",
                 constraint != NULL
                     ? pgm_snapshot_find(page->snapshot, "constraint", object->schema, object->parent, constraint)
                     : NULL);
        add_link(page, "partition of", describe_relation_at(page->snapshot, pgm_object_value(object, "partition_of")));
    }
}

/* Constraints, indexes, foreign keys that name the column: what a change of it meets first. */
static void add_uses_of_column(Description *page)
{
    static const char *const kinds[] = {"index", "constraint", "trigger", "policy"};
    const PgmObject *column = page->object;
    g_autofree char *quoted = mend_name(column);
    g_autofree char *pattern = g_regex_escape_string(quoted, -1);
    g_autofree char *word = g_strdup_printf("(?<![\\w.\"$])%s(?![\\w\"$(])", pattern);
    g_autoptr(GRegex) regex = g_regex_new(word, G_REGEX_RAW, 0, NULL);
    gboolean any = FALSE;
    for (guint k = 0; regex != NULL && k < G_N_ELEMENTS(kinds); k++)
    {
        guint first,
            n = pgm_snapshot_children(page->snapshot, pgm_kind_find(kinds[k]), column->schema, column->parent, &first);
        for (guint i = first; i < first + n; i++)
        {
            const PgmObject *other = page->snapshot->objects->pdata[i];
            const char *text = pgm_object_value(other, k == 3 ? "using" : "definition");
            if (text == NULL || !g_regex_match(regex, text, 0, NULL))
            {
                continue;
            }
            if (!any)
            {
                describe_heading(page, "Named in, on the same table");
                any = TRUE;
            }
            PgmIdentity link = pgm_identity_of(other);
            g_autofree char *line = g_strdup_printf("%s %s  %s", other->kind->name, other->name, text);
            describe_item(page, other, &link, line);
        }
    }
}

void describe_other(Description *page)
{
    const PgmObject *object = page->object;
    add_links(page);
    if (mend_is(object, "function"))
    {
        describe_function(page);
    }
    describe_owner(page);
    for (int pass = 0; pass < 2; pass++)
    {
        for (int i = object->kind->ordered ? 1 : 0; object->kind->attributes[i].name != NULL; i++)
        {
            const char *name = object->kind->attributes[i].name, *value = object->values[i];
            guint list = 0;
            gboolean listed = is_list(object, name, &list);
            gboolean block = value != NULL && (listed || strchr(value, '\n') != NULL);
            if (strcmp(name, "comment") == 0 || strcmp(name, "owner") == 0 || block != (pass == 1) ||
                (strcmp(name, "definition") == 0 && mend_is(object, "function")))
            {
                continue;
            }
            g_autofree char *label = g_strdelimit(g_strdup(name), "_", ' ');
            if (!block)
            {
                describe_attribute(page, label, name);
            }
            else if (strcmp(name, "privileges") == 0)
            {
                add_list(page, "Access privileges", value, "; ");
            }
            else if (listed)
            {
                add_list(page, lists[list].heading, value, lists[list].separator);
            }
            else
            {
                label[0] = g_ascii_toupper(label[0]);
                describe_heading(page, "%s", label);
                describe_text(page, "  ", value);
            }
        }
    }
    if (mend_is(object, "schema"))
    {
        describe_schema(page);
    }
    /* Until the server's own word is read. */
    if (mend_is(object, "column") && (page->source->details == NULL || page->source->details->dependents == NULL))
    {
        add_uses_of_column(page);
    }
}
