/* engine.c - the engine's life, and its conversation: telling, asking, listening. */
#include "pgmedic/engine.h"

#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/snapshot.h"
#include "run/walk.h"

void engine_message_free(EngineMessage *message)
{
    if (message == NULL)
    {
        return;
    }
    g_free(message->text);
    pgm_activity_free(message->activity);
    pgm_signal_free(message->signal);
    pgm_event_free(message->outcome);
    g_free(message);
}

const char *engine_by_name(EngineBy by)
{
    static const char *const names[] = {
        [BY_OPERATOR] = "operator",   [BY_DEADLINE] = "deadline", [BY_STALL] = "stall",
        [BY_SIGNAL] = "signal",       [BY_LOST] = "lost",         [BY_VERIFICATION] = "verification",
        [BY_STATEMENT] = "statement", [BY_LOCK] = "lock",         [BY_JOURNAL] = "journal",
    };
    return names[by];
}

void engine_reply_clear(EngineReply *reply)
{
    g_clear_pointer(&reply->text, g_free);
}

void phase_outcome_clear(PhaseOutcome *outcome)
{
    g_clear_pointer(&outcome->reason, g_free);
}

PgmEngine *pgm_engine_new(PgmOperator *operator_, const PgmEngineOptions *options)
{
    PgmEngine *engine = g_new0(PgmEngine, 1);
    engine->operator_ = operator_;
    engine->options = *options;
    engine->inbox = pgm_queue_new((GDestroyNotify)engine_message_free);
    engine->backup_cancel = g_cancellable_new();
    engine->model = pgm_model_new();
    return engine;
}

void pgm_engine_free(PgmEngine *engine)
{
    if (engine == NULL)
    {
        return;
    }
    engine_disconnect(engine);
    pgm_journal_close(engine->journal);
    pgm_model_free(engine->model);
    pgm_snapshot_free(engine->before);
    pgm_runbook_free(engine->loaded_runbook);
    pgm_queue_free(engine->inbox);
    g_object_unref(engine->backup_cancel);
    g_free(engine->folder);
    g_free(engine->message);
    g_free(engine);
}

const char *pgm_engine_folder(const PgmEngine *engine)
{
    return engine->folder;
}

const char *pgm_engine_message(const PgmEngine *engine)
{
    return engine->message;
}

static const struct
{
    const char *name;
    int exit_code;
} outcomes[] = {
    [PGM_OUTCOME_FINISHED] = {"finished", 0}, [PGM_OUTCOME_NOT_BEGUN] = {"not-begun", 1},
    [PGM_OUTCOME_STOPPED] = {"stopped", 4},   [PGM_OUTCOME_ROLLED_BACK] = {"rolled-back", 4},
    [PGM_OUTCOME_UNKNOWN] = {"unknown", 5},
};

const char *pgm_outcome_name(PgmOutcome outcome)
{
    return outcomes[outcome].name;
}

int pgm_outcome_exit_code(PgmOutcome outcome)
{
    return outcomes[outcome].exit_code;
}

/* From any thread */

void pgm_engine_answer(PgmEngine *engine, guint question_id, PgmDecision decision, const char *text)
{
    EngineMessage *message = g_new0(EngineMessage, 1);
    message->kind = ENGINE_ANSWER;
    message->question_id = question_id;
    message->decision = decision;
    message->text = g_strdup(text);
    pgm_queue_push(engine->inbox, message);
}

void pgm_engine_request(PgmEngine *engine, PgmRequest request)
{
    if (request != PGM_REQUEST_STOP)
    {
        g_cancellable_cancel(engine->backup_cancel);
    }
    EngineMessage *message = g_new0(EngineMessage, 1);
    message->kind = ENGINE_REQUEST;
    message->request = request;
    pgm_queue_push(engine->inbox, message);
}

/* Telling */

void engine_show(PgmEngine *engine, PgmEvent *event)
{
    pgm_model_apply(engine->model, event);
    engine->operator_->tell(engine->operator_, event);
}

gboolean engine_tell(PgmEngine *engine, PgmEvent *event, GError **error)
{
    if (pgm_event_kind_durable(pgm_event_kind(event)) && engine->journal != NULL &&
        !pgm_journal_append(engine->journal, event, error))
    {
        pgm_event_free(event);
        return FALSE;
    }
    engine_show(engine, event);
    return TRUE;
}

