/* sql.c - the SQL prompt: what is typed goes to the reader. */
#include "tui/sql_private.h"

#include "pgmedic/text.h"

#include <string.h>

enum
{
    HEAR_CANCEL_MS = 500, /* a cancel that was not heard by then is sent again */
};

PgmSql *pgm_sql_new(void)
{
    PgmSql *sql = g_new0(PgmSql, 1);
    sql->history = pgm_history_new();
    return sql;
}

gboolean pgm_sql_free(PgmSql *sql, int ms)
{
    gboolean quiet = pgm_reader_stop(sql->reader, ms);
    pgm_history_free(sql->history);
    g_free(sql->query);
    g_free(sql->search);
    g_free(sql);
    return quiet;
}

const PgmReaderNews *pgm_sql_news(const PgmConsole *console)
{
    const PgmReaderNews *news = pgm_facts_get(&console->facts, PGM_NEWS_READING);
    return news != NULL && news->query == console->sql->asked ? news : NULL;
}

gboolean pgm_sql_is_busy(const PgmConsole *console)
{
    const PgmSql *sql = console->sql;
    const PgmReaderNews *news = pgm_sql_news(console);
    return sql->asked > 0 && (news == NULL || pgm_reader_news_is_busy(news) || news->answered < sql->awaited_job);
}

static void forget_query(PgmSql *sql)
{
    sql->grid = (PgmGrid){0};
    sql->peeked = sql->turning = sql->offered = sql->cancelling = sql->halted = FALSE;
    sql->awaited = PGM_SQL_NOTHING_AWAITED;
    sql->window_job = 0;
    g_clear_pointer(&sql->search, g_free);
}

gboolean pgm_sql_send(PgmConsole *console, const char *query)
{
    PgmSql *sql = console->sql;
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "no query while a run goes on: its own connections come first");
        return FALSE;
    }
    if (sql->reader == NULL)
    {
        sql->reader = pgm_reader_start(console->options, console->inbox);
    }
    forget_query(sql);
    if (query != sql->query)
    {
        g_free(sql->query);
        sql->query = g_strdup(query);
    }
    sql->asked = pgm_reader_ask(sql->reader, sql->query, pgm_display_rows(console->display) * 2);
    sql->awaited_job = sql->asked;
    pgm_sql_call_off(sql, sql->asked - 1);
    pgm_sql_page_open(console);
    return TRUE;
}

void pgm_sql_cancel(PgmConsole *console)
{
    PgmSql *sql = console->sql;
    const PgmReaderNews *news = pgm_sql_news(console);
    /* Rows that are coming come in batches: what has come stays good when it ends between two. */
    gboolean batches = news != NULL && news->columns != NULL && !sql->cancelling;
    sql->halted = TRUE;
    sql->cancelling = TRUE;
    pgm_reader_cancel(sql->reader, pgm_reader_told(sql->reader), !batches);
    pgm_sql_call_off(sql, pgm_reader_told(sql->reader));
}

void pgm_sql_call_off(PgmSql *sql, int job)
{
    sql->called_off = job;
    sql->cancel_sent = g_get_monotonic_time();
}

void pgm_sql_tick(PgmConsole *console)
{
    PgmSql *sql = console->sql;
    if (sql->cancelling && !pgm_sql_is_busy(console))
    {
        sql->cancelling = FALSE;
    }
    const PgmReaderNews *news = pgm_facts_get(&console->facts, PGM_NEWS_READING);
    if ((news == NULL || news->answered < sql->called_off) && sql->called_off > 0 &&
        g_get_monotonic_time() - sql->cancel_sent > (gint64)HEAR_CANCEL_MS * 1000)
    {
        sql->cancel_sent = g_get_monotonic_time();
        pgm_reader_cancel(sql->reader, sql->called_off, TRUE);
    }
}

void pgm_sql_make_way(PgmConsole *console)
{
    PgmSql *sql = console->sql;
    if (sql->reader != NULL)
    {
        pgm_sql_call_off(sql, pgm_reader_disconnect(sql->reader) - 1);
    }
}

