/*
 * walk.h - what the parts of the engine share: its state, telling, asking.
 *
 * Everything here runs on the engine's thread, but for what operator.h opens to
 * all: pgm_engine_answer() and pgm_engine_request() only push a message.
 */
#ifndef PGMEDIC_RUN_WALK_H
#define PGMEDIC_RUN_WALK_H

#include <gio/gio.h>

#include "pgmedic/activity.h"
#include "pgmedic/engine.h"
#include "pgmedic/journal.h"
#include "pgmedic/snapshot.h"
#include "run/watch.h"

/* What arrives in the engine's inbox. */
typedef enum
{
    ENGINE_ANSWER,
    ENGINE_REQUEST,
    ENGINE_ACTIVITY,  /* from the watch */
    ENGINE_SIGNAL,    /* for a session of somebody else's */
    ENGINE_SIGNALLED, /* from the watch: what came of it */
} EngineMessageKind;

typedef struct
{
    EngineMessageKind kind;
    guint question_id;
    PgmDecision decision;
    char *text;
    PgmRequest request;
    PgmActivity *activity;
    PgmSignal *signal;
    gint64 asked; /* of SIGNAL: monotonic */
    PgmEvent *outcome;
} EngineMessage;

void engine_message_free(EngineMessage *message);

/* Who or what ended a question, or broke a phase off. In the journal by these names. */
typedef enum
{
    BY_OPERATOR,
    BY_DEADLINE,
    BY_STALL,
    BY_SIGNAL,
    BY_LOST,
    BY_VERIFICATION,
    BY_STATEMENT,
    BY_LOCK,
    BY_JOURNAL,
} EngineBy;

const char *engine_by_name(EngineBy by);

typedef struct
{
    PgmDecision decision; /* PGM_DECISION_NONE when something other than the operator ended the question */
    EngineBy by;
    char *text;
} EngineReply;

void engine_reply_clear(EngineReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EngineReply, engine_reply_clear)

struct PgmEngine
{
    PgmOperator *operator_;
    PgmEngineOptions options;
    PgmQueue *inbox;             /* EngineMessage */
    GCancellable *backup_cancel; /* pgm_engine_request() cancels a dump through it */
    char *folder;
    char *message;
    PgmRunbook *runbook;        /* borrowed, or loaded_runbook */
    PgmRunbook *loaded_runbook; /* resume and rollback: from the run's own folder */
    PgmConnection *connection;  /* the run connection */
    PgmWatch *watch;
    PgmJournal *journal;
    PgmModel *model;
    PgmSnapshot *before; /* the schema before the first phase; NULL: not read */

    /* Requests that arrived and are not yet carried out. */
    gboolean quit, stop, rollback_phase, cancel;

    /* The open question. */
    guint last_question;
    const PgmQuestion *question;
    EngineReply *reply;
    gboolean replied;

    /* The phase in hand. */
    const PgmPhase *phase;
    gboolean backward;
    int attempt;
    gboolean statement_runs; /* a statement is on the wire: what must break the phase off cancels it */
    gboolean holds_locks;    /* the stall limit counts */
    gboolean stalled;
    gint64 locked_since;     /* g_get_monotonic_time(); 0: not locked */
    gint64 locked_before_ms; /* in tries of this attempt that did not get all of their locks */
    gint64 most_waiting, oldest_wait_ms;
    gboolean commit_verified; /* as the operator chose for this phase */
};

/* Journal (when durable), fold into the model, and tell the operator. Takes EVENT. FALSE only when the journal cannot
 * be written. */
