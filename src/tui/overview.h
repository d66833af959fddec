/* overview.h - the panels of the overview, each drawn into the inside of its frame. */
#ifndef PGMEDIC_TUI_OVERVIEW_H
#define PGMEDIC_TUI_OVERVIEW_H

#include "tui/console.h"

void pgm_overview_draw_migration(PgmConsole *console, PgmArea area);
void pgm_overview_draw_drift(PgmConsole *console, PgmArea area);
void pgm_overview_draw_health(PgmConsole *console, PgmArea area);
void pgm_overview_draw_suggested(PgmConsole *console, PgmArea area);

/* "Drift from baseline staging, 2026-11-20", in a frame of COLUMNS; safe. Caller frees. */
char *pgm_overview_drift_title(const PgmConsole *console, int columns);

/* What stands in the edge of the health panel: how many checks there are of each level, or how old they are; safe.
 * NULL: nothing is known. Caller frees. */
char *pgm_overview_health_note(const PgmConsole *console);

#endif
