/* pager.c - text that scrolls and is searched. */
#include "tui/pager.h"

#include "pgmedic/text.h"

#include <string.h>

typedef struct
{
    char *text; /* safe */
    PgmStyle style;
    gsize head; /* bytes of text below which nothing else stands when it is wrapped */
} Line;

struct PgmPager
{
    GPtrArray *lines;   /* Line, as added */
    GPtrArray *wrapped; /* Line, for `width`; NULL: to be made */
    GArray *first;      /* guint: the first wrapped line of each line */
    int width;
    int top, sideways;
    int rows; /* of the last drawing */
    char *search;
    int marked; /* a line as added; -1: none */
};

static void line_free(gpointer data)
{
    Line *line = data;
    g_free(line->text);
    g_free(line);
}

static Line *line_new(const char *text, PgmStyle style)
{
    Line *line = g_new0(Line, 1);
    line->text = g_strdup(text);
    line->style = style;
    return line;
}

PgmPager *pgm_pager_new(void)
{
    PgmPager *pager = g_new0(PgmPager, 1);
    pager->lines = g_ptr_array_new_with_free_func(line_free);
    pager->marked = -1;
    pager->first = g_array_new(FALSE, FALSE, sizeof(guint));
    return pager;
}

void pgm_pager_free(PgmPager *pager)
{
    if (pager == NULL)
    {
        return;
    }
    g_ptr_array_unref(pager->lines);
    g_clear_pointer(&pager->wrapped, g_ptr_array_unref);
    g_array_unref(pager->first);
    g_free(pager->search);
    g_free(pager);
}

void pgm_pager_clear(PgmPager *pager)
{
    g_ptr_array_set_size(pager->lines, 0);
    g_clear_pointer(&pager->wrapped, g_ptr_array_unref);
}

void pgm_pager_add_indented(PgmPager *pager, PgmStyle style, const char *indent, const char *raw)
{
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);
    guint count = g_strv_length(lines);
    if (count > 1 && *lines[count - 1] == '\0')
    {
        count--;
    }
    for (guint i = 0; i < count; i++)
    {
        g_autofree char *text = g_strconcat(indent, lines[i], NULL);
        g_ptr_array_add(pager->lines, line_new(text, style));
    }
    if (count == 0)
    {
        g_ptr_array_add(pager->lines, line_new("", style));
    }
    g_clear_pointer(&pager->wrapped, g_ptr_array_unref);
}

void pgm_pager_add(PgmPager *pager, PgmStyle style, const char *raw)
{
    pgm_pager_add_indented(pager, style, "", raw);
}

void pgm_pager_add_entry(PgmPager *pager, PgmStyle style, const char *head, const char *raw)
{
    g_autofree char *said = pgm_text_safe(head, -1);
    g_autofree char *text = pgm_text_safe(raw, -1);
    g_autofree char *whole = g_strconcat(said, text, NULL);
    Line *line = line_new(whole, style);
    line->head = strlen(said);
    g_ptr_array_add(pager->lines, line);
    g_clear_pointer(&pager->wrapped, g_ptr_array_unref);
}

void pgm_pager_add_prose(PgmPager *pager, PgmStyle style, const char *raw)
{
    g_auto(GStrv) lines = g_strsplit(raw, "\n", -1);
    GString *joined = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        gboolean apart = *lines[i] == '\0' || *lines[i] == ' ' || *lines[i] == '-';
        gboolean first = joined->len == 0 || joined->str[joined->len - 1] == '\n';
        g_string_append_printf(joined, "%s%s", first ? "" : apart ? "\n" : " ", lines[i]);
        if (*lines[i] == '\0')
        {
            g_string_append_c(joined, '\n');
        }
    }
    g_strchomp(joined->str);
    pgm_pager_add(pager, style, joined->str);
    g_string_free(joined, TRUE);
}

void pgm_pager_addf(PgmPager *pager, PgmStyle style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    pgm_pager_add(pager, style, text);
}

