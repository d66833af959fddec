/* grid.c - a result in columns. */
#include "tui/grid.h"

#include "pgmedic/text.h"
#include "tui/cell.h"

#include <string.h>

enum
{
    GAP = 3,           /* " │ " */
    LEAST_WIDEST = 24, /* a column may always be as wide as this */
};

const char *const *pgm_grid_row(const PgmReaderNews *news, gint64 row)
{
    if (news->window == NULL || row < news->first || row >= news->first + news->window->len)
    {
        return NULL;
    }
    return g_ptr_array_index(news->window, (guint)(row - news->first));
}

static const PgmReaderColumn *column_at(const PgmReaderNews *news, int column)
{
    return g_ptr_array_index(news->columns, (guint)column);
}

static int column_count(const PgmReaderNews *news)
{
    return news->columns != NULL ? (int)news->columns->len : 0;
}

/* Where all do not fit, none takes more than half of the room: Enter shows a value whole. */
static int column_width(const PgmReaderNews *news, int column, int room)
{
    int count = column_count(news), total = 0;
    for (int i = 0; i < count && total <= room; i++)
    {
        total += MAX(column_at(news, i)->width, 1) + (i > 0 ? GAP : 0);
    }
    int width = MAX(column_at(news, column)->width, 1);
    return count == 1 || total <= room ? width : MIN(width, MAX(room / 2, LEAST_WIDEST));
}

void pgm_grid_mark(PgmDisplay *display, int row, int column, int width, const char *text, const char *search,
                   PgmStyle style)
{
    gsize length = 0;
    const char *p = text;
    while (search != NULL && *search != '\0' && (p = pgm_cell_find(p, search, &length)) != NULL)
    {
        g_autofree char *before = g_strndup(text, (gsize)(p - text));
        g_autofree char *match = g_strndup(p, length);
        int at = pgm_text_columns(before);
        if (at < width)
        {
            pgm_display_text(display, row, column + at, width - at, style, match);
        }
        p += length;
    }
}

/* One line of the grid: VALUES, or NULL for the header. */
typedef struct
{
    PgmDisplay *display;
    const PgmReaderNews *news;
    const char *const *values;
    const char *search;
    PgmArea area; /* one row high */
    gboolean selected;
} Line;

static void draw_gap(const Line *line, int x)
{
    PgmStyle style = line->selected ? PGM_STYLE_SELECTED : PGM_STYLE_FRAME;
    if (x > 0 && x < line->area.columns)
    {
        pgm_display_text(line->display, line->area.row, line->area.column + x - 2, 1, style, "│");
    }
}

static void draw_cell(const Line *line, int column, int x, int width, int shift)
{
    int room = MIN(width - shift, line->area.columns - x);
    gboolean header = line->values == NULL;
    const char *value = header ? column_at(line->news, column)->name : line->values[column];
    g_autofree char *whole = pgm_cell_text(value, width + 1);
    g_autofree char *cut = pgm_text_cut(whole, width);
    int pad = column_at(line->news, column)->number ? width - pgm_text_columns(cut) : 0;
    g_autofree char *padded = g_strdup_printf("%*s%s", pad, "", cut);
    g_autofree char *text = shift > 0 ? pgm_cell_from(padded, shift) : g_strdup(padded);
    PgmStyle style = header           ? PGM_STYLE_TAB_ACTIVE
                     : line->selected ? PGM_STYLE_SELECTED
                     : value == NULL  ? PGM_STYLE_DIM
                                      : PGM_STYLE_NORMAL;
    pgm_display_text(line->display, line->area.row, line->area.column + x, room, style, text);
    if (!header && value != NULL)
    {
        pgm_grid_mark(line->display, line->area.row, line->area.column + x, room, text, line->search,
                      line->selected ? PGM_STYLE_NORMAL : PGM_STYLE_SELECTED);
    }
}

static void draw_line(PgmGrid *grid, const Line *line)
{
    if (line->selected)
    {
        pgm_display_fill(line->display, line->area.row, line->area.column, line->area.columns, PGM_STYLE_SELECTED, "");
    }
    int x = 0, count = column_count(line->news);
    for (int i = grid->column; i < count && x < line->area.columns; i++)
    {
        int width = column_width(line->news, i, line->area.columns);
        if (i == count - 1)
        {
            /* The last one has what is left. */
            width = MAX(width, MIN(column_at(line->news, i)->width, line->area.columns - x));
        }
        int shift = i == grid->column ? MIN(grid->shift, width - 1) : 0;
        draw_gap(line, x);
        draw_cell(line, i, x, width, shift);
        grid->last = i;
        x += width - shift + GAP;
    }
}

static gboolean covers(const PgmReaderNews *news, gint64 top, int rows)
{
    return pgm_grid_row(news, top) != NULL && pgm_grid_row(news, MIN(top + rows, news->rows) - 1) != NULL;
}

