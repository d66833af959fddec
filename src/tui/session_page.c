/* session_page.c - one session, as long as it lives: who it is, what it runs, holds and waits for, and what to do. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/intervene.h"
#include "tui/session_text.h"

static void add_field(PgmPager *pager, const char *name, const char *value)
{
    if (value != NULL)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%-14s %s", name, value);
    }
}

static void add_age(PgmPager *pager, const char *name, gint64 ms)
{
    g_autofree char *age = ms >= 0 ? pgm_text_duration(ms) : NULL;
    add_field(pager, name, age);
}

static void add_heading(PgmPager *pager, const char *heading)
{
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(pager, PGM_STYLE_STRONG, heading);
}

static void add_fields(PgmPager *pager, const PgmSessionRow *row)
{
    g_autofree char *client =
        row->client != NULL && g_str_equal(row->client, "local") ? g_strdup("local socket") : g_strdup(row->client);
    add_field(pager, "user", row->user);
    add_field(pager, "", row->superuser ? "a superuser" : NULL);
    add_field(pager, "database", row->database);
    add_field(pager, "application", row->application);
    add_field(pager, "client", client);
    add_field(pager, "kind", row->backend_type);
    add_field(pager, "state", row->state);
    add_age(pager, "in this state", row->state_ms);
    add_age(pager, "transaction", row->transaction_ms);
    add_field(pager, "wait event", row->wait);
    add_field(pager, "began", row->backend_start);
    add_field(pager, "prepared as", row->gid);
    if (!row->visible)
    {
        pgm_pager_add(pager, PGM_STYLE_WARN,
                      "State, times and statement are not visible to this role: it needs pg_read_all_stats.");
    }
}

static void add_other(PgmPager *pager, const PgmSessionRow *other, const char *how, const char *mode)
{
    g_autofree char *name = pgm_session_name(other);
    g_autofree char *who = pgm_session_who(other);
    g_autofree char *state = pgm_session_state(other);
    g_autofree char *statement = pgm_session_statement(other);
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %s, %s: %s%s%s  %s", name, who, state, how, mode != NULL ? " " : "",
                   mode != NULL ? mode : "", statement);
}

static void add_blockers(PgmPager *pager, const GPtrArray *rows, const PgmSessionRow *row)
{
    if (row->awaits == NULL)
    {
        return;
    }
    g_autofree char *lock = pgm_session_lock(row->awaits);
    g_autofree char *age = pgm_session_age(row->wait_ms);
    g_autofree char *heading = g_strdup_printf("Waits for %s, %s%s", lock, row->wait_estimated ? "at most " : "", age);
    add_heading(pager, heading);
    for (guint i = 0; i < row->blockers->len; i++)
    {
        const PgmSessionBlocker *blocker = g_ptr_array_index(row->blockers, i);
        add_other(pager, g_ptr_array_index(rows, blocker->row), blocker->holds ? "holds" : "ahead in the queue for",
                  blocker->mode != NULL ? blocker->mode : "it");
    }
}

static void add_waiters(PgmPager *pager, const GPtrArray *rows, const PgmSessionRow *row)
{
    if (row->blocks == 0)
    {
        return;
    }
    g_autofree char *heading = g_strdup_printf("Blocks %d, and %d all in all", row->blocks, row->behind);
    add_heading(pager, row->blocks == row->behind ? "Blocks" : heading);
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *other = g_ptr_array_index(rows, i);
        for (guint b = 0; b < other->blockers->len; b++)
        {
            const PgmSessionBlocker *blocker = g_ptr_array_index(other->blockers, b);
            if (g_ptr_array_index(rows, blocker->row) == row)
            {
                g_autofree char *age = pgm_session_age(other->wait_ms);
                g_autofree char *lock = pgm_session_lock(other->awaits);
                g_autofree char *how = g_strdup_printf("waits %s for %s", age, lock);
                add_other(pager, other, how, NULL);
            }
        }
    }
}

static void add_locks(PgmPager *pager, const PgmSessionRow *row)
{
    if (row->locks->len == 0)
    {
        return;
    }
    add_heading(pager, "Locks held");
    for (guint i = 0; i < row->locks->len; i++)
    {
        const PgmSessionLock *lock = g_ptr_array_index(row->locks, i);
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %-22s %s", lock->mode != NULL ? lock->mode : "", lock->thing);
    }
    if (row->locks_all > (int)row->locks->len)
    {
        pgm_pager_addf(pager, PGM_STYLE_DIM, "  … and %d more", row->locks_all - (int)row->locks->len);
    }
}

static void fill(PgmPage *page, const PgmConsole *console)
{
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    const GPtrArray *rows = news != NULL ? news->rows : NULL;
    const PgmSessionRow *row = pgm_session_by_key(rows, page->subject);
    if (rows == NULL || row == NULL)
    {
        pgm_pager_add(page->pager, PGM_STYLE_STRONG,
                      rows != NULL ? "This session has ended." : "The sessions could not be read; trying again.");
        return;
    }
    g_autofree char *advice = pgm_session_advice(rows, row);
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, advice);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    add_fields(page->pager, row);
    add_blockers(page->pager, rows, row);
    add_waiters(page->pager, rows, row);
    add_locks(page->pager, row);
    if (row->query != NULL)
    {
        add_heading(page->pager,
                    g_strcmp0(row->state, "active") == 0 ? "The statement that runs" : "Its newest statement");
        pgm_pager_add_indented(page->pager, PGM_STYLE_NORMAL, "  ", row->query);
    }
}

/* Filled anew each time: its place is kept. */
static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    pgm_pager_clear(page->pager);
    fill(page, console);
    g_autofree char *place = pgm_pager_place(page->pager);
    PgmArea inside =
        pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, page->title, g_str_equal(place, "all") ? NULL : place);
    pgm_pager_draw(page->pager, console->display, inside);
}

static PgmReaction act(PgmPage *page, PgmConsole *console, PgmAction action)
{
    if (action != PGM_ACTION_CANCEL_SESSION && action != PGM_ACTION_TERMINATE_SESSION)
    {
        return PGM_IGNORED;
    }
    pgm_intervene_ask(console, action == PGM_ACTION_CANCEL_SESSION ? PGM_SIGNAL_CANCEL : PGM_SIGNAL_TERMINATE,
                      page->subject);
    return PGM_HANDLED;
}

static char *footer(PgmPage *page, PgmConsole *console, int columns)
{
    (void)page;
    (void)console;
    return pgm_keys_footer(PGM_VIEW_SESSION, columns);
}

void pgm_session_open(PgmConsole *console, const char *key)
{
    static const PgmPageOps ops = {.keys = PGM_VIEW_SESSION, .draw = draw, .act = act, .footer = footer};
    const PgmSessionsNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SESSIONS);
    const PgmSessionRow *row = pgm_session_by_key(news != NULL ? news->rows : NULL, key);
    if (row == NULL)
    {
        return;
    }
    g_autofree char *name = pgm_session_name(row);
    g_autofree char *title = g_strdup_printf("Session %s", name);
    PgmPage *page = pgm_page_new(title);
    page->subject = g_strdup(key);
    page->ops = &ops;
    pgm_console_open_page(console, page);
}
