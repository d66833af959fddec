/*
 * outline.h - what the statements of an SQL text do to relations and columns.
 *
 * Read from PostgreSQL's own scanner's tokens, not from a parse tree: it works
 * on text that the grammar refuses, costs no stack, and never fails. What it
 * does not understand it leaves out. For diagnosis and comparison, never for
 * deciding what to execute.
 */
#ifndef PGMEDIC_OUTLINE_H
#define PGMEDIC_OUTLINE_H

#include <glib.h>

typedef struct
{
    const char *operation; /* create_table, drop_table, rename_table, add_column, drop_column, rename_column,
                              alter_column, create_index, create_view, drop_view, add_constraint, references, insert,
                              update, delete, use. Static. */
    char *relation;        /* "schema.name" or "name", folded and unquoted */
    char *column;          /* NULL: the relation itself */
    char *type;            /* of a new or retyped column, in PostgreSQL's words ("character varying(36)"); NULL */
    char *referrer;        /* references: "table.column" of the referencing side; NULL where not told */
    char *new_name;        /* rename_table, rename_column */
    gboolean guarded;      /* IF EXISTS or IF NOT EXISTS */
    int line;              /* in the text, 1-based */
} PgmOutline;

/* Elements PgmOutline, in order, freed with the array. Columns of CREATE TABLE come as create_table with a column. */
GPtrArray *pgm_outline_sql(const char *sql);

/* A type in PostgreSQL's own words: "VARCHAR(36)" → "character varying(36)", "int8" → "bigint". Caller frees. */
char *pgm_outline_type(const char *type);

#endif
