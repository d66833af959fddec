/* typing.c - what is typed, pasted and clicked: for the prompt, the page on top, or the view. */
#include "tui/console.h"

#include "pgmedic/text.h"
#include "tui/intervene.h"
#include "tui/walk.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

void pgm_console_end_prompt(PgmConsole *console)
{
    g_clear_pointer(&console->prompt, pgm_prompt_close);
    g_clear_pointer(&console->prompt_words, g_strfreev);
    if (console->prompt_free != NULL)
    {
        console->prompt_free(console->prompt_user);
    }
    console->prompt_done = NULL;
    console->prompt_changed = NULL;
    console->prompt_free = NULL;
    console->prompt_user = NULL;
}

void pgm_console_ask_with(PgmConsole *console, const PgmPromptOptions *options, PgmPromptDone done, gpointer user,
                          GDestroyNotify free_user)
{
    if (console->prompt != NULL)
    {
        pgm_console_end_prompt(console);
    }
    g_autofree char *safe = pgm_text_safe(options->label, -1);
    PgmPromptOptions copy = *options;
    copy.label = safe;
    g_clear_pointer(&console->notice, g_free);
    console->prompt = pgm_prompt_open(console->display, &copy);
    console->prompt_done = done;
    console->prompt_user = user;
    console->prompt_free = free_user;
}

static void complete_listed(gpointer user, const char *line, int point, PgmChoices *choices)
{
    const PgmConsole *console = user;
    pgm_choices_add_words(choices, (const char *const *)console->prompt_words, line, point);
}

void pgm_console_ask(PgmConsole *console, const char *label, const char *initial, PgmCompletion completion,
                     const char *const *words, PgmPromptDone done, gpointer user, GDestroyNotify free_user)
{
    PgmPromptOptions options = {.label = label,
                                .initial = initial,
                                .cursor = -1,
                                .completion = completion,
                                .complete = complete_listed,
                                .user = console};
    pgm_console_ask_with(console, &options, done, user, free_user);
    console->prompt_words = words != NULL ? g_strdupv((char **)(guintptr)words) : NULL;
}

static void feed_prompt(PgmConsole *console)
{
    PgmPromptState state = pgm_prompt_feed(console->prompt);
    if (state == PGM_PROMPT_OPEN)
    {
        if (console->prompt_changed != NULL)
        {
            console->prompt_changed(console, pgm_prompt_line(), console->prompt_user);
        }
        return;
    }
    console->terminal_gone |= state == PGM_PROMPT_END;
    g_autofree char *text = state == PGM_PROMPT_DONE ? g_strdup(pgm_prompt_text(console->prompt)) : NULL;
    /* DONE may open the next prompt: this one is taken out of the way first. */
    PgmPromptDone done = console->prompt_done;
    gpointer user = console->prompt_user;
    GDestroyNotify free_user = console->prompt_free;
    console->prompt_free = NULL;
    pgm_console_end_prompt(console);
    done(console, text, user);
    if (free_user != NULL)
    {
        free_user(user);
    }
}

/* Pasted text comes as it is; Ctrl-D ends it, Esc alone and Ctrl-C call it off. */
static void feed_paste(PgmConsole *console)
{
    char bytes[4096];
    ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
    if (got <= 0)
    {
        console->terminal_gone |= got == 0;
        return;
    }
    gboolean off = got == 1 && bytes[0] == PGM_KEY_ESCAPE;
    gboolean done = FALSE;
    for (ssize_t i = 0; i < got && !off && !done; i++)
    {
        off = bytes[i] == PGM_KEY_CTRL_C;
        done = bytes[i] == PGM_KEY_CTRL_D;
        if ((bytes[i] == 0x7F || bytes[i] == 0x08) && console->paste->len > 0)
        {
            g_string_truncate(console->paste, console->paste->len - 1);
        }
        else if (!off && !done && bytes[i] != '\0')
        {
            g_string_append_c(console->paste, bytes[i] == '\r' ? '\n' : bytes[i]);
        }
    }
    if (off || done)
    {
        g_autoptr(GString) text = g_steal_pointer(&console->paste);
        pgm_display_end_raw(console->display);
        if (done)
        {
            pgm_diagnosis_text(console, text->str, "what was pasted");
        }
    }
}

static void handle_mouse(PgmConsole *console, const PgmInput *input)
{
    if (input->mouse == PGM_MOUSE_WHEEL_UP || input->mouse == PGM_MOUSE_WHEEL_DOWN)
    {
        pgm_console_act(console, input->mouse == PGM_MOUSE_WHEEL_UP ? PGM_ACTION_UP : PGM_ACTION_DOWN);
        return;
    }
    if (input->row == 1)
    {
        for (int view = PGM_VIEWS - 1; view >= 0; view--)
        {
            int end = console->tab_columns[view] + (int)strlen("1 ") + (int)strlen(pgm_view_title((PgmViewId)view));
            if (input->column >= end && view == PGM_VIEW_JOURNAL && pgm_console_is_running(console))
            {
                pgm_console_act(console, (PgmAction)(PGM_ACTION_VIEW + PGM_VIEW_RUN)); /* "5 asks" stands there */
                return;
            }
            if (input->column >= console->tab_columns[view] && input->column <= end)
            {
                pgm_console_act(console, (PgmAction)(PGM_ACTION_VIEW + view));
                return;
            }
        }
        return;
    }
    gboolean twice = input->mouse == PGM_MOUSE_DOUBLE_CLICK;
    PgmPage *page = pgm_console_top_page(console);
    if (page != NULL && page->ops != NULL && page->ops->click != NULL)
    {
        page->ops->click(page, console, input->row, input->column, twice);
        return;
    }
    PgmView *view = console->views[console->current];
    if (page == NULL && view->ops->click != NULL && input->row > 1)
    {
        view->ops->click(view, console, input->row, input->column, twice);
    }
}

static void handle_key(PgmConsole *console, const PgmInput *input)
{
    g_clear_pointer(&console->notice, g_free);
    if (pgm_intervene_key(console, input->key) == PGM_HANDLED)
    {
        return;
    }
    if (input->key == PGM_KEY_MOUSE)
    {
        handle_mouse(console, input);
        return;
    }
    PgmView *view = console->views[console->current];
    if (console->pages->len == 0 && view->ops->key != NULL && view->ops->key(view, console, input->key) == PGM_HANDLED)
    {
        return;
    }
    PgmAction action = pgm_keys_action(input->key, pgm_console_keys(console));
    if (action != PGM_ACTION_NONE)
    {
        pgm_console_act(console, action);
    }
}

void pgm_console_take_keys(PgmConsole *console, gboolean hung_up)
{
    gboolean any = FALSE;
    PgmInput input;
    while (console->prompt == NULL && console->paste == NULL && pgm_display_read(console->display, &input))
    {
        any = TRUE;
        handle_key(console, &input);
        /* A key that opened a question must not be followed by keys typed before it could be read. */
        if (pgm_question_unseen(console->walk) || pgm_intervene_unseen(console))
        {
            break;
        }
    }
    if (console->prompt != NULL)
    {
        feed_prompt(console);
    }
    else if (console->paste != NULL)
    {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&in, 1, 0) > 0)
        {
            feed_paste(console);
        }
    }
    else if (!any && hung_up)
    {
        console->terminal_gone = TRUE;
    }
}
