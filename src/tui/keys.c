/* keys.c - the table of keys. */
#include "tui/keys.h"

#include "pgmedic/text.h"
#include "tui/display.h"

#include <string.h>

#define BIT(view) (1u << (view))
#define ALL       PGM_VIEW_EVERYWHERE
#define PAGE      BIT(PGM_VIEW_PAGE)
#define RESULT    BIT(PGM_VIEW_RESULT)
#define VIEWS     ((1u << PGM_VIEWS) - 1)
#define OVERVIEW  BIT(PGM_VIEW_OVERVIEW)
#define SCHEMA    BIT(PGM_VIEW_SCHEMA)
#define SESSIONS  BIT(PGM_VIEW_SESSIONS)
#define SESSION   BIT(PGM_VIEW_SESSION)
#define RUNBOOKS  BIT(PGM_VIEW_RUNBOOKS)
#define RUN       BIT(PGM_VIEW_RUN)
#define JOURNAL   BIT(PGM_VIEW_JOURNAL)
#define OBJECT    BIT(PGM_VIEW_OBJECT)

/* In the footer's order. */
const PgmKey pgm_keys[] = {
    {PGM_ACTION_ENTER,
     {PGM_KEY_ENTER, 0, 0},
     "Enter",
     NULL,
     ALL,
     OVERVIEW | SCHEMA | SESSIONS | RUNBOOKS | JOURNAL | PAGE | RESULT | OBJECT,
     "open",
     "open what is selected"},
    {PGM_ACTION_RUN,
     {'r', 0, 0},
     "r",
     "run",
     RUNBOOKS | PAGE,
     RUNBOOKS,
     "run it",
     "walk through this runbook (nothing is changed before you have typed the database's name)"},
    {PGM_ACTION_RESUME,
     {'R', 0, 0},
     "R",
     "resume",
     JOURNAL | RUN,
     JOURNAL,
     "resume",
     "take up this run where it stopped"},
    {PGM_ACTION_ROLLBACK_RUN,
     {'B', 0, 0},
     "B",
     "rollback",
     JOURNAL | RUN,
     JOURNAL,
     "roll back",
     "roll back the phases that this run has committed (asks first)"},
    {PGM_ACTION_CANCEL,
     {'x', 0, 0},
     "x",
     NULL,
     RUN,
     RUN,
     "cancel the statement",
     "cancel the statement that is running; its phase is then rolled back (asks first)"},
    {PGM_ACTION_CANCEL_SESSION,
     {'x', 0, 0},
     "x",
     NULL,
     SESSIONS | SESSION,
     SESSIONS | SESSION,
     "cancel",
     "cancel the statement that this session runs (only when armed; asks first)"},
    {PGM_ACTION_TERMINATE_SESSION,
     {'T', 0, 0},
     "T",
     NULL,
     SESSIONS | SESSION,
     SESSIONS | SESSION,
     "terminate",
     "terminate this session; its transaction rolls back (only when armed; asks first)"},
    {PGM_ACTION_ARM,
     {'A', 0, 0},
     "A",
     "arm",
     SESSIONS | SESSION,
     SESSIONS | SESSION,
     "arm",
     "allow x and T: asks for the database's name, and keeps a record"},
    {PGM_ACTION_DISARM, {0, 0, 0}, "", "disarm", SESSIONS | SESSION, 0, NULL, "no longer allow x and T"},
    {PGM_ACTION_ROLLBACK_PHASE,
     {'r', 0, 0},
     "r",
     NULL,
     RUN,
     RUN,
     "roll back this phase",
     "roll back the phase that is open now (asks first)"},
    {PGM_ACTION_FULL_SQL,
     {'v', 0, 0},
     "v",
     "full-sql",
     RUN,
     RUN,
     "full SQL",
     "show the phase's SQL and its rollback in full"},
    {PGM_ACTION_REPORT,
     {'w', 0, 0},
     "w",
     "report",
     RUN | JOURNAL,
     JOURNAL,
     "write the report",
     "write the incident report into the run's folder"},
    {PGM_ACTION_DIAGNOSE,
     {'d', 0, 0},
     "d",
     "diagnose",
     VIEWS & ~RUN,
     OVERVIEW | SCHEMA,
     "diagnose an error",
     "name the cause of an error log, from a file or pasted, and the runbook that mends it"},
    {PGM_ACTION_SQL,
     {'s', 0, 0},
     "s",
     "sql",
     ALL,
     OVERVIEW | SCHEMA | SESSIONS | RESULT,
     "SQL",
     "type a query, which can only read; Tab completes names, \\d NAME describes, EXPLAIN explains"},
    {PGM_ACTION_TARGETS,
     {'t', 0, 0},
     "t",
     "target",
     VIEWS,
     OVERVIEW,
     "target",
     "the targets of the configuration: look at another one"},
    {PGM_ACTION_EXPAND,
     {'x', 0, 0},
     "x",
     "expanded",
     RESULT,
     RESULT,
     "expanded",
     "a result expanded, a line for each column, or in columns again; \\x at the prompt does it too"},
    {PGM_ACTION_EXPLAIN,
     {'e', 0, 0},
     "e",
     "explain",
     RESULT,
     RESULT,
     "explain",
     "EXPLAIN the query in hand, without running it; for EXPLAIN (ANALYZE), which does, type it"},
    {PGM_ACTION_FILTER,
     {'/', 0, 0},
     "/",
     NULL,
     ALL & ~OVERVIEW & ~RUN,
     SCHEMA | SESSIONS | RUNBOOKS | PAGE | RESULT | OBJECT,
     "filter",
     "show only lines with a text; in a page: search for it"},
    {PGM_ACTION_NEXT_LINK,
     {PGM_KEY_TAB, 0, 0},
     "Tab",
     NULL,
     OBJECT,
     OBJECT,
     "next link",
     "select the next line that leads to an object; so do the arrows; Enter opens its page, Esc comes back"},
    {PGM_ACTION_PREVIOUS_LINK, {PGM_KEY_BACK_TAB, 0, 0}, "Shift-Tab", NULL, OBJECT, 0, NULL, "select the one before"},
    {PGM_ACTION_RIGHT,
     {PGM_KEY_RIGHT, 'l', 0},
     "→ l",
     NULL,
     SCHEMA,
     0,
     NULL,
     "unfold; into what is unfolded; Enter does the same with schemas and groups, and opens the page of an object"},
    {PGM_ACTION_LEFT, {PGM_KEY_LEFT, 'h', 0}, "← h", NULL, SCHEMA, 0, NULL, "fold; up to what it stands in"},
    {PGM_ACTION_NEXT_MATCH,
     {'n', 0, 0},
     "n",
     NULL,
     SCHEMA,
     SCHEMA,
     "next drift",
     "select the next object that differs from the baseline"},
    {PGM_ACTION_PREVIOUS_MATCH, {'N', 0, 0}, "N", NULL, SCHEMA, 0, NULL, "select the one before"},
    {PGM_ACTION_NEXT_MATCH,
     {'n', 0, 0},
     "n",
     NULL,
     PAGE | SESSION | RESULT | OBJECT,
     PAGE | RESULT,
     "next",
     "next match of the search"},
    {PGM_ACTION_PREVIOUS_MATCH,
     {'N', 0, 0},
     "N",
     NULL,
     PAGE | SESSION | RESULT | OBJECT,
     0,
     NULL,
     "previous match of the search"},
    {PGM_ACTION_REFRESH,
     {'u', 0, 0},
     "u",
     "refresh",
     VIEWS | RESULT,
     SESSIONS | RESULT,
     "read anew",
     "ask the server again, now"},
    {PGM_ACTION_COMMAND, {':', 0, 0}, ":", NULL, ALL, VIEWS, "command", "type a command; Tab completes it"},
    {PGM_ACTION_HELP, {'?', 0, 0}, "?", "help", ALL, ALL, "help", "this page"},
    {PGM_ACTION_BACK,
     {PGM_KEY_ESCAPE, PGM_KEY_BACKSPACE, 0},
     "Esc",
     NULL,
     ALL,
     PAGE | SESSION | RESULT | OBJECT,
     "back",
     "close this page; in a list: take the filter away"},
    {PGM_ACTION_QUIT,
     {'q', 0, 0},
     "q",
     "quit",
     ALL,
     VIEWS,
     "quit",
     "leave; during a run: asks whether to stop, and never commits"},
    {PGM_ACTION_INTERRUPT, {PGM_KEY_CTRL_C, PGM_KEY_CTRL_D, 0}, "Ctrl-C", NULL, ALL, 0, NULL, "the same as q"},
    {PGM_ACTION_UP, {PGM_KEY_UP, 'k', 0}, "↑ k", NULL, ALL, 0, NULL, "up"},
    {PGM_ACTION_DOWN, {PGM_KEY_DOWN, 'j', 0}, "↓ j", NULL, ALL, 0, NULL, "down"},
    {PGM_ACTION_LEFT, {PGM_KEY_LEFT, 'h', 0}, "← h", NULL, ALL, 0, NULL, "left"},
    {PGM_ACTION_RIGHT, {PGM_KEY_RIGHT, 'l', 0}, "→ l", NULL, ALL, 0, NULL, "right"},
    {PGM_ACTION_PAGE_UP, {PGM_KEY_PAGE_UP, 0x02, 0}, "PgUp", NULL, ALL, 0, NULL, "a page up"},
    {PGM_ACTION_PAGE_DOWN, {PGM_KEY_PAGE_DOWN, 0x06, ' '}, "PgDn", NULL, ALL, 0, NULL, "a page down"},
    {PGM_ACTION_FIRST, {'g', PGM_KEY_HOME, 0}, "g Home", NULL, ALL, 0, NULL, "to the beginning"},
    {PGM_ACTION_LAST, {'G', PGM_KEY_END, 0}, "G End", NULL, ALL, 0, NULL, "to the end"},
    {PGM_ACTION_NEXT_VIEW, {PGM_KEY_TAB, 0, 0}, "Tab", NULL, VIEWS, 0, NULL, "the next view"},
    {PGM_ACTION_PREVIOUS_VIEW, {PGM_KEY_BACK_TAB, 0, 0}, "Shift-Tab", NULL, VIEWS, 0, NULL, "the view before"},
    {PGM_ACTION_VIEW + PGM_VIEW_OVERVIEW,
     {'1', 0, 0},
     "1",
     "overview",
     ALL,
     0,
     NULL,
     "Overview: migration head, drift, health, what is suggested"},
    {PGM_ACTION_VIEW + PGM_VIEW_SCHEMA,
     {'2', 0, 0},
     "2",
     "schema",
     ALL,
     0,
     NULL,
     "Schema: tables with columns, constraints, indexes, and where they drift"},
    {PGM_ACTION_VIEW + PGM_VIEW_SESSIONS,
     {'3', 0, 0},
     "3",
     "sessions",
     ALL,
     0,
     NULL,
     "Sessions: the lock tree (who blocks whom), and all transactions by age"},
    {PGM_ACTION_VIEW + PGM_VIEW_RUNBOOKS, {'4', 0, 0}, "4", "runbooks", ALL, 0, NULL, "Runbooks: the library"},
    {PGM_ACTION_VIEW + PGM_VIEW_RUN, {'5', 0, 0}, "5", "walk", ALL, 0, NULL, "Run: the walk through a runbook"},
    {PGM_ACTION_VIEW + PGM_VIEW_JOURNAL, {'6', 0, 0}, "6", "journal", ALL, 0, NULL, "Journal: the runs on record"},
    {PGM_ACTION_REDRAW, {PGM_KEY_CTRL_L, 0, 0}, "Ctrl-L", NULL, ALL, 0, NULL, "draw the screen anew"},
    {PGM_ACTION_NONE, {0, 0, 0}, NULL, NULL, 0, 0, NULL, NULL},
};

