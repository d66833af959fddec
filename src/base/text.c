/* text.c - text that is safe to show. */
#include "pgmedic/text.h"

#include "base/character.h"

#include <string.h>

#define ELLIPSIS "…"

gboolean pgm_character_next(const char *p, gsize left, gunichar *character, int *length)
{
    *length = 1;
    if ((guchar)*p < 0x80)
    {
        *character = (guchar)*p;
        return TRUE;
    }
    gunichar c = g_utf8_get_char_validated(p, (gssize)MIN(left, 4));
    if (c == (gunichar)-1 || c == (gunichar)-2)
    {
        return FALSE;
    }
    *character = c;
    *length = g_utf8_skip[(guchar)*p];
    return TRUE;
}

/* Default-ignorable characters that Unicode does not class as format characters: they show nothing, so a name that
 * holds one looks like another name. */
static gboolean is_invisible(gunichar c)
{
    return c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || (c >= 0x17B4 && c <= 0x17B5) ||
           (c >= 0x180B && c <= 0x180F) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

gboolean pgm_character_is_safe(gunichar c)
{
    if (c < 0x7F)
    {
        return c >= 0x20;
    }
    if (is_invisible(c))
    {
        return FALSE;
    }
    switch (g_unichar_type(c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
        return FALSE;
    default:
        return TRUE;
    }
}

static int character_columns(gunichar c)
{
    if (c < 0x300)
    {
        return 1;
    }
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

static void append_unsafe(GString *out, gunichar c)
{
    switch (c)
    {
    case '\n':
        g_string_append(out, "\\n");
        return;
    case '\r':
        g_string_append(out, "\\r");
        return;
    case '\t':
        g_string_append(out, "\\t");
        return;
    default:
        g_string_append_printf(out, c < 0xA0 ? "\\x%02x" : "<U+%04X>", c);
    }
}

/* Copies as is, or in its visible form, the character at BYTES; gives its bytes consumed and columns written. */
static int append_character(GString *out, const char *bytes, gsize left, int *columns)
{
    gunichar c = 0;
    int length = 1;
    gsize before = out->len;
    if (!pgm_character_next(bytes, left, &c, &length))
    {
        g_string_append_printf(out, "\\x%02x", (guint)(guchar)*bytes);
    }
    else if (pgm_character_is_safe(c))
    {
        g_string_append_len(out, bytes, length);
        *columns = character_columns(c);
        return length;
    }
    else
    {
        append_unsafe(out, c);
    }
    *columns = (int)(out->len - before);
    return length;
}

char *pgm_text_safe(const char *bytes, gssize length)
{
    if (bytes == NULL)
    {
        return g_strdup("");
    }
    gsize size = length < 0 ? strlen(bytes) : (gsize)length;
    GString *out = g_string_sized_new(size + 1);
    for (gsize i = 0; i < size;)
    {
        int columns;
        i += (gsize)append_character(out, bytes + i, size - i, &columns);
    }
    return g_string_free(out, FALSE);
}

char *pgm_text_safe_lines(const char *bytes, gssize length)
{
    if (bytes == NULL)
    {
        return g_strdup("");
    }
    gsize size = length < 0 ? strlen(bytes) : (gsize)length;
    GString *out = g_string_sized_new(size + 1);
    int column = 0;
    for (gsize i = 0; i < size;)
    {
        int columns = 0;
        if (bytes[i] == '\n')
        {
            g_string_append_c(out, '\n');
            column = 0;
            i++;
        }
        else if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n')
        {
            i++;
        }
        else if (bytes[i] == '\t')
        {
            columns = 8 - column % 8;
            g_string_append_printf(out, "%*s", columns, "");
            column += columns;
            i++;
        }
        else
        {
            i += (gsize)append_character(out, bytes + i, size - i, &columns);
            column += columns;
        }
    }
    return g_string_free(out, FALSE);
}

int pgm_text_columns(const char *safe)
{
    int columns = 0;
    for (const char *p = safe; *p != '\0'; p = g_utf8_next_char(p))
    {
        columns += character_columns(g_utf8_get_char(p));
    }
    return columns;
}

/* The end of the longest beginning that takes at most COLUMNS columns, and how many it TAKES. Combining characters
 * stay with the one that they combine with. */
static const char *fitting_end(const char *safe, int columns, int *takes)
{
    const char *p = safe;
    *takes = 0;
    while (*p != '\0')
    {
        int wide = character_columns(g_utf8_get_char(p));
        if (*takes + wide > columns)
        {
            break;
        }
        *takes += wide;
        p = g_utf8_next_char(p);
    }
    return p;
}

static GString *cut(const char *safe, int columns, int *takes)
{
    GString *out = g_string_new(NULL);
    *takes = 0;
    if (columns <= 0)
    {
        return out;
    }
    const char *end = fitting_end(safe, columns, takes);
    if (*end == '\0')
    {
        return g_string_append(out, safe);
    }
    end = fitting_end(safe, columns - 1, takes);
    g_string_append_len(out, safe, end - safe);
    *takes += 1;
    return g_string_append(out, ELLIPSIS);
}

char *pgm_text_fit(const char *safe, int columns)
{
    int takes;
    GString *out = cut(safe, columns, &takes);
    if (takes < columns)
    {
        g_string_append_printf(out, "%*s", columns - takes, "");
    }
    return g_string_free(out, FALSE);
}

char *pgm_text_cut(const char *safe, int columns)
{
    int takes;
    return g_string_free(cut(safe, columns, &takes), FALSE);
}

/* How much of LINE, which does not fit into COLUMNS, goes before the break: up to the last blank that leaves
 * something before it, else as many characters as fit, and one in any case. */
static const char *break_point(const char *line, int columns)
{
    int takes;
    const char *end = fitting_end(line, columns, &takes);
    if (*end == '\0')
    {
        return end;
    }
    for (const char *p = end; p > line; p--)
    {
        if (*p == ' ')
        {
            return p;
        }
    }
    return end > line ? end : g_utf8_next_char(line);
}

static void wrap_line(GPtrArray *lines, const char *line, int columns)
{
    gsize blanks = strspn(line, " ");
    int indent = blanks > (gsize)(columns / 2) ? columns / 2 : (int)blanks;
    const char *p = line + (line[blanks] == '\0' ? blanks : (gsize)indent);
    p += line[blanks] == '\0' ? 0 : strspn(p, " ");
    do
    {
        const char *end = break_point(p, columns - indent);
        gsize length = (gsize)(end - p);
        while (*end != '\0' && length > 1 && p[length - 1] == ' ')
        {
            length--;
        }
        g_ptr_array_add(lines, length == 0 ? g_strdup("") : g_strdup_printf("%*s%.*s", indent, "", (int)length, p));
        p = end + strspn(end, " ");
    } while (*p != '\0');
}

char **pgm_text_wrap(const char *safe, int columns)
{
    GPtrArray *lines = g_ptr_array_new();
    g_auto(GStrv) given = g_strsplit(safe, "\n", -1);
    guint count = g_strv_length(given);
    /* A last newline ends its line and begins none. */
    if (count > 1 && given[count - 1][0] == '\0')
    {
        count--;
    }
    for (guint i = 0; i < count; i++)
    {
        wrap_line(lines, given[i], MAX(columns, 1));
    }
    if (lines->len == 0)
    {
        g_ptr_array_add(lines, g_strdup(""));
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

char *pgm_text_one_line(const char *safe)
{
    GString *out = g_string_sized_new(strlen(safe) + 1);
    gboolean blank = FALSE;
    for (const char *p = safe; *p != '\0'; p = g_utf8_next_char(p))
    {
        if (g_unichar_isspace(g_utf8_get_char(p)))
        {
            blank = out->len > 0;
            continue;
        }
        if (blank)
        {
            g_string_append_c(out, ' ');
            blank = FALSE;
        }
        g_string_append_len(out, p, g_utf8_next_char(p) - p);
    }
    return g_string_free(out, FALSE);
}
