/*
 * reader.h - the worker that reads what an operator asked at the SQL prompt.
 *
 * It owns a connection of its own (PGM_PURPOSE_READ), opened for the first
 * query and closed when a run begins or after some idle minutes. The reading
 * belongs to its thread; the thread that draws asks for a window of rows and
 * gets news, which hold that window and no other row.
 *
 * An unfinished result keeps a snapshot open, which holds back vacuum: it is
 * let go when nobody has moved in it for PGM_READER_LOOK_MS.
 */
#ifndef PGMEDIC_TUI_READER_H
#define PGMEDIC_TUI_READER_H

#include "pgmedic/tui.h"
#include "tui/worker.h"

enum
{
    PGM_READER_LOOK_MS = 30000,
    PGM_READER_IDLE_MS = 300000,
};

typedef struct PgmReader PgmReader;

typedef enum
{
    PGM_READER_NOTHING, /* no query, or it was closed */
    PGM_READER_CONNECTING,
    PGM_READER_RUNNING,   /* the first batch is awaited */
    PGM_READER_READY,     /* there are rows, or all of none */
    PGM_READER_FETCHING,  /* more rows are coming */
    PGM_READER_SEARCHING, /* in what has come, and then fetching on */
    PGM_READER_FAILED,    /* the query gave no result: ERROR */
} PgmReaderState;

typedef struct
{
    char *name; /* raw */
    gboolean number;
    int width; /* display columns of the name and the widest value so far */
} PgmReaderColumn;

/* What is known of the query in hand. */
typedef struct
{
    int query;    /* its job */
    int answered; /* the newest of the reader's jobs that is done: as pgm_reader_… returned it */
    PgmReaderState state;
    gint64 since;       /* of a state that passes; monotonic */
    GPtrArray *columns; /* PgmReaderColumn */
    gint64 rows;        /* that have come */
    gboolean whole;     /* no more will come */
    gboolean unwatched; /* it was let go because nobody moved in it */
    char *cut;          /* why no more come although there may be some; raw; NULL */
    gint64 elapsed_ms;  /* until the first batch was here */
    gint64 first;       /* the window: its first row, and rows as pgm_reading_take() gives them; NULL: none yet */
    GPtrArray *window;
    gint64 found;             /* what the last search found; -1: nothing */
    gboolean round, backward; /* … beyond the end, or backwards beyond the beginning */
    gboolean stopped;         /* it was called off before it had looked everywhere */
    char *user;               /* the role that reads; NULL: not connected yet */
    gboolean superuser, owner;
    GError *error; /* of the query, or (not FAILED) of what was asked last: a batch, a search; NULL */
} PgmReaderNews;

void pgm_reader_news_free(gpointer data);                    /* PgmReaderNews */
gboolean pgm_reader_news_is_busy(const PgmReaderNews *news); /* NULL: no */

/* OPTIONS must outlive the reader. INBOX gets PGM_NEWS_READING. */
PgmReader *pgm_reader_start(const PgmTuiOptions *options, PgmQueue *inbox);
/* The same with other times than PGM_READER_LOOK_MS and PGM_READER_IDLE_MS. */
PgmReader *pgm_reader_start_with(const PgmTuiOptions *options, PgmQueue *inbox, int look_ms, int idle_ms);
/* Waits at most MS, as pgm_worker_stop(), whose result it returns. NULL is fine: TRUE. */
gboolean pgm_reader_stop(PgmReader *reader, int ms);

/* These return the job's number. Where jobs before it are called off, so are they as by pgm_reader_cancel(), HARD. */
/* What runs is cancelled, what is shown is closed. COUNT: rows of the first window. */
int pgm_reader_ask(PgmReader *reader, const char *query, int count);
/* COUNT rows from FIRST on, fetched where they have not come yet; counts as a look at the result. */
int pgm_reader_window(PgmReader *reader, gint64 first, int count);
int pgm_reader_look(PgmReader *reader); /* only that: the result is being looked at */
int pgm_reader_fetch_all(PgmReader *reader);
/* The next row from FROM on (BACKWARD: before it) that holds TEXT; fetches on, and goes once round. */
int pgm_reader_search(PgmReader *reader, const char *text, gint64 from, gboolean backward);
int pgm_reader_close(PgmReader *reader); /* what runs is cancelled, the transaction ended, the rows forgotten */
/* The same, but the rows that have come stay, and the connection is closed. */
int pgm_reader_disconnect(PgmReader *reader);

/* Call off the jobs up to number JOB: fetching stops after the batch in hand; HARD: the statement that runs for one of
 * them is cancelled too. A query is several statements, and one that begins just then is not hit: until the job is
 * answered, it is to be called off again. */
void pgm_reader_cancel(PgmReader *reader, int job, gboolean hard);
int pgm_reader_told(const PgmReader *reader); /* the number of the newest job */

#endif
