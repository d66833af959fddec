/* prompt.c - readline inside the screen. */
#include "tui/prompt.h"

#include "pgmedic/text.h"
#include "tui/typed_lines.h"

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
    PASTE_REST_MS = 20, /* within this, more of what a terminal without bracketed paste is sending has come */
    HISTORY_MOST = 500,
    PASTE_MOST = 1024 * 1024, /* bytes; the rest of a paste is dropped */
    CHOICES_SHOWN = 400,      /* bytes */
};

static const char paste_begins[] = "\x1b[200~";
static const char paste_ends[] = "\x1b[201~";

struct PgmPrompt
{
    PgmDisplay *display;
    PgmPromptOptions options; /* its strings are borrowed only while it opens */
    char *label;
    PgmPromptState state;
    char *text;
    char *choices;  /* what Tab could mean, one line; NULL */
    GString *input; /* that has come, and is not readline's yet */
    gsize next;     /* the next byte of it */
    GString *paste; /* what has been pasted so far; NULL: nothing is being pasted */
};

struct PgmHistory
{
    GPtrArray *lines; /* char* */
};

/* Readline has no user pointer: its callbacks find the open prompt here. */
static PgmPrompt *open_prompt;

PgmHistory *pgm_history_new(void)
{
    PgmHistory *history = g_new(PgmHistory, 1);
    history->lines = g_ptr_array_new_with_free_func(g_free);
    return history;
}

void pgm_history_free(PgmHistory *history)
{
    if (history != NULL)
    {
        g_ptr_array_unref(history->lines);
        g_free(history);
    }
}

static void remember(PgmHistory *history, const char *line)
{
    GPtrArray *lines = history->lines;
    if (*line == '\0' || (lines->len > 0 && g_str_equal(g_ptr_array_index(lines, lines->len - 1), line)))
    {
        return;
    }
    g_ptr_array_add(lines, g_strdup(line));
    if (lines->len > HISTORY_MOST)
    {
        g_ptr_array_remove_index(lines, 0);
    }
}

/* Readline knows one history: it gets the prompt's own. */
static void lend_history(const PgmHistory *history)
{
    clear_history();
    for (guint i = 0; history != NULL && i < history->lines->len; i++)
    {
        add_history(g_ptr_array_index(history->lines, i));
    }
}

void pgm_choices_keep(PgmChoices *choices, const char *text)
{
    if (choices->strings == NULL)
    {
        choices->strings = g_string_chunk_new(1024);
    }
    g_ptr_array_add(choices->texts, g_string_chunk_insert(choices->strings, text));
}

void pgm_choices_add_words(PgmChoices *choices, const char *const *words, const char *line, int point)
{
    choices->start = point;
    while (choices->start > 0 && line[choices->start - 1] != ' ')
    {
        choices->start--;
    }
    for (; words != NULL && *words != NULL; words++)
    {
        if (strncmp(*words, line + choices->start, (gsize)(point - choices->start)) == 0)
        {
            pgm_choices_keep(choices, *words);
        }
    }
}

static int next_byte(FILE *stream)
{
    (void)stream;
    PgmPrompt *prompt = open_prompt;
    if (prompt == NULL || prompt->next >= prompt->input->len)
    {
        return EOF;
    }
    return (unsigned char)prompt->input->str[prompt->next++];
}

static int input_available(void)
{
    return open_prompt != NULL && open_prompt->next < open_prompt->input->len;
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
        if (line != NULL && prompt->options.history != NULL)
        {
            remember(prompt->options.history, line);
        }
    }
    rl_callback_handler_remove();
    free(line);
}

/* How many bytes all of TEXTS begin with; never half a character. */
static gsize common_length(const GPtrArray *texts)
{
    const char *first = g_ptr_array_index(texts, 0);
    gsize length = strlen(first);
    for (guint i = 1; i < texts->len; i++)
    {
        const char *other = g_ptr_array_index(texts, i);
        gsize same = 0;
        while (same < length && first[same] == other[same])
        {
            same++;
        }
        length = same;
    }
    while (length > 0 && ((guchar)first[length] & 0xC0) == 0x80)
    {
        length--;
    }
    return length;
}

static void show_choices(PgmPrompt *prompt, const GPtrArray *texts)
{
    GString *line = g_string_new(NULL);
    guint shown = 0;
    for (; shown < texts->len && line->len < CHOICES_SHOWN; shown++)
    {
        g_autofree char *safe = pgm_text_safe(g_ptr_array_index(texts, shown), -1);
        g_string_append_printf(line, "%s%s", shown > 0 ? "   " : "", safe);
    }
    g_free(prompt->choices);
    g_autofree char *count = texts->len > shown ? pgm_text_count(texts->len) : NULL;
    prompt->choices = count != NULL ? g_strdup_printf("%s of them: %s", count, line->str) : g_strdup(line->str);
    g_string_free(line, TRUE);
}

static void replace(int start, const char *text, gsize length)
{
    g_autofree char *copy = g_strndup(text, length);
    rl_begin_undo_group();
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(copy);
    rl_end_undo_group();
}

