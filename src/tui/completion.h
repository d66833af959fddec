/*
 * completion.h - the names of a snapshot, in the order in which a prompt looks for them.
 *
 * Made once for each snapshot, by the thread that read it; asking is a binary
 * search, so that Tab is quick with ten thousand tables.
 */
#ifndef PGMEDIC_TUI_COMPLETION_H
#define PGMEDIC_TUI_COMPLETION_H

#include "pgmedic/snapshot.h"
#include "tui/prompt.h"

typedef struct PgmNames PgmNames;

/* SNAPSHOT outlives the names. */
PgmNames *pgm_names_new(const PgmSnapshot *snapshot);
void pgm_names_free(PgmNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmNames, pgm_names_free)

/*
 * What could stand before POINT of LINE, a query. After FROM and the like, relations; after "name.", what is in that
 * schema, or the columns of that relation or alias; else columns of the relations that LINE names, or of all when it
 * names none, relations, schemas, functions and SQL's own words. Names are matched whatever their case unless a quote
 * was typed, and quoted where SQL needs it. Nothing inside a string or a comment. NAMES NULL: SQL's own words only.
 */
void pgm_names_complete(const PgmNames *names, const char *line, int point, PgmChoices *choices);

/* The same where only a relation can stand. */
void pgm_names_complete_relation(const PgmNames *names, const char *line, int point, PgmChoices *choices);

/* What psql's \d NAME means by NAME: the relation's own spelling, in public before any other schema. FALSE: none. */
gboolean pgm_names_find_relation(const PgmNames *names, const char *typed, const char **schema, const char **name);

/* sql_words.c: SQL's own, sorted; a function's word ends with "(". */
extern const char *const pgm_sql_words[];
extern const guint pgm_sql_words_count;

#endif
