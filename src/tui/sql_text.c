/* sql_text.c - what is said about a query: while it runs, when it failed, and below its rows. */
#include "pgmedic/text.h"
#include "tui/cell.h"
#include "tui/sql_private.h"

#include <string.h>

enum
{
    INDENT = 2,
    BEFORE_CARET = 40, /* columns of the line that are shown before an error's place, at least */
};

/* The line of QUERY that has the character POSITION (from 1) in it: its first byte, and its number from 1. */
static const char *line_at(const char *query, int position, int *number)
{
    const char *at = g_utf8_offset_to_pointer(query, MIN(position - 1, g_utf8_strlen(query, -1)));
    *number = 1;
    const char *begin = query;
    for (const char *p = query; p < at; p++)
    {
        if (*p == '\n')
        {
            begin = p + 1;
            (*number)++;
        }
    }
    return begin;
}

/* The line with the error, and a caret below its place. What is left and right of the screen is left out. */
static void add_place(PgmPager *pager, const char *query, int position, int columns)
{
    int number;
    const char *begin = line_at(query, position, &number);
    const char *at = g_utf8_offset_to_pointer(query, MIN(position - 1, g_utf8_strlen(query, -1)));
    g_autofree char *label = g_strdup_printf("%*sLINE %d: ", INDENT, "", number);
    int room = MAX(columns - (int)strlen(label), 8);
    g_autofree char *left = pgm_text_safe(begin, (gssize)(at - begin));
    gsize rest = strcspn(at, "\n");
    g_autofree char *right = pgm_text_safe(at, (gssize)rest);
    int skip = MAX(pgm_text_columns(left) - MAX(room - BEFORE_CARET, room / 2), 0);
    g_autofree char *shown = skip > 0 ? pgm_cell_from(left, skip + 1) : g_strdup(left);
    g_autofree char *line = g_strconcat(skip > 0 ? "…" : "", shown, right, NULL);
    g_autofree char *cut = pgm_text_cut(line, room);
    int caret = pgm_text_columns(shown) + (skip > 0 ? 1 : 0);
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "%s%s", label, cut);
    pgm_pager_addf(pager, PGM_STYLE_FAIL, "%*s^", (int)strlen(label) + caret, "");
}

static void add_field(PgmPager *pager, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
    {
        g_autofree char *line = g_strdup_printf("%s: %s", name, text);
        pgm_pager_add_indented(pager, PGM_STYLE_NORMAL, "  ", line);
    }
}

static void tell_error(PgmPager *pager, const char *query, const GError *error, int columns)
{
    const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
    if (pgm_sql_error_is(error, "57014"))
    {
        pgm_pager_addf(pager, PGM_STYLE_WARN, "▲ %s", info->primary != NULL ? info->primary : error->message);
        pgm_pager_add(pager, PGM_STYLE_NORMAL, "  s edits the query, u sends it again.");
        return;
    }
    pgm_pager_addf(pager, PGM_STYLE_FAIL, "✗ %s", error->message);
    if (info == NULL)
    {
        return;
    }
    if (info->position > 0 && info->position <= g_utf8_strlen(query, -1) + 1)
    {
        add_place(pager, query, info->position, columns);
    }
    add_field(pager, "Detail", info->detail);
    add_field(pager, "Hint",
              pgm_sql_error_is(error, "25006")
                  ? "this prompt reads, in a read-only transaction; to lock or change something use a runbook, or psql"
                  : info->hint);
    add_field(pager, "Context", info->context);
}

