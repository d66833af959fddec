/* prompt.c - readline inside the screen. */
#include "tui/prompt.h"

#include "pgmedic/text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum
{
    LONE_ESCAPE_MS = 30,
};

struct PgmPrompt
{
    PgmDisplay *display;
    char *label;
    PgmCompletion completion;
    GStrv words;
    gboolean history;
    PgmPromptState state;
    char *text;
    char *choices; /* what Tab could mean, one line; NULL */
    char input[256];
    gsize input_length, input_at;
};

/* Readline has no user pointer: its callbacks find the open prompt here. */
static PgmPrompt *open_prompt;

static int next_byte(FILE *stream)
{
    (void)stream;
    PgmPrompt *prompt = open_prompt;
    if (prompt == NULL || prompt->input_at >= prompt->input_length)
    {
        return EOF;
    }
    return (unsigned char)prompt->input[prompt->input_at++];
}

static int input_available(void)
{
    return open_prompt != NULL && open_prompt->input_at < open_prompt->input_length;
}

static void draw_nothing(void)
{
}

static void line_done(char *line)
{
    PgmPrompt *prompt = open_prompt;
    if (prompt != NULL && prompt->state == PGM_PROMPT_OPEN)
    {
        prompt->state = line != NULL ? PGM_PROMPT_DONE : PGM_PROMPT_CALLED_OFF;
        prompt->text = g_strdup(line);
        if (line != NULL && prompt->history && *line != '\0')
        {
            add_history(line);
        }
    }
    rl_callback_handler_remove();
    free(line);
}

static char *next_word(const char *beginning, int again)
{
    static guint at;
    if (again == 0)
    {
        at = 0;
    }
    while (open_prompt != NULL && open_prompt->words != NULL && open_prompt->words[at] != NULL)
    {
        const char *word = open_prompt->words[at++];
        if (g_str_has_prefix(word, beginning))
        {
            return strdup(word);
        }
    }
    return NULL;
}

static char **complete(const char *beginning, int start, int end)
{
    (void)end;
    PgmPrompt *prompt = open_prompt;
    if (prompt == NULL || prompt->completion == PGM_COMPLETE_FILES)
    {
        return NULL;
    }
    rl_attempted_completion_over = 1;
    return prompt->completion == PGM_COMPLETE_WORDS && start >= 0 ? rl_completion_matches(beginning, next_word) : NULL;
}

static void show_choices(char **matches, int count, int longest)
{
    (void)longest;
    GString *line = g_string_new(NULL);
    for (int i = 1; i <= count && line->len < 400; i++)
    {
        g_autofree char *safe = pgm_text_safe(matches[i], -1);
        g_string_append_printf(line, "%s%s", i > 1 ? "   " : "", safe);
    }
    if (open_prompt != NULL)
    {
        g_free(open_prompt->choices);
        open_prompt->choices = g_string_free(line, FALSE);
    }
}

static void set_up_readline(void)
{
    rl_readline_name = "pgmedic";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_redisplay_function = draw_nothing;
    rl_getc_function = next_byte;
    rl_input_available_hook = input_available;
    rl_attempted_completion_function = complete;
    rl_completion_display_matches_hook = show_choices;
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("enable-bracketed-paste", "off");
}

PgmPrompt *pgm_prompt_open(PgmDisplay *display, const char *label, const char *initial, PgmCompletion completion,
                           const char *const *words, gboolean history)
{
    g_return_val_if_fail(open_prompt == NULL, NULL);
    PgmPrompt *prompt = g_new0(PgmPrompt, 1);
    prompt->display = display;
    prompt->label = g_strdup(label);
    prompt->completion = completion;
    prompt->words = words != NULL ? g_strdupv((char **)(guintptr)words) : NULL;
    prompt->history = history;
    open_prompt = prompt;
    set_up_readline();
    pgm_display_begin_raw(display);
    rl_callback_handler_install("", line_done);
    if (initial != NULL)
    {
        rl_insert_text(initial);
    }
    return prompt;
}

void pgm_prompt_close(PgmPrompt *prompt)
{
    if (prompt == NULL)
    {
        return;
    }
    rl_callback_handler_remove();
    open_prompt = NULL;
    pgm_display_end_raw(prompt->display);
    g_free(prompt->label);
    g_strfreev(prompt->words);
    g_free(prompt->text);
    g_free(prompt->choices);
    g_free(prompt);
}

static gboolean more_within(int ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&in, 1, ms) > 0;
}

static void call_off(PgmPrompt *prompt)
{
    if (prompt->state == PGM_PROMPT_OPEN)
    {
        prompt->state = PGM_PROMPT_CALLED_OFF;
    }
}

PgmPromptState pgm_prompt_feed(PgmPrompt *prompt)
{
    while (prompt->state == PGM_PROMPT_OPEN && more_within(0))
    {
        ssize_t got = read(STDIN_FILENO, prompt->input, sizeof prompt->input);
        if (got <= 0)
        {
            if (got < 0 && (errno == EINTR || errno == EAGAIN))
            {
                break;
            }
            prompt->state = PGM_PROMPT_END;
            break;
        }
        prompt->input_length = (gsize)got;
        prompt->input_at = 0;
        if (got == 1 && prompt->input[0] == PGM_KEY_ESCAPE && !more_within(LONE_ESCAPE_MS))
        {
            call_off(prompt);
        }
        g_clear_pointer(&prompt->choices, g_free);
        while (prompt->state == PGM_PROMPT_OPEN && prompt->input_at < prompt->input_length)
        {
            if (prompt->input[prompt->input_at] == PGM_KEY_CTRL_C)
            {
                call_off(prompt);
                break;
            }
            rl_callback_read_char();
        }
    }
    return prompt->state;
}

const char *pgm_prompt_text(const PgmPrompt *prompt)
{
    return prompt->text;
}

/* The part of SAFE from column FROM on. */
static char *from_column(const char *safe, int from)
{
    const char *p = safe;
    while (*p != '\0' && from > 0)
    {
        const char *next = g_utf8_next_char(p);
        g_autofree char *one = g_strndup(p, (gsize)(next - p));
        from -= pgm_text_columns(one);
        p = next;
    }
    return g_strdup(p);
}

int pgm_prompt_draw(PgmPrompt *prompt, PgmDisplay *display)
{
    int row = pgm_display_rows(display) - 1;
    int columns = pgm_display_columns(display);
    int label_columns = MIN(pgm_text_columns(prompt->label) + 1, columns * 2 / 3);
    int room = columns - label_columns - 2;
    g_autofree char *line = pgm_text_safe(rl_line_buffer != NULL ? rl_line_buffer : "", -1);
    g_autofree char *before = pgm_text_safe(rl_line_buffer != NULL ? rl_line_buffer : "", rl_point);
    int cursor = pgm_text_columns(before);
    int shift = MAX(cursor - room + 1, 0);
    g_autofree char *seen = from_column(line, shift);
    pgm_display_fill(display, row, 0, columns, PGM_STYLE_NORMAL, "");
    pgm_display_text(display, row, 1, label_columns, PGM_STYLE_STRONG, prompt->label);
    pgm_display_text(display, row, 1 + label_columns, room, PGM_STYLE_NORMAL, seen);
    pgm_display_cursor(display, row, 1 + label_columns + cursor - shift);
    if (prompt->choices == NULL)
    {
        return 1;
    }
    pgm_display_fill(display, row - 1, 0, columns, PGM_STYLE_DIM, prompt->choices);
    return 2;
}
