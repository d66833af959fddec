/*
 * text.h - text that is safe to show.
 *
 * All text from a database, a log or a file is hostile: names, errors and
 * notices carry escape sequences, newlines and bidi controls raw. Everything
 * shown on a terminal or written into a report passes pgm_text_safe() or
 * pgm_text_safe_lines(). C0, C1 and DEL become \x1b and the like; bidi and
 * zero-width characters become <U+202E>; invalid UTF-8 becomes \xNN. The
 * result is valid UTF-8, and safe text passes unchanged.
 *
 * Columns are terminal columns: a wide character counts two, a combining one none.
 */
#ifndef PGMEDIC_TEXT_H
#define PGMEDIC_TEXT_H

#include <glib.h>

/* One line: newline, return and tab are made visible too (\n, \r, \t). LENGTH -1: NUL-terminated.
 * NULL gives "". Caller frees. */
char *pgm_text_safe(const char *bytes, gssize length);

/* Several lines: newlines are kept, \r before \n is dropped, tabs become spaces to the next multiple
 * of 8 columns. Caller frees. */
char *pgm_text_safe_lines(const char *bytes, gssize length);

/* Columns that safe text takes. */
int pgm_text_columns(const char *safe);

/* Exactly COLUMNS columns: padded with blanks, or cut with a last "…". Caller frees. */
char *pgm_text_fit(const char *safe, int columns);

/* At most COLUMNS columns: cut with a last "…", never padded. Caller frees. */
char *pgm_text_cut(const char *safe, int columns);

/* Lines of at most COLUMNS columns, broken at blanks where possible (a longer word is broken).
 * A line's own indent is repeated on its continuations. Keeps the newlines of the text.
 * Caller frees with g_strfreev. */
char **pgm_text_wrap(const char *safe, int columns);

/* One line out of many: every run of white space becomes one blank. For a statement in a list. */
char *pgm_text_one_line(const char *safe);

/* "2 ms", "4.2 s", "3 min 05 s": a duration in milliseconds, for people. */
char *pgm_text_duration(gint64 ms);

/* "610 MB": bytes for people, in powers of 1024, as pg_size_pretty rounds. */
char *pgm_text_bytes(gint64 bytes);

/* "20,000": a count for people. */
char *pgm_text_count(gint64 n);

/* The current UTC time, "2026-11-21T08:25:12.123Z". */
char *pgm_time_now(void);

/* A UTC time from microseconds since the Unix epoch, in the same form. */
char *pgm_time_format(gint64 unix_us);

#endif