static PgmEvent *set_phase(const PgmEngine *engine, PgmEvent *event)
{
    pgm_event_set_text(event, "phase", engine->phase->name);
    pgm_event_set_text(event, "direction", engine->backward ? "rollback" : "forward");
    return pgm_event_set_integer(event, "attempt", engine->attempt);
}

gboolean engine_tell_phase(PgmEngine *engine, PgmEvent *event, GError **error)
{
    return engine_tell(engine, set_phase(engine, event), error);
}

gboolean engine_note(PgmEngine *engine, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return engine_tell(engine, pgm_event_set_text(pgm_event_new(PGM_EVENT_NOTE), "text", text), error);
}

void engine_set_message(PgmEngine *engine, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = g_strdup_vprintf(format, arguments); /* it may be made from the old one */
    va_end(arguments);
    g_free(engine->message);
    engine->message = message;
}

void engine_tell_anyway(PgmEngine *engine, PgmEvent *event)
{
    g_autoptr(GError) why = NULL;
    if (engine->journal != NULL && !pgm_journal_append(engine->journal, event, &why))
    {
        g_debug("not journaled: %s", why->message);
    }
    engine_show(engine, event);
}

void engine_tell_phase_anyway(PgmEngine *engine, PgmEvent *event)
{
    engine_tell_anyway(engine, set_phase(engine, event));
}

/* Listening */

static void tell_activity(PgmEngine *engine, const PgmActivity *activity)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_ACTIVITY);
    for (guint i = 0; i < activity->held->len; i++)
    {
        const PgmHeldLock *lock = g_ptr_array_index(activity->held, i);
        pgm_event_add_item(event, "held");
        pgm_event_item_text(event, "held", "mode", lock->mode);
        pgm_event_item_text(event, "held", "relation", lock->relation);
    }
    GPtrArray *const lists[] = {activity->waiting, activity->blockers};
    static const char *const names[] = {"waiting", "blockers"};
    for (guint l = 0; l < G_N_ELEMENTS(lists); l++)
    {
        for (guint i = 0; i < lists[l]->len; i++)
        {
            const PgmSession *session = g_ptr_array_index(lists[l], i);
            pgm_event_add_item(event, names[l]);
            pgm_event_item_integer(event, names[l], "pid", session->pid);
            pgm_event_item_text(event, names[l], "user", session->user);
            pgm_event_item_text(event, names[l], "application", session->application);
            pgm_event_item_text(event, names[l], "state", session->state);
            pgm_event_item_text(event, names[l], "query", session->query);
            pgm_event_item_integer(event, names[l], "wait_ms", session->wait_ms);
            pgm_event_item_integer(event, names[l], "transaction_ms", session->transaction_ms);
        }
    }
    pgm_event_set_integer(event, "oldest_wait_ms", activity->oldest_wait_ms);
    pgm_event_set_integer(event, "percent", activity->percent);
    pgm_event_set_integer(event, "done_bytes", activity->done_bytes);
    pgm_event_set_integer(event, "total_bytes", activity->total_bytes);
    pgm_event_set_text(event, "doing", activity->phase_text);
    pgm_event_set_text(event, "wait_event", activity->wait_event);
    if (engine->locked_since != 0)
    {
        pgm_event_set_integer(event, "locked_ms", (g_get_monotonic_time() - engine->locked_since) / 1000);
    }
    engine_show(engine, engine->phase != NULL ? set_phase(engine, event) : event);
}

static void hear_activity(PgmEngine *engine, const PgmActivity *activity)
{
    if (engine->phase == NULL)
    {
        return;
    }
    if (engine->holds_locks)
    {
        engine->most_waiting = MAX(engine->most_waiting, (gint64)activity->waiting->len);
        engine->oldest_wait_ms = MAX(engine->oldest_wait_ms, activity->oldest_wait_ms);
        engine->stalled = engine->stalled || activity->oldest_wait_ms > engine->phase->stall_limit_ms;
    }
    tell_activity(engine, activity);
}

