/* page_sql.c - the page of a query's result. */
#include "tui/sql_private.h"

#include "pgmedic/text.h"

#include <string.h>

static gboolean has_rows(const PgmReaderNews *news)
{
    return news != NULL && news->columns != NULL && news->state != PGM_READER_RUNNING &&
           news->state != PGM_READER_CONNECTING;
}

static gboolean is_expanded(const PgmSql *sql, const PgmReaderNews *news)
{
    return (sql->expanded || sql->peeked) && news->columns->len > 0;
}

/* What is in sight and some of what is near it is asked for, unless it is here or on its way. */
static void ask_for_window(PgmSql *sql, const PgmReaderNews *news)
{
    int rows = MAX(sql->grid.inside.rows, 1);
    gint64 anchor = sql->peeked || sql->expanded ? sql->grid.selected : sql->grid.top;
    gint64 near_first = MAX(anchor - rows / 2, 0), near_end = anchor + rows + rows / 2;
    gint64 have_end = news->first + (news->window != NULL ? news->window->len : 0);
    gboolean enough = news->window != NULL && news->first <= near_first && have_end >= MIN(near_end, news->rows) &&
                      (news->whole || sql->halted || news->rows >= near_end);
    gint64 first = MAX(anchor - rows, 0);
    int count = 3 * rows;
    if (sql->halted)
    {
        count = (int)CLAMP(news->rows - first, 0, count);
    }
    gboolean asked = sql->window_job > 0 && sql->window_first == first && sql->window_count == count;
    gboolean on_its_way = asked && sql->window_job > news->answered;
    /* An error ends the rows, it does not take back those that have come. What failed is not asked for again. */
    gboolean failed = news->error != NULL && (asked || !news->whole);
    if (enough || on_its_way || failed || pgm_reader_news_is_busy(news))
    {
        return;
    }
    sql->window_first = first;
    sql->window_count = count;
    sql->window_job = pgm_reader_window(sql->reader, first, count);
}

static void draw_status(PgmConsole *console, PgmArea area, const PgmReaderNews *news)
{
    g_autofree char *warning = NULL;
    g_autofree char *status = pgm_sql_status(news, console->sql->cancelling, area.columns, &warning);
    int width = pgm_text_columns(status);
    pgm_display_text(console->display, area.row, area.column, area.columns, PGM_STYLE_DIM, status);
    if (warning != NULL)
    {
        pgm_display_text(console->display, area.row, area.column + width + 3, area.columns - width - 3, PGM_STYLE_WARN,
                         warning);
    }
}

static void draw_rows(PgmConsole *console, PgmArea area, const PgmReaderNews *news)
{
    PgmSql *sql = console->sql;
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, sql->page->title, NULL);
    PgmArea bottom = pgm_area_take_bottom(&inside, 1);
    gboolean expanded = is_expanded(sql, news);
    if (sql->turning && pgm_grid_row(news, sql->grid.selected) != NULL)
    {
        sql->turning = FALSE;
        pgm_grid_turn_to(&sql->grid, news, sql->search);
    }
    if (expanded)
    {
        pgm_record_draw(&sql->grid, console->display, inside, news, sql->search);
        if (news->rows == 0 && news->whole)
        {
            pgm_display_text(console->display, inside.row, inside.column, inside.columns, PGM_STYLE_DIM, "(0 rows)");
        }
    }
    else
    {
        pgm_grid_draw(&sql->grid, console->display, inside, news, sql->search);
    }
    /* The place is known only now, and the frame had to be there before. */
    g_autofree char *place = expanded ? pgm_record_place(&sql->grid, news) : pgm_grid_place(&sql->grid, news);
    pgm_frame_draw_note(console->display, area, PGM_STYLE_FRAME, sql->page->title, *place != '\0' ? place : NULL);
    draw_status(console, bottom, news);
    ask_for_window(sql, news);
}

static void draw_text(PgmConsole *console, PgmArea area, const PgmReaderNews *news)
{
    PgmSql *sql = console->sql;
    PgmArea inside = pgm_frame_draw(console->display, area, PGM_STYLE_FRAME, sql->page->title, NULL);
    pgm_sql_tell(sql->page->pager, sql->query, news, sql->cancelling, inside.columns);
    pgm_pager_draw(sql->page->pager, console->display, inside);
}

