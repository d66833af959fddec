/* log_text.c - a hostile log made into lines. */
#include "runbook/log_reader.h"

#include <string.h>

/* Moves AT behind an escape sequence that begins there; 0: none does. */
static gsize escape_length(const char *at, gsize left)
{
    if (left < 2 || at[0] != '\x1b')
    {
        return at[0] == '\x1b' ? 1 : 0;
    }
    gsize i = 2;
    if (at[1] == '[')
    {
        while (i < left && !(at[i] >= 0x40 && at[i] <= 0x7e))
        {
            i++;
        }
        return MIN(i + 1, left);
    }
    if (at[1] == ']')
    {
        while (i < left && at[i] != '\a' && at[i] != '\n' && !(at[i] == '\x1b' && i + 1 < left && at[i + 1] == '\\'))
        {
            i++;
        }
        return i >= left || at[i] == '\n' ? i : i + (at[i] == '\a' ? 1 : 2);
    }
    return 2;
}

static char *clean_line(const char *line, gsize length)
{
    g_autoptr(GString) clean = g_string_sized_new(MIN(length, PGM_LOG_MAX_LINE) + 1);
    for (gsize i = 0; i < length && clean->len < PGM_LOG_MAX_LINE;)
    {
        gsize escape = escape_length(line + i, length - i);
        if (escape == 0 && line[i] != '\0' && line[i] != '\r')
        {
            g_string_append_c(clean, line[i]);
        }
        i += MAX(escape, 1);
    }
    return g_utf8_make_valid(clean->str, (gssize)clean->len);
}

/* What collectors write before every line: "api_1  | ", "2026-11-21T08:00:00.123Z ", "2026-… stdout F ". Taken off only
 * when nearly every line has it, so that no log loses a line of its own. */
static void strip_collector(GPtrArray *lines)
{
    static const char *const patterns[] = {
        "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d) (?:std(?:out|err) [FP] )?",
        "^[A-Za-z0-9][\\w./-]*\\s+\\| ?",
    };
    for (guint p = 0; p < G_N_ELEMENTS(patterns); p++)
    {
        g_autoptr(GRegex) pattern = g_regex_new(patterns[p], 0, 0, NULL);
        guint with = 0, filled = 0;
        for (guint i = 0; i < lines->len; i++)
        {
            const char *line = lines->pdata[i];
            filled += line[0] != '\0' ? 1 : 0;
            with += g_regex_match(pattern, line, 0, NULL) ? 1 : 0;
        }
        if (with < 2 || with * 10 < filled * 9)
        {
            continue;
        }
        for (guint i = 0; i < lines->len; i++)
        {
            g_autoptr(GMatchInfo) match = NULL;
            int end = 0;
            if (g_regex_match(pattern, lines->pdata[i], 0, &match) && g_match_info_fetch_pos(match, 0, NULL, &end))
            {
                char *rest = g_strdup((char *)lines->pdata[i] + end);
                g_free(lines->pdata[i]);
                lines->pdata[i] = rest;
            }
        }
    }
}

PgmLogText *pgm_log_text_new(const char *text, gsize length)
{
    PgmLogText *log = g_new0(PgmLogText, 1);
    log->lines = g_ptr_array_new_with_free_func(g_free);
    log->first = 1;
    gsize begin = length > PGM_LOG_MAX_BYTES ? length - PGM_LOG_MAX_BYTES : 0;
    for (gsize i = 0; i < begin; i++)
    {
        log->first += text[i] == '\n' ? 1 : 0;
    }
    while (begin < length)
    {
        const char *newline = memchr(text + begin, '\n', length - begin);
        gsize end = newline != NULL ? (gsize)(newline - text) : length;
        g_ptr_array_add(log->lines, clean_line(text + begin, end - begin));
        begin = end + 1;
    }
    strip_collector(log->lines);
    return log;
}

void pgm_log_text_free(PgmLogText *text)
{
    if (text == NULL)
    {
        return;
    }
    g_ptr_array_unref(text->lines);
    g_free(text);
}
