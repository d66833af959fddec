/* operator.c - questions, their choices, and their names. */
#include "pgmedic/operator.h"

static const char *const question_names[] = {
    [PGM_QUESTION_SKIP_DONE] = "skip-done", [PGM_QUESTION_ARM] = "arm",       [PGM_QUESTION_BACKUP] = "backup",
    [PGM_QUESTION_PHASE] = "phase",         [PGM_QUESTION_COMMIT] = "commit", [PGM_QUESTION_FAILED] = "failed",
    [PGM_QUESTION_AFTER] = "after-commit",  [PGM_QUESTION_PROBE] = "probe",   [PGM_QUESTION_ROLLBACK] = "rollback",
    [PGM_QUESTION_TERMINATE] = "terminate",
};

static const char *const decision_names[] = {
    [PGM_DECISION_NONE] = "none",
    [PGM_DECISION_STOP] = "stop",
    [PGM_DECISION_SKIP] = "skip",
    [PGM_DECISION_TEXT] = "text",
    [PGM_DECISION_DUMP] = "dump",
    [PGM_DECISION_EVIDENCE] = "evidence",
    [PGM_DECISION_DECLINE] = "decline",
    [PGM_DECISION_BEGIN] = "begin",
    [PGM_DECISION_BEGIN_VERIFIED] = "begin-verified",
    [PGM_DECISION_COMMIT] = "commit",
    [PGM_DECISION_ROLLBACK_PHASE] = "rollback-phase",
    [PGM_DECISION_RETRY] = "retry",
    [PGM_DECISION_ROLLBACK_RUN] = "rollback-run",
    [PGM_DECISION_CONTINUE] = "continue",
    [PGM_DECISION_COMMITTED] = "committed",
    [PGM_DECISION_NOT_COMMITTED] = "not-committed",
    [PGM_DECISION_TERMINATE] = "terminate",
};

const char *pgm_question_kind_name(PgmQuestionKind kind)
{
    return kind < G_N_ELEMENTS(question_names) ? question_names[kind] : "unknown";
}

const char *pgm_decision_name(PgmDecision decision)
{
    return decision < G_N_ELEMENTS(decision_names) ? decision_names[decision] : "unknown";
}

static void choice_free(gpointer data)
{
    PgmChoice *choice = data;
    g_free(choice->label);
    g_free(choice->text_prompt);
    g_free(choice);
}

PgmQuestion *pgm_question_new(PgmQuestionKind kind, const char *phase)
{
    PgmQuestion *question = g_new0(PgmQuestion, 1);
    question->kind = kind;
    question->phase = g_strdup(phase);
    question->choices = g_ptr_array_new_with_free_func(choice_free);
    question->deadline = -1;
    return question;
}

PgmQuestion *pgm_question_copy(const PgmQuestion *question)
{
    PgmQuestion *copy = pgm_question_new(question->kind, question->phase);
    copy->id = question->id;
    copy->title = g_strdup(question->title);
    copy->text = g_strdup(question->text);
    copy->highlighted = question->highlighted;
    copy->expected = g_strdup(question->expected);
    copy->deadline = question->deadline;
    copy->at_deadline = g_strdup(question->at_deadline);
    for (guint i = 0; i < question->choices->len; i++)
    {
        const PgmChoice *choice = g_ptr_array_index(question->choices, i);
        pgm_question_add_choice(copy, choice->decision, choice->key, choice->label, choice->text_prompt);
    }
    return copy;
}

void pgm_question_free(PgmQuestion *question)
{
    if (question == NULL)
    {
        return;
    }
    g_free(question->phase);
    g_free(question->title);
    g_free(question->text);
    g_ptr_array_unref(question->choices);
    g_free(question->expected);
    g_free(question->at_deadline);
    g_free(question);
}

void pgm_question_add_choice(PgmQuestion *question, PgmDecision decision, char key, const char *label,
                             const char *text_prompt)
{
    PgmChoice *choice = g_new0(PgmChoice, 1);
    choice->decision = decision;
    choice->key = key;
    choice->label = g_strdup(label);
    choice->text_prompt = g_strdup(text_prompt);
    g_ptr_array_add(question->choices, choice);
}

gboolean pgm_question_offers(const PgmQuestion *question, PgmDecision decision)
{
    for (guint i = 0; i < question->choices->len; i++)
    {
        if (((const PgmChoice *)g_ptr_array_index(question->choices, i))->decision == decision)
        {
            return TRUE;
        }
    }
    return FALSE;
}
