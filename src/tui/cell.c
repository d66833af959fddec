/* cell.c - values as lines of safe text. */
#include "tui/cell.h"

#include "pgmedic/text.h"

#include <string.h>

/* The bytes of VALUE's first LIMIT characters, or more where it is no UTF-8. */
static gsize length_of(const char *value, int limit)
{
    const char *p = value;
    for (int i = 0; i < limit && *p != '\0'; i++)
    {
        p++;
        while (((guchar)*p & 0xC0) == 0x80)
        {
            p++;
        }
    }
    return (gsize)(p - value);
}

char *pgm_cell_text(const char *value, int limit)
{
    if (value == NULL)
    {
        return g_strdup(PGM_CELL_NULL);
    }
    gsize length = length_of(value, limit);
    if (memchr(value, '\n', length) == NULL)
    {
        return pgm_text_safe(value, (gssize)length);
    }
    g_autofree char *copy = g_strndup(value, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    GString *text = g_string_new(NULL);
    for (guint i = 0; lines[i] != NULL; i++)
    {
        gsize end = strlen(lines[i]);
        if (lines[i + 1] != NULL && end > 0 && lines[i][end - 1] == '\r')
        {
            lines[i][end - 1] = '\0';
        }
        g_autofree char *safe = pgm_text_safe(lines[i], -1);
        g_string_append_printf(text, "%s%s", i > 0 ? "↵" : "", safe);
    }
    return g_string_free(text, FALSE);
}

/* How many bytes of SAFE, from its beginning, are TEXT; 0: they are not. */
static gsize match_length(const char *safe, const char *text)
{
    const char *p = safe;
    for (const char *q = text; *q != '\0'; q = g_utf8_next_char(q))
    {
        if (*p == '\0' || g_unichar_tolower(g_utf8_get_char(p)) != g_unichar_tolower(g_utf8_get_char(q)))
        {
            return 0;
        }
        p = g_utf8_next_char(p);
    }
    return (gsize)(p - safe);
}

const char *pgm_cell_find(const char *safe, const char *text, gsize *length)
{
    for (const char *p = safe; *p != '\0'; p = g_utf8_next_char(p))
    {
        *length = match_length(p, text);
        if (*length > 0)
        {
            return p;
        }
    }
    return NULL;
}

char *pgm_cell_from(const char *safe, int columns)
{
    const char *p = safe;
    while (*p != '\0' && columns > 0)
    {
        const char *next = g_utf8_next_char(p);
        g_autofree char *one = g_strndup(p, (gsize)(next - p));
        columns -= pgm_text_columns(one);
        p = next;
    }
    return g_strconcat(columns < 0 ? " " : "", p, NULL);
}
