/*
 * session_text.h - sessions in words: their lines in the lists, and what is to be done about one.
 *
 * All that is returned is the caller's to free, and raw where names and statements are in it.
 */
#ifndef PGMEDIC_TUI_SESSION_TEXT_H
#define PGMEDIC_TUI_SESSION_TEXT_H

#include "pgmedic/sessions.h"

/* What tells ROW from every other session, also from a later one with its pid. */
char *pgm_session_key(const PgmSessionRow *row);
/* NULL: it has ended. */
const PgmSessionRow *pgm_session_by_key(const GPtrArray *rows, const char *key);

char *pgm_session_name(const PgmSessionRow *row);   /* "4711", "prepared 'gid'" */
char *pgm_session_who(const PgmSessionRow *row);    /* "web/app", user and application */
char *pgm_session_lock(const PgmSessionLock *lock); /* "documents (ROW EXCLUSIVE)" */
/* "waits for documents (ACCESS EXCLUSIVE)", "queues behind 4711 for …"; NULL: it does neither. */
char *pgm_session_waiting(const GPtrArray *rows, const PgmSessionRow *row);
/* Its newest statement in one line, or why it is not shown. */
char *pgm_session_statement(const PgmSessionRow *row);
/* "idle in transaction", "autovacuum worker", "not visible". */
char *pgm_session_state(const PgmSessionRow *row);
gboolean pgm_session_idles_in_transaction(const PgmSessionRow *row);
/* An autovacuum that keeps transaction ids from running out. */
gboolean pgm_session_against_wraparound(const PgmSessionRow *row);
/* Since when, as far as it is known: "3 min 05 s", "?" */
char *pgm_session_age(gint64 ms);

/* What is lost when its statement is cancelled, or the session terminated; sentences. */
char *pgm_session_loss(const PgmSessionRow *row, gboolean terminate);

/* What it is doing to whom, and what to do about it; sentences. */
char *pgm_session_advice(const GPtrArray *rows, const PgmSessionRow *row);

#endif
