/* plain_input.c - lines typed in the plain terminal, or read from a pipe. */
#include "cli/plain_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/readline.h>

struct PgmPlainInput
{
    gboolean terminal; /* standard input is one */
    gboolean readline; /* standard output too */
    char *prompt;      /* open; NULL */
    gboolean hidden;
    GString *buffer; /* read and not yet taken */
    gboolean ended;
    /* what readline's handler found */
    char *typed;
    gboolean typed_end;
};

/* readline hands its line to a function without a parameter. */
static PgmPlainInput *current;

static void take_typed(char *line)
{
    rl_callback_handler_remove();
    current->typed = g_strdup(line);
    current->typed_end = line == NULL;
    free(line);
}

PgmPlainInput *pgm_plain_input_new(void)
{
    PgmPlainInput *input = g_new0(PgmPlainInput, 1);
    input->terminal = isatty(STDIN_FILENO);
    input->readline = input->terminal && isatty(STDOUT_FILENO);
    input->buffer = g_string_new(NULL);
    current = input;
    rl_readline_name = "pgmedic";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_variable_bind("enable-bracketed-paste", "off"); /* its sequences would stand in every transcript */
    return input;
}

static void close_prompt(PgmPlainInput *input)
{
    if (input->prompt != NULL && input->readline)
    {
        rl_callback_handler_remove();
    }
    g_clear_pointer(&input->prompt, g_free);
}

void pgm_plain_input_free(PgmPlainInput *input)
{
    close_prompt(input);
    g_free(input->typed);
    g_string_free(input->buffer, TRUE);
    g_free(input);
    current = NULL;
}

gboolean pgm_plain_input_is_terminal(const PgmPlainInput *input)
{
    return input->terminal;
}

void pgm_plain_input_prompt(PgmPlainInput *input, const char *prompt)
{
    close_prompt(input);
    input->prompt = g_strdup(prompt);
    if (input->terminal)
    {
        tcflush(STDIN_FILENO, TCIFLUSH);
        g_string_truncate(input->buffer, 0);
    }
    fflush(stdout);
    if (input->readline)
    {
        rl_callback_handler_install(prompt, take_typed);
        return;
    }
    fputs(prompt, stdout);
    fflush(stdout);
}

void pgm_plain_input_change_prompt(PgmPlainInput *input, const char *prompt)
{
    if (input->prompt == NULL || !input->readline || g_str_equal(input->prompt, prompt))
    {
        return;
    }
    g_free(input->prompt);
    input->prompt = g_strdup(prompt);
    rl_set_prompt(prompt);
    if (!input->hidden)
    {
        rl_redisplay();
    }
}

void pgm_plain_input_withdraw(PgmPlainInput *input)
{
    if (input->prompt == NULL)
    {
        return;
    }
    if (input->readline)
    {
        rl_clear_visible_line();
        rl_replace_line("", 0);
        fflush(stdout);
    }
    else
    {
        fputc('\n', stdout);
    }
    close_prompt(input);
}

void pgm_plain_input_hide(PgmPlainInput *input)
{
    if (input->prompt != NULL && input->readline && !input->hidden)
    {
        rl_clear_visible_line();
        fflush(stdout);
        input->hidden = TRUE;
    }
}

void pgm_plain_input_show(PgmPlainInput *input)
{
    fflush(stdout);
    if (input->prompt != NULL && input->hidden)
    {
        rl_on_new_line();
        rl_redisplay();
    }
    input->hidden = FALSE;
}

int pgm_plain_input_fd(const PgmPlainInput *input)
{
    gboolean wanted = input->prompt != NULL || input->terminal;
    return wanted && !input->ended ? STDIN_FILENO : -1;
}

/* The next whole line of what was read; NULL: there is none. */
static char *next_line(PgmPlainInput *input)
{
    const char *end = memchr(input->buffer->str, '\n', input->buffer->len);
    if (end == NULL)
    {
        return NULL;
    }
    gsize length = (gsize)(end - input->buffer->str);
    char *line = g_strndup(input->buffer->str, length);
    g_string_erase(input->buffer, 0, (gssize)length + 1);
    return line;
}

static void read_more(PgmPlainInput *input)
{
    char bytes[4096];
    /* From a pipe not a byte more than the line: what follows may be meant for whoever reads next. */
    ssize_t n = read(STDIN_FILENO, bytes, input->terminal ? sizeof bytes : 1);
    if (n > 0)
    {
        g_string_append_len(input->buffer, bytes, n);
    }
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
    {
        input->ended = TRUE;
    }
}

static PgmInputState take_from_readline(PgmPlainInput *input, gboolean readable, char **line)
{
    if (readable)
    {
        rl_callback_read_char();
    }
    if (input->typed_end)
    {
        g_clear_pointer(&input->prompt, g_free);
        input->ended = TRUE;
        return PGM_INPUT_END;
    }
    if (input->typed == NULL)
    {
        return PGM_INPUT_NONE;
    }
    g_clear_pointer(&input->prompt, g_free);
    *line = g_steal_pointer(&input->typed);
    return PGM_INPUT_LINE;
}

PgmInputState pgm_plain_input_take(PgmPlainInput *input, gboolean readable, char **line)
{
    *line = NULL;
    if (input->prompt != NULL && input->readline)
    {
        return take_from_readline(input, readable, line);
    }
    char *whole = next_line(input);
    if (whole == NULL && readable && !input->ended)
    {
        read_more(input);
        whole = next_line(input);
    }
    if (whole == NULL)
    {
        return input->ended ? PGM_INPUT_END : PGM_INPUT_NONE;
    }
    if (input->prompt != NULL && !input->terminal)
    {
        fputc('\n', stdout); /* what a terminal would have echoed */
    }
    g_clear_pointer(&input->prompt, g_free);
    *line = whole;
    return PGM_INPUT_LINE;
}
