/* question.c - the engine asks, the operator answers: a key chooses, Enter does it, any other key goes back. */
#include "pgmedic/text.h"
#include "tui/walk.h"

#include <string.h>

gboolean pgm_question_is_open(const PgmWalk *walk)
{
    return walk != NULL && (walk->question != NULL || walk->asks_stop);
}

gboolean pgm_question_unseen(const PgmWalk *walk)
{
    return pgm_question_is_open(walk) && !walk->question_drawn;
}

void pgm_question_begin(PgmConsole *console)
{
    pgm_console_show(console, PGM_VIEW_RUN);
    pgm_display_bell(console->display);
}

void pgm_question_confirm(PgmWalk *walk, PgmRequest request)
{
    walk->asks_stop = TRUE;
    walk->asks_request = request;
    walk->chosen = -1;
    walk->question_drawn = FALSE;
}

/* What the stop panel says. */
static const char *confirm_title(PgmRequest request)
{
    switch (request)
    {
    case PGM_REQUEST_CANCEL:
        return "Cancel the running statement?";
    case PGM_REQUEST_ROLLBACK_PHASE:
        return "Roll back this phase?";
    default:
        return "Stop here?";
    }
}

static const char *confirm_text(PgmRequest request)
{
    switch (request)
    {
    case PGM_REQUEST_CANCEL:
        return "The statement ends with an error, and its phase is rolled back: nothing of it remains. Phases that are "
               "committed stay as they are.";
    case PGM_REQUEST_ROLLBACK_PHASE:
        return "What runs is cancelled, and the phase is rolled back: nothing of it remains. Phases that are committed "
               "stay as they are.";
    default:
        return "A phase that is open is rolled back, nothing is committed, and the run ends. Phases that are committed "
               "stay; 'pgmedic resume' takes the run up again.";
    }
}

char *pgm_question_left(const PgmWalk *walk)
{
    const PgmQuestion *question = walk->question;
    if (question == NULL || question->deadline < 0)
    {
        return NULL;
    }
    gint64 left = MAX((question->deadline - g_get_monotonic_time() + 999999) / G_USEC_PER_SEC, 0);
    return g_strdup_printf("%d:%02d", (int)(left / 60), (int)(left % 60));
}

static char *countdown(const PgmWalk *walk)
{
    g_autofree char *left = pgm_question_left(walk);
    return left == NULL
               ? NULL
               : g_strdup_printf("%s in %s", walk->question->at_deadline != NULL ? walk->question->at_deadline : "ends",
                                 left);
}

/* A title that the frame cannot hold is the text's first line. */
static gboolean title_is_long(const PgmWalk *walk, int columns)
{
    return !walk->asks_stop && walk->question->title != NULL &&
           pgm_text_columns(walk->question->title) > columns - (walk->question->deadline >= 0 ? 32 : 4);
}

static GStrv text_lines(const PgmWalk *walk, int columns)
{
    const char *text = walk->asks_stop ? confirm_text(walk->asks_request) : walk->question->text;
    gboolean titled = title_is_long(walk, columns);
    g_autofree char *raw =
        g_strdup_printf("%s%s%s", titled ? walk->question->title : "", titled ? "\n" : "", text != NULL ? text : "");
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    return pgm_text_wrap(safe, MAX(columns, 1));
}

static int choice_columns(const PgmChoice *choice)
{
    return pgm_text_columns(choice->label) + 4;
}

/* Choices flow over as many rows as they need; DISPLAY NULL only counts. */
static int flow_choices(const PgmWalk *walk, PgmDisplay *display, PgmArea area);

static int choice_rows(const PgmWalk *walk, int columns)
{
    if (walk->asks_stop || walk->chosen >= 0)
    {
        return 1;
    }
    return flow_choices(walk, NULL, (PgmArea){0, 0, 0, columns});
}

int pgm_question_rows(const PgmWalk *walk, int columns, int most)
{
    if (!pgm_question_is_open(walk))
    {
        return 0;
    }
    g_auto(GStrv) lines = text_lines(walk, columns - 4);
    return MIN((int)g_strv_length(lines) + choice_rows(walk, columns - 4) + 2, most);
}

static void draw_choice(PgmDisplay *display, int row, int column, int width, const PgmChoice *choice,
                        gboolean suggested)
{
    g_autofree char *key = g_strdup_printf(" %c ", choice->key);
    g_autofree char *label = pgm_text_safe(choice->label, -1);
    g_autofree char *text = g_strdup_printf("%s ", label);
    pgm_display_text(display, row, column, width, suggested ? PGM_STYLE_SELECTED : PGM_STYLE_STRONG, key);
    pgm_display_text(display, row, column + 3, width - 3, suggested ? PGM_STYLE_SELECTED : PGM_STYLE_NORMAL, text);
}

static int flow_choices(const PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    int row = 0, column = 0;
    for (guint i = 0; i < walk->question->choices->len; i++)
    {
        const PgmChoice *choice = g_ptr_array_index(walk->question->choices, i);
        if (column > 0 && column + choice_columns(choice) > area.columns)
        {
            row++;
            column = 0;
        }
        if (display != NULL)
        {
            draw_choice(display, area.row + row, area.column + column, area.columns - column, choice,
                        i == walk->question->highlighted);
        }
        column += choice_columns(choice) + 2;
    }
    return row + 1;
}

