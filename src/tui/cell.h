/*
 * cell.h - a value of a result as one line of safe text, and finding text in it.
 */
#ifndef PGMEDIC_TUI_CELL_H
#define PGMEDIC_TUI_CELL_H

#include <glib.h>

#define PGM_CELL_NULL                                                                                                  \
    "∅" /* what SQL null looks like: no value of a column is shown like that, but for its own sign                     \
         */

/* VALUE, raw, at most some LIMIT characters of it: line ends as ↵, the rest as pgm_text_safe(). NULL gives
 * PGM_CELL_NULL. Caller frees. */
char *pgm_cell_text(const char *value, int limit);
/* Where TEXT begins in SAFE, letters' case aside; *LENGTH: how many bytes of SAFE it takes. NULL: nowhere. */
const char *pgm_cell_find(const char *safe, const char *text, gsize *length);
/* What is left of SAFE without its first COLUMNS columns; half a wide character is a blank. Caller frees. */
char *pgm_cell_from(const char *safe, int columns);

#endif
