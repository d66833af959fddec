/* sql_private.h - what the SQL prompt and the page of its result share. Private to sql*.c and page_sql.c. */
#ifndef PGMEDIC_TUI_SQL_PRIVATE_H
#define PGMEDIC_TUI_SQL_PRIVATE_H

#include "tui/grid.h"
#include "tui/sql.h"

typedef enum
{
    PGM_SQL_NOTHING_AWAITED,
    PGM_SQL_THE_END, /* G: the last row is selected once all have come */
    PGM_SQL_A_MATCH,
} PgmSqlAwaited;

struct PgmSql
{
    PgmReader *reader; /* NULL: no query yet */
    PgmHistory *history;
    char *query;      /* the one in hand, as typed */
    int asked;        /* its job; 0: none */
    gboolean offered; /* it failed, and was offered again */
    PgmPage *page;    /* NULL: not open */
    PgmGrid grid;
    gboolean expanded; /* \x */
    gboolean peeked;   /* expanded by Enter: Esc goes back */
    char *search;
    gboolean turning; /* to the column of a match, once its row is here */
    PgmSqlAwaited awaited;
    int awaited_job;
    int window_job; /* the newest that asked for rows; 0: none */
    gint64 window_first;
    int window_count;
    gboolean halted; /* called off: no more is fetched until the operator moves */
    gboolean cancelling;
    int called_off;     /* jobs up to this one are: said again until they are answered */
    gint64 cancel_sent; /* monotonic */
};

/* The newest news of the query in hand; NULL: none yet. */
const PgmReaderNews *pgm_sql_news(const PgmConsole *console);
/* Does something go on that Esc would call off? */
gboolean pgm_sql_is_busy(const PgmConsole *console);
/* Sends QUERY, and shows its page. FALSE: it was not taken, and the operator was told why. */
gboolean pgm_sql_send(PgmConsole *console, const char *query);
void pgm_sql_cancel(PgmConsole *console);
/* Jobs up to JOB were called off: it is said again until they are answered. */
void pgm_sql_call_off(PgmSql *sql, int job);

/* page_sql.c */
void pgm_sql_page_open(PgmConsole *console);
/* The news are what was awaited. */
void pgm_sql_page_learn(PgmConsole *console, const PgmReaderNews *news);

/* sql_text.c: what the page says where there are no rows to show. COLUMNS: its width. */
void pgm_sql_tell(PgmPager *pager, const char *query, const PgmReaderNews *news, gboolean cancelling, int columns);
/* "200+ rows · 12 ms · read-only · …"; *WARNING: what the operator should know, safe, or NULL. Caller frees both. */
char *pgm_sql_status(const PgmReaderNews *news, gboolean cancelling, int columns, char **warning);

/* sql_commands.c: LINE begins with a backslash. */
void pgm_sql_backslash(PgmConsole *console, const char *line);
/* Where NAME begins in a line "\d NAME"; NULL: it is another. */
const char *pgm_sql_describe_argument(const char *line);

#endif
