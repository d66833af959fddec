/*
 * signaller.h - the worker that cancels statements and terminates sessions while pgmedic is armed outside a run.
 *
 * It keeps the armed period and its record; whoever draws asks first. It posts
 * PGM_NEWS_ARMED whenever it is armed or disarmed, and PGM_NEWS_SIGNALLED for
 * each signal.
 */
#ifndef PGMEDIC_TUI_SIGNALLER_H
#define PGMEDIC_TUI_SIGNALLER_H

#include "pgmedic/tui.h"
#include "tui/worker.h"

typedef enum
{
    PGM_SIGNALLER_ARM,    /* text: the database's name, as typed */
    PGM_SIGNALLER_DISARM, /* text: why */
    PGM_SIGNALLER_SIGNAL, /* array: one PgmSignal */
} PgmSignallerJob;

#define PGM_SIGNALLER_IDLE_MINUTES 5 /* without a signal: it disarms by itself */

/* OPTIONS must outlive the worker, or be copied: TARGET and the state folder are. */
PgmWorker *pgm_signaller_start(const PgmTuiOptions *options, PgmQueue *inbox);
/* The same with another time than PGM_SIGNALLER_IDLE_MINUTES. */
PgmWorker *pgm_signaller_start_with(const PgmTuiOptions *options, PgmQueue *inbox, int idle_ms);

#endif
