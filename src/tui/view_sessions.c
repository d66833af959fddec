/* view_sessions.c - who is connected, oldest transaction first, and who waits for whom. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/listing.h"

#include <stdlib.h>

typedef struct
{
    PgmView view;
    PgmListing *listing;
} Sessions;

static char *row_text(const PgmSessionRow *row)
{
    gboolean idle_in = row->state != NULL && g_str_has_prefix(row->state, "idle in transaction");
    const char *sign = row->blocked_by != NULL ? "✗" : row->blocks > 0 ? "▲" : idle_in ? "▲" : " ";
    g_autofree char *age = row->transaction_ms >= 0 ? pgm_text_duration(row->transaction_ms) : g_strdup("-");
    g_autofree char *user = pgm_text_safe(row->user, -1);
    g_autofree char *user_fit = pgm_text_fit(user, 12);
    g_autofree char *application = pgm_text_safe(row->application, -1);
    g_autofree char *application_fit = pgm_text_fit(application, 16);
    g_autofree char *state = pgm_text_safe(row->state != NULL ? row->state : "?", -1);
    g_autofree char *state_fit = pgm_text_fit(state, 20);
    g_autofree char *query = pgm_text_safe_lines(row->query, -1);
    g_autofree char *one_line = pgm_text_one_line(query);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s %7d %12s %s %s %s ", sign, row->pid, age, user_fit, application_fit, state_fit);
    if (row->blocked_by != NULL)
    {
        g_string_append_printf(text, "waits for %s  ", row->blocked_by);
    }
    if (row->blocks > 0)
    {
        g_string_append_printf(text, "blocks %d  ", row->blocks);
    }
    g_string_append(text, one_line);
    return g_string_free(text, FALSE);
}

static void draw(PgmView *view, PgmConsole *console, PgmArea area)
{
    Sessions *sessions = (Sessions *)view;
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    g_autofree char *empty = NULL;
    pgm_listing_begin(sessions->listing);
    if (news == NULL || console->facts.lost)
    {
        empty = g_strdup(console->facts.lost ? "Not connected; trying again." : "Reading…");
    }
    else if (news->rows == NULL)
    {
        empty = pgm_text_safe(news->error, -1);
    }
    else
    {
        empty = g_strdup("Nobody else is connected.");
        for (guint i = 0; i < news->rows->len; i++)
        {
            const PgmSessionRow *row = g_ptr_array_index(news->rows, i);
            g_autofree char *key = g_strdup_printf("%d", row->pid);
            g_autofree char *text = row_text(row);
            pgm_listing_add(sessions->listing, key, PGM_STYLE_NORMAL, text);
        }
    }
    pgm_listing_draw(sessions->listing, console->display, area, "Sessions, oldest transaction first",
                     "     PID  transaction user         application      state                query", empty);
}

static void add_field(PgmPager *pager, const char *name, const char *value)
{
    if (value != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%-14s %s", name, value);
    }
}

static void open_selected(Sessions *sessions, PgmConsole *console)
{
    const char *key = pgm_listing_key(sessions->listing);
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    for (guint i = 0; key != NULL && news != NULL && news->rows != NULL && i < news->rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(news->rows, i);
        if (row->pid != atoi(key))
        {
            continue;
        }
        g_autofree char *title = g_strdup_printf("Session %d", row->pid);
        g_autofree char *age = row->transaction_ms >= 0 ? pgm_text_duration(row->transaction_ms) : g_strdup("none");
        g_autofree char *since = row->state_ms >= 0 ? pgm_text_duration(row->state_ms) : NULL;
        PgmPage *page = pgm_page_new(title);
        add_field(page->pager, "user", row->user);
        add_field(page->pager, "database", row->database);
        add_field(page->pager, "application", row->application);
        add_field(page->pager, "client", row->client);
        add_field(page->pager, "state", row->state);
        add_field(page->pager, "in this state", since);
        add_field(page->pager, "transaction", age);
        add_field(page->pager, "waits for", row->wait);
        add_field(page->pager, "blocked by", row->blocked_by);
        pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
        pgm_pager_add(page->pager, PGM_STYLE_STRONG, "Newest statement");
        pgm_pager_add_indented(page->pager, PGM_STYLE_NORMAL, "  ",
                               row->query != NULL ? row->query : "not visible to this role");
        pgm_console_open_page(console, page);
        return;
    }
}

static PgmReaction act(PgmView *view, PgmConsole *console, PgmAction action)
{
    Sessions *sessions = (Sessions *)view;
    if (action == PGM_ACTION_ENTER || action == PGM_ACTION_RIGHT)
    {
        open_selected(sessions, console);
        return PGM_HANDLED;
    }
    return pgm_listing_act(sessions->listing, action) ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction click(PgmView *view, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)column;
    Sessions *sessions = (Sessions *)view;
    if (pgm_listing_click(sessions->listing, row) || twice)
    {
        open_selected(sessions, console);
    }
    return PGM_HANDLED;
}

static void filter(PgmView *view, PgmConsole *console, const char *text)
{
    (void)console;
    pgm_listing_filter(((Sessions *)view)->listing, text);
}

static void sessions_free(PgmView *view)
{
    pgm_listing_free(((Sessions *)view)->listing);
    g_free(view);
}

PgmView *pgm_view_sessions_new(void)
{
    static const PgmViewOps ops = {.draw = draw, .act = act, .click = click, .filter = filter, .free = sessions_free};
    Sessions *sessions = g_new0(Sessions, 1);
    sessions->view.ops = &ops;
    sessions->listing = pgm_listing_new();
    return &sessions->view;
}
