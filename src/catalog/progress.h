/* progress.h - how far a backend's statement is: PostgreSQL's own reports, and rewrites, which it does not report. */
#ifndef CATALOG_PROGRESS_H
#define CATALOG_PROGRESS_H

#include "pgmedic/activity.h"

/* A new one that knows no sizes. */
PgmProgress *pgm_progress_new_empty(void);

/* Fills percent and phase_text from a row of activity/progress.sql. FALSE: there is no row. */
gboolean pgm_progress_take_report(PgmActivity *activity, const PgmResult *report);

/* Fills percent, bytes and phase_text when the backend is rewriting a table. BACKEND, HELD: activity/backend.sql and
 * activity/held.sql. FALSE only when the connection is lost; what cannot be told stays unknown. */
gboolean pgm_progress_take_rewrite(PgmConnection *connection, PgmProgress *progress, PgmActivity *activity,
                                   const PgmResult *backend, const PgmResult *held, GError **error);

/* NAMES as a JSON array, set as pgmedic.relations for activity/sizes.sql and activity/blockers.sql. */
gboolean pgm_activity_set_relations(PgmConnection *connection, const char *const *names, int n, GError **error);

#endif
