/* forward.c - the walk: each phase in the runbook's order, and what to do when one does not commit. */
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/text.h"
#include "run/walk.h"

PgmPhaseState walk_phase_state(const PgmEngine *engine, const PgmPhase *phase)
{
    const PgmModelPhase *told = pgm_model_phase(engine->model, phase->name);
    return told != NULL ? told->state : PGM_PHASE_PENDING;
}

void walk_enter_phase(PgmEngine *engine, const PgmPhase *phase, gboolean backward)
{
    const PgmModelPhase *told = pgm_model_phase(engine->model, phase->name);
    engine->phase = phase;
    engine->backward = backward;
    engine->attempt = told != NULL ? (int)told->attempts->len : 0;
    engine->commit_verified = phase->commit_verified;
}

static gboolean anything_committed(const PgmEngine *engine)
{
    for (guint i = 0; i < engine->runbook->phases->len; i++)
    {
        if (walk_phase_state(engine, g_ptr_array_index(engine->runbook->phases, i)) == PGM_PHASE_COMMITTED)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void offer_ending(const PgmEngine *engine, PgmQuestion *question)
{
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop here", NULL);
    if (anything_committed(engine))
    {
        pgm_question_add_choice(question, PGM_DECISION_ROLLBACK_RUN, 'b', "roll back the committed phases", NULL);
    }
}

static char *join(GPtrArray *names, const char *separator)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
    {
        g_string_append_printf(out, "%s%s", i > 0 ? separator : "", (const char *)g_ptr_array_index(names, i));
    }
    return g_string_free(out, FALSE);
}

static void say_missing_indexes(const PgmEngine *engine, PgmQuestion *question)
{
    if (engine->model->missing_indexes->len == 0)
    {
        return;
    }
    g_autofree char *names = join(engine->model->missing_indexes, ", ");
    char *text = g_strdup_printf("%s\nMissing until they are built again, so queries that need them are slow: %s",
                                 question->text, names);
    g_free(question->text);
    question->text = text;
}

static PgmQuestion *begin_question(const PgmEngine *engine)
{
    const PgmPhase *phase = engine->phase;
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_PHASE, phase->name);
    question->title = g_strdup_printf("Begin phase %s?", phase->name);
    g_autofree char *stall = pgm_text_duration(phase->stall_limit_ms);
    g_autofree char *decide = pgm_text_duration(phase->decide_within_ms);
    if (!phase->transaction)
    {
        question->text = g_strdup("Its statements cannot run inside a transaction: each one commits alone, and the "
                                  "verifications afterwards decide.");
    }
    else if (phase->lock->len > 0)
    {
        g_autofree char *tables = join(phase->lock, ", ");
        question->text = g_strdup_printf(
            "It locks %s against readers and writers until it commits or rolls back. Waiting is what hurts: it "
            "rolls back by itself when a session has waited %s, or when nobody answers the COMMIT question "
            "within %s. Best is to let it commit as soon as every verification holds.",
            tables, stall, decide);
    }
    else
    {
        question->text =
            g_strdup_printf("One transaction. It rolls back by itself when nobody answers the COMMIT question "
                            "within %s.",
                            decide);
    }
    gboolean exclusive = phase->transaction && phase->lock->len > 0;
    if (phase->transaction && !phase->commit_verified)
    {
        pgm_question_add_choice(question, PGM_DECISION_BEGIN_VERIFIED, 'g', "begin, and commit if verified", NULL);
        pgm_question_add_choice(question, PGM_DECISION_BEGIN, 'p', "begin, and ask me before COMMIT", NULL);
        question->highlighted = exclusive ? 0 : 1;
    }
    else
    {
        pgm_question_add_choice(question, PGM_DECISION_BEGIN_VERIFIED, 'g', "begin", NULL);
    }
    say_missing_indexes(engine, question);
    offer_ending(engine, question);
    return question;
}

static PgmQuestion *failed_question(const PgmEngine *engine, const PhaseOutcome *phase_outcome)
{
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_FAILED, engine->phase->name);
    question->title = g_strdup_printf("Phase %s %s", engine->phase->name,
                                      phase_outcome->partial ? "did not finish" : "was rolled back");
    question->text = g_strdup_printf("%s\n%s", phase_outcome->reason,
                                     phase_outcome->partial ? "What its statements did so far stands."
                                                            : "Nothing of it remains in the database.");
    offer_ending(engine, question);
    pgm_question_add_choice(question, PGM_DECISION_RETRY, 'r', "try this phase again", NULL);
    return question;
}

static PgmQuestion *after_question(const PgmEngine *engine)
{
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_AFTER, engine->phase->name);
    question->title = g_strdup_printf("Phase %s is committed, but a verification no longer holds", engine->phase->name);
    question->text =
        g_strdup("Someone may have changed something meanwhile. Look at the verifications before going on.");
    offer_ending(engine, question);
    pgm_question_add_choice(question, PGM_DECISION_CONTINUE, 'g', "go on all the same", NULL);
    return question;
}

/* What the operator wants after a question that may end the run. */
typedef enum
{
    NEXT_GO_ON,
    NEXT_RETRY,
    NEXT_STOP,
    NEXT_ROLLBACK,
} Next;