void pgm_sql_submit(PgmConsole *console, const char *line)
{
    g_autofree char *copy = g_strdup(line);
    g_strstrip(copy);
    if (*copy == '\\')
    {
        pgm_sql_backslash(console, copy);
    }
    else if (*copy != '\0')
    {
        pgm_sql_send(console, copy);
    }
}

static void typed(PgmConsole *console, const char *text, gpointer user)
{
    (void)user;
    if (text != NULL)
    {
        pgm_sql_submit(console, text);
    }
}

static const PgmNames *names_of(const PgmConsole *console)
{
    const PgmSchemaNews *news = pgm_facts_get(&console->facts, PGM_NEWS_SCHEMA);
    return news != NULL ? news->names : NULL;
}

static void complete(gpointer user, const char *line, int point, PgmChoices *choices)
{
    const PgmConsole *console = user;
    const char *relation = pgm_sql_describe_argument(line);
    if (relation != NULL)
    {
        /* A relation's name, as after FROM. */
        g_autofree char *query = g_strdup(line);
        int offset = (int)(relation - line);
        memset(query, ' ', (gsize)offset);
        pgm_names_complete_relation(names_of(console), query, point, choices);
        return;
    }
    pgm_names_complete(names_of(console), line, point, choices);
}

static void open_prompt(PgmConsole *console, const char *initial, int cursor)
{
    PgmPromptOptions options = {.label = "SQL>",
                                .initial = initial,
                                .cursor = cursor,
                                .completion = PGM_COMPLETE_WORDS,
                                .complete = complete,
                                .user = console,
                                .history = console->sql->history,
                                .several_lines = TRUE,
                                .hint = "one query, read only   Tab completes   ↑ history   Ctrl-J new line   "
                                        "\\d NAME   \\x   Esc back"};
    pgm_console_ask_with(console, &options, typed, NULL, NULL);
}

void pgm_sql_ask(PgmConsole *console, const char *initial)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "no query while a run goes on: its own connections come first");
        return;
    }
    gboolean in_hand = console->sql->page != NULL && pgm_console_top_page(console) == console->sql->page;
    open_prompt(console, initial != NULL ? initial : in_hand ? console->sql->query : NULL, -1);
}

/* A query that the server or the guard refused stands in the prompt again, the cursor where it went wrong. */
static void offer_again(PgmConsole *console, const PgmReaderNews *news)
{
    PgmSql *sql = console->sql;
    gboolean refused = news->error != NULL && (news->error->domain == PGM_SQL_ERROR ||
                                               g_error_matches(news->error, PGM_ERROR, PGM_ERROR_REFUSED));
    gboolean cancelled = pgm_sql_error_is(news->error, "57014");
    if (sql->offered || !refused || cancelled || console->prompt != NULL || console->paste != NULL ||
        pgm_console_top_page(console) != sql->page)
    {
        return;
    }
    sql->offered = TRUE;
    const PgmSqlErrorInfo *info = pgm_sql_error_info(news->error);
    int position = info != NULL ? info->position : 0;
    gboolean inside = position > 0 && position <= g_utf8_strlen(sql->query, -1);
    int cursor = inside ? (int)(g_utf8_offset_to_pointer(sql->query, position - 1) - sql->query) : -1;
    open_prompt(console, sql->query, cursor);
}

void pgm_sql_learn(PgmConsole *console)
{
    const PgmReaderNews *news = pgm_sql_news(console);
    if (news == NULL || console->sql->page == NULL)
    {
        return;
    }
    if (news->state == PGM_READER_FAILED)
    {
        offer_again(console, news);
    }
    pgm_sql_page_learn(console, news);
}

gboolean pgm_sql_complete_command(const PgmConsole *console, const char *line, int point, PgmChoices *choices)
{
    static const char *const commands[] = {"sql ", "explain "};
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
    {
        gsize length = strlen(commands[i]);
        if (g_str_has_prefix(line, commands[i]) && point >= (int)length)
        {
            pgm_names_complete(names_of(console), line + length, point - (int)length, choices);
            choices->start += (int)length;
            return TRUE;
        }
    }
    return FALSE;
}