gboolean engine_tell(PgmEngine *engine, PgmEvent *event, GError **error);
/* The same with phase, direction and attempt set. */
gboolean engine_tell_phase(PgmEngine *engine, PgmEvent *event, GError **error);
gboolean engine_note(PgmEngine *engine, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Fold into the model and tell the operator, without the journal. Takes EVENT. */
void engine_show(PgmEngine *engine, PgmEvent *event);
/* Told even if it cannot be journaled: the run is ending anyway. */
void engine_tell_anyway(PgmEngine *engine, PgmEvent *event);
void engine_tell_phase_anyway(PgmEngine *engine, PgmEvent *event);

/* The last word so far; replaces the one before. */
void engine_set_message(PgmEngine *engine, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Ask and wait. QUESTION is freed. Answers, deadline, stall, signals and a server that hangs up all end it. FALSE: the
 * journal failed. */
gboolean engine_ask(PgmEngine *engine, PgmQuestion *question, EngineReply *reply, GError **error);

/* Empty the inbox; what it asks for is kept in the fields above. */
void engine_drain(PgmEngine *engine);
/* Wait MS for a pause, listening; FALSE when a request to end came. */
gboolean engine_pause(PgmEngine *engine, gint64 ms);
/* Must the phase in hand be broken off now (a request, a stall)? BY tells why. */
gboolean engine_interrupted(const PgmEngine *engine, EngineBy *by);

/* One statement on the run connection, listening to the inbox; interrupted by cancel. */
PgmResult *engine_execute(PgmEngine *engine, const char *sql, GError **error);
/* The same for the engine's own short commands. */
gboolean engine_command(PgmEngine *engine, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* intervene.c: signals to sessions of others, while the run goes on. */
void intervene_hear_signal(PgmEngine *engine, const PgmSignal *signal, gint64 asked);
void intervene_hear_outcome(PgmEngine *engine, PgmEvent *outcome);

/* connect.c: no standby, and no pooler but one that TARGET says pools by session, and does? */
gboolean connect_may_change(const PgmTarget *target, const PgmServer *server, GError **error);
/* walk.c: how a record begins: where and on what. The rest is the caller's to set. */
PgmEvent *run_event_new(const PgmTarget *target, const PgmServer *server, const char *folder);

/* connect.c: open the run connection and its watch, after checking that this is a server that may be changed. */
gboolean engine_connect(PgmEngine *engine, GError **error);
/* Journals which backend that is. engine_connect() does it where there is a journal. */
gboolean engine_tell_connected(PgmEngine *engine, GError **error);
/* Nothing to do while the connection stands; else engine_connect(). */
gboolean engine_reconnect(PgmEngine *engine, GError **error);
void engine_disconnect(PgmEngine *engine);
/* Is CONNECTION the server and database that the journal names? Error: PGM_ERROR_REFUSED. */
gboolean engine_check_identity(PgmEngine *engine, PgmConnection *connection, GError **error);

/* How a phase ended. */
typedef enum
{
    PHASE_COMMITTED,
    PHASE_ABORTED,
    PHASE_UNKNOWN,
} PhaseEnd;

typedef struct
{
    PhaseEnd end;
    EngineBy by;      /* ABORTED */
    char *reason;     /* ABORTED, UNKNOWN: one sentence */
    gboolean partial; /* ABORTED, without a transaction: some statements stand */
} PhaseOutcome;

void phase_outcome_clear(PhaseOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PhaseOutcome, phase_outcome_clear)

/* phase.c: one phase in a transaction. engine->phase and backward are set. FALSE: the engine itself cannot go on
 * (journal). */
gboolean phase_run_transaction(PgmEngine *engine, PhaseOutcome *outcome, GError **error);
/* autonomous.c: one phase whose statements commit alone. */
gboolean phase_run_autonomous(PgmEngine *engine, PhaseOutcome *outcome, GError **error);
/* Which SQL runs in this direction, and what verifies it. */
GPtrArray *phase_statements(const PgmEngine *engine);
GPtrArray *phase_checks(const PgmEngine *engine);
gboolean phase_tell_begin(PgmEngine *engine, GError **error);
gboolean phase_tell_aborted(PgmEngine *engine, EngineBy by, const char *reason, const GError *why, GError **error);
gboolean phase_tell_result(PgmEngine *engine, guint index, const PgmResult *result, const GError *why, gboolean skipped,
                           gint64 ms, GError **error);
gboolean phase_tell_notices(PgmEngine *engine, GError **error);
gboolean phase_tell_statement(PgmEngine *engine, guint index, guint count, const char *sql, GError **error);
gboolean phase_tell_impact(PgmEngine *engine, GError **error);

/* verify.c */
/* The runbook's check, read-only, inside the open transaction by a savepoint, or in a transaction of its own. Told as
 * VERIFICATION (or PRECONDITION when MOMENT is NULL). HOLDS is the verdict. FALSE: the journal failed, or the
 * connection is lost. */
gboolean verify_check(PgmEngine *engine, const PgmCheck *check, const char *moment, const char *same_as,
                      gboolean *holds, GError **error);
/* The bare answer, untold. NULL in *ANSWER with *WHY when the query failed. */
gboolean verify_ask(PgmEngine *engine, const PgmCheck *check, const char *same_as, gboolean *holds, char **answer,
                    GError **why);
/* All checks of the phase after its COMMIT. */
gboolean verify_after(PgmEngine *engine, gboolean *all_hold, GError **error);

/* commit.c: make the WAL carry the transaction id, announce, COMMIT. */
gboolean commit_transaction(PgmEngine *engine, PhaseOutcome *outcome, GError **error);
/* resolve.c: what became of ATTEMPT (its connection is gone)? Reconnects. Told as RESOLVED. */
gboolean resolve_attempt(PgmEngine *engine, const PgmPhase *phase, const PgmModelAttempt *attempt,
                         PhaseOutcome *outcome, GError **error);

/* forward.c, backward.c: the walk and the way back. */
gboolean walk_forward(PgmEngine *engine, PgmOutcome *outcome, GError **error);
/* The way back asks for the database's name first; without it nothing is done, and OUTCOME stays as it is. */
gboolean walk_backward(PgmEngine *engine, PgmOutcome *outcome, GError **error);
/* Is there anything of this run, as far as the journal knows, that a rollback would undo? */
gboolean walk_has_to_undo(const PgmEngine *engine);
/* The state of PHASE as the journal tells it. */
PgmPhaseState walk_phase_state(const PgmEngine *engine, const PgmPhase *phase);
/* Set the phase in hand. */
void walk_enter_phase(PgmEngine *engine, const PgmPhase *phase, gboolean backward);

/* prepare.c: preconditions, done_when, arming, schema before, backup. CONTINUE_ FALSE: OUTCOME says how it ended. */
gboolean prepare_run(PgmEngine *engine, gboolean *go_on, PgmOutcome *outcome, GError **error);
gboolean prepare_arm(PgmEngine *engine, PgmQuestionKind kind, gboolean *armed, GError **error);
gboolean prepare_backup(PgmEngine *engine, gboolean *go_on, GError **error);
/* probe.c: what forbids a rollback by now, one sentence each; elements char*, empty when nothing is known to. */
GPtrArray *probe_rollback(PgmEngine *engine);
/* finish.c: the schema after, drift from the baseline, the report. */
gboolean finish_compare(PgmEngine *engine, GError **error);
gboolean finish_end(PgmEngine *engine, PgmOutcome outcome, const char *message);

#endif