PgmAction pgm_keys_action(int key, PgmViewId view)
{
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        for (size_t i = 0; i < G_N_ELEMENTS(row->keys); i++)
        {
            if (row->keys[i] == key && key != 0 && (row->views & BIT(view)))
            {
                return row->action;
            }
        }
    }
    return PGM_ACTION_NONE;
}

PgmAction pgm_keys_command(const char *name)
{
    PgmAction found = PGM_ACTION_NONE;
    int matches = 0;
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (row->command == NULL)
        {
            continue;
        }
        if (g_str_equal(row->command, name))
        {
            return row->action;
        }
        if (*name != '\0' && g_str_has_prefix(row->command, name))
        {
            found = row->action;
            matches++;
        }
    }
    return matches == 1 ? found : PGM_ACTION_NONE;
}

/* The ways out and the way to all others: never what there is no room for. */
static gboolean is_always_named(const PgmKey *row)
{
    return row->action == PGM_ACTION_HELP || row->action == PGM_ACTION_BACK || row->action == PGM_ACTION_QUIT;
}

static int footer_item_columns(const PgmKey *row)
{
    return pgm_text_columns(row->shown) + 1 + pgm_text_columns(row->label) + 3;
}

char *pgm_keys_footer(PgmViewId view, int columns)
{
    GString *footer = g_string_new(NULL);
    int room = columns + 3;
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        room -= (row->footer & BIT(view)) && is_always_named(row) ? footer_item_columns(row) : 0;
    }
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (!(row->footer & BIT(view)) || (!is_always_named(row) && footer_item_columns(row) > room))
        {
            continue;
        }
        room -= is_always_named(row) ? 0 : footer_item_columns(row);
        g_string_append_printf(footer, "%s%s %s", footer->len > 0 ? "   " : "", row->shown, row->label);
    }
    return g_string_free(footer, FALSE);
}

const char *pgm_view_title(PgmViewId view)
{
    static const char *const titles[] = {"Overview", "Schema", "Sessions", "Runbooks", "Run",
                                         "Journal",  "Page",   "Session",  "SQL",      "Object"};
    return titles[view];
}
