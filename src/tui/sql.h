/*
 * sql.h - the SQL prompt: a line typed, sent to the reader, its result in a page.
 *
 * The history of queries is apart from the commands', and in memory only: what
 * is typed here holds production data, and would lie around in a file.
 */
#ifndef PGMEDIC_TUI_SQL_H
#define PGMEDIC_TUI_SQL_H

#include "tui/console.h"

PgmSql *pgm_sql_new(void);
/* Once its page is closed. The reader is given MS to end; FALSE: it was left behind, as pgm_worker_stop() says. */
gboolean pgm_sql_free(PgmSql *sql, int ms);

/* Opens the prompt, with INITIAL in it (NULL: the query in hand, when its result is the page on top). */
void pgm_sql_ask(PgmConsole *console, const char *initial);
/* A line as it was typed: a query, or one of psql's commands that begin with a backslash. */
void pgm_sql_submit(PgmConsole *console, const char *line);
/* The reader has sent news. */
void pgm_sql_learn(PgmConsole *console);
/* A run begins: the connection is closed, and no query is taken while it goes on. */
void pgm_sql_make_way(PgmConsole *console);
/* Time has passed: a cancel that was not heard is sent again. */
void pgm_sql_tick(PgmConsole *console);
/* Completes a command line that begins with "sql " or "explain "; FALSE: it is another. */
gboolean pgm_sql_complete_command(const PgmConsole *console, const char *line, int point, PgmChoices *choices);

#endif
