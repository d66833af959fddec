/*
 * librarian.h - the worker for what is not in the database: runbooks, runs on record, health endpoints.
 */
#ifndef PGMEDIC_TUI_LIBRARIAN_H
#define PGMEDIC_TUI_LIBRARIAN_H

#include "pgmedic/tui.h"
#include "tui/worker.h"

typedef enum
{
    PGM_LIBRARY_REFRESH,
    PGM_LIBRARY_RUNS, /* only the runs on record */
} PgmLibraryJob;

PgmWorker *pgm_librarian_start(const PgmTuiOptions *options, PgmQueue *inbox);

#endif
