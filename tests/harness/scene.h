/*
 * scene.h - for tests of the engine: a database, a runbook, a folder for runs, and operators that answer by script.
 *
 * What goes wrong in here fails the test.
 */
#ifndef PGMEDIC_TEST_SCENE_H
#define PGMEDIC_TEST_SCENE_H

#include "pgmedic/drift.h"
#include "pgmedic/engine.h"
#include "server.h"

typedef struct
{
    PgmTestDatabase *database; /* NULL: the target is elsewhere */
    PgmTarget *target;
    PgmRunbook *runbook;
    char *books; /* the folder of an inline runbook; NULL */
    char *state; /* where runs are */
} PgmScene;

/* The incident (200 documents, 600 questions), its runbook, and the baseline of the healthy staging database. */
PgmScene *pgm_scene_new_incident(const char *name);
/* A new folder for runs. */
void pgm_scene_renew_state(PgmScene *scene);
/* The same database as it was at first, and a new folder for runs: cheaper than a new one. */
void pgm_scene_reset_incident(PgmScene *scene);
/* An empty database, SETUP run in it by psql, and a runbook: the phases (and preconditions …) of YAML after a head that
 * names it "test" and declines the backup. */
PgmScene *pgm_scene_new(const char *name, const char *setup, const char *yaml);
/* The same on a server of the test's own. */
PgmScene *pgm_scene_new_at(const PgmConninfo *info, const char *yaml);
void pgm_scene_free(PgmScene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmScene, pgm_scene_free)

/* Where the engine connects, from now on. Keyword by keyword as libpq names them; VALUE NULL unsets. */
void pgm_scene_redirect(PgmScene *scene, const char *keyword, const char *value);
PgmEngineOptions pgm_scene_options(const PgmScene *scene);
/* The only run's folder; NULL: there is none yet. Caller frees. */
char *pgm_scene_run_folder(const PgmScene *scene);
/* The run as its journal tells it, the chain checked. */
PgmModel *pgm_scene_model(const PgmScene *scene);
/* How many lines of that kind the journal has, whose FIELD is VALUE (FIELD NULL: any). */
guint pgm_scene_count(const PgmScene *scene, PgmEventKind kind, const char *field, const char *value);
/* The newest line of that kind. NULL: none. Caller frees. */
PgmEvent *pgm_scene_newest(const PgmScene *scene, PgmEventKind kind);
/* No phase was begun again after it had committed (a rollback in between aside), and no two COMMITs for one. */
void pgm_scene_assert_no_phase_twice(const PgmScene *scene);
/* Nothing was ever done in a transaction that had failed. */
void pgm_scene_assert_no_cascade(const PgmScene *scene);

/*
 * An operator by script. Each kind of question has answers, taken in order, the last one for ever; by default those of
 * the unattended policy. PGM_DECISION_NONE leaves the question open.
 */
typedef struct PgmScripted PgmScripted;

struct PgmScripted
{
    PgmOperator base;
    PgmEngine *engine; /* set with the first question or by the test */
    GQueue answers[PGM_QUESTION_TERMINATE + 1];
    guint asked[PGM_QUESTION_TERMINATE + 1];
    guint withdrawn;
    char *withdrawn_why; /* the newest */
    /* Called on the engine's thread before the answer is given, and with each event; may be NULL. */
    void (*on_question)(PgmScripted *self, const PgmQuestion *question);
    void (*on_event)(PgmScripted *self, const PgmEvent *event);
    gpointer user;
};

PgmScripted *pgm_scripted_new(void);
void pgm_scripted_free(PgmScripted *scripted);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmScripted, pgm_scripted_free)
/* One more answer to that kind of question; the first one given replaces the default. */
void pgm_scripted_answer(PgmScripted *scripted, PgmQuestionKind kind, PgmDecision decision);

/* Run, resume or roll back with SCRIPTED; the engine itself must not fail. MESSAGE (may be NULL): caller frees. */
PgmOutcome pgm_scene_run(PgmScene *scene, PgmScripted *scripted, char **message);
PgmOutcome pgm_scene_resume(PgmScene *scene, PgmScripted *scripted, char **message);
PgmOutcome pgm_scene_rollback(PgmScene *scene, PgmScripted *scripted, char **message);

typedef enum
{
    PGM_SCENE_RUN,
    PGM_SCENE_RESUME,
    PGM_SCENE_ROLLBACK,
} PgmSceneAct;

/* WHAT in a child process that ends itself with SIGKILL after the LINESth line that it writes to the journal. TRUE: it
 * was killed; FALSE: it came to its end before, and that was a good one. */
gboolean pgm_scene_act_and_die(PgmScene *scene, PgmSceneAct what, guint lines);

/* SQL on a connection of its own, from any thread. */
void pgm_scene_execute(const PgmScene *scene, const char *sql);
char *pgm_scene_value(const PgmScene *scene, const char *sql);
#define pgm_scene_assert_value(scene, sql, expected)                                                                   \
    do                                                                                                                 \
    {                                                                                                                  \
        g_autofree char *value_ = pgm_scene_value((scene), (sql));                                                     \
        g_assert_cmpstr(value_, ==, (expected));                                                                       \
    } while (0)
/* Waits until SQL answers EXPECTED; fails the test after ten seconds. */
void pgm_scene_await(const PgmScene *scene, const char *sql, const char *expected);

#endif
