/*
 * prompt.h - a line typed with readline, drawn into the screen.
 *
 * Readline's callback interface is fed with the bytes that have arrived and
 * never waits, so that deadlines fire while a prompt is open. One prompt at a
 * time. Esc alone and Ctrl-C call it off.
 *
 * Pasted text never acts by itself: its line ends are kept in a prompt for
 * several lines, and are blanks in any other; Enter is a key of the operator's.
 */
#ifndef PGMEDIC_TUI_PROMPT_H
#define PGMEDIC_TUI_PROMPT_H

#include "tui/display.h"

typedef struct PgmPrompt PgmPrompt;
/* Lines typed before, the newest last; in memory only, since queries hold production data. */
typedef struct PgmHistory PgmHistory;

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
    PGM_COMPLETE_WORDS, /* by PgmComplete, or what the caller lists */
    PGM_COMPLETE_FILES,
} PgmCompletion;

/* What could stand in a line at the cursor. */
typedef struct
{
    int start;             /* bytes of the line, from here to the cursor, whose place a choice takes */
    GPtrArray *texts;      /* char*, raw, in the order to be shown; borrowed, or kept in `strings` */
    GStringChunk *strings; /* NULL until pgm_choices_keep() */
} PgmChoices;

/* Adds a copy of TEXT. */
void pgm_choices_keep(PgmChoices *choices, const char *text);

/* Adds those of WORDS (NULL-terminated; NULL: none) that begin like the last word before POINT. */
void pgm_choices_add_words(PgmChoices *choices, const char *const *words, const char *line, int point);

/* Adds to CHOICES what could stand before POINT (bytes) of LINE, and says where it begins. */
typedef void (*PgmComplete)(gpointer user, const char *line, int point, PgmChoices *choices);

typedef struct
{
    const char *label;   /* safe */
    const char *initial; /* NULL: empty */
    int cursor;          /* bytes into INITIAL; -1: its end */
    PgmCompletion completion;
    PgmComplete complete; /* for PGM_COMPLETE_WORDS */
    gpointer user;        /* its own; outlives the prompt */
    PgmHistory *history;  /* NULL: none; outlives the prompt */
    gboolean several_lines;
    const char *hint; /* safe; shown while nothing is typed; static; NULL */
} PgmPromptOptions;

PgmPrompt *pgm_prompt_open(PgmDisplay *display, const PgmPromptOptions *options);
void pgm_prompt_close(PgmPrompt *prompt);

/* Takes what has been typed. */
PgmPromptState pgm_prompt_feed(PgmPrompt *prompt);
/* What stands in the open prompt so far; raw. Valid until more is fed. */
const char *pgm_prompt_line(void);
/* As typed; raw. Valid when DONE. */
const char *pgm_prompt_text(const PgmPrompt *prompt);
/* Draws into the bottom rows of the display, and puts the cursor there. Returns how many rows it took. */
int pgm_prompt_draw(PgmPrompt *prompt, PgmDisplay *display);

PgmHistory *pgm_history_new(void);
void pgm_history_free(PgmHistory *history);

#endif