/* A finished word is followed by a blank; what goes on, a schema or a function, is not. */
static void take_only_choice(int start, const char *text)
{
    gsize length = strlen(text);
    gboolean goes_on = length > 0 && (text[length - 1] == '.' || text[length - 1] == '(');
    replace(start, text, length);
    if (!goes_on && rl_point == rl_end)
    {
        rl_insert_text(" ");
    }
}

static int complete_words(int count, int key)
{
    (void)count;
    (void)key;
    PgmPrompt *prompt = open_prompt;
    if (prompt == NULL || prompt->options.complete == NULL)
    {
        return 0;
    }
    PgmChoices choices = {rl_point, g_ptr_array_new(), NULL};
    prompt->options.complete(prompt->options.user, rl_line_buffer, rl_point, &choices);
    if (choices.texts->len == 1)
    {
        take_only_choice(choices.start, g_ptr_array_index(choices.texts, 0));
    }
    else if (choices.texts->len > 1)
    {
        gsize common = common_length(choices.texts);
        if (common > 0 && common >= (gsize)(rl_point - choices.start))
        {
            replace(choices.start, g_ptr_array_index(choices.texts, 0), common);
        }
        show_choices(prompt, choices.texts);
    }
    g_ptr_array_unref(choices.texts);
    g_clear_pointer(&choices.strings, g_string_chunk_free);
    return 0;
}

static char **no_words(const char *beginning, int start, int end)
{
    (void)beginning;
    (void)start;
    (void)end;
    rl_attempted_completion_over = open_prompt == NULL || open_prompt->options.completion != PGM_COMPLETE_FILES;
    return NULL;
}

static void show_files(char **matches, int count, int longest)
{
    (void)longest;
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (int i = 1; i <= count; i++)
    {
        g_ptr_array_add(texts, matches[i]);
    }
    if (open_prompt != NULL)
    {
        show_choices(open_prompt, texts);
    }
}

static int do_nothing(int count, int key)
{
    (void)count;
    (void)key;
    return 0;
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
    rl_attempted_completion_function = no_words;
    rl_completion_display_matches_hook = show_files;
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("enable-bracketed-paste", "off");
}

