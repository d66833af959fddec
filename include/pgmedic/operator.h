/*
 * operator.h - whoever answers the engine: console, plain terminal, unattended policy, test.
 *
 * The engine tells events and asks questions; it cannot tell its operators
 * apart. Calls come on the engine's thread and must not block. An answer is
 * given from any thread with pgm_engine_answer(); while a question is open the
 * engine listens to its server and its clock, and may withdraw it.
 */
#ifndef PGMEDIC_OPERATOR_H
#define PGMEDIC_OPERATOR_H

#include "pgmedic/event.h"
#include "pgmedic/signal.h"

typedef enum
{
    PGM_QUESTION_SKIP_DONE, /* phases found applied: SKIP, STOP */
    PGM_QUESTION_ARM,       /* type the database's name: TEXT, STOP */
    PGM_QUESTION_BACKUP,    /* DUMP, EVIDENCE(text), DECLINE(text), STOP */
    PGM_QUESTION_PHASE,     /* begin it? BEGIN, BEGIN_VERIFIED, STOP, ROLLBACK_RUN */
    PGM_QUESTION_COMMIT,    /* COMMIT, ROLLBACK_PHASE; has a deadline */
    PGM_QUESTION_FAILED,    /* the phase was rolled back: RETRY, STOP, ROLLBACK_RUN */
    PGM_QUESTION_AFTER,     /* a verification after COMMIT fails: CONTINUE, STOP, ROLLBACK_RUN */
    PGM_QUESTION_PROBE,     /* nobody knows whether it committed; the probe's answer is shown: COMMITTED, NOT_COMMITTED,
                               STOP */
    PGM_QUESTION_ROLLBACK,  /* type the database's name before phases are rolled back: TEXT, STOP */
    PGM_QUESTION_TERMINATE, /* our own old backend still runs: TERMINATE, RETRY (wait), STOP */
} PgmQuestionKind;

typedef enum
{
    PGM_DECISION_NONE,
    PGM_DECISION_STOP,
    PGM_DECISION_SKIP,
    PGM_DECISION_TEXT,
    PGM_DECISION_DUMP,
    PGM_DECISION_EVIDENCE,
    PGM_DECISION_DECLINE,
    PGM_DECISION_BEGIN,
    PGM_DECISION_BEGIN_VERIFIED, /* and commit by itself when every verification holds */
    PGM_DECISION_COMMIT,
    PGM_DECISION_ROLLBACK_PHASE,
    PGM_DECISION_RETRY,
    PGM_DECISION_ROLLBACK_RUN,
    PGM_DECISION_CONTINUE,
    PGM_DECISION_COMMITTED,
    PGM_DECISION_NOT_COMMITTED,
    PGM_DECISION_TERMINATE,
} PgmDecision;

typedef struct
{
    PgmDecision decision;
    char key;          /* 'c'; the plain terminal and the console use the same */
    char *label;       /* "commit" */
    char *text_prompt; /* a text must be typed with it: what is asked for; NULL: none */
} PgmChoice;

typedef struct
{
    guint id;
    PgmQuestionKind kind;
    char *phase;        /* NULL: the run as a whole */
    char *title;        /* one line: "Commit phase 1 convert?" */
    char *text;         /* what the operator must know, lines by \n */
    GPtrArray *choices; /* PgmChoice */
    guint highlighted;  /* index of the choice that is suggested */
    char *expected;     /* ARM, ROLLBACK: the text that must be typed */
    gint64 deadline;    /* g_get_monotonic_time(); -1: none */
    char *at_deadline;  /* what happens then: "rolls back by itself" */
} PgmQuestion;

PgmQuestion *pgm_question_new(PgmQuestionKind kind, const char *phase);
PgmQuestion *pgm_question_copy(const PgmQuestion *question);
void pgm_question_free(PgmQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmQuestion, pgm_question_free)
void pgm_question_add_choice(PgmQuestion *question, PgmDecision decision, char key, const char *label,
                             const char *text_prompt);
gboolean pgm_question_offers(const PgmQuestion *question, PgmDecision decision);
const char *pgm_question_kind_name(PgmQuestionKind kind);
const char *pgm_decision_name(PgmDecision decision); /* "commit", "rollback-phase" */

typedef struct PgmEngine PgmEngine;
typedef struct PgmOperator PgmOperator;

struct PgmOperator
{
    /* EVENT is the operator's to free. */
    void (*tell)(PgmOperator *self, PgmEvent *event);
    /* QUESTION is the operator's to free. Answer with pgm_engine_answer(ENGINE, question->id, …), now or later. */
    void (*ask)(PgmOperator *self, PgmEngine *engine, PgmQuestion *question);
    /* The question is closed without an answer of the operator's: its deadline passed, the server hung up, a stall. */
    void (*withdraw)(PgmOperator *self, guint question_id, const char *why);
};

/* Any thread. Ignored when the question is no longer open or does not offer DECISION. TEXT may be NULL. */
void pgm_engine_answer(PgmEngine *engine, guint question_id, PgmDecision decision, const char *text);

typedef enum
{
    PGM_REQUEST_CANCEL,         /* cancel the running statement (or the dump); its phase is then rolled back */
    PGM_REQUEST_STOP,           /* finish or roll back nothing more than needed: stop before the next phase */
    PGM_REQUEST_ROLLBACK_PHASE, /* cancel what runs and roll this phase back now */
    PGM_REQUEST_QUIT,           /* a signal or the end of input: roll the open phase back, then end; never a commit */
} PgmRequest;

/* Any thread. Cancels a statement or terminates a session of somebody else's while the run is armed, on the run's
 * second connection, so also while its own waits for a lock. It goes on; SESSION_CANCEL or SESSION_TERMINATE and then
 * SESSION_OUTCOME tell of it, in the run's journal. SIGNAL is copied. */
void pgm_engine_signal(PgmEngine *engine, const PgmSignal *signal);

/* Any thread. */
void pgm_engine_request(PgmEngine *engine, PgmRequest request);

/*
 * An operator that lives on another thread: everything arrives as PgmOperatorMessage on a PgmQueue.
 */
typedef enum
{
    PGM_MESSAGE_EVENT,
    PGM_MESSAGE_QUESTION,
    PGM_MESSAGE_WITHDRAW,
    PGM_MESSAGE_OTHER, /* for the front end's own use */
} PgmMessageKind;

typedef struct
{
    PgmMessageKind kind;
    PgmEvent *event;       /* EVENT */
    PgmQuestion *question; /* QUESTION */
    PgmEngine *engine;     /* QUESTION: borrowed */
    guint question_id;     /* WITHDRAW */
    char *text;            /* WITHDRAW: why */
    gpointer other;        /* OTHER */
    GDestroyNotify free_other;
} PgmOperatorMessage;

void pgm_operator_message_free(PgmOperatorMessage *message);

#include "pgmedic/queue.h"
/* QUEUE is borrowed and must be of PgmOperatorMessage. Free with g_free after the engine has ended. */
PgmOperator *pgm_operator_mailbox_new(PgmQueue *queue);

/* The unattended policy. BACKUP: "dump", "evidence:TEXT", "none:REASON". ROLLBACK: on a failure roll the run back, else
 * stop. TELL gets each event (borrowed) for progress lines; may be NULL. Caller frees with g_free. Error:
 * PGM_ERROR_USAGE. */
PgmOperator *pgm_operator_policy_new(const char *backup, gboolean rollback,
                                     void (*tell)(const PgmEvent *event, gpointer user), gpointer user, GError **error);

#endif
