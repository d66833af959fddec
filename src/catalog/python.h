/*
 * python.h - the tokens of a Python source file, and the few constructs that a migration's facts are read from.
 *
 * Nothing is executed. Text that is not Python gives tokens that mean nothing;
 * reading them never fails.
 */
#ifndef PGMEDIC_CATALOG_PYTHON_H
#define PGMEDIC_CATALOG_PYTHON_H

#include <glib.h>

typedef enum
{
    PGM_PYTHON_NAME,
    PGM_PYTHON_STRING, /* text is the decoded value */
    PGM_PYTHON_NUMBER,
    PGM_PYTHON_PUNCTUATION, /* one character */
    PGM_PYTHON_NEWLINE,     /* end of a logical line: not inside brackets */
    PGM_PYTHON_END,         /* once, last */
} PgmPythonKind;

typedef struct
{
    PgmPythonKind kind;
    char *text;
    int line;        /* 1-based */
    int indent;      /* columns before the first token of its logical line */
    int depth;       /* brackets around it; an opening or closing one counts as outside */
    gboolean format; /* an f-string: its value is not known */
} PgmPythonToken;

/* Elements PgmPythonToken, the last one END; freed with the array. */
GArray *pgm_python_scan(const char *text);

#define pgm_python_at(tokens, i) (&g_array_index((tokens), PgmPythonToken, (i)))

/* Is token I this name or this punctuation? */
gboolean pgm_python_is(const GArray *tokens, guint i, const char *text);
/* The index behind the bracket that opens at I. */
guint pgm_python_skip(const GArray *tokens, guint i);
/* The end of the logical line that I stands in: the index of its NEWLINE or of END. */
guint pgm_python_line_end(const GArray *tokens, guint i);

/* One argument of a call, or one element of a list: tokens [begin, end). */
typedef struct
{
    const char *keyword; /* of keyword=value; NULL: by position. Borrowed. */
    guint begin, end;
} PgmPythonArgument;

/* The arguments of the call (or elements of the list) whose bracket opens at I. */
GArray *pgm_python_arguments(const GArray *tokens, guint i);
/* The I-th argument by position, or by KEYWORD (NULL: only by position); NULL: none. */
const PgmPythonArgument *pgm_python_argument(const GArray *arguments, guint position, const char *keyword);

/* The text of [BEGIN, END): strings side by side or added, names of string constants in CONSTANTS (char* → char*, may
 * be NULL), in text() or any other call's first argument too. NULL: not a known string. Caller frees. */
char *pgm_python_string(const GArray *tokens, guint begin, guint end, GHashTable *constants);

#endif
