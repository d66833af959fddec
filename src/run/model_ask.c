/* model_ask.c - what a model says of its run and its phases. */
#include <string.h>

#include "pgmedic/model.h"

const PgmModelPhase *pgm_model_phase(const PgmModel *model, const char *name)
{
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        if (g_strcmp0(phase->name, name) == 0)
        {
            return phase;
        }
    }
    return NULL;
}

const PgmModelAttempt *pgm_model_phase_attempt(const PgmModelPhase *phase)
{
    return phase->attempts->len > 0 ? g_ptr_array_index(phase->attempts, phase->attempts->len - 1) : NULL;
}

static gboolean statement_stands(const PgmModelAttempt *attempt)
{
    for (guint i = 0; i < attempt->statements->len; i++)
    {
        if (((const PgmModelStatement *)g_ptr_array_index(attempt->statements, i))->state == PGM_STEP_OK)
        {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_model_phase_partial(const PgmModelPhase *phase)
{
    gboolean stands = FALSE;
    for (guint i = 0; i < phase->attempts->len; i++)
    {
        const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, i);
        gboolean undone = attempt->backward && attempt->outcome == PGM_PHASE_COMMITTED;
        stands = !undone && (stands || (!attempt->backward && !attempt->transaction && statement_stands(attempt)));
    }
    return stands && phase->state == PGM_PHASE_ABORTED;
}

const PgmModelPhase *pgm_model_current(const PgmModel *model)
{
    const PgmModelPhase *current = NULL;
    const char *newest = "";
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
        const char *began = attempt == NULL ? NULL : attempt->began_at != NULL ? attempt->began_at : "";
        if (began != NULL && strcmp(began, newest) >= 0)
        {
            current = phase;
            newest = began;
        }
    }
    return current;
}

const char *pgm_phase_state_name(PgmPhaseState state)
{
    static const char *const names[] = {
        [PGM_PHASE_PENDING] = "pending",     [PGM_PHASE_SKIPPED] = "skipped", [PGM_PHASE_RUNNING] = "open",
        [PGM_PHASE_COMMITTED] = "committed", [PGM_PHASE_ABORTED] = "aborted", [PGM_PHASE_ROLLED_BACK] = "rolled back",
    };
    return names[state];
}

gboolean pgm_model_unknown(const PgmModel *model)
{
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelAttempt *attempt = pgm_model_phase_attempt(g_ptr_array_index(model->phases, i));
        if (attempt != NULL && attempt->outcome == PGM_PHASE_RUNNING)
        {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_model_is_run(const PgmModel *model)
{
    return model->record == NULL;
}

gboolean pgm_model_unfinished(const PgmModel *model)
{
    if (!pgm_model_is_run(model))
    {
        return FALSE;
    }
    static const char *const over[] = {"finished", "not-begun", "rolled-back", NULL};
    return model->outcome == NULL || !g_strv_contains(over, model->outcome);
}
