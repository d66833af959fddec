/* private.h - what the files of src/pg share. Nobody else includes libpq. */
#ifndef PGM_PG_PRIVATE_H
#define PGM_PG_PRIVATE_H

#include "pgmedic/connection.h"

#include <libpq-fe.h>

/* Everything needed to cancel, apart from the connection, so that it outlives it. */
typedef struct PgmCanceller PgmCanceller;

struct PgmConnection
{
    PGconn *pg;
    PgmPurpose purpose;
    PgmServer server;
    GStringChunk *strings; /* what SERVER points to */
    GPtrArray *notices;    /* char* */
    PgmCanceller *canceller;
    gboolean lost;
    char *farewell;              /* what the FATAL said; NULL when the line just went dead */
    gboolean in_flight;          /* a statement was sent and not answered in full */
    gboolean settings_are_local; /* behind a pooler a session's settings would stay for strangers: set them in each
                                    transaction instead */
};

struct PgmResult
{
    PGresult *pg;
};

/* conninfo.c: every keyword that is set, as libpq takes them, NULL-terminated; borrowed from INFO. */
void pgm_conninfo_collect(const PgmConninfo *info, GPtrArray *keywords, GPtrArray *values);

/* connect.c: an open connection, or NULL and one clear sentence. */
PGconn *pgm_connect(const PgmConninfo *info, PgmPurpose purpose, GError **error);
const char *pgm_purpose_name(PgmPurpose purpose);

/* settings.c: the statement that sets what PURPOSE wants, for the session or for the transaction that it runs in;
 * NULL when there is nothing to set. Caller frees. */
char *pgm_settings_sql(PgmPurpose purpose, gboolean local);

/* listen.c: one turn of poll() on the connection's socket and INTEREST, either of which may end it. */
typedef struct
{
    const PgmInterest *interest; /* NULL once its descriptor is closed */
    gboolean stop;               /* ready() returned FALSE */
} PgmListener;
void pgm_connection_turn(PgmConnection *connection, gboolean writing, PgmListener *listener, gint64 deadline);
/* Read what has arrived unasked, without waiting: notices, notifications, a FATAL, the end. */
void pgm_connection_listen(PgmConnection *connection);
/* FATAL says goodbye: keep its words. TEXT may be NULL. */
void pgm_connection_mark_lost(PgmConnection *connection, const PGresult *farewell);
void pgm_connection_set_lost_error(const PgmConnection *connection, const char *consequence, GError **error);
void pgm_connection_receive_notice(void *data, const PGresult *notice); /* DATA: the PgmConnection */

/* execute.c: as pgm_connection_stream(), but TAKE gets each row by itself: a single one may be large. */
gboolean pgm_connection_stream_single(PgmConnection *connection, const char *const *queries, int n, PgmTakeRows take,
                                      gpointer user, int *failed, GError **error);

/* result.c */
PgmResult *pgm_result_new(PGresult *pg); /* takes PG */
gboolean pgm_result_is_fatal(const PGresult *pg);
GError *pgm_result_error(const PGresult *pg); /* PGM_SQL_ERROR with every field the server sent */

/* cancel.c */
PgmCanceller *pgm_canceller_new(PGconn *pg); /* NULL when libpq has nothing to cancel with */
void pgm_canceller_release(PgmCanceller *canceller);
/* A statement is sent; it has ended, one way or the other. Only in between is there anything to cancel. */
void pgm_canceller_begin(PgmCanceller *canceller);
void pgm_canceller_end(PgmCanceller *canceller);
/* As pgm_connection_cancel(), without looking whether it helps: for a connection that closes. */
void pgm_canceller_send_once(PgmCanceller *canceller);
/* Wait until no cancel is under way any more, so that none hits the statement after the one it was meant for. */
void pgm_canceller_settle(PgmCanceller *canceller, gint64 deadline);

#endif
