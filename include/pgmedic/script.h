/*
 * script.h - SQL scripts, by PostgreSQL's own scanner and parser (libpg_query, the grammar of 15).
 *
 * No hand-made SQL splitting. Anything that builds a full parse tree of foreign
 * text does so in a child process with a memory limit.
 */
#ifndef PGMEDIC_SCRIPT_H
#define PGMEDIC_SCRIPT_H

#include "pgmedic/node.h"

typedef struct
{
    char *sql; /* without the semicolon and without comments before it */
    int line;  /* of its first token, 1-based, in the text that was split */
} PgmStatement;

/* Statements of TEXT (elements PgmStatement, freed with the array). Backslash commands and COPY … FROM STDIN are
 * refused. A text that the grammar of 15 cannot parse is split by the scanner instead and *PARSED becomes FALSE (may be
 * NULL). Error: PGM_ERROR_INVALID "line L: …". */
GPtrArray *pgm_script_split(const char *text, gboolean *parsed, GError **error);

/* Does TEXT follow the grammar of 15? Error: PGM_ERROR_INVALID "line L: syntax error at or near …". */
gboolean pgm_script_parse(const char *text, GError **error);

/* psql's variables in TEXT: the names after :name, :'name' and :"name", once each, in order. Not inside literals,
 * comments or dollar quotes, and not "::type". Elements char*. */
GPtrArray *pgm_script_variables(const char *text);

/* How a variable may be used, by its type. */
typedef struct
{
    const char *value;
    gboolean bare; /* :name without quotes is allowed */
} PgmVariable;

/* TEXT with its variables replaced: :'name' a literal, :"name" an identifier, :name the value itself. VALUES: name →
 * PgmVariable. An unknown name, or :name where `bare` is not set, is an error "line L: …". Caller frees. */
char *pgm_script_substitute(const char *text, GHashTable *values, GError **error);

/* What a hotfix script must not hold, since the engine owns the transaction: BEGIN, COMMIT and kin, SAVEPOINT, DISCARD,
 * RESET, SET ROLE, SET SESSION AUTHORIZATION, session-level SET (SET LOCAL is fine), COPY … STDIN, and in a transaction
 * what PostgreSQL refuses there (CONCURRENTLY, VACUUM, …). Adds findings with lines offset by FIRST_LINE - 1. */
void pgm_script_check(GPtrArray *statements, gboolean transaction, const char *file, int first_line,
                      PgmFindings *findings);

/* The relations that a statement names, in order, "schema.name" or "name" as written (folded, unquoted); elements
 * char*. Empty when it does not parse. */
GPtrArray *pgm_script_relations(const char *sql);

/* The index that a CREATE INDEX statement names, as the catalog has it: folded, without quotes. NULL for any other
 * statement, for one that leaves the name to the server, and for a U&"" name. Caller frees. */
char *pgm_script_created_index(const char *sql);

#endif
