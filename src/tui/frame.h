/*
 * frame.h - panels: a box with a title, and what is in it.
 */
#ifndef PGMEDIC_TUI_FRAME_H
#define PGMEDIC_TUI_FRAME_H

#include "tui/display.h"

/* Draws a box with TITLE (safe) in its upper edge and NOTE (safe; NULL: none) at the right of it; returns the inside,
 * one blank off the sides. STYLE is the frame's. */
PgmArea pgm_frame_draw(PgmDisplay *display, PgmArea area, PgmStyle style, const char *title, const char *note);

/* Puts NOTE into the upper edge of a frame that was drawn without one. */
void pgm_frame_draw_note(PgmDisplay *display, PgmArea area, PgmStyle style, const char *title, const char *note);

/* A bar of WIDTH columns that is PERCENT (0 to 100) full, "█████░░░". Caller frees. */
char *pgm_frame_bar(int percent, int width);

/* AREA without its first ROWS rows, which are returned. */
PgmArea pgm_area_take_top(PgmArea *area, int rows);
PgmArea pgm_area_take_bottom(PgmArea *area, int rows);
PgmArea pgm_area_take_left(PgmArea *area, int columns);

/* A scrolling selection among COUNT rows. */
typedef struct
{
    int count, selected, top;
} PgmList;

/* Keeps the selection inside COUNT rows and in sight of ROWS. Call before drawing. */
void pgm_list_fit(PgmList *list, int count, int rows);

#endif