static void tell_progress(PgmPager *pager, const PgmReaderNews *news, gboolean cancelling)
{
    if (cancelling)
    {
        pgm_pager_add(pager, PGM_STYLE_WARN, "▲ cancelling…   Esc again leaves it to itself");
        return;
    }
    gboolean connecting = news == NULL || news->state == PGM_READER_CONNECTING;
    gint64 ms = news != NULL ? (g_get_monotonic_time() - news->since) / 1000 : 0;
    g_autofree char *since = pgm_text_duration(ms / 1000 * 1000);
    pgm_pager_addf(pager, PGM_STYLE_ACCENT, "▶ %s%s%s", connecting ? "connecting" : "running", ms >= 1000 ? ", " : "…",
                   ms >= 1000 ? since : "");
    pgm_pager_add(pager, PGM_STYLE_DIM, "  Esc cancels it. The server does so by itself after 60 s.");
}

void pgm_sql_tell(PgmPager *pager, const char *query, const PgmReaderNews *news, gboolean cancelling, int columns)
{
    pgm_pager_clear(pager);
    if (news != NULL && news->state == PGM_READER_FAILED)
    {
        tell_error(pager, query, news->error, columns);
    }
    else
    {
        tell_progress(pager, news, cancelling);
    }
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(pager, PGM_STYLE_DIM, query);
}

static void append_rows(GString *status, const PgmReaderNews *news)
{
    g_autofree char *rows = pgm_text_count(news->rows);
    g_string_append_printf(status, "%s%s row%s", rows, news->whole ? "" : "+",
                           news->rows == 1 && news->whole ? "" : "s");
}

static char *warning_of(const PgmReaderNews *news, int room)
{
    if (news->error != NULL)
    {
        g_autofree char *safe = pgm_text_safe(news->error->message, -1);
        /* The server gathers a batch before it sends the first row of it: which one failed is not known. */
        gboolean by_a_row = news->error->domain == PGM_SQL_ERROR && !pgm_sql_error_is(news->error, "57014");
        return g_strdup_printf("▲ %s%s", by_a_row ? "a row after these: " : "", safe);
    }
    if (news->unwatched)
    {
        return g_strdup("▲ let go after 30 s, for vacuum's sake; u reads anew");
    }
    if (news->cut != NULL)
    {
        g_autofree char *safe = pgm_text_safe(news->cut, -1);
        return g_strdup_printf("▲ %s", safe);
    }
    if (!news->superuser && !news->owner)
    {
        return NULL;
    }
    static const char *const words[][3] = {
        {"▲ a superuser: a role with pg_read_all_data and pg_monitor is safer", "▲ a superuser; see ?", "▲ superuser"},
        {"▲ an owner here: a role with pg_read_all_data and pg_monitor is safer", "▲ an owner here; see ?", "▲ owner"}};
    const char *const *fitting = words[news->superuser ? 0 : 1];
    int choice = 0;
    while (choice < 2 && pgm_text_columns(fitting[choice]) > room)
    {
        choice++;
    }
    return g_strdup(fitting[choice]);
}

char *pgm_sql_status(const PgmReaderNews *news, gboolean cancelling, int columns, char **warning)
{
    GString *status = g_string_new(NULL);
    append_rows(status, news);
    *warning = NULL;
    if (cancelling)
    {
        g_string_append(status, " · stopping…");
    }
    else if (news->state == PGM_READER_FETCHING || news->state == PGM_READER_SEARCHING)
    {
        g_string_append_printf(status, " · %s… · Esc stops",
                               news->state == PGM_READER_FETCHING ? "fetching" : "searching");
    }
    else
    {
        g_autofree char *took = news->elapsed_ms > 0 ? pgm_text_duration(news->elapsed_ms) : g_strdup("<1 ms");
        g_autofree char *user = pgm_text_safe(news->user, -1);
        gboolean trouble = news->error != NULL || news->cut != NULL;
        g_string_append_printf(status, " · %s", took);
        if (!trouble)
        {
            g_string_append_printf(status, " · read-only%s%s%s", news->user != NULL ? " · as " : "", user,
                                   news->whole ? "" : " · snapshot held");
        }
        *warning = warning_of(news, columns - pgm_text_columns(status->str) - 3);
    }
    return g_string_free(status, FALSE);
}
