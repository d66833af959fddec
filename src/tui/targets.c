/* targets.c - the targets of the configuration, and how another one is looked at. */
#include "tui/console.h"

#include "pgmedic/node.h"
#include "pgmedic/text.h"
#include "tui/listing.h"

#include <string.h>

/* "service prod", or "documents@db-1:5432": what the configuration says; the rest is libpq's own business. Raw; caller
 * frees. */
static char *place(const PgmTarget *target)
{
    const char *service = pgm_conninfo_get(target->conninfo, "service");
    const char *host = pgm_conninfo_get(target->conninfo, "host");
    const char *address = pgm_conninfo_get(target->conninfo, "hostaddr");
    const char *port = pgm_conninfo_get(target->conninfo, "port");
    const char *database = pgm_conninfo_get(target->conninfo, "dbname");
    GString *text = g_string_new(NULL);
    if (service != NULL)
    {
        g_string_append_printf(text, "service %s", service);
    }
    if (database != NULL)
    {
        g_string_append_printf(text, "%s%s", text->len > 0 ? "  " : "", database);
    }
    host = host != NULL ? host : address;
    if (host != NULL)
    {
        g_string_append_printf(text, "%s%s",
                               database != NULL ? "@"
                               : text->len > 0  ? "  "
                                                : "",
                               *host == '/' ? "[local]" : host);
    }
    if (port != NULL)
    {
        g_string_append_printf(text, ":%s", port);
    }
    return g_string_free(text, FALSE);
}

static gboolean is_current(const PgmConsole *console, const PgmTarget *target)
{
    return g_strcmp0(console->options->target->name, target->name) == 0;
}

/* Only what the configuration says: a target that is not connected to has not told whether it is this machine's. */
static const char *environment(const PgmTarget *target)
{
    return target->environment != PGM_ENVIRONMENT_UNSET ? pgm_environment_name(target->environment) : "not set";
}

/* Safe; caller frees. */
static char *where(const PgmTarget *target)
{
    g_autofree char *raw = place(target);
    return pgm_text_safe(*raw != '\0' ? raw : "as libpq finds it", -1);
}

static char *row_text(const PgmConsole *console, const PgmTarget *target, int name_columns, int where_columns)
{
    g_autofree char *name = pgm_text_safe(target->name, -1);
    g_autofree char *name_fit = pgm_text_fit(name, name_columns);
    g_autofree char *there = where(target);
    g_autofree char *there_fit = pgm_text_fit(there, where_columns);
    g_autofree char *which = g_ascii_strup(environment(target), -1);
    return g_strdup_printf("%s %s  %-11s  %s  %s%s%s", is_current(console, target) ? "●" : " ", name_fit, which,
                           there_fit, target->baseline != NULL ? "baseline  " : "",
                           target->repository_kind != NULL ? target->repository_kind : "",
                           target->pooler_session ? "  session pooler" : "");
}

static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    PgmListing *listing = page->state;
    const GPtrArray *targets = console->options->config->targets;
    int name_columns = (int)strlen("target"), where_columns = (int)strlen("where");
    for (guint i = 0; i < targets->len; i++)
    {
        const PgmTarget *target = g_ptr_array_index(targets, i);
        g_autofree char *name = pgm_text_safe(target->name, -1);
        g_autofree char *there = where(target);
        name_columns = MAX(name_columns, MIN(pgm_text_columns(name), 24));
        where_columns = MAX(where_columns, MIN(pgm_text_columns(there), 40));
    }
    /* frame, cursor, sign and environment beside the name, and what is known of it behind the place */
    where_columns = CLAMP(area.columns - name_columns - 39, (int)strlen("where"), where_columns);
    pgm_listing_begin(listing);
    for (guint i = 0; i < targets->len; i++)
    {
        const PgmTarget *target = g_ptr_array_index(targets, i);
        g_autofree char *text = row_text(console, target, name_columns, where_columns);
        pgm_listing_add(listing, target->name,
                        target->environment == PGM_ENVIRONMENT_PRODUCTION ? PGM_STYLE_FAIL : PGM_STYLE_NORMAL, text);
    }
    g_autofree char *header =
        g_strdup_printf("   %-*s  environment  %-*s  known of it", name_columns, "target", where_columns, "where");
    pgm_listing_draw(listing, console->display, area, page->title, header, "");
}

static PgmReaction act(PgmPage *page, PgmConsole *console, PgmAction action)
{
    PgmListing *listing = page->state;
    const char *name = pgm_listing_key(listing);
    if (action == PGM_ACTION_ENTER && name != NULL)
    {
        pgm_targets_choose(console, name);
        return PGM_HANDLED;
    }
    return pgm_listing_act(listing, action) ? PGM_HANDLED : PGM_IGNORED;
}

static void click(PgmPage *page, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    (void)twice;
    if (pgm_listing_click(page->state, row))
    {
        pgm_targets_choose(console, pgm_listing_key(page->state));
    }
}

static void search(PgmPage *page, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(page->state, text);
}

static char *footer(PgmPage *page, PgmConsole *console, int columns)
{
    (void)page;
    (void)console;
    (void)columns;
    return g_strdup("Enter look at it   / filter   ? help   Esc back");
}

static void targets_free(PgmPage *page)
{
    pgm_listing_free(page->state);
}

void pgm_targets_open(PgmConsole *console)
{
    static const PgmPageOps ops = {
        .draw = draw, .act = act, .click = click, .search = search, .footer = footer, .free = targets_free};
    const PgmConfig *config = console->options->config;
    if (config->targets->len == 0)
    {
        pgm_console_say(console, "no configuration names targets: write ./pgmedic.yaml, or say pgmedic -d CONNINFO");
        return;
    }
    PgmPage *page = pgm_page_new("Targets of the configuration");
    page->ops = &ops;
    page->state = pgm_listing_new();
    pgm_console_open_page(console, page);
}

void pgm_targets_choose(PgmConsole *console, const char *name)
{
    const PgmConfig *config = console->options->config;
    const PgmTarget *target = pgm_config_target(config, name);
    if (target == NULL)
    {
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        for (guint i = 0; i < config->targets->len; i++)
        {
            g_ptr_array_add(names, ((const PgmTarget *)g_ptr_array_index(config->targets, i))->name);
        }
        g_ptr_array_add(names, NULL);
        const char *nearest = pgm_findings_nearest(name, (const char *const *)names->pdata);
        pgm_console_say(console, "there is no target \"%s\"%s%s%s", name, nearest != NULL ? "; did you mean \"" : "",
                        nearest != NULL ? nearest : "; t lists them", nearest != NULL ? "\"?" : "");
        return;
    }
    if (is_current(console, target))
    {
        pgm_console_say(console, "%s is what you are looking at", name);
        return;
    }
    pgm_console_switch(console, target);
}
