/*
 * sessions.h - who is connected, and who waits for whom.
 *
 * Read from pg_stat_activity and pg_blocking_pids(); what the role may not see
 * of other users' sessions is NULL.
 */
#ifndef PGMEDIC_SESSIONS_H
#define PGMEDIC_SESSIONS_H

#include "pgmedic/connection.h"

typedef struct
{
    int pid;
    char *user, *database, *application, *client;
    char *state;           /* "active", "idle in transaction" */
    char *wait;            /* "Lock/relation"; NULL: does not wait */
    char *query;           /* raw, at most 1000 characters */
    char *blocked_by;      /* "4711, 4712"; "a prepared transaction" for pid 0; NULL: nobody */
    gint64 transaction_ms; /* age of its transaction; -1: none open */
    gint64 state_ms;       /* since when it is in that state; -1: unknown */
    int blocks;            /* how many sessions wait for it directly */
} PgmSessionRow;

/* Client sessions of all databases, oldest transaction first, without this one. Elements PgmSessionRow. */
GPtrArray *pgm_sessions_read(PgmConnection *connection, GError **error);

#endif
