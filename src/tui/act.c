/* act.c - what keys and commands mean. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/inspector.h"
#include "tui/intervene.h"
#include "tui/librarian.h"
#include "tui/sql.h"
#include "tui/walk.h"

#include <string.h>

void pgm_page_free(gpointer data)
{
    PgmPage *page = data;
    if (page->ops != NULL && page->ops->free != NULL)
    {
        page->ops->free(page);
    }
    g_free(page->title);
    pgm_pager_free(page->pager);
    g_free(page->enter_label);
    g_free(page->run_label);
    g_free(page->subject);
    g_clear_pointer(&page->values, g_hash_table_unref);
    g_free(page);
}

PgmPage *pgm_page_new(const char *title)
{
    PgmPage *page = g_new0(PgmPage, 1);
    page->title = pgm_text_safe(title, -1);
    page->pager = pgm_pager_new();
    return page;
}

void pgm_console_open_page(PgmConsole *console, PgmPage *page)
{
    g_ptr_array_add(console->pages, page);
}

void pgm_console_show(PgmConsole *console, PgmViewId view)
{
    g_ptr_array_set_size(console->pages, 0);
    console->current = view;
    if (view == PGM_VIEW_JOURNAL)
    {
        pgm_worker_tell(console->librarian, PGM_LIBRARY_RUNS, NULL, NULL, NULL); /* a run may have begun since */
    }
}

void pgm_console_say(PgmConsole *console, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_free(console->notice);
    console->notice = pgm_text_safe(text, -1);
}

PgmPage *pgm_console_top_page(const PgmConsole *console)
{
    return console->pages->len > 0 ? g_ptr_array_index(console->pages, console->pages->len - 1) : NULL;
}

PgmViewId pgm_console_keys(const PgmConsole *console)
{
    const PgmPage *page = pgm_console_top_page(console);
    if (page == NULL)
    {
        return console->current;
    }
    return page->ops != NULL && page->ops->keys >= PGM_VIEW_PAGE ? page->ops->keys : PGM_VIEW_PAGE;
}

/* A list shows what the text finds while it is typed; a page waits for the whole of it. */
static void filter_changed(PgmConsole *console, const char *text, gpointer user)
{
    (void)user;
    PgmView *view = console->views[console->current];
    if (pgm_console_top_page(console) == NULL && view->ops->filter != NULL)
    {
        view->ops->filter(view, console, text);
    }
}

static void filter_typed(PgmConsole *console, const char *text, gpointer user)
{
    PgmPage *page = pgm_console_top_page(console);
    if (text == NULL)
    {
        filter_changed(console, "", user);
        return;
    }
    if (page != NULL && page->ops != NULL && page->ops->search != NULL)
    {
        page->ops->search(page, console, text);
        return;
    }
    if (page != NULL)
    {
        if (!pgm_pager_search(page->pager, text))
        {
            pgm_console_say(console, "not found: %s", text);
        }
        return;
    }
    PgmView *view = console->views[console->current];
    if (view->ops->filter != NULL)
    {
        view->ops->filter(view, console, text);
    }
}

static void command_typed(PgmConsole *console, const char *text, gpointer user)
{
    (void)user;
    if (text != NULL)
    {
        pgm_console_command(console, text);
    }
}

/* Read anew at each Tab: the library may have been. */
static void complete_command(gpointer user, const char *line, int point, PgmChoices *choices)
{
    const PgmConsole *console = user;
    if (pgm_sql_complete_command(console, line, point, choices))
    {
        return;
    }
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (row->command != NULL)
        {
            g_ptr_array_add(words, (gpointer)(guintptr)row->command);
        }
    }
    const GPtrArray *library = pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY);
    for (guint i = 0; library != NULL && i < library->len; i++)
    {
        const PgmLibraryEntry *entry = g_ptr_array_index(library, i);
        if (entry->runbook != NULL)
        {
            g_ptr_array_add(words, entry->runbook->name);
        }
    }
    const GPtrArray *targets = console->options->config->targets;
    for (guint i = 0; i < targets->len; i++)
    {
        g_ptr_array_add(words, ((const PgmTarget *)g_ptr_array_index(targets, i))->name);
    }
    g_ptr_array_add(words, NULL);
    pgm_choices_add_words(choices, (const char *const *)words->pdata, line, point);
}