void pgm_grid_draw(PgmGrid *grid, PgmDisplay *display, PgmArea area, const PgmReaderNews *news, const char *search)
{
    Line line = {display, news, NULL, search, {area.row, area.column, 1, area.columns}, FALSE};
    grid->column = CLAMP(grid->column, 0, MAX(column_count(news) - 1, 0));
    draw_line(grid, &line);
    grid->inside = (PgmArea){area.row + 1, area.column, MAX(area.rows - 1, 0), area.columns};
    pgm_grid_select(grid, grid->selected, news);
    if (covers(news, grid->top, grid->inside.rows) || !covers(news, grid->drawn, 1))
    {
        grid->drawn = grid->top;
    }
    for (int i = 0; i < grid->inside.rows && grid->drawn + i < news->rows; i++)
    {
        line.area.row = grid->inside.row + i;
        line.values = pgm_grid_row(news, grid->drawn + i);
        line.selected = grid->drawn + i == grid->selected;
        if (line.values != NULL)
        {
            draw_line(grid, &line);
        }
    }
}

void pgm_grid_select(PgmGrid *grid, gint64 row, const PgmReaderNews *news)
{
    int rows = MAX(grid->inside.rows, 1);
    if (row != grid->selected)
    {
        grid->line = 0;
    }
    grid->selected = CLAMP(row, 0, MAX(news->rows - 1, 0));
    grid->top = CLAMP(grid->top, grid->selected - rows + 1, grid->selected);
    grid->top = CLAMP(grid->top, 0, MAX(news->rows - rows, 0));
}

static gboolean is_end_in_sight(const PgmGrid *grid, const PgmReaderNews *news)
{
    int total = -GAP - grid->shift;
    for (int i = grid->column; i < column_count(news); i++)
    {
        total += column_width(news, i, grid->inside.columns) + GAP;
    }
    return total <= grid->inside.columns;
}

/* Columns out of sight come one at a time; one that is wider than the room, in steps of half of it. */
static void turn(PgmGrid *grid, const PgmReaderNews *news, int step)
{
    int room = MAX(grid->inside.columns, 1), count = column_count(news);
    int half = MAX(room / 2, 1);
    if (step > 0 && is_end_in_sight(grid, news))
    {
        return;
    }
    if (step > 0)
    {
        int width = column_width(news, grid->column, room);
        if (width - grid->shift > room)
        {
            grid->shift += half;
        }
        else if (grid->column + 1 < count)
        {
            grid->column++;
            grid->shift = 0;
        }
    }
    else if (step < 0 && grid->shift > 0)
    {
        grid->shift = MAX(grid->shift - half, 0);
    }
    else if (step < 0 && grid->column > 0)
    {
        grid->column--;
    }
}

gboolean pgm_grid_act(PgmGrid *grid, PgmAction action, const PgmReaderNews *news)
{
    int page = MAX(grid->inside.rows - 1, 1);
    switch (action)
    {
    case PGM_ACTION_UP:
        pgm_grid_select(grid, grid->selected - 1, news);
        return TRUE;
    case PGM_ACTION_DOWN:
        pgm_grid_select(grid, grid->selected + 1, news);
        return TRUE;
    case PGM_ACTION_PAGE_UP:
        grid->top -= page;
        pgm_grid_select(grid, grid->selected - page, news);
        return TRUE;
    case PGM_ACTION_PAGE_DOWN:
        grid->top += page;
        pgm_grid_select(grid, grid->selected + page, news);
        return TRUE;
    case PGM_ACTION_FIRST:
        pgm_grid_select(grid, 0, news);
        return TRUE;
    case PGM_ACTION_LAST:
        pgm_grid_select(grid, news->rows - 1, news);
        return TRUE;
    case PGM_ACTION_LEFT:
        turn(grid, news, -1);
        return TRUE;
    case PGM_ACTION_RIGHT:
        turn(grid, news, 1);
        return TRUE;
    default:
        return FALSE;
    }
}

void pgm_grid_turn_to(PgmGrid *grid, const PgmReaderNews *news, const char *search)
{
    const char *const *values = pgm_grid_row(news, grid->selected);
    for (int i = 0; values != NULL && i < column_count(news); i++)
    {
        gsize length;
        g_autofree char *text = pgm_cell_text(values[i], G_MAXINT);
        if (values[i] != NULL && pgm_cell_find(text, search, &length) != NULL)
        {
            /* The last column in sight may be cut. */
            if (i < grid->column || (i >= grid->last && !is_end_in_sight(grid, news)))
            {
                grid->column = i;
                grid->shift = 0;
            }
            return;
        }
    }
}

char *pgm_grid_place(const PgmGrid *grid, const PgmReaderNews *news)
{
    GString *place = g_string_new(NULL);
    g_autofree char *rows = pgm_text_count(news->rows);
    if (news->rows > grid->inside.rows || !news->whole)
    {
        g_autofree char *first = pgm_text_count(grid->drawn + 1);
        g_autofree char *last = pgm_text_count(MIN(grid->drawn + grid->inside.rows, news->rows));
        g_string_append_printf(place, "rows %s-%s of %s%s", first, last, rows, news->whole ? "" : "+");
    }
    if (grid->column > 0 || grid->last + 1 < column_count(news))
    {
        g_string_append_printf(place, "%scolumns %d-%d of %d", place->len > 0 ? " · " : "", grid->column + 1,
                               grid->last + 1, column_count(news));
    }
    return g_string_free(place, FALSE);
}
