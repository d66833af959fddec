/*
 * inspector.h - the worker that owns the inspection connection.
 *
 * It connects, and connects again when the server went away; reads migration
 * head, health, sessions every few seconds and the schema less often; and
 * diagnoses logs, the last one again whenever the schema has been read. All of
 * it is read-only.
 */
#ifndef PGMEDIC_TUI_INSPECTOR_H
#define PGMEDIC_TUI_INSPECTOR_H

#include "pgmedic/tui.h"
#include "tui/worker.h"

typedef enum
{
    PGM_INSPECT_REFRESH,  /* everything, now */
    PGM_INSPECT_DIAGNOSE, /* text: the log; name: where it comes from; array: the library, of PgmLibraryEntry */
    PGM_INSPECT_OFFER,    /* the same for a log that nobody asked about */
    PGM_INSPECT_PAUSE,    /* a run begins: nothing may stand in its way */
    PGM_INSPECT_GO_ON,
    PGM_INSPECT_SESSIONS_SHOWN, /* they are looked at: read them every second, during a run too (they wait for no lock)
                                 */
    PGM_INSPECT_SESSIONS_HIDDEN,
    PGM_INSPECT_DETAILS, /* array: the one PgmIdentity that a page is of */
} PgmInspectJob;

/* OPTIONS must outlive the worker, or be copied: TARGET and CONFIG are. */
PgmWorker *pgm_inspector_start(const PgmTuiOptions *options, PgmQueue *inbox);

#endif