static void draw(PgmPage *page, PgmConsole *console, PgmArea area)
{
    (void)page;
    const PgmReaderNews *news = pgm_sql_news(console);
    if (has_rows(news))
    {
        draw_rows(console, area, news);
    }
    else
    {
        draw_text(console, area, news);
    }
}

static void search(PgmConsole *console, gboolean backward, gint64 from)
{
    PgmSql *sql = console->sql;
    if (sql->search == NULL)
    {
        pgm_console_say(console, "nothing has been searched for yet; / does");
        return;
    }
    sql->halted = FALSE;
    sql->awaited = PGM_SQL_A_MATCH;
    sql->awaited_job = pgm_reader_search(sql->reader, sql->search, from, backward);
}

static void search_typed(PgmPage *page, PgmConsole *console, const char *text)
{
    PgmSql *sql = console->sql;
    const PgmReaderNews *news = pgm_sql_news(console);
    if (!has_rows(news))
    {
        pgm_pager_search(page->pager, text);
        return;
    }
    g_clear_pointer(&sql->search, g_free);
    if (*text != '\0')
    {
        sql->search = g_utf8_make_valid(text, -1); /* a terminal may send any bytes */
        search(console, FALSE, sql->grid.selected);
    }
}

static void explain(PgmConsole *console)
{
    PgmSql *sql = console->sql;
    if (g_ascii_strncasecmp(sql->query, "explain", strlen("explain")) == 0)
    {
        pgm_console_say(console, "this is a plan already; s edits the query");
        return;
    }
    g_autofree char *query = g_strconcat("EXPLAIN ", sql->query, NULL);
    pgm_sql_send(console, query);
}

static void go_to_end(PgmConsole *console, const PgmReaderNews *news)
{
    PgmSql *sql = console->sql;
    if (news->whole)
    {
        pgm_grid_select(&sql->grid, news->rows - 1, news);
        return;
    }
    sql->halted = FALSE;
    sql->awaited = PGM_SQL_THE_END;
    sql->awaited_job = pgm_reader_fetch_all(sql->reader);
}

static gboolean move(PgmConsole *console, const PgmReaderNews *news, PgmAction action)
{
    PgmSql *sql = console->sql;
    gboolean moved =
        is_expanded(sql, news) ? pgm_record_act(&sql->grid, action, news) : pgm_grid_act(&sql->grid, action, news);
    if (moved)
    {
        sql->halted = FALSE;
        if (!news->whole)
        {
            pgm_reader_look(sql->reader);
        }
    }
    return moved;
}

static PgmReaction act_on_rows(PgmConsole *console, const PgmReaderNews *news, PgmAction action)
{
    PgmSql *sql = console->sql;
    switch (action)
    {
    case PGM_ACTION_EXPAND:
        sql->expanded = !(sql->expanded || sql->peeked);
        sql->peeked = FALSE;
        sql->grid.line = 0;
        return PGM_HANDLED;
    case PGM_ACTION_ENTER:
        sql->peeked = !sql->expanded && !sql->peeked;
        sql->grid.line = 0;
        return PGM_HANDLED;
    case PGM_ACTION_BACK:
        if (!sql->peeked)
        {
            return PGM_IGNORED;
        }
        sql->peeked = FALSE;
        return PGM_HANDLED;
    case PGM_ACTION_NEXT_MATCH:
        search(console, FALSE, sql->grid.selected + 1);
        return PGM_HANDLED;
    case PGM_ACTION_PREVIOUS_MATCH:
        search(console, TRUE, sql->grid.selected);
        return PGM_HANDLED;
    case PGM_ACTION_LAST:
        go_to_end(console, news);
        return PGM_HANDLED;
    default:
        return move(console, news, action) ? PGM_HANDLED : PGM_IGNORED;
    }
}

static PgmReaction act(PgmPage *page, PgmConsole *console, PgmAction action)
{
    PgmSql *sql = console->sql;
    const PgmReaderNews *news = pgm_sql_news(console);
    gboolean busy = pgm_sql_is_busy(console);
    switch (action)
    {
    case PGM_ACTION_INTERRUPT:
        if (busy)
        {
            pgm_sql_cancel(console);
            return PGM_HANDLED;
        }
        g_ptr_array_remove(console->pages, page);
        return PGM_HANDLED;
    case PGM_ACTION_BACK:
        if (busy && !sql->cancelling)
        {
            pgm_sql_cancel(console);
            return PGM_HANDLED;
        }
        break;
    case PGM_ACTION_EXPLAIN:
        explain(console);
        return PGM_HANDLED;
    case PGM_ACTION_REFRESH:
        pgm_sql_send(console, sql->query);
        return PGM_HANDLED;
    default:
        break;
    }
    return has_rows(news) ? act_on_rows(console, news, action) : PGM_IGNORED;
}

