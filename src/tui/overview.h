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

#endif