PgmPrompt *pgm_prompt_open(PgmDisplay *display, const PgmPromptOptions *options)
{
    g_return_val_if_fail(open_prompt == NULL, NULL);
    PgmPrompt *prompt = g_new0(PgmPrompt, 1);
    prompt->display = display;
    prompt->options = *options;
    prompt->label = g_strdup(options->label);
    prompt->input = g_string_new(NULL);
    open_prompt = prompt;
    set_up_readline();
    lend_history(options->history);
    pgm_display_begin_raw(display);
    pgm_display_bracket_paste(display, TRUE);
    rl_callback_handler_install("", line_done);
    /* Unbound, readline would take the keys' last letter for something typed. */
    rl_bind_keyseq("\\e[5~", do_nothing);
    rl_bind_keyseq("\\e[6~", do_nothing);
    rl_bind_key('\t', options->completion == PGM_COMPLETE_WORDS ? complete_words : rl_complete);
    if (options->initial != NULL)
    {
        rl_insert_text(options->initial);
        rl_point = options->cursor >= 0 ? MIN(options->cursor, rl_end) : rl_end;
    }
    prompt->options.initial = NULL;
    prompt->options.label = NULL;
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
    pgm_display_bracket_paste(prompt->display, FALSE);
    pgm_display_end_raw(prompt->display);
    g_string_free(prompt->input, TRUE);
    if (prompt->paste != NULL)
    {
        g_string_free(prompt->paste, TRUE);
    }
    g_free(prompt->label);
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

/* Line ends kept or made blanks, and nothing in it that could act: no other control character. */
static void insert_pasted(const GString *text, gboolean several_lines)
{
    GString *clean = g_string_new(NULL);
    for (gsize i = 0; i < text->len; i++)
    {
        char c = text->str[i];
        gboolean end = c == '\r' || c == '\n';
        if (c == '\n' && i > 0 && text->str[i - 1] == '\r')
        {
            continue;
        }
        if (end || c == '\t')
        {
            g_string_append_c(clean, end && several_lines ? '\n' : c == '\t' ? '\t' : ' ');
        }
        else if ((guchar)c >= 0x20 && c != 0x7F)
        {
            g_string_append_c(clean, c);
        }
    }
    g_strchomp(clean->str);
    rl_begin_undo_group();
    rl_insert_text(clean->str);
    rl_end_undo_group();
    g_string_free(clean, TRUE);
}

/* Takes what is pasted out of the input. It may hold any byte, NUL too. */
static void take_paste(PgmPrompt *prompt)
{
    const char *rest = prompt->input->str + prompt->next;
    gsize length = prompt->input->len - prompt->next, mark = strlen(paste_ends);
    const char *end = memmem(rest, length, paste_ends, mark);
    /* The mark of the end may be cut in two. */
    gsize taken = end != NULL ? (gsize)(end - rest) : length - MIN(length, mark - 1);
    g_string_append_len(prompt->paste, rest, (gssize)MIN(taken, PASTE_MOST - MIN(prompt->paste->len, PASTE_MOST)));
    prompt->next += taken;
    if (end != NULL)
    {
        prompt->next += mark;
        insert_pasted(prompt->paste, prompt->options.several_lines);
        g_string_free(g_steal_pointer(&prompt->paste), TRUE);
    }
}

/* A line end that more follows at once was not typed: some terminals know no bracketed paste. */
static gboolean is_pasted_line_end(const PgmPrompt *prompt)
{
    char c = prompt->input->str[prompt->next];
    if (!prompt->options.several_lines || (c != '\r' && c != '\n'))
    {
        return FALSE;
    }
    return c == '\n' || prompt->next + 1 < prompt->input->len || more_within(PASTE_REST_MS);
}

static void take_key(PgmPrompt *prompt)
{
    if (prompt->input->str[prompt->next] == PGM_KEY_CTRL_C)
    {
        call_off(prompt);
    }
    else if (is_pasted_line_end(prompt))
    {
        prompt->next++;
        rl_insert_text("\n");
    }
    else
    {
        rl_callback_read_char();
    }
}

static void take_input(PgmPrompt *prompt)
{
    while (prompt->state == PGM_PROMPT_OPEN && prompt->next < prompt->input->len)
    {
        const char *rest = prompt->input->str + prompt->next;
        if (prompt->paste != NULL)
        {
            gsize before = prompt->next;
            take_paste(prompt);
            if (prompt->paste != NULL && prompt->next == before)
            {
                break;
            }
        }
        else if (g_str_has_prefix(rest, paste_begins))
        {
            prompt->next += strlen(paste_begins);
            prompt->paste = g_string_new(NULL);
        }
        else if (strlen(rest) > 1 && g_str_has_prefix(paste_begins, rest) && more_within(PASTE_REST_MS))
        {
            break; /* the mark of a beginning, cut in two */
        }
        else
        {
            take_key(prompt);
        }
    }
    g_string_erase(prompt->input, 0, (gssize)prompt->next);
    prompt->next = 0;
}

PgmPromptState pgm_prompt_feed(PgmPrompt *prompt)
{
    char bytes[4096];
    while (prompt->state == PGM_PROMPT_OPEN && more_within(0))
    {
        ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
        if (got <= 0)
        {
            if (got < 0 && (errno == EINTR || errno == EAGAIN))
            {
                break;
            }
            prompt->state = PGM_PROMPT_END;
            break;
        }
        g_clear_pointer(&prompt->choices, g_free);
        gboolean first = prompt->input->len == 0 && prompt->paste == NULL;
        if (first && got == 1 && bytes[0] == PGM_KEY_ESCAPE && !more_within(LONE_ESCAPE_MS))
        {
            call_off(prompt);
        }
        g_string_append_len(prompt->input, bytes, got);
        take_input(prompt);
    }
    return prompt->state;
}

const char *pgm_prompt_line(void)
{
    return rl_line_buffer != NULL ? rl_line_buffer : "";
}

const char *pgm_prompt_text(const PgmPrompt *prompt)
{
    return prompt->text;
}

static int draw_hint(const PgmPrompt *prompt, PgmDisplay *display, int row)
{
    gboolean empty = rl_line_buffer == NULL || *rl_line_buffer == '\0';
    const char *text = prompt->choices != NULL ? prompt->choices : empty ? prompt->options.hint : NULL;
    if (text == NULL)
    {
        return 0;
    }
    pgm_display_fill(display, row, 0, pgm_display_columns(display), PGM_STYLE_DIM, "");
    pgm_display_text(display, row, 1, pgm_display_columns(display) - 2, PGM_STYLE_DIM, text);
    return 1;
}

int pgm_prompt_draw(PgmPrompt *prompt, PgmDisplay *display)
{
    int columns = pgm_display_columns(display);
    int label_columns = MIN(pgm_text_columns(prompt->label) + 1, columns * 2 / 3);
    int room = columns - label_columns - 2;
    const char *typed = pgm_prompt_line();
    PgmTypedLines layout =
        prompt->options.several_lines ? pgm_typed_lines(typed, rl_point, room) : pgm_typed_line(typed, rl_point, room);
    int count = (int)layout.lines->len;
    int shown = MIN(count, MAX(pgm_display_rows(display) / 2, 1));
    int first = CLAMP(layout.row - shown + 1, 0, count - shown);
    int top = pgm_display_rows(display) - shown;
    for (int i = 0; i < shown; i++)
    {
        pgm_display_fill(display, top + i, 0, columns, PGM_STYLE_NORMAL, "");
        pgm_display_text(display, top + i, 1 + label_columns, room, PGM_STYLE_NORMAL,
                         g_ptr_array_index(layout.lines, (guint)(first + i)));
    }
    pgm_display_text(display, top, 1, label_columns - 1, PGM_STYLE_STRONG, prompt->label);
    pgm_display_cursor(display, top + layout.row - first, 1 + label_columns + layout.column);
    g_ptr_array_unref(layout.lines);
    return shown + draw_hint(prompt, display, top - 1);
}
