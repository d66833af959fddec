/*
 * scripted_run.h - for tests: a run's folder with a journal that never met a server.
 *
 * Every event goes into the journal and, as an engine would, into a live model, so that the two can be compared.
 */
#ifndef PGMEDIC_TEST_SCRIPTED_RUN_H
#define PGMEDIC_TEST_SCRIPTED_RUN_H

#include "pgmedic/journal.h"
#include "pgmedic/model.h"

typedef struct
{
    char *folder; /* a private one, removed with everything in it */
    PgmJournal *journal;
    PgmModel *live;
} PgmTestRun;

PgmTestRun *pgm_test_run_new(void);
void pgm_test_run_free(PgmTestRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmTestRun, pgm_test_run_free)

/* Takes EVENT. */
void pgm_test_run_tell(PgmTestRun *run, PgmEvent *event);
/* The same for an event of a phase; DIRECTION "forward" or "rollback". */
void pgm_test_run_tell_phase(PgmTestRun *run, PgmEvent *event, const char *phase, const char *direction, int attempt);

/* RUN with its PHASES (names with blanks between them) on database "documents" by operator "ann". */
void pgm_test_run_begin(PgmTestRun *run, const char *phases);
/* PHASE_BEGIN; STATEMENTS and ROLLBACK are separated by ';'. */
void pgm_test_run_phase(PgmTestRun *run, const char *phase, const char *direction, int attempt, gboolean transaction,
                        const char *statements, const char *rollback);
/* A statement and its result: SQLSTATE NULL for success. */
void pgm_test_run_statement(PgmTestRun *run, const char *phase, const char *direction, int attempt, int index,
                            const char *sqlstate, gboolean skipped);
void pgm_test_run_end(PgmTestRun *run, const char *outcome, const char *message);
/* Closes the journal, as a crash would; it can then be opened. */
void pgm_test_run_crash(PgmTestRun *run);
/* The journal as it stands, folded. Caller frees. */
PgmModel *pgm_test_run_fold(const PgmTestRun *run);

/* A folder below, with all that is in it. */
void pgm_test_remove_tree(const char *path);

#endif
