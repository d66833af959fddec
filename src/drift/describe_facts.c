/* describe_facts.c - what \df+, \d of a sequence and a look into a schema tell, taken from the definitions. */
#include <string.h>

#include "drift/describe.h"
#include "drift/mend.h"
#include "pgmedic/text.h"

/* Does the object itself differ from the baseline in its definition? Then that is shown as it is. */
static gboolean definition_drifts(const Description *page)
{
    const GPtrArray *own = page->source->marks != NULL ? pgm_marks_own(page->source->marks, &page->identity) : NULL;
    for (guint i = 0; own != NULL && i < own->len; i++)
    {
        const PgmDifference *difference = own->pdata[i];
        if (g_strcmp0(difference->attribute, "definition") == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* "immutable, parallel safe, security definer, strict, cost 5": what CREATE FUNCTION leaves out is said too. */
static char *properties(const char *written)
{
    static const char *const others[] = {"WINDOW", "STRICT", "LEAKPROOF"};
    GString *text = g_string_new(strstr(written, "IMMUTABLE") != NULL ? "immutable"
                                 : strstr(written, "STABLE") != NULL  ? "stable"
                                                                      : "volatile");
    g_string_append(text, strstr(written, "PARALLEL SAFE") != NULL         ? ", parallel safe"
                          : strstr(written, "PARALLEL RESTRICTED") != NULL ? ", parallel restricted"
                                                                           : ", parallel unsafe");
    g_string_append_printf(text, ", security %s", strstr(written, "SECURITY DEFINER") != NULL ? "definer" : "invoker");
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    {
        g_autofree char *word = strstr(written, others[i]) != NULL ? g_ascii_strdown(others[i], -1) : NULL;
        g_string_append_printf(text, "%s%s", word != NULL ? ", " : "", word != NULL ? word : "");
    }
    static const char *const numbers[] = {"COST ", "ROWS "};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    {
        const char *at = strstr(written, numbers[i]);
        g_autofree char *word = at != NULL ? g_ascii_strdown(numbers[i], -1) : NULL;
        if (at != NULL)
        {
            at += strlen(word);
            g_string_append_printf(text, ", %s%.*s", word, (int)strspn(at, "0123456789.e+"), at);
        }
    }
    return g_string_free(text, FALSE);
}

/* pg_get_functiondef() puts each clause on a line of its own behind a blank, and then the body. */
void describe_function(Description *page)
{
    const char *definition = pgm_object_value(page->object, "definition");
    if (definition == NULL || definition == pgm_unread)
    {
        return;
    }
    g_auto(GStrv) lines = g_strsplit(definition, "\n", -1);
    g_autoptr(GString) rest = g_string_new(NULL);
    const char *language = NULL;
    for (int i = 1; lines[0] != NULL && lines[i] != NULL && lines[i][0] == ' '; i++)
    {
        const char *line = lines[i] + 1;
        if (g_str_has_prefix(line, "RETURNS "))
        {
            describe_value(page, "returns", line + strlen("RETURNS "), NULL);
        }
        else if (g_str_has_prefix(line, "LANGUAGE "))
        {
            language = line + strlen("LANGUAGE ");
            describe_value(page, "language", language, NULL);
        }
        else if (g_str_has_prefix(line, "SET "))
        {
            describe_value(page, "setting", line + strlen("SET "), NULL);
        }
        else
        {
            g_string_append(rest, line);
        }
    }
    if (language == NULL)
    {
        return;
    }
    g_autofree char *told = properties(rest->str);
    describe_value(page, "properties", told, NULL);
    if (pgm_object_value(page->object, "privileges") == NULL)
    {
        describe_value(page, "may execute", "everybody (PUBLIC), by default", NULL);
    }
}

void describe_sequence(Description *page)
{
    static const char *const words[][2] = {{"AS", "type"},          {"START", "start"},      {"INCREMENT", "increment"},
                                           {"MINVALUE", "minimum"}, {"MAXVALUE", "maximum"}, {"CACHE", "cache"}};
    const char *definition = pgm_object_value(page->object, "definition");
    if (definition == NULL || definition == pgm_unread || definition_drifts(page))
    {
        describe_attribute(page, "definition", "definition");
        return;
    }
    g_auto(GStrv) tokens = g_strsplit(definition, " ", -1);
    gboolean cycles = FALSE;
    for (int i = 0; tokens[i] != NULL; i++)
    {
        cycles = cycles || (strcmp(tokens[i], "CYCLE") == 0 && (i == 0 || strcmp(tokens[i - 1], "NO") != 0));
        for (guint word = 0; word < G_N_ELEMENTS(words); word++)
        {
            if (strcmp(tokens[i], words[word][0]) == 0 && tokens[i + 1] != NULL)
            {
                describe_value(page, words[word][1], tokens[i + 1], NULL);
            }
        }
    }
    describe_value(page, "cycles", cycles ? "yes" : "no: at its end nextval() fails", NULL);
}

/* What the baseline has besides in the schema of the page; NULL: nothing is known. */
static const GPtrArray *absent_ones(const Description *page)
{
    return page->source->marks != NULL && page->snapshot == page->source->snapshot
               ? pgm_marks_absent(page->source->marks, NULL, NULL)
               : NULL;
}

static gboolean stands_in(const Description *page, const PgmObject *object)
{
    return object->parent == NULL && strcmp(object->schema, page->object->name) == 0;
}

static PgmMark mark_of(const Description *page, const PgmObject *object)
{
    PgmIdentity identity = pgm_identity_of(object);
    return page->source->marks != NULL ? pgm_marks_whole(page->source->marks, &identity) : (PgmMark){0};
}

PgmMark describe_mark_within(const Description *page)
{
    PgmMark mark = {0};
    const GPtrArray *absent = absent_ones(page);
    for (guint i = 0; i < page->snapshot->objects->len; i++)
    {
        const PgmObject *object = page->snapshot->objects->pdata[i];
        mark = stands_in(page, object) ? pgm_mark_add(mark, mark_of(page, object)) : mark;
    }
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        const PgmObject *object = absent->pdata[i];
        mark = stands_in(page, object) ? pgm_mark_add(mark, mark_of(page, object)) : mark;
    }
    return mark;
}

/* "✗ table                 named  1 difference" */
static void add_member(Description *page, const PgmObject *object, const char *instead)
{
    PgmIdentity link = pgm_identity_of(object);
    PgmMark mark = mark_of(page, object);
    g_autofree char *word = describe_cell(pgm_object_word(object), 20);
    g_autofree char *count =
        mark.count > 0 ? g_strdup_printf("  %u difference%s", mark.count, mark.count == 1 ? "" : "s") : g_strdup("");
    describe_addf(page, mark.count > 0 ? describe_role(mark.worst) : PGM_LINE_TEXT, &link, "%s %s  %s%s",
                  mark.count > 0 ? pgm_severity_sign(mark.worst) : " ", word, object->name,
                  instead != NULL ? instead : count);
}

void describe_schema(Description *page)
{
    enum
    {
        MOST = 200,
    };
    guint all = 0;
    const GPtrArray *absent = absent_ones(page);
    describe_heading(page, "Objects in it");
    for (guint i = 0; absent != NULL && i < absent->len; i++)
    {
        if (stands_in(page, absent->pdata[i]) && all++ < MOST)
        {
            add_member(page, absent->pdata[i], "  absent here; the baseline has it");
        }
    }
    for (guint i = 0; i < page->snapshot->objects->len; i++)
    {
        if (stands_in(page, page->snapshot->objects->pdata[i]) && all++ < MOST)
        {
            add_member(page, page->snapshot->objects->pdata[i], NULL);
        }
    }
    if (all > MOST)
    {
        describe_addf(page, PGM_LINE_DIM, NULL, "  and %u more", all - MOST);
    }
    if (all == 0)
    {
        describe_add(page, PGM_LINE_DIM, NULL, "  none");
    }
}

/* "id bigint", "\"How many\" numeric": the names in one column, the types in the next. */
void describe_columns(Description *page, const char *list)
{
    enum
    {
        NAME_WIDTH = 36,
    };
    g_auto(GStrv) columns = mend_split(list, ", ");
    int width = 4;
    for (int pass = 0; pass < 2; pass++)
    {
        for (int i = 0; columns[i] != NULL; i++)
        {
            const char *at = columns[i];
            for (gboolean quoted = FALSE; *at != '\0' && (quoted || *at != ' '); at++)
            {
                quoted = quoted != (*at == '"');
            }
            g_autofree char *name = g_strndup(columns[i], (gsize)(at - columns[i]));
            g_autofree char *cell = describe_cell(name, pass == 0 ? 0 : width);
            if (pass == 0)
            {
                width = MAX(width, MIN(pgm_text_columns(cell), NAME_WIDTH));
                continue;
            }
            const PgmObject *type = describe_type_at(page->snapshot, *at == ' ' ? at + 1 : at);
            PgmIdentity link = type != NULL ? pgm_identity_of(type) : page->identity;
            describe_addf(page, PGM_LINE_TEXT, type != NULL ? &link : NULL, "  %s %s", cell, at);
        }
    }
}

void describe_owner(Description *page)
{
    const PgmAttribute *attribute = page->object->kind->attributes;
    while (attribute->name != NULL && strcmp(attribute->name, "owner") != 0)
    {
        attribute++;
    }
    if (attribute->name == NULL)
    {
        return;
    }
    guint before = page->lines->len;
    describe_attribute(page, "owner", "owner");
    if (page->lines->len > before)
    {
        return;
    }
    const PgmDetails *details = page->source->details;
    g_autofree char *text =
        details != NULL && details->database_owner != NULL && page->snapshot == page->source->snapshot
            ? g_strdup_printf("%s, the database's owner", details->database_owner)
            : g_strdup("the database's owner");
    describe_value(page, "owner", text, NULL);
}
