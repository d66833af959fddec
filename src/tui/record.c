/* record.c - a result expanded: row below row, a line for each column and more where a value needs it. */
#include "pgmedic/text.h"
#include "tui/cell.h"
#include "tui/grid.h"

enum
{
    GAP = 3, /* " │ " */
};

typedef struct
{
    char *name; /* safe; NULL: the heading, or a value goes on */
    char *text; /* safe */
    gboolean heading, null;
} Line;

static void line_free(gpointer data)
{
    Line *line = data;
    g_free(line->name);
    g_free(line->text);
    g_free(line);
}

static void add(GPtrArray *lines, char *name, char *text, gboolean heading, gboolean null)
{
    Line *line = g_new(Line, 1);
    *line = (Line){name, text, heading, null};
    g_ptr_array_add(lines, line);
}

static int name_width(const PgmReaderNews *news, int columns)
{
    int width = 1;
    for (guint i = 0; i < news->columns->len; i++)
    {
        const PgmReaderColumn *column = g_ptr_array_index(news->columns, i);
        g_autofree char *name = pgm_cell_text(column->name, G_MAXINT);
        width = MAX(width, pgm_text_columns(name));
    }
    return MIN(width, MAX(columns / 3, 1));
}

static void add_value(GPtrArray *lines, const char *raw_name, const char *value, int columns)
{
    char *name = pgm_cell_text(raw_name, G_MAXINT);
    if (value == NULL)
    {
        add(lines, name, g_strdup(PGM_CELL_NULL), FALSE, TRUE);
        return;
    }
    /* A line end in a value is one here too: the text between is safe. */
    g_autofree char *safe = pgm_text_safe_lines(value, -1);
    g_auto(GStrv) pieces = pgm_text_wrap(safe, MAX(columns, 1));
    for (guint i = 0; pieces[i] != NULL; i++)
    {
        add(lines, i == 0 ? g_steal_pointer(&name) : NULL, g_strdup(pieces[i]), FALSE, FALSE);
    }
    if (name != NULL)
    {
        add(lines, name, g_strdup(""), FALSE, FALSE);
    }
}

/* NULL: the row is not in the window. */
static GPtrArray *lines_of(const PgmReaderNews *news, gint64 row, int columns)
{
    const char *const *values = pgm_grid_row(news, row);
    if (values == NULL)
    {
        return NULL;
    }
    GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
    int room = columns - name_width(news, columns) - GAP;
    g_autofree char *number = pgm_text_count(row + 1);
    add(lines, NULL, g_strdup_printf("─ row %s ", number), TRUE, FALSE);
    for (guint i = 0; i < news->columns->len; i++)
    {
        const PgmReaderColumn *column = g_ptr_array_index(news->columns, i);
        add_value(lines, column->name, values[i], room);
    }
    return lines;
}

static int count_lines(const PgmGrid *grid, const PgmReaderNews *news, gint64 row)
{
    g_autoptr(GPtrArray) lines = lines_of(news, row, grid->inside.columns);
    return lines != NULL ? (int)lines->len : (int)news->columns->len + 1;
}

static void draw_line(PgmDisplay *display, PgmArea area, const Line *line, int width, const char *search)
{
    if (line->heading)
    {
        GString *rule = g_string_new(line->text);
        for (int i = pgm_text_columns(line->text); i < area.columns; i++)
        {
            g_string_append(rule, "─");
        }
        pgm_display_text(display, area.row, area.column, area.columns, PGM_STYLE_FRAME, rule->str);
        g_string_free(rule, TRUE);
        return;
    }
    int x = width + GAP;
    pgm_display_text(display, area.row, area.column, width, PGM_STYLE_STRONG, line->name != NULL ? line->name : "");
    pgm_display_text(display, area.row, area.column + width + 1, 1, PGM_STYLE_FRAME, "│");
    pgm_display_text(display, area.row, area.column + x, area.columns - x,
                     line->null ? PGM_STYLE_DIM : PGM_STYLE_NORMAL, line->text);
    if (!line->null)
    {
        pgm_grid_mark(display, area.row, area.column + x, area.columns - x, line->text, search, PGM_STYLE_SELECTED);
    }
}

