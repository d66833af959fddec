/*
 * schema_rows.h - which rows of a tree are to be seen: what is unfolded, or what a search has found.
 *
 * Rows hold no text: that is made for those in sight alone. They are made anew when something is folded, the search
 * changes, or another snapshot comes; what is unfolded and selected is remembered by name.
 */
#ifndef PGMEDIC_TUI_SCHEMA_ROWS_H
#define PGMEDIC_TUI_SCHEMA_ROWS_H

#include "tui/frame.h"
#include "tui/schema_tree.h"

typedef enum
{
    PGM_ROW_SCHEMA,
    PGM_ROW_GROUP,
    PGM_ROW_ITEM,  /* belongs to no relation */
    PGM_ROW_CHILD, /* belongs to the item above */
    PGM_ROW_FOUND, /* of a search */
} PgmRowKind;

typedef struct
{
    PgmRowKind kind;
    gboolean unfolded, absent;
    guint at;     /* in the tree's schemas, groups or items; of a child: its item's row; of what was found: its
                     number */
    guint schema; /* of a group or item: its schema's place in the tree */
    const PgmObject *object; /* NULL: a group, or what stands in no schema */
} PgmTreeRow;

typedef struct PgmSchemaRows PgmSchemaRows;

PgmSchemaRows *pgm_schema_rows_new(void);
void pgm_schema_rows_free(PgmSchemaRows *rows);

/* Another tree (NULL: none any more); it must stay until the next. */
void pgm_schema_rows_take(PgmSchemaRows *rows, const PgmSchemaTree *tree);
/* "": the whole tree again. */
void pgm_schema_rows_search(PgmSchemaRows *rows, const char *text);
const char *pgm_schema_rows_text(const PgmSchemaRows *rows); /* raw; "": no search */

guint pgm_schema_rows_count(const PgmSchemaRows *rows);
/* Valid until the next is asked for. */
const PgmTreeRow *pgm_schema_rows_at(const PgmSchemaRows *rows, guint at);
/* The selection; it stays on its object as rows come and go. */
PgmList *pgm_schema_rows_list(PgmSchemaRows *rows);
/* To be called when the selection has moved. */
void pgm_schema_rows_selected(PgmSchemaRows *rows);

gboolean pgm_schema_rows_can_fold(const PgmSchemaRows *rows, const PgmTreeRow *row);
void pgm_schema_rows_fold(PgmSchemaRows *rows, guint at, gboolean unfold);
/* The next object that drifts, after the selection or before it, once round; unfolds what it stands in. FALSE: none. */
gboolean pgm_schema_rows_next_drift(PgmSchemaRows *rows, gboolean backward);

#endif