static void draw_confirmation(const PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    g_autofree char *what = NULL;
    if (walk->asks_stop)
    {
        what = g_strdup(walk->asks_request == PGM_REQUEST_QUIT ? "stops" : "does it");
    }
    else
    {
        const PgmChoice *choice = g_ptr_array_index(walk->question->choices, (guint)walk->chosen);
        what = choice->decision == PGM_DECISION_COMMIT ? g_strdup("commits")
                                                       : g_strdup_printf("does it: %s", choice->label);
    }
    g_autofree char *safe = pgm_text_safe(what, -1);
    g_autofree char *text = g_strdup_printf(" Enter %s.   Any other key goes back. ", safe);
    pgm_display_text(display, area.row, area.column, area.columns, PGM_STYLE_ARMED, text);
}

void pgm_question_draw(PgmWalk *walk, PgmDisplay *display, PgmArea area)
{
    const char *raw = walk->asks_stop                         ? confirm_title(walk->asks_request)
                      : title_is_long(walk, area.columns - 4) ? "Question"
                                                              : walk->question->title;
    g_autofree char *title = pgm_text_safe(raw, -1);
    g_autofree char *left = countdown(walk);
    PgmArea inside = pgm_frame_draw(display, area, PGM_STYLE_QUESTION, title, left);
    g_auto(GStrv) lines = text_lines(walk, inside.columns);
    PgmArea choices = pgm_area_take_bottom(&inside, choice_rows(walk, inside.columns));
    for (int i = 0; i < inside.rows && lines[i] != NULL; i++)
    {
        pgm_display_text(display, inside.row + i, inside.column, inside.columns, PGM_STYLE_NORMAL, lines[i]);
    }
    if (walk->asks_stop || walk->chosen >= 0)
    {
        draw_confirmation(walk, display, choices);
    }
    else
    {
        flow_choices(walk, display, choices);
    }
}

/* What a typed text belongs to: the question may have been closed, and another opened, meanwhile. */
typedef struct
{
    guint question_id;
    PgmDecision decision;
} TextFor;

static void text_typed(PgmConsole *console, const char *text, gpointer user)
{
    const TextFor *text_for = user;
    PgmWalk *walk = console->walk;
    if (text == NULL || walk == NULL || walk->question == NULL || walk->question->id != text_for->question_id)
    {
        return;
    }
    g_autofree char *typed = g_strstrip(g_strdup(text));
    if (walk->question->expected != NULL && !g_str_equal(typed, walk->question->expected))
    {
        pgm_console_say(console, "that is not the database's name; nothing was done");
        return;
    }
    if (*typed == '\0')
    {
        pgm_console_say(console, "nothing was typed; nothing was done");
        return;
    }
    pgm_walk_answer(walk, text_for->decision, typed);
}

void pgm_question_withdrawn(PgmConsole *console)
{
    if (console->prompt != NULL && console->prompt_done == text_typed)
    {
        pgm_console_end_prompt(console);
    }
}

static void ask_text(PgmWalk *walk, PgmConsole *console, const PgmChoice *choice)
{
    TextFor *text_for = g_new(TextFor, 1);
    *text_for = (TextFor){walk->question->id, choice->decision};
    g_autofree char *label = walk->question->expected != NULL
                                 ? g_strdup_printf("Type the database's name (%s):", walk->question->expected)
                                 : g_strdup_printf("Type %s:", choice->text_prompt);
    pgm_console_ask(console, label, NULL, PGM_COMPLETE_NOTHING, NULL, text_typed, text_for, g_free);
}

static void choose(PgmWalk *walk, PgmConsole *console, guint index)
{
    const PgmChoice *choice = g_ptr_array_index(walk->question->choices, index);
    if (choice->text_prompt != NULL)
    {
        ask_text(walk, console, choice);
        return;
    }
    /* The line that asks for Enter is a question of its own: what was typed before it counts for nothing. */
    walk->chosen = (int)index;
    walk->question_drawn = FALSE;
}

static PgmReaction key_in_confirmation(PgmWalk *walk, int key)
{
    gboolean yes = key == PGM_KEY_ENTER;
    if (walk->asks_stop)
    {
        walk->asks_stop = FALSE;
        walk->question_drawn = FALSE;
        if (yes)
        {
            pgm_walk_request(walk, walk->asks_request);
        }
        return PGM_HANDLED;
    }
    const PgmChoice *choice = g_ptr_array_index(walk->question->choices, (guint)walk->chosen);
    PgmDecision decision = choice->decision;
    walk->chosen = -1;
    walk->question_drawn = FALSE;
    if (yes)
    {
        pgm_walk_answer(walk, decision, NULL);
    }
    return PGM_HANDLED;
}

PgmReaction pgm_question_key(PgmWalk *walk, PgmConsole *console, int key)
{
    if (!pgm_question_is_open(walk))
    {
        return PGM_IGNORED;
    }
    if (!walk->question_drawn)
    {
        return PGM_HANDLED;
    }
    if (walk->asks_stop || walk->chosen >= 0)
    {
        return key_in_confirmation(walk, key);
    }
    for (guint i = 0; i < walk->question->choices->len; i++)
    {
        const PgmChoice *choice = g_ptr_array_index(walk->question->choices, i);
        if (choice->key == key)
        {
            choose(walk, console, i);
            return PGM_HANDLED;
        }
    }
    if (key == PGM_KEY_ENTER)
    {
        if (walk->question->kind == PGM_QUESTION_COMMIT)
        {
            pgm_console_say(console, "c commits (it asks first), r rolls this phase back");
        }
        else
        {
            choose(walk, console, walk->question->highlighted);
        }
        return PGM_HANDLED;
    }
    return PGM_IGNORED;
}
