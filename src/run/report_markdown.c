/* report_markdown.c - hostile text as Markdown that says the same and does nothing else. */
#include <stdarg.h>
#include <string.h>

#include "pgmedic/text.h"
#include "run/report.h"

void report_add(PgmReport *report, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(report->text, format, arguments);
    va_end(arguments);
}

/* "_" inside a word is no emphasis, and names are full of it. */
static gboolean inside_word(const char *text, const char *at)
{
    return at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]);
}

/* What makes a line a heading, a list, a rule: only at its beginning. */
static gboolean opens_block(const char *text, const char *at)
{
    if (at == text)
    {
        return strchr("#+-=:", *at) != NULL;
    }
    if ((*at != '.' && *at != ')') || (at[1] != ' ' && at[1] != '\0'))
    {
        return FALSE;
    }
    while (at > text && g_ascii_isdigit(at[-1]))
    {
        at--;
    }
    return at == text;
}

static void append_escaped(GString *out, const char *safe)
{
    while (*safe == ' ')
    {
        safe++; /* four blanks would make it code */
    }
    for (const char *at = safe; *at != '\0'; at++)
    {
        gboolean special = strchr("\\`*[]<>|~&$", *at) != NULL || (*at == '_' && !inside_word(safe, at));
        if (special || opens_block(safe, at))
        {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *at);
    }
}

void report_add_text(PgmReport *report, const char *raw)
{
    g_autofree char *safe = pgm_text_safe(raw, -1);
    append_escaped(report->text, safe);
}

void report_add_quote(PgmReport *report, const char *raw)
{
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    g_strchomp(safe);
    g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
    {
        gboolean hard_break = line[1] != NULL && line[0][0] != '\0' && line[1][0] != '\0';
        report_add(report, ">%s", (*line)[0] != '\0' ? " " : "");
        append_escaped(report->text, *line);
        report_add(report, "%s\n", hard_break ? "\\" : "");
    }
    report_add(report, "\n");
}

static gsize longest_backticks(const char *text)
{
    gsize longest = 0, run = 0;
    for (; *text != '\0'; text++)
    {
        run = *text == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    return longest;
}

static void append_fence(GString *out, gsize length)
{
    for (gsize i = 0; i < length; i++)
    {
        g_string_append_c(out, '`');
    }
}

/* A table's cell ends at a bar even in code, unless it is escaped; elsewhere the escape would show. */
static void add_code(PgmReport *report, const char *raw, gboolean cell)
{
    g_autofree char *safe = pgm_text_safe(raw, -1);
    if (*g_strstrip(safe) == '\0')
    {
        report_add(report, "%s", raw == NULL ? "-" : "(empty)");
        return;
    }
    gsize fence = longest_backticks(safe) + 1;
    gboolean pad = fence > 1;
    append_fence(report->text, fence);
    g_string_append(report->text, pad ? " " : "");
    for (const char *at = safe; *at != '\0'; at++)
    {
        g_string_append(report->text, cell && *at == '|' ? "\\" : "");
        g_string_append_c(report->text, *at);
    }
    g_string_append(report->text, pad ? " " : "");
    append_fence(report->text, fence);
}

void report_add_code(PgmReport *report, const char *raw)
{
    add_code(report, raw, FALSE);
}

void report_add_cell_code(PgmReport *report, const char *raw)
{
    add_code(report, raw, TRUE);
}

void report_add_block(PgmReport *report, const char *language, const char *raw)
{
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    g_strchomp(safe);
    gsize fence = MAX(longest_backticks(safe) + 1, 3);
    append_fence(report->text, fence);
    report_add(report, "%s\n%s\n", language, safe);
    append_fence(report->text, fence);
    report_add(report, "\n\n");
}

static GDateTime *parse_time(const char *time)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    return time != NULL ? g_date_time_new_from_iso8601(time, utc) : NULL;
}

void report_add_time(PgmReport *report, const char *time)
{
    g_autoptr(GDateTime) when = parse_time(time);
    if (when == NULL)
    {
        report_add_text(report, time != NULL ? time : "?");
        return;
    }
    g_autoptr(GDateTime) utc = g_date_time_to_utc(when);
    g_autofree char *text = g_date_time_format(utc, "%Y-%m-%d %H:%M:%S");
    report_add(report, "%s", text);
}

gint64 report_elapsed(const char *from, const char *to)
{
    g_autoptr(GDateTime) began = parse_time(from);
    g_autoptr(GDateTime) ended = parse_time(to);
    return began != NULL && ended != NULL ? MAX(g_date_time_difference(ended, began) / 1000, 0) : -1;
}

void report_add_names(PgmReport *report, GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
    {
        report_add(report, "%s", i > 0 ? ", " : "");
        report_add_cell_code(report, g_ptr_array_index(names, i));
    }
    if (names->len == 0)
    {
        report_add(report, "-");
    }
}
