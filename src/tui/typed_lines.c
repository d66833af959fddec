/* typed_lines.c - what is typed in a prompt, as the lines that are drawn. */
#include "tui/typed_lines.h"

#include "pgmedic/text.h"
#include "tui/cell.h"

PgmTypedLines pgm_typed_line(const char *typed, int point, int room)
{
    PgmTypedLines layout = {g_ptr_array_new_with_free_func(g_free), 0, 0};
    g_autofree char *line = pgm_text_safe(typed, -1);
    g_autofree char *before = pgm_text_safe(typed, point);
    int cursor = pgm_text_columns(before);
    int shift = MAX(cursor - room + 1, 0);
    g_ptr_array_add(layout.lines, pgm_cell_from(line, shift));
    layout.column = cursor - shift;
    return layout;
}

static void end_line(PgmTypedLines *layout, GString *line)
{
    g_ptr_array_add(layout->lines, g_strdup(line->str));
    g_string_truncate(line, 0);
}

PgmTypedLines pgm_typed_lines(const char *typed, int point, int room)
{
    PgmTypedLines layout = {g_ptr_array_new_with_free_func(g_free), 0, 0};
    GString *line = g_string_new(NULL);
    int column = 0;
    for (const char *p = typed;; p++)
    {
        gunichar c = g_utf8_get_char_validated(p, -1);
        gsize length = c < 0x80 || c >= (gunichar)-2 ? 1 : (gsize)g_unichar_to_utf8(c, NULL);
        g_autofree char *safe = *p == '\t' ? g_strdup("  ") : pgm_text_safe(p, (gssize)(*p != '\0' ? length : 0));
        int takes = *p == '\n' || *p == '\0' ? 0 : pgm_text_columns(safe);
        if (column + takes > room - 1)
        {
            end_line(&layout, line);
            column = 0;
        }
        if (p - typed == point)
        {
            layout.row = (int)layout.lines->len;
            layout.column = column;
        }
        if (*p == '\0')
        {
            break;
        }
        if (*p == '\n')
        {
            end_line(&layout, line);
            column = 0;
            continue;
        }
        g_string_append(line, safe);
        column += takes;
        p += length - 1;
    }
    end_line(&layout, line);
    g_string_free(line, TRUE);
    return layout;
}
