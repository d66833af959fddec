/* schema_search.h - what makes a tree searchable; for schema_tree.c alone. */
#ifndef PGMEDIC_TUI_SCHEMA_SEARCH_H
#define PGMEDIC_TUI_SCHEMA_SEARCH_H

#include "tui/schema_tree.h"

void pgm_schema_search_prepare(PgmSchemaTree *tree);

#endif
