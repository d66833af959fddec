/*
 * connection.h - the only door to libpq.
 *
 * A connection belongs to the thread that uses it: calls block that thread and
 * no other. The one thing another thread may do to it is cancel its statement.
 *
 * All results are text. Statements go through the extended protocol, one at a
 * time, so that no text can smuggle in a second statement.
 */
#ifndef PGMEDIC_CONNECTION_H
#define PGMEDIC_CONNECTION_H

#include "pgmedic/conninfo.h"
#include "pgmedic/error.h"

typedef struct PgmConnection PgmConnection;
typedef struct PgmResult PgmResult;

/* What a connection is for decides its session settings; application_name is "pgmedic PURPOSE". Every purpose has
 * TCP keepalives (5 s idle, 2 s interval, 3 tries) and tcp_user_timeout 10 s, connect_timeout 10 s. Behind a pooler,
 * where a session's settings would stay for others, INSPECT and WATCH make them in each transaction instead. */
typedef enum
{
    PGM_PURPOSE_INSPECT, /* default_transaction_read_only, search_path pg_catalog, statement_timeout 10 s, lock_timeout
                            200 ms, idle_in_transaction_session_timeout 60 s */
    PGM_PURPOSE_WATCH,   /* as INSPECT, statement_timeout 2 s */
    PGM_PURPOSE_READ,    /* queries that an operator types (reading.h): as INSPECT, but the role's own search_path,
                            statement_timeout 60 s */
    PGM_PURPOSE_RUN,     /* reads and writes; the engine sets the rest in each transaction */
    PGM_PURPOSE_PLAIN,   /* nothing set: demo and tests */
} PgmPurpose;

/* Facts of the server, read once when the connection opens. Strings owned by the connection. */
typedef struct
{
    int version;              /* server_version_num, 150020 */
    const char *version_text; /* "15.20" */
    const char *host;         /* as connected: a host name, an address, or a socket folder */
    const char *port;
    const char *user;     /* current_user */
    const char *database; /* current_database() */
    guint32 database_oid;
    const char *system_identifier; /* pg_control_system(); NULL where EXECUTE on it is missing */
    const char *timeline; /* substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8); NULL on a standby or where refused */
    gboolean standby;     /* pg_is_in_recovery() */
    gboolean superuser;
    gboolean owner;    /* of the database, or a member of the role that owns it; a superuser always */
    gboolean loopback; /* a unix socket, 127.0.0.0/8 or ::1 */
    gboolean pooled;   /* PQbackendPID differs from pg_backend_pid(): something stands in between. The port is not
                          asked: behind a tunnel it differs too */
    int backend_pid;   /* as pg_backend_pid() says */
    const char *backend_start; /* pg_stat_activity.backend_start, UTC, ISO */
} PgmServer;

/* Opens and reads the facts. Error: PGM_ERROR_CONNECT or PGM_ERROR_LOGIN with libpq's own words made to one sentence
 * and what to do, or PGM_SQL_ERROR. A missing password says which place of the password file would do. */
PgmConnection *pgm_connection_open(const PgmConninfo *info, PgmPurpose purpose, GError **error);
void pgm_connection_close(PgmConnection *connection); /* NULL is fine. A statement in flight is cancelled first. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmConnection, pgm_connection_close)

const PgmServer *pgm_connection_server(const PgmConnection *connection);
/* "documents@db-1:5432", for headers and messages; not yet safe for a terminal. Caller frees. */
char *pgm_connection_display(const PgmConnection *connection);
/* Has the connection been lost (end of file, FATAL notice)? Never optimistic. */
gboolean pgm_connection_is_lost(const PgmConnection *connection);
/* Is a transaction open, as far as the last answer said? '*' in one, '!' in a failed one, ' ' none, '?' unknown. */
char pgm_connection_transaction(const PgmConnection *connection);

/*
 * What else a thread listens to while its statement runs or its transaction stands idle. READY is called in the
 * connection's own thread each time FD is readable; it may call pgm_connection_cancel(). Returning FALSE ends a
 * pgm_connection_wait() (ignored while a statement runs: that ends by itself or by cancel).
 */
typedef struct
{
    int fd;
    gboolean (*ready)(gpointer user);
    gpointer user;
} PgmInterest;

/* One statement, PARAMS as $1…$N (text; NULL is SQL null). INTEREST may be NULL. Error: PGM_SQL_ERROR, or
 * PGM_ERROR_LOST when the connection broke and nobody knows what became of the statement. Caller frees the result. */
PgmResult *pgm_connection_execute(PgmConnection *connection, const char *sql, int n, const char *const *params,
                                  const PgmInterest *interest, GError **error);
/* The same without parameters or interest. */
PgmResult *pgm_connection_query(PgmConnection *connection, const char *sql, GError **error);
/* The first row's first column; NULL with no error set when there is no row or it is null. Caller frees. */
char *pgm_connection_value(PgmConnection *connection, const char *sql, GError **error);
/* Run a statement whose result does not matter. */
gboolean pgm_connection_command(PgmConnection *connection, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Several queries in one round trip (pipeline mode); results in the same order. On an error the rest is not run, NULL
 * is returned, and FAILED (may be NULL) tells which. Caller frees with g_ptr_array_unref; elements are PgmResult. */
GPtrArray *pgm_connection_pipeline(PgmConnection *connection, const char *const *queries, int n, int *failed,
                                   GError **error);

/* What takes rows as they come: RESULT, borrowed, holds some rows of the query at that place. The last call for a query
 * comes when it is done, and its result has no rows. */
typedef void (*PgmTakeRows)(int query, const PgmResult *result, gpointer user);
/* As pgm_connection_pipeline(), but no result is ever whole in memory, and the rows of one query are taken while the
 * server works on the next. On an error TAKE may have seen some rows already. */
gboolean pgm_connection_stream(PgmConnection *connection, const char *const *queries, int n, PgmTakeRows take,
                               gpointer user, int *failed, GError **error);

typedef enum
{
    PGM_WAKE_INTEREST, /* ready() returned FALSE */
    PGM_WAKE_DEADLINE,
    PGM_WAKE_LOST, /* the server hung up, or a FATAL came; ERROR says what it said */
} PgmWake;

/* Idle until the interest asks to stop, the DEADLINE (g_get_monotonic_time; -1 none) passes, or the server hangs up. */
PgmWake pgm_connection_wait(PgmConnection *connection, const PgmInterest *interest, gint64 deadline, GError **error);

/* Any thread. Asks the server to cancel the running statement, on a thread of its own: never blocks. Asks again until
 * that statement has ended; nothing happens when none runs. Detached from the connection's life: it may be closed at
 * once afterwards. */
void pgm_connection_cancel(PgmConnection *connection);

/* Notices that came since the last call, as text lines, severity first; NULL-terminated. Caller frees. */
char **pgm_connection_take_notices(PgmConnection *connection);

/* Quoting, by the server's rules. Caller frees. */
char *pgm_quote_identifier(const char *name);
char *pgm_quote_literal(const char *value);

int pgm_result_rows(const PgmResult *result);
int pgm_result_columns(const PgmResult *result);
const char *pgm_result_column_name(const PgmResult *result, int column);
/* NULL for SQL null. Borrowed. */
const char *pgm_result_value(const PgmResult *result, int row, int column);
gint64 pgm_result_integer(const PgmResult *result, int row, int column); /* 0 for null */
gboolean pgm_result_boolean(const PgmResult *result, int row, int column);
const char *pgm_result_tag(const PgmResult *result); /* the command tag, "ALTER TABLE", "UPDATE 3" */
void pgm_result_free(PgmResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmResult, pgm_result_free)

#endif
