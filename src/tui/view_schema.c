/* view_schema.c - the relations of the database, where they drift, and the page of one. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/listing.h"

#include <string.h>

typedef struct
{
    PgmView view;
    PgmListing *listing;
} Schema;

static const char *severity_sign(PgmSeverity severity)
{
    return severity == PGM_SEVERITY_BREAKING ? "✗" : severity == PGM_SEVERITY_RISKY ? "▲" : "○";
}

/* Does DIFFERENCE concern the relation SCHEMA.NAME or something that belongs to it? */
static gboolean concerns(const PgmDifference *difference, const char *schema, const char *name)
{
    const PgmObject *object = difference->actual != NULL ? difference->actual : difference->expected;
    const char *relation = object->parent != NULL ? object->parent : object->name;
    return g_strcmp0(object->schema, schema) == 0 && g_strcmp0(relation, name) == 0;
}

static void count_drift(const PgmDrift *drift, const PgmObject *object, int *count, PgmSeverity *worst)
{
    *count = 0;
    *worst = PGM_SEVERITY_COSMETIC;
    for (guint i = 0; drift != NULL && i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        if (concerns(difference, object->schema, object->name))
        {
            (*count)++;
            *worst = MAX(*worst, difference->severity);
        }
    }
}

static void add_row(PgmListing *listing, const PgmObject *object, const char *sign, const char *mark)
{
    g_autofree char *raw = pgm_object_display(object);
    g_autofree char *display = pgm_text_safe(raw, -1);
    g_autofree char *fitted = pgm_text_fit(display, 44);
    g_autofree char *kind = g_strdup_printf("%-18s", object->kind->name);
    g_autofree char *text = g_strdup_printf("%s %s %s %s", sign, fitted, kind, mark);
    g_autofree char *key = g_strdup_printf("%s\n%s", object->schema != NULL ? object->schema : "", object->name);
    pgm_listing_add(listing, key, PGM_STYLE_NORMAL, text);
}

/* Tables and what is like them: kinds that have columns. */
static gboolean is_relation(const PgmKind *kind)
{
    static const char *const relations[] = {"table", "view", "matview", "foreign_table"};
    for (guint i = 0; i < G_N_ELEMENTS(relations); i++)
    {
        if (g_str_equal(kind->name, relations[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_actual(PgmListing *listing, const PgmSchemaNews *news, gboolean relations)
{
    for (guint i = 0; i < news->snapshot->objects->len; i++)
    {
        const PgmObject *object = g_ptr_array_index(news->snapshot->objects, i);
        if (object->parent != NULL || object->kind->parent != NULL || g_str_equal(object->kind->name, "schema") ||
            is_relation(object->kind) != relations)
        {
            continue;
        }
        int count;
        PgmSeverity worst;
        count_drift(news->drift, object, &count, &worst);
        g_autofree char *mark = count > 0 ? g_strdup_printf("%d drift", count) : g_strdup("");
        add_row(listing, object, count > 0 ? severity_sign(worst) : " ", mark);
    }
}

/* What the baseline has and the database lacks is listed too: it is what one looks for. */
static void add_missing(PgmListing *listing, const PgmSchemaNews *news)
{
    for (guint i = 0; news->drift != NULL && i < news->drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(news->drift->differences, i);
        const PgmObject *object = difference->expected;
        if (difference->kind == PGM_DIFFERENCE_MISSING && object->parent == NULL && object->kind->parent == NULL)
        {
            add_row(listing, object, "✗", "absent here, in the baseline");
        }
    }
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Schema *schema = (Schema *)view;
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    g_autofree char *empty = NULL;
    pgm_listing_begin(schema->listing);
    if (news == NULL)
    {
        empty = g_strdup(console->facts.lost ? "Not connected; trying again." : "Reading the schema…");
    }
    else if (news->snapshot == NULL)
    {
        empty = pgm_text_safe(news->error, -1);
    }
    else
    {
        add_missing(schema->listing, news);
        add_actual(schema->listing, news, TRUE);
        add_actual(schema->listing, news, FALSE);
        empty = g_strdup("This database has no relations outside the system catalogs.");
    }
    pgm_listing_draw(schema->listing, console->display, area, "Schema", NULL, empty);
}

static void open_selected(Schema *schema, PgmConsole *console)
{
    const char *key = pgm_listing_key(schema->listing);
    if (key != NULL)
    {
        g_auto(GStrv) parts = g_strsplit(key, "\n", 2);
        pgm_relation_open(console, parts[0], parts[1]);
    }
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Schema *schema = (Schema *)view;
    if (action == PGM_ACTION_ENTER || action == PGM_ACTION_RIGHT)
    {
        open_selected(schema, console);
        return PGM_HANDLED;
    }
    return pgm_listing_act(schema->listing, action) ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Schema *schema = (Schema *)view;
    if (pgm_listing_click(schema->listing, row) || twice)
    {
        open_selected(schema, console);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(((Schema *)view)->listing, text);
}

static void schema_free(PgmView *view)
{
    pgm_listing_free(((Schema *)view)->listing);
    g_free(view);
}

PgmView *pgm_view_schema_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = schema_free};
    Schema *schema = g_new0(Schema, 1);
    schema->view.ops = &ops;
    schema->listing = pgm_listing_new();
    return &schema->view;
}

static void add_difference(PgmPager *pager, const PgmDifference *difference, int width)
{
    g_autofree char *safe = pgm_text_safe(difference->display, -1);
    g_autofree char *name = pgm_text_columns(safe) < width ? pgm_text_fit(safe, width) : g_strdup(safe);
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s %s  %s ≠ %s", severity_sign(difference->severity), name,
                   difference->actual_text, difference->expected_text);
    if (difference->reason != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_DIM, "    %s", difference->reason);
    }
}

/* "type uuid   not null yes": the attributes of one object on one line. */
static char *attributes(const PgmObject *object)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; object->kind->attributes[i].name != NULL; i++)
    {
        if (object->values[i] == NULL)
        {
            continue;
        }
        const char *name = object->kind->attributes[i].name;
        gboolean plain = g_str_equal(name, "type") || g_str_equal(name, "definition");
        gboolean flag = g_str_equal(object->values[i], "true") || g_str_equal(object->values[i], "t");
        gboolean unset = g_str_equal(object->values[i], "false") || g_str_equal(object->values[i], "f");
        if (!unset)
        {
            g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? "   " : "", plain ? "" : name,
                                   plain || flag ? "" : " ", flag ? "" : object->values[i]);
        }
    }
    return g_string_free(text, FALSE);
}

