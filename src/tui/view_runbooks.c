/* view_runbooks.c - the library, and the page of one runbook. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/listing.h"
#include "tui/walk.h"

#include <string.h>

typedef struct
{
    PgmView view;
    PgmListing *listing;
} Runbooks;

static void add_entry(PgmListing *listing, const PgmLibraryEntry *entry)
{
    if (entry->runbook == NULL)
    {
        g_autofree char *base = g_path_get_basename(entry->path);
        g_autofree char *text = g_strdup_printf("✗ %s: does not hold up, Enter says why", base);
        g_autofree char *safe = pgm_text_safe(text, -1);
        pgm_listing_add(listing, entry->path, PGM_STYLE_NORMAL, safe);
        return;
    }
    const PgmRunbook *runbook = entry->runbook;
    g_autofree char *name = pgm_text_safe(runbook->name, -1);
    g_autofree char *fitted = pgm_text_fit(name, 24);
    g_autofree char *title = pgm_text_safe(runbook->title, -1);
    g_autofree char *text = g_strdup_printf("%-3s %s %s", runbook->severity, fitted, title);
    pgm_listing_add(listing, entry->path, PGM_STYLE_NORMAL, text);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Runbooks *runbooks = (Runbooks *)view;
    const GPtrArray *library = pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY);
    pgm_listing_begin(runbooks->listing);
    for (guint i = 0; library != NULL && i < library->len; i++)
    {
        add_entry(runbooks->listing, g_ptr_array_index(library, i));
    }
    pgm_listing_draw(runbooks->listing, console->display, area, "Runbooks", NULL,
                     library == NULL ? "Reading the library…"
                                     : "No runbook was found in --runbooks, ./runbooks or the installed library.");
}

static const PgmLibraryEntry *selected(const Runbooks *runbooks, const PgmConsole *console)
{
    const char *key = pgm_listing_key(runbooks->listing);
    const GPtrArray *library = pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY);
    for (guint i = 0; key != NULL && library != NULL && i < library->len; i++)
    {
        const PgmLibraryEntry *entry = g_ptr_array_index(library, i);
        if (g_str_equal(entry->path, key))
        {
            return entry;
        }
    }
    return NULL;
}

static void open_selected(const Runbooks *runbooks, PgmConsole *console)
{
    const PgmLibraryEntry *entry = selected(runbooks, console);
    if (entry == NULL)
    {
        return;
    }
    if (entry->runbook != NULL)
    {
        pgm_runbook_open(console, entry->runbook->name, NULL);
        return;
    }
    PgmPage *page = pgm_page_new(entry->path);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, entry->error);
    pgm_console_open_page(console, page);
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Runbooks *runbooks = (Runbooks *)view;
    if (action == PGM_ACTION_ENTER || action == PGM_ACTION_RIGHT)
    {
        open_selected(runbooks, console);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_RUN)
    {
        const PgmLibraryEntry *entry = selected(runbooks, console);
        if (entry != NULL && entry->runbook != NULL)
        {
            pgm_prepare_run(console, entry->path, NULL);
        }
        return PGM_HANDLED;
    }
    return pgm_listing_act(runbooks->listing, action) ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Runbooks *runbooks = (Runbooks *)view;
    if (pgm_listing_click(runbooks->listing, row) || twice)
    {
        open_selected(runbooks, console);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(((Runbooks *)view)->listing, text);
}

static void runbooks_free(PgmView *view)
{
    pgm_listing_free(((Runbooks *)view)->listing);
    g_free(view);
}

PgmView *pgm_view_runbooks_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = runbooks_free};
    Runbooks *runbooks = g_new0(Runbooks, 1);
    runbooks->view.ops = &ops;
    runbooks->listing = pgm_listing_new();
    return &runbooks->view;
}

static void add_checks(PgmPager *pager, const char *title, const GPtrArray *checks)
{
    if (checks == NULL || checks->len == 0)
    {
        return;
    }
    pgm_pager_addf(pager, PGM_STYLE_DIM, "  %s", title);
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(checks, i);
        g_autofree char *expected = pgm_expectation_text(&check->expect);
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "    ○ %s: %s", check->name, expected);
    }
}

void pgm_run_sql_fill(PgmPager *pager, const PgmPhase *phase, gboolean with_rollback)
{
    for (guint i = 0; i < phase->script->statements->len; i++)
    {
        const PgmStatement *statement = g_ptr_array_index(phase->script->statements, i);
        g_autofree char *sql = g_strconcat(statement->sql, ";", NULL);
        pgm_pager_add_indented(pager, PGM_STYLE_NORMAL, "    ", sql);
    }
    if (!with_rollback)
    {
        return;
    }
    pgm_pager_add(pager, PGM_STYLE_DIM, "  rollback");
    if (phase->rollback == PGM_ROLLBACK_NOTHING)
    {
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "    nothing to undo");
        return;
    }
    if (phase->rollback == PGM_ROLLBACK_IRREVERSIBLE)
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "    ▲ cannot be undone: %s", phase->irreversible);
        return;
    }
    for (guint i = 0; i < phase->rollback_script->statements->len; i++)
    {
        const PgmStatement *statement = g_ptr_array_index(phase->rollback_script->statements, i);
        g_autofree char *sql = g_strconcat(statement->sql, ";", NULL);
        pgm_pager_add_indented(pager, PGM_STYLE_NORMAL, "    ", sql);
    }
}

static void add_phase(PgmPager *pager, const PgmPhase *phase, guint number)
{
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_addf(pager, PGM_STYLE_STRONG, "%u %s: %s", number, phase->name, phase->title);
    if (!phase->transaction)
    {
        pgm_pager_add(pager, PGM_STYLE_WARN, "  ▲ no transaction: each statement commits alone");
    }
    if (phase->lock->len > 0)
    {
        g_ptr_array_add(phase->lock, NULL);
        g_autofree char *tables = g_strjoinv(", ", (char **)phase->lock->pdata);
        g_ptr_array_remove_index(phase->lock, phase->lock->len - 1);
        g_autofree char *stall = pgm_text_duration(phase->stall_limit_ms);
        pgm_pager_addf(pager, PGM_STYLE_WARN,
                       "  ▲ locks %s against everyone; rolls back by itself when someone has waited %s", tables, stall);
    }
    pgm_run_sql_fill(pager, phase, TRUE);
    add_checks(pager, phase->transaction ? "verified before COMMIT" : "verified afterwards", phase->verify);
}

static void add_parameters(PgmPager *pager, const PgmRunbook *runbook, GHashTable *values)
{
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = g_ptr_array_index(runbook->parameters, i);
        const char *value = values != NULL ? g_hash_table_lookup(values, parameter->name) : NULL;
        if (i == 0)
        {
            pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
            pgm_pager_add(pager, PGM_STYLE_STRONG, "Parameters");
        }
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %s (%s)%s%s", value != NULL ? "✓" : "○", parameter->name,
                       pgm_parameter_type_name(parameter->type), value != NULL ? " = " : "",
                       value != NULL ? value : "");
        if (parameter->help != NULL)
        {
            pgm_pager_addf(pager, PGM_STYLE_DIM, "      %s", parameter->help);
        }
    }
}

static void run_page(PgmConsole *console, PgmPage *page)
{
    g_autofree char *path = g_strdup(page->subject);
    g_autoptr(GHashTable) values = page->values != NULL ? g_hash_table_ref(page->values) : NULL;
    pgm_prepare_run(console, path, values);
}

void pgm_runbook_open(PgmConsole *console, const char *name, GHashTable *values)
{
    const PgmLibraryEntry *entry = pgm_facts_runbook(&console->facts, name);
    if (entry == NULL)
    {
        pgm_console_say(console, "there is no runbook \"%s\" in the library", name);
        return;
    }
    const PgmRunbook *runbook = entry->runbook;
    g_autofree char *title = g_strdup_printf("%s, %s", runbook->name, runbook->severity);
    PgmPage *page = pgm_page_new(title);
    page->subject = g_strdup(entry->path);
    page->values = values != NULL ? g_hash_table_ref(values) : NULL;
    page->run = run_page;
    page->run_label = g_strdup("run it");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, runbook->title);
    if (runbook->summary != NULL)
    {
        pgm_pager_add_prose(page->pager, PGM_STYLE_NORMAL, runbook->summary);
    }
    pgm_pager_addf(page->pager, PGM_STYLE_DIM, "%s", entry->path);
    add_parameters(page->pager, runbook, values);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    add_checks(page->pager, "must hold before it begins", runbook->preconditions);
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        add_phase(page->pager, g_ptr_array_index(runbook->phases, i), i + 1);
    }
    pgm_console_open_page(console, page);
}
