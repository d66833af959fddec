/*
 * runs.h - the runs on record: $XDG_STATE_HOME/pgmedic/runs/RUN/.
 *
 * A run's folder holds journal.jsonl, runbooks/ and hotfixes/ as they were
 * run, backup.dump, schema-before.yaml, schema-after.yaml and report.md.
 */
#ifndef PGMEDIC_RUNS_H
#define PGMEDIC_RUNS_H

#include "pgmedic/model.h"

/* The folder of all runs (not created). Caller frees. */
char *pgm_runs_folder(void);
/* A new run's folder, private, fsynced: "20261121T082512Z-NAME-7f3a" below BASE (NULL: the usual). Caller frees the
 * path. */
char *pgm_runs_create(const char *base, const char *name, GError **error);
/* Names, newest first. Elements char*. Empty when there is none. */
GPtrArray *pgm_runs_list(const char *base, GError **error);
/* Folder of a run by its name, a unique beginning or end of it, or a path; NULL or "": the newest that FILTER accepts
 * (NULL: any). Error: PGM_ERROR_USAGE naming what there is. Caller frees. */
char *pgm_runs_find(const char *base, const char *name, gboolean (*filter)(const PgmModel *model), GError **error);
/* The incident report, Markdown, from the journal in FOLDER. Caller frees. */
char *pgm_report_write(const char *folder, GError **error);

#endif
