/* reader.c - the worker that reads what an operator asked at the SQL prompt. */
#include "tui/reader.h"

#include "pgmedic/query.h"
#include "pgmedic/reading.h"

enum
{
    PROGRESS_EVERY_MS = 100,
    FOREVER_MS = 24 * 3600 * 1000,
};

typedef enum
{
    JOB_ASK,
    JOB_WINDOW,
    JOB_LOOK,
    JOB_FETCH_ALL,
    JOB_SEARCH,
    JOB_CLOSE,
    JOB_DISCONNECT,
} JobKind;

/* The worker's side. */
typedef struct
{
    PgmTarget *target;
    int look_ms, idle_ms;
    GMutex mutex; /* over `connection` and `job`, for cancelling */
    PgmConnection *connection;
    gint called_off; /* jobs up to this number are; atomic */
    int job;         /* the number of the one in hand */
    int query;       /* the number of the one that asked */
    int answered;
    PgmReading *reading; /* NULL: none */
    PgmReaderState state;
    gint64 since, looked, used, posted; /* monotonic */
    gint64 first;                       /* of the window */
    GPtrArray *window;                  /* as last taken; shared with the news */
    gint64 found;
    gboolean round, backward, stopped;
    gboolean unwatched;
    gboolean owner;
    GError *error;
} Reader;

/* The drawing thread's side. */
struct PgmReader
{
    PgmWorker *worker;
    Reader *shared; /* only its atomic number and what its mutex guards */
    int told;
};

static void column_free(gpointer data)
{
    PgmReaderColumn *column = data;
    g_free(column->name);
    g_free(column);
}

void pgm_reader_news_free(gpointer data)
{
    PgmReaderNews *news = data;
    g_clear_pointer(&news->columns, g_ptr_array_unref);
    g_clear_pointer(&news->window, g_ptr_array_unref);
    g_clear_error(&news->error);
    g_free(news->cut);
    g_free(news->user);
    g_free(news);
}

gboolean pgm_reader_news_is_busy(const PgmReaderNews *news)
{
    return news != NULL && news->state != PGM_READER_NOTHING && news->state != PGM_READER_READY &&
           news->state != PGM_READER_FAILED;
}

static GPtrArray *columns_of(const PgmReading *reading)
{
    GPtrArray *columns = g_ptr_array_new_with_free_func(column_free);
    for (int i = 0; i < pgm_reading_columns(reading); i++)
    {
        PgmReaderColumn *column = g_new(PgmReaderColumn, 1);
        *column = (PgmReaderColumn){g_strdup(pgm_reading_column_name(reading, i)),
                                    pgm_reading_column_is_number(reading, i), pgm_reading_column_width(reading, i)};
        g_ptr_array_add(columns, column);
    }
    return columns;
}

static void post(PgmWorker *worker, Reader *reader)
{
    PgmReaderNews *news = g_new0(PgmReaderNews, 1);
    news->query = reader->query;
    news->answered = reader->answered;
    news->state = reader->state;
    news->since = reader->since;
    news->found = reader->found;
    news->round = reader->round;
    news->backward = reader->backward;
    news->stopped = reader->stopped;
    news->unwatched = reader->unwatched;
    news->error = reader->error != NULL ? g_error_copy(reader->error) : NULL;
    if (reader->reading != NULL)
    {
        news->columns = columns_of(reader->reading);
        news->rows = pgm_reading_rows(reader->reading);
        news->whole = pgm_reading_is_whole(reader->reading);
        news->cut = g_strdup(pgm_reading_cut(reader->reading));
        news->elapsed_ms = pgm_reading_elapsed_ms(reader->reading);
        news->first = reader->first;
        news->window = reader->window != NULL ? g_ptr_array_ref(reader->window) : NULL;
    }
    if (reader->connection != NULL)
    {
        const PgmServer *server = pgm_connection_server(reader->connection);
        news->user = g_strdup(server->user);
        news->superuser = server->superuser;
        news->owner = reader->owner;
    }
    reader->posted = g_get_monotonic_time();
    pgm_worker_post(worker, PGM_NEWS_READING, news);
}

static void enter(PgmWorker *worker, Reader *reader, PgmReaderState state)
{
    reader->state = state;
    reader->since = g_get_monotonic_time();
    post(worker, reader);
}