static void add_kind(PgmPager *pager, const PgmSnapshot *snapshot, const PgmKind *kind, const char *schema,
                     const char *name)
{
    gboolean any = FALSE;
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = g_ptr_array_index(snapshot->objects, i);
        if (object->kind != kind || g_strcmp0(object->schema, schema) != 0 || g_strcmp0(object->parent, name) != 0)
        {
            continue;
        }
        if (!any)
        {
            pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
            pgm_pager_add(pager, PGM_STYLE_STRONG, kind->plural);
            any = TRUE;
        }
        g_autofree char *safe = pgm_text_safe(object->name, -1);
        g_autofree char *fitted = pgm_text_columns(safe) < 24 ? pgm_text_fit(safe, 24) : g_strdup(safe);
        g_autofree char *values = attributes(object);
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %s", fitted, values);
    }
}

static void add_itself(PgmPager *pager, const PgmSnapshot *snapshot, const char *schema, const char *name)
{
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        const PgmObject *object = g_ptr_array_index(snapshot->objects, i);
        if (object->parent == NULL && g_strcmp0(object->schema, schema) == 0 && g_str_equal(object->name, name))
        {
            g_autofree char *values = attributes(object);
            pgm_pager_addf(pager, PGM_STYLE_DIM, "%s   %s", object->kind->name, values);
        }
    }
}

static void add_own_drift(PgmPager *pager, const PgmDrift *drift, const char *schema, const char *name)
{
    gboolean any = FALSE;
    for (guint i = 0; drift != NULL && i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        if (concerns(difference, schema, name))
        {
            if (!any)
            {
                pgm_pager_add(pager, PGM_STYLE_STRONG, "Drift: here ≠ in the baseline");
                any = TRUE;
            }
            add_difference(pager, difference, 36);
        }
    }
    if (drift != NULL && !any)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "✓ as the baseline says");
    }
}

void pgm_relation_open(PgmConsole *console, const char *schema, const char *name)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->snapshot == NULL)
    {
        return;
    }
    g_autofree char *title = g_strdup_printf("%s%s%s", schema, *schema != '\0' ? "." : "", name);
    PgmPage *page = pgm_page_new(title);
    add_itself(page->pager, news->snapshot, schema, name);
    add_own_drift(page->pager, news->drift, schema, name);
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        if (kind->parent != NULL)
        {
            add_kind(page->pager, news->snapshot, kind, schema, name);
        }
    }
    pgm_console_open_page(console, page);
}

static void show_schema(PgmConsole *console, PgmPage *page)
{
    (void)page;
    pgm_console_show(console, PGM_VIEW_SCHEMA);
}

void pgm_drift_open(PgmConsole *console)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    if (news == NULL || news->drift == NULL)
    {
        pgm_console_show(console, PGM_VIEW_SCHEMA);
        return;
    }
    PgmPage *page = pgm_page_new("Drift: here ≠ in the baseline");
    page->enter_label = g_strdup("the schema");
    page->enter = show_schema;
    pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "%d breaking · %d risky · %d cosmetic", news->drift->breaking,
                   news->drift->risky, news->drift->cosmetic);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    for (guint i = 0; i < news->drift->differences->len; i++)
    {
        add_difference(page->pager, g_ptr_array_index(news->drift->differences, i), 40);
    }
    for (guint i = 0; i < news->snapshot->unread->len; i++)
    {
        pgm_pager_addf(page->pager, PGM_STYLE_WARN, "▲ not read: %s",
                       (const char *)g_ptr_array_index(news->snapshot->unread, i));
    }
    pgm_console_open_page(console, page);
}
