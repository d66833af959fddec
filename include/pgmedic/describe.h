/*
 * describe.h - an object's page: what \d+ shows, its size, what hangs together with it, where it drifts, its SQL.
 *
 * Lines with roles and links; the console draws them, the command line prints them.
 */
#ifndef PGMEDIC_DESCRIBE_H
#define PGMEDIC_DESCRIBE_H

#include "pgmedic/details.h"
#include "pgmedic/marks.h"

typedef enum
{
    PGM_LINE_TEXT,
    PGM_LINE_TITLE,
    PGM_LINE_HEADING,
    PGM_LINE_DIM,
    PGM_LINE_GOOD,
    PGM_LINE_COSMETIC, /* the three severities of what drifts */
    PGM_LINE_RISKY,
    PGM_LINE_BREAKING,
} PgmLineRole;

typedef struct
{
    PgmLineRole role;
    char *text; /* safe, one line; begins with a sign (✗ ▲ ○ ✓) or two blanks, but for titles and headings */
    PgmIdentity *link; /* the object that it leads to; NULL: none */
} PgmLine;

/* What is known. */
typedef struct
{
    const PgmSnapshot *snapshot;
    const PgmSnapshot *baseline; /* NULL: none */
    const PgmMarks *marks;       /* NULL: nothing to compare with */
    const PgmDetails *details;   /* NULL: not read (yet) */
    const char *details_note;    /* in their place: "reading…", an error; raw */
} PgmDescribeSource;

/* OBJECT as it is in the snapshot, else in the baseline. Elements are PgmLine; caller unrefs. NULL: it is in neither.
 */
GPtrArray *pgm_describe(const PgmDescribeSource *source, const PgmIdentity *object);
/* "foreign table", "materialised view": a kind for people; "tables" for several. Borrowed from a table of words, or the
 * kind's own name. */
const char *pgm_kind_word(const PgmKind *kind, gboolean several);
/* The same for one object: "procedure" where its kind says function. */
const char *pgm_object_word(const PgmObject *object);
/* What the list and the tree say beside an object: a column's type, "5 columns, 2 indexes"; raw. Caller frees. */
char *pgm_describe_briefly(const PgmSnapshot *snapshot, const PgmObject *object);

#endif