static void hear_answer(PgmEngine *engine, EngineMessage *message)
{
    if (engine->question == NULL || engine->replied || message->question_id != engine->question->id ||
        !pgm_question_offers(engine->question, message->decision))
    {
        return; /* typed too late, or not offered */
    }
    engine->reply->decision = message->decision;
    engine->reply->by = BY_OPERATOR;
    engine->reply->text = g_steal_pointer(&message->text);
    engine->replied = TRUE;
}

static void hear(PgmEngine *engine, EngineMessage *message)
{
    switch (message->kind)
    {
    case ENGINE_ANSWER:
        hear_answer(engine, message);
        break;
    case ENGINE_ACTIVITY:
        hear_activity(engine, message->activity);
        break;
    case ENGINE_SIGNAL:
        intervene_hear_signal(engine, message->signal, message->asked);
        break;
    case ENGINE_SIGNALLED:
        intervene_hear_outcome(engine, g_steal_pointer(&message->outcome));
        break;
    case ENGINE_REQUEST:
        engine->quit = engine->quit || message->request == PGM_REQUEST_QUIT;
        engine->stop = engine->stop || message->request == PGM_REQUEST_STOP;
        engine->rollback_phase = engine->rollback_phase || message->request == PGM_REQUEST_ROLLBACK_PHASE;
        engine->cancel = engine->cancel || message->request == PGM_REQUEST_CANCEL;
        break;
    }
}

void engine_drain(PgmEngine *engine)
{
    EngineMessage *message;
    while ((message = pgm_queue_pop(engine->inbox)) != NULL)
    {
        hear(engine, message);
        engine_message_free(message);
    }
}

gboolean engine_interrupted(const PgmEngine *engine, EngineBy *by)
{
    if (engine->quit)
    {
        *by = BY_SIGNAL;
        return TRUE;
    }
    if (engine->stalled)
    {
        *by = BY_STALL;
        return TRUE;
    }
    if (engine->rollback_phase || engine->cancel)
    {
        *by = BY_OPERATOR;
        return TRUE;
    }
    return FALSE;
}

/* Called while a statement runs or the transaction stands idle. TRUE: go on listening. */
static gboolean inbox_ready(gpointer data)
{
    PgmEngine *engine = data;
    engine_drain(engine);
    EngineBy by;
    gboolean interrupted = engine_interrupted(engine, &by);
    if (interrupted && engine->statement_runs)
    {
        pgm_connection_cancel(engine->connection);
    }
    return !interrupted && !engine->replied;
}

static PgmInterest inbox_interest(PgmEngine *engine)
{
    return (PgmInterest){.fd = pgm_queue_fd(engine->inbox), .ready = inbox_ready, .user = engine};
}

PgmResult *engine_execute(PgmEngine *engine, const char *sql, GError **error)
{
    PgmInterest interest = inbox_interest(engine);
    engine->statement_runs = TRUE;
    PgmResult *result = pgm_connection_execute(engine->connection, sql, 0, NULL, &interest, error);
    engine->statement_runs = FALSE;
    return result;
}

gboolean engine_command(PgmEngine *engine, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sql = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(PgmResult) result = pgm_connection_query(engine->connection, sql, error);
    return result != NULL;
}

gboolean engine_pause(PgmEngine *engine, gint64 ms)
{
    gint64 end = g_get_monotonic_time() + ms * 1000;
    EngineBy by;
    engine_drain(engine);
    while (!engine_interrupted(engine, &by))
    {
        gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
        if (left <= 0)
        {
            return TRUE;
        }
        EngineMessage *message = pgm_queue_wait(engine->inbox, (int)left);
        if (message != NULL)
        {
            hear(engine, message);
            engine_message_free(message);
        }
    }
    return FALSE;
}

/* Asking */

/* What ended the question when it was not the operator. */
static void reply_otherwise(PgmEngine *engine, EngineBy fallback)
{
    engine->reply->decision = PGM_DECISION_NONE;
    EngineBy by;
    engine->reply->by = engine_interrupted(engine, &by) ? by : fallback;
}

/* With a transaction open, the server is listened to as well: it may hang up, or end the transaction by its time-outs.
 */