static Next next_of(const PgmEngine *engine, const EngineReply *reply)
{
    if (engine->quit || reply->by != BY_OPERATOR)
    {
        return NEXT_STOP;
    }
    switch (reply->decision)
    {
    case PGM_DECISION_RETRY:
        return NEXT_RETRY;
    case PGM_DECISION_ROLLBACK_RUN:
        return NEXT_ROLLBACK;
    case PGM_DECISION_BEGIN:
    case PGM_DECISION_BEGIN_VERIFIED:
    case PGM_DECISION_CONTINUE:
        return NEXT_GO_ON;
    default:
        return NEXT_STOP;
    }
}

static gboolean ask_next(PgmEngine *engine, PgmQuestion *question, Next *next, PgmDecision *decision, GError **error)
{
    g_auto(EngineReply) reply = {0};
    engine->cancel = FALSE;
    engine->rollback_phase = FALSE;
    engine->stalled = FALSE;
    if (!engine_ask(engine, question, &reply, error))
    {
        return FALSE;
    }
    *next = next_of(engine, &reply);
    if (decision != NULL)
    {
        *decision = reply.decision;
    }
    return TRUE;
}

static gboolean run_phase(PgmEngine *engine, PhaseOutcome *phase_outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!engine_reconnect(engine, &why))
    {
        phase_outcome->end = PHASE_ABORTED;
        phase_outcome->by = BY_LOST;
        phase_outcome->reason = g_strdup(why->message);
        return engine_note(engine, error, "%s", why->message);
    }
    return engine->phase->transaction ? phase_run_transaction(engine, phase_outcome, error)
                                      : phase_run_autonomous(engine, phase_outcome, error);
}

/* After COMMIT: the same questions again, from outside the transaction. */
static gboolean after_commit(PgmEngine *engine, Next *next, GError **error)
{
    gboolean hold = TRUE;
    g_autoptr(GError) why = NULL;
    *next = NEXT_GO_ON;
    if (engine->phase->transaction && (!engine_reconnect(engine, &why) || !verify_after(engine, &hold, &why)))
    {
        if (g_error_matches(why, PGM_ERROR, PGM_ERROR_IO))
        {
            g_propagate_error(error, g_steal_pointer(&why));
            return FALSE;
        }
        hold = FALSE;
    }
    return hold || ask_next(engine, after_question(engine), next, NULL, error);
}

/* One phase until it is committed, or the operator gives it up. */
static gboolean walk_phase(PgmEngine *engine, Next *next, gboolean *known, GError **error)
{
    PgmDecision decision = PGM_DECISION_NONE;
    *known = TRUE;
    if (!ask_next(engine, begin_question(engine), next, &decision, error))
    {
        return FALSE;
    }
    if (*next != NEXT_GO_ON)
    {
        return TRUE;
    }
    engine->commit_verified = decision == PGM_DECISION_BEGIN_VERIFIED;
    for (;;)
    {
        g_auto(PhaseOutcome) phase_outcome = {0};
        if (!run_phase(engine, &phase_outcome, error))
        {
            return FALSE;
        }
        if (phase_outcome.end == PHASE_COMMITTED)
        {
            return after_commit(engine, next, error);
        }
        if (phase_outcome.end == PHASE_UNKNOWN)
        {
            *known = FALSE;
            *next = NEXT_STOP;
            engine_set_message(engine, "it is unknown whether phase %s was committed: %s", engine->phase->name,
                               phase_outcome.reason);
            return TRUE;
        }
        if (!ask_next(engine, failed_question(engine, &phase_outcome), next, NULL, error))
        {
            return FALSE;
        }
        if (*next != NEXT_RETRY)
        {
            engine_set_message(engine, "phase %s %s: %s", engine->phase->name,
                               phase_outcome.partial ? "did not finish" : "was rolled back", phase_outcome.reason);
            return TRUE;
        }
    }
}

static gboolean stopped(PgmEngine *engine, const PgmPhase *phase)
{
    if (engine->message == NULL)
    {
        engine_set_message(engine, "stopped before phase %s", phase->name);
    }
    return TRUE;
}

static gboolean roll_back_all(PgmEngine *engine, PgmOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!engine_reconnect(engine, &why))
    {
        engine_set_message(engine, "nothing was rolled back: %s", why->message);
        return engine_note(engine, error, "%s", engine->message);
    }
    return walk_backward(engine, outcome, error);
}

gboolean walk_forward(PgmEngine *engine, PgmOutcome *outcome, GError **error)
{
    GPtrArray *phases = engine->runbook->phases;
    *outcome = PGM_OUTCOME_STOPPED;
    for (guint i = 0; i < phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(phases, i);
        PgmPhaseState state = walk_phase_state(engine, phase);
        Next next = NEXT_GO_ON;
        gboolean known = TRUE;
        engine_drain(engine);
        if (state != PGM_PHASE_COMMITTED && state != PGM_PHASE_SKIPPED)
        {
            if (engine->quit || engine->stop)
            {
                return stopped(engine, phase);
            }
            walk_enter_phase(engine, phase, FALSE);
            if (!walk_phase(engine, &next, &known, error))
            {
                return FALSE;
            }
        }
        if (!known)
        {
            *outcome = PGM_OUTCOME_UNKNOWN;
            return TRUE;
        }
        if (next == NEXT_ROLLBACK)
        {
            return roll_back_all(engine, outcome, error);
        }
        if (next == NEXT_STOP)
        {
            return stopped(engine, phase);
        }
        if (engine->options.until != NULL && strcmp(engine->options.until, phase->name) == 0 && i + 1 < phases->len)
        {
            engine_set_message(engine, "stopped after phase %s, as asked (--until)", phase->name);
            return TRUE;
        }
    }
    *outcome = PGM_OUTCOME_FINISHED;
    return TRUE;
}
