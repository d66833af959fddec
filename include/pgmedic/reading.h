/*
 * reading.h - one query that an operator typed, guarded so that it only reads.
 *
 * The guard prevents accidents, not malice: an operator, a cast or a view can
 * hide a function. Its layers: a READ ONLY transaction that has been used before
 * the text is sent; the extended protocol, so one statement; the text as the
 * query of a cursor, so that the server's own grammar refuses what is no query;
 * every function that the text names, resolved in pg_proc, refused when it is
 * volatile or not PostgreSQL's own, unless it is on a short list (which also
 * refuses those that run SQL out of a string); always ended with ROLLBACK.
 * EXPLAIN, SHOW and TABLE, VALUES … are queries too; EXPLAIN ANALYZE only of
 * what passes the guard itself.
 *
 * Rows come in batches and go to a nameless temporary file: memory holds what is
 * being looked at and no more, whatever the query returns. The transaction is
 * ended as soon as the last row has come, or pgm_reading_release() is called.
 *
 * Threads: call from the thread that owns the connection, one reading of a
 * connection at a time. pgm_connection_cancel() stops it from another thread. A
 * reading that is whole needs its connection no more: it may outlive it, and
 * belongs to any one thread. Another must be freed or released before.
 */
#ifndef PGMEDIC_READING_H
#define PGMEDIC_READING_H

#include "pgmedic/connection.h"

typedef struct PgmReading PgmReading;

enum
{
    PGM_READING_BATCH = 200,      /* rows of one FETCH; fewer where there are more than 100 columns */
    PGM_READING_VALUE_MAX = 4096, /* characters of a value; the server cuts what is longer, which then ends in "…" */
};

/* TEXT is one statement; a semicolon at its end is fine. CONNECTION is of purpose PGM_PURPOSE_READ, with no other
 * reading open on it. Reads the first batch; of EXPLAIN and SHOW all, and each line of a plan is a row. Error:
 * PGM_SQL_ERROR from the server, its position counted in TEXT; PGM_ERROR_REFUSED by the guard, saying what and why, and
 * what to do instead; PGM_ERROR_LOST. */
PgmReading *pgm_reading_open(PgmConnection *connection, const char *text, GError **error);
/* The same with another limit than 256 MB for the temporary file, in bytes. */
PgmReading *pgm_reading_open_within(PgmConnection *connection, const char *text, gint64 limit, GError **error);
void pgm_reading_free(PgmReading *reading); /* NULL is fine. Ends the transaction if it is still open. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmReading, pgm_reading_free)

int pgm_reading_columns(const PgmReading *reading);
const char *pgm_reading_column_name(const PgmReading *reading, int column);
const char *pgm_reading_column_type(const PgmReading *reading, int column);   /* "character varying(36)" */
gboolean pgm_reading_column_is_number(const PgmReading *reading, int column); /* to be shown right-aligned */
/* Display columns of the widest value seen so far and of the name, at most 4096; grows as rows come. */
int pgm_reading_column_width(const PgmReading *reading, int column);

gint64 pgm_reading_rows(const PgmReading *reading);       /* how many have come */
gboolean pgm_reading_is_whole(const PgmReading *reading); /* no more will come: all are here, or it was released */
/* Why no more come although there may be some: released, an error (cancelled, the connection lost …) in its words, or
 * more than the temporary file may take, 256 MB. NULL: all are here, or more may come. Borrowed. */
const char *pgm_reading_cut(const PgmReading *reading);
gint64 pgm_reading_elapsed_ms(const PgmReading *reading); /* the server's time until the first batch was here */

/* The next batch; TRUE also when there is none. Error: as open; what has come stays readable. */
gboolean pgm_reading_fetch(PgmReading *reading, GError **error);
/* Give up what has not been fetched: the transaction ends, what has come stays. */
void pgm_reading_release(PgmReading *reading);

/* COUNT rows from FIRST on, from the temporary file, rows that have come only. Elements are char ** of
 * pgm_reading_columns() strings, raw, NULL for SQL null; freed with the array. Caller unrefs. Error: the temporary file
 * cannot be read. */
GPtrArray *pgm_reading_take(const PgmReading *reading, gint64 first, int count, GError **error);
/* The first row from FIRST on (BACKWARD: down to 0) that holds TEXT, letters' case aside; -1: none that has come. */
gint64 pgm_reading_search(const PgmReading *reading, const char *text, gint64 first, gboolean backward);
/* The same, but STOP is asked before each row, and ends it, -1, when it says TRUE: 256 MB take a while. */
typedef gboolean (*PgmReadingStop)(gpointer user);
gint64 pgm_reading_search_until(const PgmReading *reading, const char *text, gint64 first, gboolean backward,
                                PgmReadingStop stop, gpointer user);

#endif
