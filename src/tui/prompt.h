/*
 * prompt.h - one line typed with readline, drawn into the screen.
 *
 * Readline's callback interface is fed with the bytes that have arrived and
 * never waits, so that deadlines fire while a prompt is open. One prompt at a
 * time. Esc alone and Ctrl-C call it off.
 */
#ifndef PGMEDIC_TUI_PROMPT_H
#define PGMEDIC_TUI_PROMPT_H

#include "tui/display.h"

typedef struct PgmPrompt PgmPrompt;

typedef enum
{
    PGM_PROMPT_OPEN,
    PGM_PROMPT_DONE,
    PGM_PROMPT_CALLED_OFF,
    PGM_PROMPT_END, /* the terminal is gone */
} PgmPromptState;

typedef enum
{
    PGM_COMPLETE_NOTHING,
    PGM_COMPLETE_WORDS,
    PGM_COMPLETE_FILES,
} PgmCompletion;

/* LABEL is safe text. INITIAL may be NULL. WORDS (copied; NULL: none) are what Tab completes. HISTORY: the line is
 * kept and offered again. */
PgmPrompt *pgm_prompt_open(PgmDisplay *display, const char *label, const char *initial, PgmCompletion completion,
                           const char *const *words, gboolean history);
void pgm_prompt_close(PgmPrompt *prompt);

/* Takes what has been typed. */
PgmPromptState pgm_prompt_feed(PgmPrompt *prompt);
/* As typed; raw. Valid when DONE. */
const char *pgm_prompt_text(const PgmPrompt *prompt);
/* Draws into the bottom rows of the display, and puts the cursor there. Returns how many rows it took. */
int pgm_prompt_draw(PgmPrompt *prompt, PgmDisplay *display);

#endif