/* The lines that LINE takes in WIDTH columns; caller frees. Where a head would leave less than half for what it heads,
 * it is text like any other. */
static char **wrap_line(const Line *line, int width)
{
    g_autofree char *head = g_strndup(line->text, line->head);
    int indent = pgm_text_columns(head);
    if (indent > width / 2)
    {
        indent = 0;
    }
    char **pieces = pgm_text_wrap(line->text + (indent > 0 ? line->head : 0), MAX(width - indent, 1));
    for (guint i = 0; indent > 0 && pieces[i] != NULL; i++)
    {
        char *piece = i == 0 ? g_strconcat(head, pieces[i], NULL) : g_strdup_printf("%*s%s", indent, "", pieces[i]);
        g_free(pieces[i]);
        pieces[i] = piece;
    }
    return pieces;
}

static void wrap(PgmPager *pager, int width)
{
    if (pager->wrapped != NULL && pager->width == width)
    {
        return;
    }
    g_clear_pointer(&pager->wrapped, g_ptr_array_unref);
    pager->width = width;
    pager->wrapped = g_ptr_array_new_with_free_func(line_free);
    g_array_set_size(pager->first, 0);
    for (guint i = 0; i < pager->lines->len; i++)
    {
        const Line *line = g_ptr_array_index(pager->lines, i);
        guint first = pager->wrapped->len;
        g_array_append_val(pager->first, first);
        g_auto(GStrv) pieces = wrap_line(line, width);
        for (guint j = 0; pieces[j] != NULL; j++)
        {
            g_ptr_array_add(pager->wrapped, line_new(pieces[j], line->style));
        }
        if (pieces[0] == NULL)
        {
            g_ptr_array_add(pager->wrapped, line_new("", line->style));
        }
    }
}

static int last_top(const PgmPager *pager)
{
    int count = pager->wrapped != NULL ? (int)pager->wrapped->len : 0;
    return MAX(count - pager->rows, 0);
}

static void draw_matches(const PgmPager *pager, PgmDisplay *display, int row, PgmArea area, const char *text)
{
    const char *p = text;
    while (pager->search != NULL && (p = strstr(p, pager->search)) != NULL)
    {
        g_autofree char *before = g_strndup(text, (gsize)(p - text));
        int column = pgm_text_columns(before);
        if (column < area.columns)
        {
            pgm_display_text(display, row, area.column + column, area.columns - column, PGM_STYLE_SELECTED,
                             pager->search);
        }
        p += strlen(pager->search);
    }
}

void pgm_pager_draw(PgmPager *pager, PgmDisplay *display, PgmArea area)
{
    wrap(pager, area.columns);
    pager->rows = area.rows;
    pager->top = CLAMP(pager->top, 0, last_top(pager));
    for (int i = 0; i < area.rows && pager->top + i < (int)pager->wrapped->len; i++)
    {
        const Line *line = g_ptr_array_index(pager->wrapped, (guint)(pager->top + i));
        gboolean marked = pager->marked >= 0 && pgm_pager_line_at(pager, i) == pager->marked;
        pgm_display_line(display, area.row + i, area.column, area.columns, marked ? PGM_STYLE_SELECTED : line->style,
                         line->text);
        draw_matches(pager, display, area.row + i, area, line->text);
    }
}

gboolean pgm_pager_act(PgmPager *pager, PgmAction action)
{
    switch (action)
    {
    case PGM_ACTION_UP:
        pgm_pager_scroll(pager, -1);
        return TRUE;
    case PGM_ACTION_DOWN:
        pgm_pager_scroll(pager, 1);
        return TRUE;
    case PGM_ACTION_PAGE_UP:
        pgm_pager_scroll(pager, -MAX(pager->rows - 1, 1));
        return TRUE;
    case PGM_ACTION_PAGE_DOWN:
        pgm_pager_scroll(pager, MAX(pager->rows - 1, 1));
        return TRUE;
    case PGM_ACTION_FIRST:
        pager->top = 0;
        return TRUE;
    case PGM_ACTION_LAST:
        pgm_pager_to_end(pager);
        return TRUE;
    case PGM_ACTION_NEXT_MATCH:
        return pgm_pager_search_again(pager, FALSE);
    case PGM_ACTION_PREVIOUS_MATCH:
        return pgm_pager_search_again(pager, TRUE);
    default:
        return FALSE;
    }
}

