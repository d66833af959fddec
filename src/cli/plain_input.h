/*
 * plain_input.h - lines typed in the plain terminal, or read from a pipe, one question at a time.
 *
 * On a terminal it is readline's callback interface, so that a prompt can be
 * withdrawn and a clock can run meanwhile. Only one may exist at a time.
 */
#ifndef PGMEDIC_CLI_PLAIN_INPUT_H
#define PGMEDIC_CLI_PLAIN_INPUT_H

#include <glib.h>

typedef struct PgmPlainInput PgmPlainInput;

PgmPlainInput *pgm_plain_input_new(void);
/* The terminal is given back as it was. */
void pgm_plain_input_free(PgmPlainInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmPlainInput, pgm_plain_input_free)

/* Is standard input a terminal? Then lines typed while nothing is asked are taken too. */
gboolean pgm_plain_input_is_terminal(const PgmPlainInput *input);

/* Shows PROMPT (safe text). On a terminal, what was typed before is thrown away; the lines of a pipe wait for their
 * turn. Replaces an open prompt. */
void pgm_plain_input_prompt(PgmPlainInput *input, const char *prompt);
/* Another text for the open prompt; what is being typed stays. */
void pgm_plain_input_change_prompt(PgmPlainInput *input, const char *prompt);
void pgm_plain_input_withdraw(PgmPlainInput *input);

/* Around output while a prompt may be open: takes it away, shows it again. */
void pgm_plain_input_hide(PgmPlainInput *input);
void pgm_plain_input_show(PgmPlainInput *input);

/* What to poll for POLLIN; -1: nothing is to be read now. */
int pgm_plain_input_fd(const PgmPlainInput *input);

typedef enum
{
    PGM_INPUT_NONE, /* nothing whole yet */
    PGM_INPUT_LINE,
    PGM_INPUT_END, /* end of input; a line that was not ended counts for nothing */
} PgmInputState;

/* Reads once what is there (READABLE: poll said so), or takes a line that was read earlier. LINE gets the line without
 * its end; caller frees. The prompt is closed then. */
PgmInputState pgm_plain_input_take(PgmPlainInput *input, gboolean readable, char **line);

#endif