static void wait_with_server(PgmEngine *engine, gint64 deadline)
{
    PgmInterest interest = inbox_interest(engine);
    while (!engine->replied)
    {
        g_autoptr(GError) why = NULL;
        switch (pgm_connection_wait(engine->connection, &interest, deadline, &why))
        {
        case PGM_WAKE_DEADLINE:
            reply_otherwise(engine, BY_DEADLINE);
            return;
        case PGM_WAKE_LOST:
            reply_otherwise(engine, BY_LOST);
            engine->reply->text = g_strdup(why != NULL ? why->message : "the server closed the connection");
            return;
        case PGM_WAKE_INTEREST:
            if (!engine->replied)
            {
                reply_otherwise(engine, BY_SIGNAL);
                return;
            }
            break;
        }
    }
}

static void wait_alone(PgmEngine *engine, gint64 deadline)
{
    EngineBy by;
    while (!engine->replied)
    {
        engine->cancel = FALSE; /* nothing is open that could be cancelled or rolled back: the question stands */
        engine->rollback_phase = FALSE;
        if (engine_interrupted(engine, &by))
        {
            reply_otherwise(engine, BY_SIGNAL);
            return;
        }
        gint64 left = deadline < 0 ? -1 : MAX((deadline - g_get_monotonic_time() + 999) / 1000, 0);
        EngineMessage *message = pgm_queue_wait(engine->inbox, (int)left);
        if (message == NULL)
        {
            reply_otherwise(engine, BY_DEADLINE);
            return;
        }
        hear(engine, message);
        engine_message_free(message);
    }
}

static PgmEvent *question_event(const PgmQuestion *question)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_QUESTION);
    pgm_event_set_integer(event, "id", question->id);
    pgm_event_set_text(event, "question", pgm_question_kind_name(question->kind));
    pgm_event_set_text(event, "phase", question->phase);
    pgm_event_set_text(event, "title", question->title);
    g_autoptr(GPtrArray) choices = g_ptr_array_new();
    for (guint i = 0; i < question->choices->len; i++)
    {
        const PgmChoice *choice = g_ptr_array_index(question->choices, i);
        g_ptr_array_add(choices, (gpointer)(gsize)pgm_decision_name(choice->decision));
    }
    pgm_event_set_texts(event, "choices", choices);
    if (question->deadline >= 0)
    {
        pgm_event_set_integer(event, "within_ms", (question->deadline - g_get_monotonic_time()) / 1000);
    }
    return event;
}

static PgmEvent *answer_event(guint id, const EngineReply *reply)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_ANSWER);
    pgm_event_set_integer(event, "id", id);
    pgm_event_set_text(event, "decision", pgm_decision_name(reply->decision));
    pgm_event_set_text(event, "text", reply->text);
    return pgm_event_set_text(event, "by", engine_by_name(reply->by));
}

static const char *withdraw_reason(EngineBy by)
{
    switch (by)
    {
    case BY_DEADLINE:
        return "the time to decide is over";
    case BY_STALL:
        return "other sessions have waited too long";
    case BY_LOST:
        return "the connection to the server was lost";
    default:
        return "the question is closed";
    }
}

gboolean engine_ask(PgmEngine *engine, PgmQuestion *question, EngineReply *reply, GError **error)
{
    g_autoptr(PgmQuestion) owned = question;
    question->id = ++engine->last_question;
    *reply = (EngineReply){.decision = PGM_DECISION_NONE, .by = BY_SIGNAL};
    if (!engine_tell(engine, question_event(question), error))
    {
        return FALSE;
    }
    engine->question = question;
    engine->reply = reply;
    engine->replied = FALSE;
    engine->operator_->ask(engine->operator_, engine, pgm_question_copy(question));
    engine_drain(engine);
    if (!engine->replied && engine->connection != NULL && pgm_connection_transaction(engine->connection) == '*')
    {
        wait_with_server(engine, question->deadline);
    }
    else
    {
        wait_alone(engine,
                   question->deadline); /* nothing is open that the server could end: it is met again afterwards */
    }
    engine->question = NULL;
    engine->reply = NULL;
    if (reply->by != BY_OPERATOR || reply->decision == PGM_DECISION_NONE)
    {
        engine->operator_->withdraw(engine->operator_, question->id, withdraw_reason(reply->by));
    }
    return engine_tell(engine, answer_event(question->id, reply), error);
}