void pgm_record_draw(PgmGrid *grid, PgmDisplay *display, PgmArea area, const PgmReaderNews *news, const char *search)
{
    grid->inside = area;
    grid->last = (int)news->columns->len - 1;
    pgm_grid_select(grid, grid->selected, news);
    if (pgm_grid_row(news, grid->selected) != NULL || pgm_grid_row(news, grid->drawn) == NULL)
    {
        grid->drawn = grid->selected;
    }
    int width = name_width(news, area.columns), skip = grid->drawn == grid->selected ? grid->line : 0;
    int at = 0;
    for (gint64 row = grid->drawn; row < news->rows && at < area.rows; row++)
    {
        g_autoptr(GPtrArray) lines = lines_of(news, row, area.columns);
        for (guint i = (guint)skip; lines != NULL && i < lines->len && at < area.rows; i++)
        {
            draw_line(display, (PgmArea){area.row + at, area.column, 1, area.columns}, g_ptr_array_index(lines, i),
                      width, search);
            at++;
        }
        skip = 0;
    }
}

char *pgm_record_place(const PgmGrid *grid, const PgmReaderNews *news)
{
    g_autofree char *row = pgm_text_count(MIN(grid->drawn + 1, news->rows));
    g_autofree char *rows = pgm_text_count(news->rows);
    return g_strdup_printf("row %s of %s%s", row, rows, news->whole ? "" : "+");
}

static void scroll_down(PgmGrid *grid, const PgmReaderNews *news, int lines)
{
    while (lines > 0)
    {
        int count = count_lines(grid, news, grid->selected);
        gboolean last = grid->selected + 1 >= news->rows;
        int most = last ? MAX(count - grid->inside.rows, 0) : count;
        int step = MIN(lines, most - grid->line);
        if (step <= 0)
        {
            return;
        }
        grid->line += step;
        lines -= step;
        if (!last && grid->line >= count)
        {
            pgm_grid_select(grid, grid->selected + 1, news);
        }
    }
}

static void scroll_up(PgmGrid *grid, const PgmReaderNews *news, int lines)
{
    while (lines > 0)
    {
        if (grid->line == 0 && grid->selected == 0)
        {
            return;
        }
        if (grid->line == 0)
        {
            pgm_grid_select(grid, grid->selected - 1, news);
            grid->line = count_lines(grid, news, grid->selected);
        }
        int step = MIN(lines, grid->line);
        grid->line -= step;
        lines -= step;
    }
}

gboolean pgm_record_act(PgmGrid *grid, PgmAction action, const PgmReaderNews *news)
{
    int page = MAX(grid->inside.rows - 1, 1);
    switch (action)
    {
    case PGM_ACTION_UP:
        scroll_up(grid, news, 1);
        return TRUE;
    case PGM_ACTION_DOWN:
        scroll_down(grid, news, 1);
        return TRUE;
    case PGM_ACTION_PAGE_UP:
        scroll_up(grid, news, page);
        return TRUE;
    case PGM_ACTION_PAGE_DOWN:
        scroll_down(grid, news, page);
        return TRUE;
    case PGM_ACTION_LEFT:
        pgm_grid_select(grid, grid->selected - 1, news);
        return TRUE;
    case PGM_ACTION_RIGHT:
        pgm_grid_select(grid, grid->selected + 1, news);
        return TRUE;
    case PGM_ACTION_FIRST:
    case PGM_ACTION_LAST:
        pgm_grid_select(grid, action == PGM_ACTION_FIRST ? 0 : news->rows - 1, news);
        grid->line = 0;
        return TRUE;
    default:
        return FALSE;
    }
}