/* The next matching wrapped line after FROM in the direction STEP, once round. */
static gboolean find(PgmPager *pager, int from, int step)
{
    int count = pager->wrapped != NULL ? (int)pager->wrapped->len : 0;
    for (int i = 1; i <= count; i++)
    {
        int at = ((from + step * i) % count + count) % count;
        const Line *line = g_ptr_array_index(pager->wrapped, (guint)at);
        if (strstr(line->text, pager->search) != NULL)
        {
            pager->top = at;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_pager_search(PgmPager *pager, const char *text)
{
    g_clear_pointer(&pager->search, g_free);
    if (text == NULL || *text == '\0')
    {
        return TRUE;
    }
    pager->search = pgm_text_safe(text, -1);
    return find(pager, pager->top - 1, 1);
}

gboolean pgm_pager_search_again(PgmPager *pager, gboolean backward)
{
    return pager->search != NULL && find(pager, pager->top, backward ? -1 : 1);
}

void pgm_pager_scroll(PgmPager *pager, int lines)
{
    pager->top = CLAMP(pager->top + lines, 0, last_top(pager));
}

void pgm_pager_to_end(PgmPager *pager)
{
    pager->top = G_MAXINT / 2;
}

void pgm_pager_mark(PgmPager *pager, int line)
{
    pager->marked = line;
}

/* The wrapped lines of LINE: the first, and the one behind the last. */
static gboolean extent(const PgmPager *pager, int line, int *first, int *end)
{
    if (pager->wrapped == NULL || line < 0 || line >= (int)pager->first->len)
    {
        return FALSE;
    }
    *first = (int)g_array_index(pager->first, guint, line);
    *end = line + 1 < (int)pager->first->len ? (int)g_array_index(pager->first, guint, line + 1)
                                             : (int)pager->wrapped->len;
    return TRUE;
}

gboolean pgm_pager_sees(const PgmPager *pager, int line)
{
    int first, end;
    return extent(pager, line, &first, &end) && first >= pager->top && end <= pager->top + pager->rows;
}

void pgm_pager_reveal(PgmPager *pager, int line)
{
    int first, end;
    if (extent(pager, line, &first, &end))
    {
        int lowest = MAX(end - pager->rows, 0);
        pager->top = MIN(MAX(pager->top, lowest), first);
    }
}

int pgm_pager_line_at(const PgmPager *pager, int row)
{
    int wanted = pager->top + row, low = 0, high = (int)pager->first->len;
    if (pager->wrapped == NULL || row < 0 || wanted >= (int)pager->wrapped->len)
    {
        return -1;
    }
    while (high - low > 1)
    {
        int middle = low + (high - low) / 2;
        *((int)g_array_index(pager->first, guint, middle) <= wanted ? &low : &high) = middle;
    }
    return low;
}

int pgm_pager_first_seen(const PgmPager *pager)
{
    return pgm_pager_line_at(pager, 0);
}

int pgm_pager_last_seen(const PgmPager *pager)
{
    int last = pgm_pager_line_at(pager, pager->rows - 1);
    return last >= 0 ? last : (int)pager->first->len - 1;
}

char *pgm_pager_place(const PgmPager *pager)
{
    int count = pager->wrapped != NULL ? (int)pager->wrapped->len : 0;
    if (count <= pager->rows)
    {
        return g_strdup("all");
    }
    int top = CLAMP(pager->top, 0, last_top(pager));
    return g_strdup_printf("%d-%d of %d", top + 1, MIN(top + pager->rows, count), count);
}
