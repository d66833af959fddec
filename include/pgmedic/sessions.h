/*
 * sessions.h - who is connected, and who waits for whom.
 *
 * Read from pg_stat_activity, pg_locks, pg_prepared_xacts and pg_blocking_pids()
 * in one round trip; nothing of it waits for a lock on a table. A prepared
 * transaction is a session too: its pid is 0, and gid is set. What the role may
 * not see of other users' sessions is NULL, and `visible` is FALSE.
 */
#ifndef PGMEDIC_SESSIONS_H
#define PGMEDIC_SESSIONS_H

#include "pgmedic/connection.h"

typedef struct
{
    char *mode;  /* "ACCESS EXCLUSIVE"; NULL when it is not a table's or a view's */
    char *thing; /* "documents", "a row of documents", "advisory lock 42"; raw */
} PgmSessionLock;

/* Why one session waits: another one that has, or awaits before it, a lock that conflicts with its own. */
typedef struct
{
    guint row;      /* place of the other one among the rows */
    gboolean holds; /* FALSE: it only stands ahead in the queue for the same thing */
    char *mode;     /* what it holds, or awaits, of a table; NULL: something else, or not told */
} PgmSessionBlocker;

typedef struct
{
    int pid;             /* 0: a prepared transaction */
    char *gid;           /* of a prepared transaction; else NULL */
    char *backend_start; /* UTC, to the microsecond: with pid, what tells this session from every other. NULL: not
                            visible */
    char *query_start;   /* the same form; NULL: none yet, or not visible */
    char *backend_type;  /* "client backend", "autovacuum worker"; NULL: not visible */
    char *user, *database, *application, *client;
    char *state;           /* "active", "idle in transaction", "prepared" */
    char *wait;            /* "Lock/relation"; NULL: does not wait */
    char *query;           /* raw, at most 10,000 characters; NULL: none, or not visible */
    gint64 transaction_ms; /* age of its transaction; -1: none open */
    gint64 state_ms;       /* since when it is in that state; -1: unknown */
    gint64 query_ms;       /* since when its newest statement began; -1: unknown */
    gboolean visible;      /* FALSE: state, query and times need pg_read_all_stats */
    gboolean superuser;    /* it belongs to one */
    gboolean own;          /* a session of pgmedic, from this host */
    char *lacks;           /* what this role would need to cancel or terminate it: "pg_signal_backend", "superuser" …;
                              NULL: nothing */
    /* Waiting */
    PgmSessionLock *awaits;  /* NULL: it waits for no lock */
    gint64 wait_ms;          /* -1: unknown */
    gboolean wait_estimated; /* before 14 the server does not say: since its statement began, at most */
    GPtrArray *blockers;     /* PgmSessionBlocker; empty: nobody */
    /* Holding */
    int blocks;       /* how many sessions wait for it directly */
    int behind;       /* … and behind those, all in all */
    GPtrArray *locks; /* PgmSessionLock: on tables, views and advisory, strongest first, at most 20 */
    int locks_all;    /* how many of them there are */
} PgmSessionRow;

/*
 * Sessions of all databases, without this one, oldest transaction first; then those without a transaction. Of the
 * server's own processes only those that wait or are waited for, and autovacuum's workers. Elements PgmSessionRow.
 */
GPtrArray *pgm_sessions_read(PgmConnection *connection, GError **error);

/* One line of the lock tree. */
typedef struct
{
    guint row;                        /* place among the rows */
    int depth;                        /* 0: it blocks and waits for nobody */
    const PgmSessionBlocker *because; /* of its row; NULL at depth 0 */
    gboolean cycle; /* it waits for one that waits for it: a deadlock, which the server ends by itself */
    gboolean again; /* it stands further up already: it waits for more than one. What is behind it stands there */
} PgmLockTreeLine;

/*
 * Who blocks whom, from above: first those who block and wait for nobody, most waiters first; below each, who waits for
 * what it holds, longest first. Who only waits behind somebody in the queue stands below that one. ROWS must outlive
 * it. Elements PgmLockTreeLine; empty when nobody waits.
 */
GPtrArray *pgm_sessions_tree(const GPtrArray *rows);

#endif
