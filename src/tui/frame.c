/* frame.c - boxes and areas. */
#include "tui/frame.h"

#include "pgmedic/text.h"

#include <string.h>

static void horizontal(PgmDisplay *display, int row, PgmArea area, PgmStyle style, const char *left, const char *right)
{
    GString *line = g_string_new(left);
    for (int i = 0; i < area.columns - 2; i++)
    {
        g_string_append(line, "─");
    }
    g_string_append(line, right);
    pgm_display_text(display, row, area.column, area.columns, style, line->str);
    g_string_free(line, TRUE);
}

static void draw_title(PgmDisplay *display, PgmArea area, PgmStyle style, const char *title, const char *note)
{
    int room = area.columns - 4;
    int note_columns = note != NULL ? pgm_text_columns(note) + 2 : 0;
    if (note_columns > 0 && note_columns + 8 <= room)
    {
        g_autofree char *text = g_strdup_printf(" %s ", note);
        pgm_display_text(display, area.row, area.column + area.columns - 1 - note_columns, note_columns, PGM_STYLE_DIM,
                         text);
        room -= note_columns;
    }
    g_autofree char *cut = pgm_text_cut(title, room - 2);
    g_autofree char *text = g_strdup_printf(" %s ", cut);
    pgm_display_text(display, area.row, area.column + 1, room, style == PGM_STYLE_FRAME ? PGM_STYLE_STRONG : style,
                     text);
}

void pgm_frame_draw_note(PgmDisplay *display, PgmArea area, PgmStyle style, const char *title, const char *note)
{
    horizontal(display, area.row, area, style, "┌", "┐");
    draw_title(display, area, style, title, note);
}

PgmArea pgm_frame_draw(PgmDisplay *display, PgmArea area, PgmStyle style, const char *title, const char *note)
{
    if (area.rows < 2 || area.columns < 8)
    {
        return (PgmArea){area.row, area.column, 0, 0};
    }
    horizontal(display, area.row, area, style, "┌", "┐");
    horizontal(display, area.row + area.rows - 1, area, style, "└", "┘");
    for (int row = area.row + 1; row < area.row + area.rows - 1; row++)
    {
        pgm_display_text(display, row, area.column, 1, style, "│");
        pgm_display_text(display, row, area.column + area.columns - 1, 1, style, "│");
    }
    draw_title(display, area, style, title, note);
    return (PgmArea){area.row + 1, area.column + 2, area.rows - 2, area.columns - 4};
}

char *pgm_frame_bar(int percent, int width)
{
    GString *bar = g_string_new(NULL);
    int full = CLAMP(percent, 0, 100) * width / 100;
    for (int i = 0; i < width; i++)
    {
        g_string_append(bar, i < full ? "█" : "░");
    }
    return g_string_free(bar, FALSE);
}

PgmArea pgm_area_take_top(PgmArea *area, int rows)
{
    rows = CLAMP(rows, 0, area->rows);
    PgmArea taken = {area->row, area->column, rows, area->columns};
    area->row += rows;
    area->rows -= rows;
    return taken;
}

PgmArea pgm_area_take_bottom(PgmArea *area, int rows)
{
    rows = CLAMP(rows, 0, area->rows);
    area->rows -= rows;
    return (PgmArea){area->row + area->rows, area->column, rows, area->columns};
}

PgmArea pgm_area_take_left(PgmArea *area, int columns)
{
    columns = CLAMP(columns, 0, area->columns);
    PgmArea taken = {area->row, area->column, area->rows, columns};
    area->column += columns;
    area->columns -= columns;
    return taken;
}

void pgm_list_fit(PgmList *list, int count, int rows)
{
    list->count = count;
    list->selected = CLAMP(list->selected, 0, MAX(count - 1, 0));
    if (rows <= 0)
    {
        return;
    }
    if (list->selected < list->top)
    {
        list->top = list->selected;
    }
    if (list->selected >= list->top + rows)
    {
        list->top = list->selected - rows + 1;
    }
    list->top = CLAMP(list->top, 0, MAX(count - rows, 0));
}