static void ask_command(PgmConsole *console)
{
    PgmPromptOptions options = {.label = ":",
                                .cursor = -1,
                                .completion = PGM_COMPLETE_WORDS,
                                .complete = complete_command,
                                .user = console,
                                .history = console->history};
    pgm_console_ask_with(console, &options, command_typed, NULL, NULL);
}

/* "run, resume, rollback"; NULL: none does. Caller frees. */
static char *commands_that_begin(const char *name)
{
    GString *names = g_string_new(NULL);
    for (const PgmKey *row = pgm_keys; row->action != PGM_ACTION_NONE; row++)
    {
        if (row->command != NULL && g_str_has_prefix(row->command, name))
        {
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", row->command);
        }
    }
    return g_string_free(names, names->len == 0);
}

void pgm_console_command(PgmConsole *console, const char *line)
{
    g_autofree char *copy = g_strdup(line);
    g_strstrip(copy);
    char *argument = strchr(copy, ' ');
    if (argument != NULL)
    {
        *argument++ = '\0';
        g_strstrip(argument);
    }
    if (*copy == '\0')
    {
        return;
    }
    PgmAction action = pgm_keys_command(copy);
    g_autofree char *several = action == PGM_ACTION_NONE ? commands_that_begin(copy) : NULL;
    if (several != NULL)
    {
        pgm_console_say(console, "\"%s\" may be one of several: %s", copy, several);
        return;
    }
    if (action == PGM_ACTION_NONE)
    {
        pgm_console_say(console, "there is no command \"%s\"; ? lists them", copy);
    }
    else if (action == PGM_ACTION_DIAGNOSE && argument != NULL)
    {
        pgm_diagnosis_file(console, argument, TRUE);
    }
    else if (action == PGM_ACTION_RUN && argument != NULL)
    {
        pgm_runbook_open(console, argument, NULL);
    }
    else if (action == PGM_ACTION_TARGETS && argument != NULL)
    {
        pgm_targets_choose(console, argument);
    }
    else if (action == PGM_ACTION_SQL && argument != NULL)
    {
        pgm_sql_submit(console, argument);
    }
    else if (action == PGM_ACTION_EXPLAIN && argument != NULL)
    {
        g_autofree char *query = g_strconcat("EXPLAIN ", argument, NULL);
        pgm_sql_submit(console, query);
    }
    else
    {
        pgm_console_act(console, action);
    }
}

static void refresh(PgmConsole *console)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "nothing else is asked of the server while a run goes on");
        return;
    }
    pgm_worker_tell(console->inspector, PGM_INSPECT_REFRESH, NULL, NULL, NULL);
    pgm_worker_tell(console->librarian, PGM_LIBRARY_REFRESH, NULL, NULL, NULL);
}

static void quit(PgmConsole *console, gboolean interrupt)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_show(console, PGM_VIEW_RUN);
        pgm_question_confirm(console->walk, PGM_REQUEST_QUIT);
        return;
    }
    if (console->pages->len > 0 && !interrupt)
    {
        g_ptr_array_set_size(console->pages, (gint)console->pages->len - 1);
        return;
    }
    pgm_console_leave(console);
}

