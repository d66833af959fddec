/* operator_policy.c - the unattended operator: asks nobody, commits what is verified, and otherwise stops or rolls
 * back. */
#include "pgmedic/error.h"
#include "pgmedic/operator.h"

#include <string.h>

typedef struct
{
    PgmOperator base;
    PgmDecision backup; /* DUMP, EVIDENCE or DECLINE */
    gboolean rollback;
    void (*tell)(const PgmEvent *event, gpointer user);
    gpointer user;
    char backup_text[]; /* in the same block, so that g_free() frees all of it */
} Policy;

static void policy_tell(PgmOperator *self, PgmEvent *event)
{
    Policy *policy = (Policy *)self;
    if (policy->tell != NULL)
    {
        policy->tell(event, policy->user);
    }
    pgm_event_free(event);
}

/* What the command line has said beforehand; everything it has not foreseen is STOP. */
static PgmDecision policy_decide(const Policy *policy, const PgmQuestion *question)
{
    switch (question->kind)
    {
    case PGM_QUESTION_ARM:
    case PGM_QUESTION_ROLLBACK:
        return PGM_DECISION_TEXT;
    case PGM_QUESTION_BACKUP:
        return policy->backup;
    case PGM_QUESTION_SKIP_DONE:
        return PGM_DECISION_SKIP;
    case PGM_QUESTION_PHASE:
        return PGM_DECISION_BEGIN_VERIFIED;
    case PGM_QUESTION_COMMIT:
        return PGM_DECISION_COMMIT;
    case PGM_QUESTION_TERMINATE:
        return PGM_DECISION_TERMINATE;
    case PGM_QUESTION_FAILED:
    case PGM_QUESTION_AFTER:
        return policy->rollback ? PGM_DECISION_ROLLBACK_RUN : PGM_DECISION_STOP;
    case PGM_QUESTION_PROBE:
        return PGM_DECISION_STOP;
    }
    return PGM_DECISION_STOP;
}

static void policy_ask(PgmOperator *self, PgmEngine *engine, PgmQuestion *question)
{
    const Policy *policy = (const Policy *)self;
    PgmDecision decision = policy_decide(policy, question);
    if (!pgm_question_offers(question, decision))
    {
        decision = PGM_DECISION_STOP;
    }
    const char *text = question->kind == PGM_QUESTION_BACKUP ? policy->backup_text : question->expected;
    pgm_engine_answer(engine, question->id, decision, text);
    pgm_question_free(question);
}

static void policy_withdraw(PgmOperator *self, guint question_id, const char *why)
{
    (void)self;
    (void)question_id;
    (void)why;
}

PgmOperator *pgm_operator_policy_new(const char *backup, gboolean rollback,
                                     void (*tell)(const PgmEvent *event, gpointer user), gpointer user, GError **error)
{
    static const struct
    {
        const char *prefix;
        PgmDecision decision;
    } ways[] = {{"dump", PGM_DECISION_DUMP}, {"evidence:", PGM_DECISION_EVIDENCE}, {"none:", PGM_DECISION_DECLINE}};

    for (guint i = 0; backup != NULL && i < G_N_ELEMENTS(ways); i++)
    {
        gsize prefix = strlen(ways[i].prefix);
        gboolean takes_text = ways[i].prefix[prefix - 1] == ':';
        if (strncmp(backup, ways[i].prefix, prefix) != 0 || takes_text == (backup[prefix] == '\0'))
        {
            continue;
        }
        gsize size = strlen(backup + prefix) + 1;
        Policy *policy = g_malloc0(sizeof *policy + size);
        policy->base = (PgmOperator){.tell = policy_tell, .ask = policy_ask, .withdraw = policy_withdraw};
        policy->backup = ways[i].decision;
        policy->rollback = rollback;
        policy->tell = tell;
        policy->user = user;
        memcpy(policy->backup_text, backup + prefix, size);
        return &policy->base;
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                "--backup is one of: dump, evidence:TEXT (who made it, what, when), none:REASON");
    return NULL;
}
