/* reading_guard.h - the parts of the guard that look at the text before the server gets it. Private to src/pg. */
#ifndef PGM_PG_READING_GUARD_H
#define PGM_PG_READING_GUARD_H

#include "pgmedic/connection.h"

typedef enum
{
    PGM_READING_QUERY, /* SELECT, TABLE, VALUES, WITH */
    PGM_READING_PLAN,  /* EXPLAIN: its statement is planned and not run */
    PGM_READING_TIMED, /* EXPLAIN ANALYZE of a query, which runs it */
    PGM_READING_SHOW,
} PgmReadingKind;

/* What the text is, by its tokens. Offsets are bytes into it. */
typedef struct
{
    PgmReadingKind kind;
    gsize end;       /* behind what counts: without a semicolon and what follows it */
    gsize explained; /* where the statement after EXPLAIN and its options begins; 0 for other kinds */
} PgmReadingShape;

/* reading_text.c. Error: PGM_ERROR_REFUSED. */
gboolean pgm_reading_shape(const char *text, PgmReadingShape *shape, GError **error);

/* How a name in the text may come to call a function. */
typedef enum
{
    PGM_NAMED_CALL,      /* name(…) or schema.name(…) */
    PGM_NAMED_ATTRIBUTE, /* row.name, which calls name(row) where the row has no such column */
    PGM_NAMED_FIELD,     /* (expression).name, which calls name(expression) for an expression of any type */
    PGM_NAMED_PERHAPS, /* in a text that the grammar of 15 does not know: a word before a parenthesis, in any schema */
} PgmNamedHow;

typedef struct
{
    PgmNamedHow how;
    char *schema;  /* "" where none is written */
    char *name;    /* as the catalog has it: folded, unescaped */
    int arguments; /* -1: not to be told */
} PgmNamedFunction;

/* reading_names.c: every function that TEXT may call by name. Elements PgmNamedFunction, freed with the array. Error:
 * PGM_ERROR_REFUSED, also for a statement inside the text that writes, as far as a query of that kind may not. */
GPtrArray *pgm_reading_names(const char *text, const PgmReadingShape *shape, GError **error);

/* reading_functions.c: may what is named be called? Asks pg_proc, in the open transaction of CONNECTION. Error:
 * PGM_ERROR_REFUSED naming the function and the reason. */
gboolean pgm_reading_functions(PgmConnection *connection, const GPtrArray *names, GError **error);

/* reading_rules.c: what is known of a function. EXTENSION is NULL for PostgreSQL's own. */
typedef struct
{
    const char *extension; /* NULL: PostgreSQL's own */
    const char *name;      /* "pg_ls_*": all that begin so */
    gboolean allowed;
    const char *reason; /* why not, what to do instead: completes "NAME() is not called here: …". Allowed: for us */
} PgmFunctionRule;

/* NULL: no rule of its own. */
const PgmFunctionRule *pgm_reading_rule(const char *extension, const char *name);

#endif
