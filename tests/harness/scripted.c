/* scripted.c - the operator of a test: answers by kind of question, in order. */
#include "scene.h"

static const PgmDecision defaults[] = {
    [PGM_QUESTION_SKIP_DONE] = PGM_DECISION_SKIP, [PGM_QUESTION_ARM] = PGM_DECISION_TEXT,
    [PGM_QUESTION_BACKUP] = PGM_DECISION_DECLINE, [PGM_QUESTION_PHASE] = PGM_DECISION_BEGIN,
    [PGM_QUESTION_COMMIT] = PGM_DECISION_COMMIT,  [PGM_QUESTION_FAILED] = PGM_DECISION_STOP,
    [PGM_QUESTION_AFTER] = PGM_DECISION_STOP,     [PGM_QUESTION_PROBE] = PGM_DECISION_STOP,
    [PGM_QUESTION_ROLLBACK] = PGM_DECISION_TEXT,  [PGM_QUESTION_TERMINATE] = PGM_DECISION_TERMINATE,
};

static PgmDecision next_answer(PgmScripted *self, PgmQuestionKind kind)
{
    GQueue *answers = &self->answers[kind];
    if (answers->length == 0)
    {
        return defaults[kind];
    }
    return GPOINTER_TO_INT(answers->length > 1 ? g_queue_pop_head(answers) : g_queue_peek_head(answers));
}

static void scripted_tell(PgmOperator *base, PgmEvent *event)
{
    PgmScripted *self = (PgmScripted *)base;
    g_autofree char *sentence = pgm_event_sentence(event);
    if (sentence != NULL)
    {
        g_test_message("%s", sentence);
    }
    if (self->on_event != NULL)
    {
        self->on_event(self, event);
    }
    pgm_event_free(event);
}

static void scripted_ask(PgmOperator *base, PgmEngine *engine, PgmQuestion *question)
{
    PgmScripted *self = (PgmScripted *)base;
    self->engine = engine;
    self->asked[question->kind]++;
    if (self->on_question != NULL)
    {
        self->on_question(self, question);
    }
    PgmDecision decision = next_answer(self, question->kind);
    if (decision == PGM_DECISION_BEGIN && !pgm_question_offers(question, decision))
    {
        decision = PGM_DECISION_BEGIN_VERIFIED;
    }
    if (decision != PGM_DECISION_NONE)
    {
        pgm_engine_answer(engine, question->id, decision, question->expected != NULL ? question->expected : "a test");
    }
    pgm_question_free(question);
}

static void scripted_withdraw(PgmOperator *base, guint question_id, const char *why)
{
    PgmScripted *self = (PgmScripted *)base;
    (void)question_id;
    self->withdrawn++;
    g_free(self->withdrawn_why);
    self->withdrawn_why = g_strdup(why);
}

PgmScripted *pgm_scripted_new(void)
{
    PgmScripted *self = g_new0(PgmScripted, 1);
    self->base = (PgmOperator){.tell = scripted_tell, .ask = scripted_ask, .withdraw = scripted_withdraw};
    return self;
}

void pgm_scripted_free(PgmScripted *scripted)
{
    if (scripted == NULL)
    {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(scripted->answers); i++)
    {
        g_queue_clear(&scripted->answers[i]);
    }
    g_free(scripted->withdrawn_why);
    g_free(scripted);
}

void pgm_scripted_answer(PgmScripted *scripted, PgmQuestionKind kind, PgmDecision decision)
{
    g_queue_push_tail(&scripted->answers[kind], GINT_TO_POINTER(decision));
}
