/*
 * walk.h - one run, seen from the console: the engine's thread, what it told, what it asks.
 *
 * The engine runs on a thread of its own and speaks through a mailbox; this
 * side folds its events into a model. One walk at a time.
 */
#ifndef PGMEDIC_TUI_WALK_H
#define PGMEDIC_TUI_WALK_H

#include "pgmedic/engine.h"
#include "tui/console.h"

struct PgmWalk
{
    PgmTuiStart kind;    /* RUN, RESUME, ROLLBACK */
    PgmRunbook *runbook; /* bound; NULL: it could not be read (resume, rollback) */
    gboolean owns_runbook;
    char *folder;       /* of the run; NULL until the engine made it */
    char *given_folder; /* RESUME, ROLLBACK: what the engine's thread was given */
    PgmModel *model;
    gint64 seen;     /* the highest journal sequence in the model */
    PgmQueue *queue; /* PgmOperatorMessage */
    PgmOperator *mailbox;
    PgmEngine *engine;
    PgmEngineOptions engine_options;
    PgmTarget *target;
    char *diagnosis;
    GThread *thread;
    PgmQuestion *question;   /* open; NULL */
    gboolean question_drawn; /* keys count from here on */
    int chosen;              /* index of the choice that waits for Enter; -1: none */
    gboolean asks_stop;      /* "stop here?" is open */
    PgmRequest asks_request; /* with asks_stop: what Enter asks the engine for */
    gboolean stop_asked;     /* the operator has asked to stop; waiting for the engine */
    gint64 statement_began;  /* monotonic; of the running statement; 0: none */
    gint64 phase_locked;     /* monotonic: since when locks are held; 0: they are not */
    /* The end */
    gboolean ended;
    PgmOutcome outcome;
    char *error; /* raw; the engine itself failed */
    int error_code;
};

/* RUNBOOK is bound; TAKE: freed with the walk. FOLDER for resume and rollback. */
PgmWalk *pgm_walk_start(PgmConsole *console, PgmTuiStart kind, PgmRunbook *runbook, gboolean take, const char *folder,
                        const char *diagnosis);
/* Waits for the engine to end. NULL is fine. */
void pgm_walk_free(PgmWalk *walk);
/* Takes what the engine has said. */
void pgm_walk_listen(PgmWalk *walk, PgmConsole *console);
gboolean pgm_walk_is_live(const PgmWalk *walk);
gboolean pgm_walk_is_armed(const PgmWalk *walk);
int pgm_walk_exit_code(const PgmWalk *walk);
/* Give an answer; the question is closed. */
void pgm_walk_answer(PgmWalk *walk, PgmDecision decision, const char *text);
void pgm_walk_request(PgmWalk *walk, PgmRequest request);
const PgmPhase *pgm_walk_phase(const PgmWalk *walk, const char *name); /* of the runbook; NULL */

/* question.c */
/* A question has come: it is brought to the front. */
void pgm_question_begin(PgmConsole *console);
/* The question is gone: a prompt that belonged to it is closed. */
void pgm_question_withdrawn(PgmConsole *console);
/* Ask whether REQUEST is meant: nothing happens at one key. */
void pgm_question_confirm(PgmWalk *walk, PgmRequest request);
/* Something stands open that has not been seen yet: keys typed so far are no answer. */
gboolean pgm_question_unseen(const PgmWalk *walk);
gboolean pgm_question_is_open(const PgmWalk *walk);
/* "0:17", until the open question answers itself; NULL: no question, or no deadline. Caller frees. */
char *pgm_question_left(const PgmWalk *walk);
int pgm_question_rows(const PgmWalk *walk, int columns, int most);
void pgm_question_draw(PgmWalk *walk, PgmDisplay *display, PgmArea area);
PgmReaction pgm_question_key(PgmWalk *walk, PgmConsole *console, int key);

/* run_before.c: what is known before PHASE begins. PAGER is empty; it scrolls the SQL. */
void pgm_run_before_draw(const PgmWalk *walk, const PgmPhase *phase, PgmPager *pager, PgmDisplay *display,
                         PgmArea area);
/* For a PHASE (NULL: not known) that has no rollback SQL: why, and how the run as a whole is undone. Elements char*. */
GPtrArray *pgm_run_undo_lines(const PgmWalk *walk, const PgmPhase *phase);

/* run_panels.c, run_steps.c: what the walk shows in AREA while it goes on. */
void pgm_run_panels_draw(const PgmWalk *walk, PgmDisplay *display, PgmArea area);
/* SET LOCAL and LOCK TABLE: what a script begins with, and what is left out first where there is no room. */
gboolean pgm_run_is_preamble(const char *sql);
const char *pgm_run_phase_sign(PgmPhaseState state);
void pgm_run_steps_draw(const PgmWalk *walk, PgmDisplay *display, PgmArea area);
/* view_runbooks.c: a phase's statements, and how it is undone. */
void pgm_run_sql_fill(PgmPager *pager, const PgmPhase *phase, gboolean with_rollback);

#endif
