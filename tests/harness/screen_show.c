/* screen_show.c - what stands on the terminal's screen. */
#include "screen_private.h"

#include <stdio.h>
#include <string.h>

int pgm_screen_rows(const PgmScreen *screen)
{
    int rows;
    int columns;

    vterm_get_size(screen->vt, &rows, &columns);
    return rows;
}

int pgm_screen_columns(const PgmScreen *screen)
{
    int rows;
    int columns;

    vterm_get_size(screen->vt, &rows, &columns);
    return columns;
}

static int palette_index(VTermColor colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour))
    {
        return -1;
    }
    return VTERM_COLOR_IS_INDEXED(&colour) ? colour.indexed.idx : -2;
}

PgmScreenCell pgm_screen_cell(const PgmScreen *screen, int row, int column)
{
    VTermScreenCell raw;
    PgmScreenCell cell = {.width = 1};
    int used = 0;

    memset(&raw, 0, sizeof raw);
    g_assert_true(vterm_screen_get_cell(screen->cells, (VTermPos){.row = row, .col = column}, &raw));
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && raw.chars[i] != 0 && raw.chars[i] != (uint32_t)-1; i++)
    {
        used += g_unichar_to_utf8(raw.chars[i], cell.text + used);
    }
    if (raw.chars[0] == 0)
    {
        cell.text[0] = ' ';
    }
    cell.width = raw.width;
    cell.foreground = palette_index(raw.fg);
    cell.background = palette_index(raw.bg);
    cell.bold = raw.attrs.bold;
    cell.underline = raw.attrs.underline != 0;
    cell.reverse = raw.attrs.reverse;
    return cell;
}

/* A row's text up to COLUMN. */
static GString *row_text(const PgmScreen *screen, int row, int columns)
{
    GString *text = g_string_new(NULL);

    for (int column = 0; column < columns; column++)
    {
        PgmScreenCell cell = pgm_screen_cell(screen, row, column);

        g_string_append(text, cell.text);
    }
    return text;
}

char *pgm_screen_row(const PgmScreen *screen, int row)
{
    return g_strchomp(g_string_free(row_text(screen, row, pgm_screen_columns(screen)), FALSE));
}

char *pgm_screen_text(const PgmScreen *screen)
{
    GString *text = g_string_new(NULL);

    for (int row = 0; row < pgm_screen_rows(screen); row++)
    {
        g_autofree char *line = pgm_screen_row(screen, row);

        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

/* The column of the cell at which the byte OFFSET of the row's text begins. */
static int column_of(const PgmScreen *screen, int row, gsize offset)
{
    gsize bytes = 0;
    int column = 0;

    while (bytes < offset)
    {
        PgmScreenCell cell = pgm_screen_cell(screen, row, column++);

        bytes += strlen(cell.text);
    }
    return column;
}

gboolean pgm_screen_find(const PgmScreen *screen, const char *text, int *row, int *column)
{
    for (int r = 0; r < pgm_screen_rows(screen); r++)
    {
        g_autofree char *line = g_string_free(row_text(screen, r, pgm_screen_columns(screen)), FALSE);
        const char *at = strstr(line, text);

        if (at != NULL)
        {
            if (row != NULL)
            {
                *row = r;
            }
            if (column != NULL)
            {
                *column = column_of(screen, r, (gsize)(at - line));
            }
            return TRUE;
        }
    }
    return FALSE;
}

PgmScreenCell pgm_screen_cell_of(const PgmScreen *screen, const char *text)
{
    int row = 0;
    int column = 0;

    if (!pgm_screen_find(screen, text, &row, &column))
    {
        g_autofree char *message = g_strdup_printf("not on the screen: \"%s\"", text);

        pgm_screen_fail(screen, __FILE__, __LINE__, G_STRFUNC, message);
    }
    return pgm_screen_cell(screen, row, column);
}

void pgm_screen_cursor(const PgmScreen *screen, int *row, int *column)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(screen->vt), &position);
    *row = position.row;
    *column = position.col;
}

gboolean pgm_screen_cursor_visible(const PgmScreen *screen)
{
    return screen->cursor_visible;
}

gboolean pgm_screen_alternate(const PgmScreen *screen)
{
    return screen->alternate;
}

gboolean pgm_screen_mouse(const PgmScreen *screen)
{
    return screen->mouse != VTERM_PROP_MOUSE_NONE;
}

const GString *pgm_screen_output(const PgmScreen *screen)
{
    return screen->output;
}

char *pgm_screen_dump(const PgmScreen *screen)
{
    GString *dump = g_string_new(NULL);
    int rows = pgm_screen_rows(screen);
    int columns = pgm_screen_columns(screen);
    int cursor_row;
    int cursor_column;

    pgm_screen_cursor(screen, &cursor_row, &cursor_column);
    g_string_append_printf(dump, "%s, %d columns by %d rows, cursor %s at row %d column %d, ", screen->title, columns,
                           rows, screen->cursor_visible ? "shown" : "hidden", cursor_row, cursor_column);
    if (screen->pid > 0)
    {
        g_string_append(dump, "still running\n");
    }
    else
    {
        g_string_append_printf(dump, "ended with exit code %d\n", screen->exit);
    }
    for (int row = 0; row < rows; row++)
    {
        g_autofree char *line = g_string_free(row_text(screen, row, columns), FALSE);

        g_string_append_printf(dump, "%3d|%s|\n", row, line);
    }
    return g_string_free(dump, FALSE);
}

/* Standard error, and not GLib's printing: that would turn lines and blocks into question marks. */
void pgm_screen_fail(const PgmScreen *screen, const char *file, int line, const char *function, const char *message)
{
    g_autofree char *dump = pgm_screen_dump(screen);

    fputs(dump, stderr);
    g_assertion_message(G_LOG_DOMAIN, file, line, function, message);
}
