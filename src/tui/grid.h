/*
 * grid.h - a result in columns, or one row below the other: what is in sight of it, and moving in it.
 *
 * Both draw from the window of rows that the newest news hold. Where the rows
 * that should be in sight have not come yet, those drawn last stay.
 */
#ifndef PGMEDIC_TUI_GRID_H
#define PGMEDIC_TUI_GRID_H

#include "tui/display.h"
#include "tui/keys.h"
#include "tui/reader.h"

typedef struct
{
    gint64 top, selected;
    int column;     /* the first one in sight */
    int shift;      /* display columns of it that are out of sight */
    int line;       /* expanded: the selected row's first line in sight */
    PgmArea inside; /* the rows' place, as last drawn */
    gint64 drawn;   /* the first row as last drawn; expanded too */
    int last;       /* the last column in sight, as last drawn */
} PgmGrid;

/* SEARCH: text to be marked; NULL. */
void pgm_grid_draw(PgmGrid *grid, PgmDisplay *display, PgmArea area, const PgmReaderNews *news, const char *search);
/* FALSE: ACTION is not the grid's. */
gboolean pgm_grid_act(PgmGrid *grid, PgmAction action, const PgmReaderNews *news);
void pgm_grid_select(PgmGrid *grid, gint64 row, const PgmReaderNews *news);
/* Brings the selected row's first column that holds SEARCH into sight. */
void pgm_grid_turn_to(PgmGrid *grid, const PgmReaderNews *news, const char *search);
/* "rows 1-20 of 200+ · columns 3-7 of 12", "" when everything is in sight. Caller frees. */
char *pgm_grid_place(const PgmGrid *grid, const PgmReaderNews *news);

/* record.c: the same rows, expanded, a line for each column and more where a value needs it. */
void pgm_record_draw(PgmGrid *grid, PgmDisplay *display, PgmArea area, const PgmReaderNews *news, const char *search);
char *pgm_record_place(const PgmGrid *grid, const PgmReaderNews *news); /* "row 3 of 200+" */
gboolean pgm_record_act(PgmGrid *grid, PgmAction action, const PgmReaderNews *news);

/* The values of ROW; NULL: not in the window. */
const char *const *pgm_grid_row(const PgmReaderNews *news, gint64 row);
/* Marks SEARCH (NULL: nothing) in TEXT, which stands at ROW and COLUMN of the display, WIDTH columns at most. */
void pgm_grid_mark(PgmDisplay *display, int row, int column, int width, const char *text, const char *search,
                   PgmStyle style);

#endif
