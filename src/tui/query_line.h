/*
 * query_line.h - an unfinished query, as far as completion has to know it.
 *
 * No parser: a query that is being typed is not one yet. Words, quotes, strings
 * and comments are told apart as PostgreSQL's scanner does.
 */
#ifndef PGMEDIC_TUI_QUERY_LINE_H
#define PGMEDIC_TUI_QUERY_LINE_H

#include <glib.h>

/* A relation that the query names after FROM, JOIN and the like. */
typedef struct
{
    char *schema; /* folded unless it was quoted; NULL */
    char *key;    /* its name, always folded */
    char *alias;  /* NULL */
} PgmQueryRelation;

typedef struct
{
    int start;               /* bytes: where the word before the cursor begins, its quote too */
    char *beginning;         /* as typed, without the quote */
    gboolean quoted;         /* it began with one */
    gboolean inside;         /* the cursor is in a string or a comment: there is no word */
    char *qualifier;         /* of "x." before the word, folded unless quoted; NULL */
    gboolean wants_relation; /* it follows FROM, JOIN and the like */
    GPtrArray *relations;    /* PgmQueryRelation, of the whole line, after the cursor too */
} PgmQueryLine;

PgmQueryLine *pgm_query_line_read(const char *line, int point);
void pgm_query_line_free(PgmQueryLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmQueryLine, pgm_query_line_free)

/* "\"a\"\"b\"" → "a\"b"; what has no quotes stays. Caller frees. */
char *pgm_query_line_unquote(const char *text);

#endif
