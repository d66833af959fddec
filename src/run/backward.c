/* backward.c - the way back: what was committed is undone, last phase first. */
#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "run/walk.h"

/* Does something of PHASE stand in the database by this run's doing? */
static gboolean stands(const PgmEngine *engine, const PgmPhase *phase)
{
    const PgmModelPhase *told = pgm_model_phase(engine->model, phase->name);
    if (told == NULL)
    {
        return FALSE;
    }
    return told->state == PGM_PHASE_COMMITTED || pgm_model_phase_partial(told);
}

gboolean walk_has_to_undo(const PgmEngine *engine)
{
    for (guint i = 0; i < engine->runbook->phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(engine->runbook->phases, i);
        if (phase->rollback != PGM_ROLLBACK_NOTHING && stands(engine, phase))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static PgmQuestion *failed_question(const PgmEngine *engine, const PhaseOutcome *outcome)
{
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_FAILED, engine->phase->name);
    question->title = g_strdup_printf("Phase %s could not be undone", engine->phase->name);
    question->text = g_strdup_printf("%s\nThe phase is still applied.", outcome->reason);
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop here", NULL);
    pgm_question_add_choice(question, PGM_DECISION_RETRY, 'r', "try again", NULL);
    return question;
}

static gboolean undo_phase(PgmEngine *engine, gboolean *undone, GError **error)
{
    *undone = FALSE;
    engine->commit_verified = TRUE; /* the way back was asked for, and its name typed: it commits when verified */
    for (;;)
    {
        g_auto(PhaseOutcome) outcome = {0};
        g_autoptr(GError) why = NULL;
        if (!engine_reconnect(engine, &why))
        {
            engine_set_message(engine, "phase %s could not be undone: %s", engine->phase->name, why->message);
            return TRUE;
        }
        gboolean told = engine->phase->transaction ? phase_run_transaction(engine, &outcome, error)
                                                   : phase_run_autonomous(engine, &outcome, error);
        if (!told)
        {
            return FALSE;
        }
        if (outcome.end == PHASE_COMMITTED)
        {
            *undone = TRUE;
            return TRUE;
        }
        engine_set_message(engine, "phase %s could not be undone: %s", engine->phase->name, outcome.reason);
        if (outcome.end == PHASE_UNKNOWN || engine->quit)
        {
            return TRUE;
        }
        g_auto(EngineReply) reply = {0};
        if (!engine_ask(engine, failed_question(engine, &outcome), &reply, error))
        {
            return FALSE;
        }
        if (reply.by != BY_OPERATOR || reply.decision != PGM_DECISION_RETRY)
        {
            return TRUE;
        }
    }
}

static gboolean undo_all(PgmEngine *engine, gboolean *complete, GError **error)
{
    GPtrArray *phases = engine->runbook->phases;
    *complete = FALSE;
    for (guint i = phases->len; i > 0; i--)
    {
        const PgmPhase *phase = g_ptr_array_index(phases, i - 1);
        gboolean undone = FALSE;
        if (!stands(engine, phase))
        {
            continue;
        }
        if (phase->rollback == PGM_ROLLBACK_NOTHING)
        {
            if (!engine_note(engine, error, "phase %s: nothing to undo", phase->name))
            {
                return FALSE;
            }
            continue;
        }
        if (phase->rollback == PGM_ROLLBACK_IRREVERSIBLE)
        {
            engine_set_message(engine, "phase %s cannot be undone: %s", phase->name, phase->irreversible);
            return engine_note(engine, error, "%s", engine->message);
        }
        walk_enter_phase(engine, phase, TRUE);
        if (!undo_phase(engine, &undone, error))
        {
            return FALSE;
        }
        if (!undone)
        {
            return TRUE;
        }
    }
    *complete = TRUE;
    return TRUE;
}

gboolean walk_backward(PgmEngine *engine, PgmOutcome *outcome, GError **error)
{
    gboolean armed = FALSE, complete = FALSE;
    if (!prepare_arm(engine, PGM_QUESTION_ROLLBACK, &armed, error))
    {
        return FALSE;
    }
    if (!armed)
    {
        return TRUE;
    }
    if (!undo_all(engine, &complete, error))
    {
        return FALSE;
    }
    *outcome = pgm_model_unknown(engine->model) ? PGM_OUTCOME_UNKNOWN
               : complete                       ? PGM_OUTCOME_ROLLED_BACK
                                                : PGM_OUTCOME_STOPPED;
    return TRUE;
}
