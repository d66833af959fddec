/* outline_token.h - the tokens of an SQL text, by PostgreSQL's own scanner. */
#ifndef PGMEDIC_PG_OUTLINE_TOKEN_H
#define PGMEDIC_PG_OUTLINE_TOKEN_H

#include <glib.h>

typedef enum
{
    PGM_OUTLINE_WORD,   /* folded identifier or keyword */
    PGM_OUTLINE_QUOTED, /* "identifier" */
    PGM_OUTLINE_OTHER,  /* punctuation, constants: text as written */
} PgmOutlineTokenKind;

typedef struct
{
    PgmOutlineTokenKind kind;
    char *text;
    int line;
    int depth; /* of parentheses around it; an opening or closing one counts as outside */
} PgmOutlineToken;

/* Elements PgmOutlineToken, without comments; freed with the array. Empty when the scanner refuses the text. */
GArray *pgm_outline_scan(const char *sql);

#endif