static gboolean is_called_off(const Reader *reader)
{
    return g_atomic_int_get(&reader->called_off) >= reader->job;
}

static void forget(Reader *reader)
{
    g_clear_pointer(&reader->reading, pgm_reading_free);
    g_clear_pointer(&reader->window, g_ptr_array_unref);
    g_clear_error(&reader->error);
    reader->first = 0;
    reader->found = -1;
    reader->round = FALSE;
    reader->stopped = FALSE;
    reader->unwatched = FALSE;
    reader->state = PGM_READER_NOTHING;
}

static void disconnect(Reader *reader)
{
    if (reader->reading != NULL)
    {
        pgm_reading_release(reader->reading);
    }
    g_mutex_lock(&reader->mutex);
    PgmConnection *connection = g_steal_pointer(&reader->connection);
    g_mutex_unlock(&reader->mutex);
    pgm_connection_close(connection);
}

static gboolean connect_to(PgmWorker *worker, Reader *reader)
{
    if (reader->connection != NULL && pgm_connection_is_lost(reader->connection))
    {
        disconnect(reader);
    }
    if (reader->connection != NULL)
    {
        return TRUE;
    }
    enter(worker, reader, PGM_READER_CONNECTING);
    PgmConnection *connection = pgm_connection_open(reader->target->conninfo, PGM_PURPOSE_READ, &reader->error);
    if (connection == NULL)
    {
        return FALSE;
    }
    g_mutex_lock(&reader->mutex);
    reader->connection = connection;
    g_mutex_unlock(&reader->mutex);
    const PgmServer *server = pgm_connection_server(connection);
    g_autofree char *owner = pgm_connection_value(connection, pgm_query_text("reading/role", server->version), NULL);
    reader->owner = g_strcmp0(owner, "t") == 0;
    return TRUE;
}

/* The window and its first row change together: news may be posted at any time. */
static void take_window(Reader *reader, gint64 first, int count)
{
    if (reader->reading == NULL)
    {
        return;
    }
    gint64 rows = pgm_reading_rows(reader->reading);
    reader->first = MIN(first, rows);
    g_clear_pointer(&reader->window, g_ptr_array_unref);
    reader->window = pgm_reading_take(reader->reading, reader->first, (int)MIN((gint64)count, rows - reader->first),
                                      reader->error == NULL ? &reader->error : NULL);
}

static void ask(PgmWorker *worker, Reader *reader, const PgmJob *job)
{
    forget(reader);
    reader->query = reader->job;
    if (!is_called_off(reader) && connect_to(worker, reader) && !is_called_off(reader))
    {
        enter(worker, reader, PGM_READER_RUNNING);
        reader->reading = pgm_reading_open(reader->connection, job->text, &reader->error);
    }
    if (reader->reading == NULL && reader->error == NULL)
    {
        reader->error = g_error_new_literal(PGM_ERROR, PGM_ERROR_CANCELLED, "called off before it was sent");
    }
    reader->state = reader->reading != NULL ? PGM_READER_READY : PGM_READER_FAILED;
    take_window(reader, 0, MAX(job->count, 1));
}

static gboolean fetch(PgmWorker *worker, Reader *reader, PgmReaderState meanwhile)
{
    if (reader->state != meanwhile)
    {
        enter(worker, reader, meanwhile);
    }
    else if (g_get_monotonic_time() - reader->posted > (gint64)PROGRESS_EVERY_MS * 1000)
    {
        post(worker, reader);
    }
    reader->looked = g_get_monotonic_time();
    return pgm_reading_fetch(reader->reading, &reader->error);
}

/* Until there are ROWS, or no more come, or it is called off. */
static void fetch_up_to(PgmWorker *worker, Reader *reader, gint64 rows)
{
    while (pgm_reading_rows(reader->reading) < rows && !pgm_reading_is_whole(reader->reading) &&
           !is_called_off(reader) && !pgm_worker_is_stopping(worker))
    {
        if (!fetch(worker, reader, PGM_READER_FETCHING))
        {
            break;
        }
    }
    reader->state = PGM_READER_READY;
}

