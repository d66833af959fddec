/* view_journal.c - the runs on record, and the page of one. */
#include "tui/console.h"

#include "pgmedic/file.h"
#include "pgmedic/runs.h"
#include "pgmedic/text.h"
#include "tui/librarian.h"
#include "tui/listing.h"
#include "tui/walk.h"

#include <string.h>

typedef struct
{
    PgmView view;
    PgmListing *listing;
} Journal;

static const char *outcome_sign(const PgmModel *model)
{
    if (model == NULL || pgm_model_unknown(model))
    {
        return "✗";
    }
    if (model->outcome == NULL || g_strcmp0(model->outcome, "unknown") == 0)
    {
        return "✗";
    }
    return g_str_equal(model->outcome, "finished") ? "✓" : "▲";
}

/* Is it the run that goes on in this console? Its journal has no end yet, and nothing is wrong with that. */
static gboolean goes_on(const PgmConsole *console, const PgmRunEntry *entry)
{
    return pgm_console_is_running(console) && g_strcmp0(console->walk->folder, entry->folder) == 0;
}

static void add_entry(PgmListing *listing, const PgmRunEntry *entry, gboolean now)
{
    const PgmModel *model = entry->model;
    g_autofree char *name = pgm_text_safe(entry->name, -1);
    g_autofree char *fitted = pgm_text_fit(name, 46);
    g_autofree char *database = pgm_text_safe(model != NULL ? model->database : NULL, -1);
    const char *outcome = now                        ? "goes on now (5)"
                          : model == NULL            ? "cannot be read"
                          : pgm_model_unknown(model) ? "interrupted, something is unknown"
                          : model->outcome == NULL   ? "interrupted"
                                                     : model->outcome;
    const char *told = model != NULL && !pgm_model_is_run(model) ? model->message : NULL;
    g_autofree char *message = pgm_text_safe(told, -1);
    g_autofree char *text = g_strdup_printf("%s %s %-16s %s%s%s", now ? "▶" : outcome_sign(model), fitted, outcome,
                                            database, *message != '\0' ? "  " : "", message);
    pgm_listing_add(listing, entry->name, PGM_STYLE_NORMAL, text);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Journal *journal = (Journal *)view;
    const GPtrArray *runs = pgm_facts_get(&console->facts, PGM_NEWS_RUNS);
    pgm_listing_begin(journal->listing);
    for (guint i = 0; runs != NULL && i < runs->len; i++)
    {
        const PgmRunEntry *entry = g_ptr_array_index(runs, i);
        add_entry(journal->listing, entry, goes_on(console, entry));
    }
    pgm_listing_draw(journal->listing, console->display, area, "Runs on record, newest first", NULL,
                     runs == NULL ? "Reading…" : "No run is on record yet. A run writes its journal here.");
}

static const PgmRunEntry *find_entry(const PgmConsole *console, const char *name)
{
    const GPtrArray *runs = pgm_facts_get(&console->facts, PGM_NEWS_RUNS);
    for (guint i = 0; name != NULL && runs != NULL && i < runs->len; i++)
    {
        const PgmRunEntry *entry = g_ptr_array_index(runs, i);
        if (g_str_equal(entry->name, name))
        {
            return entry;
        }
    }
    return NULL;
}

static void write_report(PgmConsole *console, const PgmRunEntry *entry)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(entry->folder, "report.md", NULL);
    g_autofree char *report = pgm_report_write(entry->folder, &error);
    if (report == NULL || !pgm_file_write(path, report, -1, 0600, &error))
    {
        pgm_console_say(console, "no report was written: %s", error->message);
        return;
    }
    pgm_console_say(console, "written: %s", path);
}

