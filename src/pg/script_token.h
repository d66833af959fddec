/*
 * script_token.h - the tokens of an SQL text, by PostgreSQL's own scanner.
 *
 * Private to src/pg. Offsets are bytes. END is the scanner's word and falls
 * short for U&"…" names; START can be relied on.
 */
#ifndef PG_SCRIPT_TOKEN_H
#define PG_SCRIPT_TOKEN_H

#include <glib.h>
#include <pg_query/pg_query.pb-c.h>

typedef struct
{
    int kind; /* PgQuery__Token */
    gsize start;
    gsize end;
} PgmToken;

/* All tokens of TEXT, comments too (elements PgmToken by value). Error: PGM_ERROR_INVALID "line L: …". */
GArray *pgm_token_scan(const char *text, GError **error);

gboolean pgm_token_is_comment(const PgmToken *token);
/* Is the token's text WORD, whatever its case? For keywords and plain names; never true for a quoted name. */
gboolean pgm_token_is(const char *text, const PgmToken *token, const char *word);
/* The 1-based line of a byte offset. */
int pgm_token_line(const char *text, gsize offset);
/* The byte offset of libpg_query's error position, 1-based characters; 0 when it gave none. */
gsize pgm_token_error_offset(const char *text, int position);

#endif
