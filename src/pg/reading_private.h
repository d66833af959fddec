/* reading_private.h - what the files of a reading share. Private to src/pg. */
#ifndef PGM_PG_READING_PRIVATE_H
#define PGM_PG_READING_PRIVATE_H

#include "pg/private.h"
#include "pg/reading_guard.h"
#include "pg/reading_spool.h"
#include "pgmedic/reading.h"

typedef struct
{
    char *name;
    char *type;
    Oid oid;
    int modifier;
    gboolean number;
    gboolean is_short; /* by nature: needs no cutting */
    int width;
} PgmReadingColumn;

struct PgmReading
{
    PgmConnection *connection; /* NULL once the transaction has ended: the rows outlive the connection */
    GArray *columns;           /* PgmReadingColumn */
    gint64 limit;              /* bytes of the spool */
    PgmSpool *spool;           /* NULL until the columns are known */
    gboolean bytes;            /* the server counts bytes as characters: SQL_ASCII */
    gboolean lines;            /* EXPLAIN: a value is split into rows at its newlines */
    gboolean whole;
    char *cut;
    gint64 elapsed_ms;
    int fetch;     /* rows that a FETCH asks for */
    int batch;     /* rows that the last one brought */
    GError *spill; /* why rows could not be kept */
    gboolean full;
};

/* reading_open.c: the text's way through the guard, up to the first batch. */
gboolean pgm_reading_begin(PgmReading *reading, const char *text, GError **error);

/* reading_rows.c: columns and rows as they come. */
void pgm_reading_set_columns(PgmReading *reading, const PGresult *result);
/* The statement for the next batch. Caller frees. */
char *pgm_reading_fetch_sql(const PgmReading *reading);
/* Runs QUERIES and keeps the rows of the last. Error: as pgm_connection_stream(), or PGM_ERROR_IO. */
gboolean pgm_reading_stream(PgmReading *reading, const char *const *queries, int n, GError **error);
/* Ends the transaction; no more rows will come. CUT: why, although there may be some; NULL: these are all. */
void pgm_reading_end(PgmReading *reading, const char *cut);

#endif