static void click(PgmPage *page, PgmConsole *console, int row, int column, gboolean twice)
{
    (void)page;
    (void)column;
    PgmSql *sql = console->sql;
    const PgmReaderNews *news = pgm_sql_news(console);
    const PgmArea *rows = &sql->grid.inside;
    if (!has_rows(news) || is_expanded(sql, news) || row < rows->row || row >= rows->row + rows->rows)
    {
        return;
    }
    gint64 at = sql->grid.drawn + row - rows->row;
    if (at < news->rows)
    {
        pgm_grid_select(&sql->grid, at, news);
        sql->peeked = twice;
    }
}

void pgm_sql_page_learn(PgmConsole *console, const PgmReaderNews *news)
{
    PgmSql *sql = console->sql;
    if (sql->awaited == PGM_SQL_NOTHING_AWAITED || news->answered < sql->awaited_job)
    {
        return;
    }
    PgmSqlAwaited awaited = sql->awaited;
    sql->awaited = PGM_SQL_NOTHING_AWAITED;
    if (awaited == PGM_SQL_THE_END)
    {
        pgm_grid_select(&sql->grid, news->rows - 1, news);
    }
    else if (news->found >= 0)
    {
        pgm_grid_select(&sql->grid, news->found, news);
        sql->turning = TRUE;
        if (news->round)
        {
            pgm_console_say(console, "found beyond the %s", news->backward ? "beginning" : "end");
        }
    }
    else if (news->stopped)
    {
        pgm_console_say(console, "the search was stopped: %s", sql->search);
    }
    else
    {
        g_autofree char *rows = pgm_text_count(news->rows);
        pgm_console_say(console, "not found in %s rows: %s", rows, sql->search);
    }
}

static void closed(PgmPage *page)
{
    PgmSql *sql = page->state;
    sql->page = NULL;
    sql->asked = 0;
    sql->cancelling = FALSE;
    sql->awaited = PGM_SQL_NOTHING_AWAITED;
    pgm_sql_call_off(sql, pgm_reader_close(sql->reader) - 1);
}

static char *footer(PgmPage *page, PgmConsole *console, int columns)
{
    (void)page;
    PgmSql *sql = console->sql;
    if (pgm_sql_is_busy(console))
    {
        return g_strdup(sql->cancelling ? "Esc back" : "Esc cancel   ? help");
    }
    const PgmReaderNews *news = pgm_sql_news(console);
    if (!has_rows(news))
    {
        return g_strdup("s edit the query   u send it again   ? help   Esc back");
    }
    gboolean expanded = is_expanded(sql, news);
    g_autofree char *usual = pgm_keys_footer(PGM_VIEW_RESULT, columns);
    GString *text = g_string_new(usual);
    g_string_replace(text, "/ filter", "/ search", 1);
    g_string_replace(text, "Enter open   ", sql->peeked ? "Enter columns   " : "Enter the row   ", 1);
    g_string_replace(text, "x expanded", expanded ? "x columns" : "x expanded", 1);
    g_string_replace(text, "n next   ", sql->search != NULL ? "n next   " : "", 1);
    return g_string_free(text, FALSE);
}

static void set_title(PgmPage *page, const char *query)
{
    g_autofree char *safe = pgm_text_safe_lines(query, -1);
    g_free(page->title);
    page->title = pgm_text_one_line(safe);
}

void pgm_sql_page_open(PgmConsole *console)
{
    static const PgmPageOps ops = {.keys = PGM_VIEW_RESULT,
                                   .draw = draw,
                                   .act = act,
                                   .click = click,
                                   .search = search_typed,
                                   .footer = footer,
                                   .free = closed};
    PgmSql *sql = console->sql;
    guint at;
    if (sql->page != NULL && g_ptr_array_find(console->pages, sql->page, &at))
    {
        g_ptr_array_add(console->pages, g_ptr_array_steal_index(console->pages, at));
    }
    else
    {
        sql->page = pgm_page_new("");
        sql->page->ops = &ops;
        sql->page->state = sql;
        pgm_console_open_page(console, sql->page);
    }
    set_title(sql->page, sql->query);
}
