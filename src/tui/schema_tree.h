/*
 * schema_tree.h - a snapshot as the Schema view shows it: schemas, groups of kinds, objects; and what it is searched
 * by.
 *
 * Made once for a snapshot, by the worker that read it; not changed afterwards. What the baseline has and the database
 * lacks is in it, marked.
 */
#ifndef PGMEDIC_TUI_SCHEMA_TREE_H
#define PGMEDIC_TUI_SCHEMA_TREE_H

#include "pgmedic/marks.h"

typedef struct
{
    const PgmObject *object; /* the snapshot's; the baseline's when it is absent */
    gboolean absent;
    PgmMark mark; /* with all that belongs to it */
} PgmTreeItem;

typedef struct
{
    const char *title;  /* "tables"; static */
    guint first, count; /* items */
    PgmMark mark;
} PgmTreeGroup;

typedef struct
{
    const char *name;        /* "": what stands in no schema */
    const PgmObject *object; /* NULL for "" */
    gboolean absent;
    guint first, count; /* groups */
    guint items;
    PgmMark mark;
} PgmTreeSchema;

typedef struct
{
    const PgmSnapshot *snapshot, *baseline; /* borrowed; baseline NULL: none */
    const PgmMarks *marks;                  /* borrowed */
    GArray *schemas;                        /* PgmTreeSchema, by name; "" last */
    GArray *groups;                         /* PgmTreeGroup */
    GArray *items;                          /* PgmTreeItem, by name within their group */
    /* For the search: the snapshot's objects, then what is absent. Names folded, one after the other. */
    GPtrArray *absent; /* PgmObject of the baseline */
    char *folded;      /* names, each ended by a NUL */
    guint32 *starts;   /* where each begins; one more at the end */
    guint searched;    /* how many there are */
} PgmSchemaTree;

/* What it is made of must outlive it. */
PgmSchemaTree *pgm_schema_tree_new(const PgmSnapshot *snapshot, const PgmSnapshot *baseline, const PgmMarks *marks);
void pgm_schema_tree_free(PgmSchemaTree *tree);

/* The object with number AT, and whether it is absent. */
const PgmObject *pgm_schema_tree_object(const PgmSchemaTree *tree, guint at, gboolean *absent);
/* What belongs to a relation, in the order of kinds, then what the database lacks of it. Elements are PgmTreeItem. */
GArray *pgm_schema_tree_children(const PgmSchemaTree *tree, const PgmTreeItem *relation);

/* Whose name holds TEXT, whatever its case; with a dot in TEXT also whose path does: "documents.id", "public.doc". The
 * numbers of objects (guint32), what is called exactly so first, then what begins so. WITHIN: what a text that this one
 * begins with has found; NULL. Caller unrefs. */
GArray *pgm_schema_tree_search(const PgmSchemaTree *tree, const char *text, const GArray *within);

#endif
