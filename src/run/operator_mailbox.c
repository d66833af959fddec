/* operator_mailbox.c - an operator on another thread: everything becomes a message on its queue. */
#include "pgmedic/operator.h"

typedef struct
{
    PgmOperator base;
    PgmQueue *queue;
} Mailbox;

void pgm_operator_message_free(PgmOperatorMessage *message)
{
    if (message == NULL)
    {
        return;
    }
    pgm_event_free(message->event);
    pgm_question_free(message->question);
    g_free(message->text);
    if (message->free_other != NULL)
    {
        message->free_other(message->other);
    }
    g_free(message);
}

static void mailbox_push(PgmOperator *self, PgmOperatorMessage *message)
{
    pgm_queue_push(((Mailbox *)self)->queue, message);
}

static void mailbox_tell(PgmOperator *self, PgmEvent *event)
{
    PgmOperatorMessage *message = g_new0(PgmOperatorMessage, 1);
    message->kind = PGM_MESSAGE_EVENT;
    message->event = event;
    mailbox_push(self, message);
}

static void mailbox_ask(PgmOperator *self, PgmEngine *engine, PgmQuestion *question)
{
    PgmOperatorMessage *message = g_new0(PgmOperatorMessage, 1);
    message->kind = PGM_MESSAGE_QUESTION;
    message->question = question;
    message->engine = engine;
    mailbox_push(self, message);
}

static void mailbox_withdraw(PgmOperator *self, guint question_id, const char *why)
{
    PgmOperatorMessage *message = g_new0(PgmOperatorMessage, 1);
    message->kind = PGM_MESSAGE_WITHDRAW;
    message->question_id = question_id;
    message->text = g_strdup(why);
    mailbox_push(self, message);
}

PgmOperator *pgm_operator_mailbox_new(PgmQueue *queue)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);
    mailbox->base = (PgmOperator){.tell = mailbox_tell, .ask = mailbox_ask, .withdraw = mailbox_withdraw};
    mailbox->queue = queue;
    return &mailbox->base;
}
