/* parse_child.h - a full parse tree of foreign text, built and read in a child process. Private to src/pg. */
#ifndef PGM_PG_PARSE_CHILD_H
#define PGM_PG_PARSE_CHILD_H

#include <glib.h>
#include <pg_query/pg_query.pb-c.h>

/* Runs in the child: writes what it finds in TREE into BYTES, at most 1 MiB, in a form of its own. */
typedef void (*PgmParseAnswer)(const PgQuery__ParseResult *tree, GByteArray *bytes);

/* What ANSWER wrote about SQL. NULL: SQL does not follow the grammar of 15, or it was too much for the child (1 GiB,
 * 5 s, its stack). Caller unrefs. */
GByteArray *pgm_parse_in_child(const char *sql, PgmParseAnswer answer);

/* For an answer: a string with its NUL; NULL is as "". */
void pgm_parse_answer_string(GByteArray *answer, const char *text);

/* Every message of a tree, parents first. */
typedef void (*PgmVisit)(const ProtobufCMessage *message, gpointer user);
void pgm_parse_walk(const ProtobufCMessage *message, PgmVisit visit, gpointer user);

#endif