static void show_window(PgmWorker *worker, Reader *reader, const PgmJob *job)
{
    gint64 first = MAX(job->number, 0);
    fetch_up_to(worker, reader, first + job->count);
    take_window(reader, first, job->count);
}

typedef struct
{
    PgmWorker *worker;
    Reader *reader;
} Searcher;

static gboolean is_to_stop(gpointer user)
{
    const Searcher *searcher = user;
    return is_called_off(searcher->reader) || pgm_worker_is_stopping(searcher->worker);
}

static gint64 look_for(PgmWorker *worker, Reader *reader, const char *text, gint64 from, gboolean backward)
{
    Searcher searcher = {worker, reader};
    return pgm_reading_search_until(reader->reading, text, from, backward, is_to_stop, &searcher);
}

static gint64 search_on(PgmWorker *worker, Reader *reader, const char *text)
{
    gint64 found = -1;
    while (found < 0 && !pgm_reading_is_whole(reader->reading) && !is_called_off(reader) &&
           !pgm_worker_is_stopping(worker))
    {
        gint64 from = pgm_reading_rows(reader->reading);
        if (!fetch(worker, reader, PGM_READER_SEARCHING))
        {
            break;
        }
        found = look_for(worker, reader, text, from, FALSE);
    }
    return found;
}

static void search(PgmWorker *worker, Reader *reader, const PgmJob *job)
{
    gboolean backward = job->count < 0;
    reader->backward = backward;
    enter(worker, reader, PGM_READER_SEARCHING);
    reader->round = FALSE;
    reader->found = backward && job->number <= 0
                        ? -1
                        : look_for(worker, reader, job->text, backward ? job->number - 1 : job->number, backward);
    if (reader->found < 0)
    {
        reader->found = search_on(worker, reader, job->text);
        reader->round = backward;
    }
    if (reader->found < 0 && !is_called_off(reader) && !backward)
    {
        reader->found = look_for(worker, reader, job->text, 0, FALSE);
        reader->round = TRUE;
    }
    /* Backwards, round the beginning: the last one of all. What was fetched on above may not be it. */
    if (backward && reader->round && pgm_reading_rows(reader->reading) > 0)
    {
        reader->found = look_for(worker, reader, job->text, pgm_reading_rows(reader->reading) - 1, TRUE);
    }
    reader->stopped = reader->found < 0 && is_called_off(reader);
    reader->state = PGM_READER_READY;
}

static void handle(PgmWorker *worker, Reader *reader, const PgmJob *job)
{
    if (job->kind == JOB_ASK)
    {
        ask(worker, reader, job);
        return;
    }
    if (job->kind == JOB_CLOSE)
    {
        forget(reader);
        return;
    }
    if (job->kind == JOB_DISCONNECT)
    {
        disconnect(reader);
        return;
    }
    if (reader->reading == NULL || job->kind == JOB_LOOK)
    {
        return;
    }
    if (!pgm_reading_is_whole(reader->reading))
    {
        g_clear_error(&reader->error); /* else it says why no more rows come */
    }
    switch ((JobKind)job->kind)
    {
    case JOB_WINDOW:
        show_window(worker, reader, job);
        break;
    case JOB_FETCH_ALL:
        fetch_up_to(worker, reader, G_MAXINT64);
        break;
    case JOB_SEARCH:
        search(worker, reader, job);
        break;
    default:
        break;
    }
}

/* What time alone asks for; returns how long until it asks again, in milliseconds. */
static int tend(PgmWorker *worker, Reader *reader)
{
    gint64 now = g_get_monotonic_time();
    if (reader->connection == NULL)
    {
        return FOREVER_MS;
    }
    if (reader->reading != NULL && !pgm_reading_is_whole(reader->reading))
    {
        gint64 left = reader->looked + (gint64)reader->look_ms * 1000 - now;
        if (left > 0)
        {
            return (int)(left / 1000) + 1;
        }
        pgm_reading_release(reader->reading);
        reader->unwatched = TRUE;
        post(worker, reader);
    }
    gint64 left = reader->used + (gint64)reader->idle_ms * 1000 - now;
    if (left > 0)
    {
        return (int)(left / 1000) + 1;
    }
    disconnect(reader);
    return FOREVER_MS;
}