static void walk_record(PgmConsole *console, const PgmRunEntry *entry, PgmTuiStart kind)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "a run is going on already; 5 shows it");
        return;
    }
    if (entry->model != NULL && !pgm_model_is_run(entry->model))
    {
        pgm_console_say(console, "this is a record of sessions that were ended: there is nothing to take up or undo");
        return;
    }
    if (kind == PGM_TUI_RESUME && (entry->model == NULL || !pgm_model_unfinished(entry->model)))
    {
        pgm_console_say(console, "this run is finished: there is nothing to take up");
        return;
    }
    pgm_walk_free(console->walk);
    console->walk = pgm_walk_start(console, kind, NULL, FALSE, entry->folder, NULL);
    pgm_console_show(console, PGM_VIEW_RUN);
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Journal *journal = (Journal *)view;
    const PgmRunEntry *entry = find_entry(console, pgm_listing_key(journal->listing));
    switch (action)
    {
    case PGM_ACTION_ENTER:
    case PGM_ACTION_RIGHT:
        if (entry != NULL)
        {
            pgm_run_record_open(console, entry->name);
        }
        return PGM_HANDLED;
    case PGM_ACTION_REPORT:
        if (entry != NULL)
        {
            write_report(console, entry);
        }
        return PGM_HANDLED;
    case PGM_ACTION_RESUME:
    case PGM_ACTION_ROLLBACK_RUN:
        if (entry != NULL)
        {
            walk_record(console, entry, action == PGM_ACTION_RESUME ? PGM_TUI_RESUME : PGM_TUI_ROLLBACK);
        }
        return PGM_HANDLED;
    default:
        return pgm_listing_act(journal->listing, action) ? PGM_HANDLED : PGM_IGNORED;
    }
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Journal *journal = (Journal *)view;
    const char *key = pgm_listing_click(journal->listing, row) || twice ? pgm_listing_key(journal->listing) : NULL;
    if (key != NULL)
    {
        pgm_run_record_open(console, key);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(((Journal *)view)->listing, text);
}

static void journal_free(PgmView *view)
{
    pgm_listing_free(((Journal *)view)->listing);
    g_free(view);
}

PgmView *pgm_view_journal_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = journal_free};
    Journal *journal = g_new0(Journal, 1);
    journal->view.ops = &ops;
    journal->listing = pgm_listing_new();
    return &journal->view;
}

static void open_report(PgmConsole *console, PgmPage *page)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *report = pgm_report_write(page->subject, &error);
    PgmPage *over = pgm_page_new("Incident report");
    pgm_pager_add(over->pager, PGM_STYLE_NORMAL, report != NULL ? report : error->message);
    pgm_console_open_page(console, over);
}

void pgm_run_record_open(PgmConsole *console, const char *name)
{
    const PgmRunEntry *entry = find_entry(console, name);
    if (entry == NULL)
    {
        return;
    }
    PgmPage *page = pgm_page_new(entry->name);
    page->subject = g_strdup(entry->folder);
    page->enter = open_report;
    page->enter_label = g_strdup("the report");
    pgm_pager_addf(page->pager, PGM_STYLE_DIM, "%s", entry->folder);
    if (entry->model == NULL)
    {
        pgm_pager_add(page->pager, PGM_STYLE_FAIL, entry->error != NULL ? entry->error : "empty");
        pgm_console_open_page(console, page);
        return;
    }
    const PgmModel *model = entry->model;
    pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "%s", model->title != NULL ? model->title : "");
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        pgm_pager_addf(page->pager, PGM_STYLE_NORMAL, "  %s %u %s: %s", pgm_run_phase_sign(phase->state), i + 1,
                       phase->name, pgm_phase_state_name(phase->state));
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    for (guint i = 0; i < model->timeline_lines->len; i++)
    {
        const PgmTimelineLine *line = g_ptr_array_index(model->timeline_lines, i);
        pgm_pager_addf(page->pager, line->bad ? PGM_STYLE_FAIL : PGM_STYLE_NORMAL, "%.19s  %s", line->time, line->text);
    }
    pgm_console_open_page(console, page);
}