static PgmReaction act_on_page(PgmConsole *console, PgmAction action)
{
    PgmPage *page = pgm_console_top_page(console);
    if (page == NULL)
    {
        return PGM_IGNORED;
    }
    if (page->ops != NULL && page->ops->act != NULL && page->ops->act(page, console, action) == PGM_HANDLED)
    {
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_BACK)
    {
        g_ptr_array_set_size(console->pages, (gint)console->pages->len - 1);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_ENTER && page->enter != NULL)
    {
        page->enter(console, page);
        return PGM_HANDLED;
    }
    if (action == PGM_ACTION_RUN && page->run != NULL)
    {
        page->run(console, page);
        return PGM_HANDLED;
    }
    if (pgm_pager_act(page->pager, action))
    {
        return PGM_HANDLED;
    }
    /* What lies under the page must not react to keys that nobody meant for it. */
    return action < PGM_ACTION_FILTER || action == PGM_ACTION_RUN ? PGM_HANDLED : PGM_IGNORED;
}

static PgmReaction act_on_console(PgmConsole *console, PgmAction action)
{
    switch (action)
    {
    case PGM_ACTION_FILTER:
        pgm_console_ask(console, "/", NULL, PGM_COMPLETE_NOTHING, NULL, filter_typed, NULL, NULL);
        console->prompt_changed = filter_changed;
        return PGM_HANDLED;
    case PGM_ACTION_COMMAND:
        ask_command(console);
        return PGM_HANDLED;
    case PGM_ACTION_HELP:
        /* A page of text has no keys of its own to explain; the view below it has. */
        pgm_help_open(console,
                      pgm_console_keys(console) == PGM_VIEW_PAGE ? console->current : pgm_console_keys(console));
        return PGM_HANDLED;
    case PGM_ACTION_QUIT:
    case PGM_ACTION_INTERRUPT:
        quit(console, action == PGM_ACTION_INTERRUPT);
        return PGM_HANDLED;
    case PGM_ACTION_DIAGNOSE:
        pgm_diagnosis_ask(console);
        return PGM_HANDLED;
    case PGM_ACTION_SQL:
        pgm_sql_ask(console, NULL);
        return PGM_HANDLED;
    case PGM_ACTION_EXPLAIN:
    case PGM_ACTION_EXPAND:
        pgm_console_say(console, "there is no query's result on the screen; s asks for one");
        return PGM_HANDLED;
    case PGM_ACTION_REFRESH:
        refresh(console);
        return PGM_HANDLED;
    case PGM_ACTION_TARGETS:
        pgm_targets_open(console);
        return PGM_HANDLED;
    case PGM_ACTION_ARM:
        pgm_intervene_arm(console);
        return PGM_HANDLED;
    case PGM_ACTION_DISARM:
        if (!pgm_intervene_is_armed(console))
        {
            pgm_console_say(console, pgm_walk_is_armed(console->walk) ? "the run is armed until it ends; q stops it"
                                                                      : "it is not armed");
        }
        pgm_intervene_disarm(console, "by the operator");
        return PGM_HANDLED;
    case PGM_ACTION_REDRAW:
        pgm_display_repair(console->display);
        return PGM_HANDLED;
    case PGM_ACTION_NEXT_VIEW:
        pgm_console_show(console, (PgmViewId)((console->current + 1) % PGM_VIEWS));
        return PGM_HANDLED;
    case PGM_ACTION_PREVIOUS_VIEW:
        pgm_console_show(console, (PgmViewId)((console->current + PGM_VIEWS - 1) % PGM_VIEWS));
        return PGM_HANDLED;
    default:
        if (action >= PGM_ACTION_VIEW && action <= PGM_ACTION_VIEW_LAST)
        {
            pgm_console_show(console, (PgmViewId)(action - PGM_ACTION_VIEW));
            return PGM_HANDLED;
        }
        return PGM_IGNORED;
    }
}

void pgm_console_act(PgmConsole *console, PgmAction action)
{
    if (act_on_page(console, action) == PGM_HANDLED)
    {
        return;
    }
    PgmView *view = console->views[console->current];
    if (console->pages->len == 0 && view->ops->act(view, console, action) == PGM_HANDLED)
    {
        return;
    }
    act_on_console(console, action);
}
