/* typed_lines.h - what is typed in a prompt, as the lines that are drawn. */
#ifndef PGMEDIC_TUI_TYPED_LINES_H
#define PGMEDIC_TUI_TYPED_LINES_H

#include <glib.h>

typedef struct
{
    GPtrArray *lines; /* char*, safe; the caller frees it */
    int row, column;  /* where the cursor is in them */
} PgmTypedLines;

/* TYPED, raw, with the cursor before its byte POINT, in ROOM columns: one line that moves sideways with the cursor. */
PgmTypedLines pgm_typed_line(const char *typed, int point, int room);
/* The same with its line ends kept, and wrapped. */
PgmTypedLines pgm_typed_lines(const char *typed, int point, int room);

#endif