static int attend(PgmWorker *worker, gpointer state, const PgmJob *job)
{
    Reader *reader = state;
    if (job != NULL && job->kind >= 0)
    {
        g_mutex_lock(&reader->mutex);
        reader->job++;
        g_mutex_unlock(&reader->mutex);
        handle(worker, reader, job);
        reader->answered = reader->job;
        reader->looked = reader->used = g_get_monotonic_time();
        post(worker, reader);
    }
    return tend(worker, reader);
}

/* Only what runs for a job up to JOB. */
static void cancel_statement(Reader *reader, int job)
{
    g_mutex_lock(&reader->mutex);
    if (reader->connection != NULL && reader->job <= job)
    {
        pgm_connection_cancel(reader->connection);
    }
    g_mutex_unlock(&reader->mutex);
}

static void interrupt(gpointer state)
{
    Reader *reader = state;
    g_atomic_int_set(&reader->called_off, G_MAXINT);
    cancel_statement(reader, G_MAXINT);
}

static void end(gpointer state)
{
    Reader *reader = state;
    forget(reader);
    disconnect(reader);
    pgm_target_free(reader->target);
    g_mutex_clear(&reader->mutex);
    g_free(reader);
}

PgmReader *pgm_reader_start(const PgmTuiOptions *options, PgmQueue *inbox)
{
    return pgm_reader_start_with(options, inbox, PGM_READER_LOOK_MS, PGM_READER_IDLE_MS);
}

PgmReader *pgm_reader_start_with(const PgmTuiOptions *options, PgmQueue *inbox, int look_ms, int idle_ms)
{
    static const PgmWorkerOps ops = {"reader", attend, interrupt, end};
    Reader *shared = g_new0(Reader, 1);
    shared->target = pgm_target_copy(options->target);
    shared->look_ms = look_ms;
    shared->idle_ms = idle_ms;
    shared->found = -1;
    g_mutex_init(&shared->mutex);
    PgmReader *reader = g_new0(PgmReader, 1);
    reader->shared = shared;
    reader->worker = pgm_worker_start(&ops, shared, inbox);
    return reader;
}

gboolean pgm_reader_stop(PgmReader *reader, int ms)
{
    if (reader == NULL)
    {
        return TRUE;
    }
    gboolean quiet = pgm_worker_stop(reader->worker, ms);
    g_free(reader);
    return quiet;
}

static int tell(PgmReader *reader, PgmJob job)
{
    pgm_worker_tell_job(reader->worker, job);
    return ++reader->told;
}

int pgm_reader_ask(PgmReader *reader, const char *query, int count)
{
    pgm_reader_cancel(reader, reader->told, TRUE);
    return tell(reader, (PgmJob){.kind = JOB_ASK, .text = g_strdup(query), .count = count});
}

int pgm_reader_window(PgmReader *reader, gint64 first, int count)
{
    return tell(reader, (PgmJob){.kind = JOB_WINDOW, .number = first, .count = count});
}

int pgm_reader_look(PgmReader *reader)
{
    return tell(reader, (PgmJob){.kind = JOB_LOOK});
}

int pgm_reader_fetch_all(PgmReader *reader)
{
    return tell(reader, (PgmJob){.kind = JOB_FETCH_ALL});
}

int pgm_reader_search(PgmReader *reader, const char *text, gint64 from, gboolean backward)
{
    return tell(reader,
                (PgmJob){.kind = JOB_SEARCH, .text = g_strdup(text), .number = from, .count = backward ? -1 : 1});
}

int pgm_reader_close(PgmReader *reader)
{
    pgm_reader_cancel(reader, reader->told, TRUE);
    return tell(reader, (PgmJob){.kind = JOB_CLOSE});
}

int pgm_reader_disconnect(PgmReader *reader)
{
    pgm_reader_cancel(reader, reader->told, TRUE);
    return tell(reader, (PgmJob){.kind = JOB_DISCONNECT});
}

void pgm_reader_cancel(PgmReader *reader, int job, gboolean hard)
{
    g_atomic_int_set(&reader->shared->called_off, MAX(job, g_atomic_int_get(&reader->shared->called_off)));
    if (hard)
    {
        cancel_statement(reader->shared, job);
    }
}

int pgm_reader_told(const PgmReader *reader)
{
    return reader->told;
}
