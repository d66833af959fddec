/* help.c - the pages behind ?. */
#include "tui/console.h"

#include "pgmedic/text.h"

#include <string.h>

/* The key, the same as a command, and what it does: three columns. printf() counts bytes where a key is an arrow. */
static void add_key(PgmPager *pager, const PgmKey *row)
{
    int arrows = (int)strlen(row->shown) - pgm_text_columns(row->shown);
    g_autofree char *command = g_strconcat(row->command != NULL ? ":" : "", row->command, NULL);
    g_autofree char *head = g_strdup_printf("  %-*s %-11s ", 9 + arrows, row->shown, command);
    pgm_pager_add_entry(pager, PGM_STYLE_NORMAL, head, row->help);
}

void pgm_help_open(PgmConsole *console, PgmViewId view)
{
    g_autofree char *title = g_strdup_printf("Help: %s", pgm_view_title(view));
    guint all = PGM_VIEW_EVERYWHERE;
    PgmPage *page = pgm_page_new(title);
    pgm_pager_addf(page->pager, PGM_STYLE_STRONG, "In %s", pgm_view_title(view));
    /* The keys of this view that are not everywhere, then those that are. */
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if ((row->views & (1u << view)) && row->views != all)
        {
            add_key(page->pager, row);
        }
    }
    if (view == PGM_VIEW_RESULT)
    {
        pgm_pager_add(
            page->pager, PGM_STYLE_NORMAL,
            "  At the prompt: Tab completes names and SQL's words, ↑ brings back what was typed (kept in memory "
            "only), Ctrl-J begins a new line, what is pasted keeps its lines. \\d NAME, \\dt, \\x and \\q "
            "do as in psql.\n"
            "  A query can only read: one statement, in a read-only transaction that is always rolled back, and "
            "no function that may do something. That prevents accidents, not malice: views, operators and casts "
            "can hide a function, and what a superuser or an owner may do, such a function may. Connect as a "
            "role with pg_read_all_data and pg_monitor, or to a standby.\n"
            "  While there are more rows to come, a snapshot is held, and holds back vacuum: it is let go after "
            "30 s without a key, or with Esc.");
    }
    if (view == PGM_VIEW_RUN)
    {
        pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                      "  While a question is open, its own keys stand in it: a key asks, Enter does it, any other key\n"
                      "  goes back. What was typed before the question could be seen is thrown away.");
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "Everywhere");
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (row->views == all)
        {
            add_key(page->pager, row);
        }
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "In a page like this one");
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if ((row->views & (1u << PGM_VIEW_PAGE)) && (row->views & ((1u << PGM_VIEWS) - 1)) == 0)
        {
            add_key(page->pager, row);
        }
    }
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, "Signs");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                  "  ✓ done, holds   ● healthy   ▲ look at it   ✗ failed, breaking\n"
                  "  ○ not yet   ? not known   ▶ now   ∅ SQL null");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL,
                  "READ-ONLY means that nothing which writes is sent to this database. It becomes ARMED only when you "
                  "have typed the database's name: for a run, or (A, in Sessions) to cancel and terminate sessions.");
    pgm_console_open_page(console, page);
}
