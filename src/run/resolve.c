/*
 * resolve.c - what became of a phase whose connection is gone.
 *
 * Never guessed. No commit-intent in the journal: COMMIT was not sent. With it,
 * the server's own record of the transaction id decides, if the WAL was proven
 * to carry it and this is still the same timeline of the same system. Where
 * that proves nothing, the catalog is asked (done_when) and the operator decides.
 */
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "run/walk.h"

enum
{
    RECONNECT_TRIES = 15,
    RECONNECT_PAUSE_MS = 2000,
    BACKEND_TRIES = 100,
    BACKEND_PAUSE_MS = 100,
};

/* What broke the phase off (a request, a stall) is still set, and must not turn the wait for certainty into a spin. */
static void settle_pause(PgmEngine *engine, gint64 ms)
{
    gint64 end = g_get_monotonic_time() + ms * 1000;
    if (!engine_pause(engine, ms))
    {
        g_usleep((gulong)MAX(end - g_get_monotonic_time(), 0));
    }
}

/* A connection that only asks; the engine's own comes back once the old backend, which holds the advisory lock, is
 * gone. */
static PgmConnection *reconnect(PgmEngine *engine, GError **error)
{
    for (int number = 1;; number++)
    {
        g_autoptr(GError) why = NULL;
        g_autoptr(PgmConnection) connection =
            pgm_connection_open(engine->options.target->conninfo, PGM_PURPOSE_PLAIN, &why);
        if (connection != NULL)
        {
            return engine_check_identity(engine, connection, error) ? g_steal_pointer(&connection) : NULL;
        }
        if (number == RECONNECT_TRIES ||
            !engine_note(engine, NULL, "cannot reconnect (try %d of %d): %s", number, RECONNECT_TRIES, why->message))
        {
            g_propagate_error(error, g_steal_pointer(&why));
            return NULL;
        }
        settle_pause(engine, RECONNECT_PAUSE_MS);
        if (engine->quit)
        {
            g_propagate_error(error, g_steal_pointer(&why));
            return NULL;
        }
    }
}

static PgmResult *ask_backend(PgmConnection *connection, const char *query, const PgmModelAttempt *attempt,
                              GError **error)
{
    g_autofree char *pid = g_strdup_printf("%d", attempt->pid);
    const char *parameters[] = {pid, attempt->backend_start};
    return pgm_connection_execute(connection, pgm_query_text(query, pgm_connection_server(connection)->version), 2,
                                  parameters, NULL, error);
}

static gboolean backend_is_there(PgmConnection *connection, const PgmModelAttempt *attempt, gboolean *there,
                                 GError **error)
{
    *there = FALSE;
    if (attempt->pid == 0 || attempt->backend_start == NULL)
    {
        return TRUE;
    }
    g_autoptr(PgmResult) result = ask_backend(connection, "run/old_backend", attempt, error);
    *there = result != NULL && pgm_result_rows(result) > 0;
    return result != NULL;
}

/* End our old backend and wait until it is gone, so that its locks are too. */
static gboolean end_old_backend(PgmEngine *engine, PgmConnection *connection, const PgmModelAttempt *attempt,
                                GError **error)
{
    gboolean there;
    for (int number = 0; number < BACKEND_TRIES; number++)
    {
        if (!backend_is_there(connection, attempt, &there, error))
        {
            return FALSE;
        }
        if (!there)
        {
            return TRUE;
        }
        g_autoptr(PgmResult) result = ask_backend(connection, "run/drop_backend", attempt, error);
        if (result == NULL)
        {
            return FALSE;
        }
        settle_pause(engine, BACKEND_PAUSE_MS);
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_UNKNOWN,
                "the old backend (pid %d) does not end: it may still hold its locks; look at it in pg_stat_activity",
                attempt->pid);
    return FALSE;
}

static gboolean tell_resolved(PgmEngine *engine, PhaseOutcome *outcome, PhaseEnd end, const char *by,
                              const char *detail, GError **error)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_RESOLVED);
    pgm_event_set_text(event, "outcome", end == PHASE_COMMITTED ? "committed" : "aborted");
    pgm_event_set_text(event, "by", by);
    pgm_event_set_text(event, "detail", detail);
    outcome->end = end;
    outcome->by = BY_LOST;
    g_free(outcome->reason);
    outcome->reason = g_strdup(detail);
    return engine_tell_phase(engine, event, error);
}

static gboolean unknown(PhaseOutcome *outcome, const char *reason)
{
    outcome->end = PHASE_UNKNOWN;
    outcome->by = BY_LOST;
    g_free(outcome->reason);
    outcome->reason = g_strdup(reason);
    return TRUE;
}

/* The server's word on the transaction: "committed", "aborted", "in progress", NULL for too old or from the future. */
static char *transaction_status(PgmConnection *connection, const char *xid)
{
    g_autofree char *literal = pgm_quote_literal(xid);
    g_autofree char *query = g_strdup_printf("SELECT pg_catalog.pg_xact_status(%s::pg_catalog.xid8)", literal);
    return pgm_connection_value(connection, query, NULL);
}

/* Waits until it is final. While it waits for a synchronous standby it is committed here and only not yet acknowledged
 * there. */
static char *final_status(PgmEngine *engine, PgmConnection *connection, const PgmModelAttempt *attempt, GError **error)
{
    for (int number = 0; number < BACKEND_TRIES; number++)
    {
        g_autofree char *status = transaction_status(connection, attempt->xid);
        if (g_strcmp0(status, "in progress") != 0)
        {
            return g_steal_pointer(&status);
        }
        g_autoptr(PgmResult) backend = ask_backend(connection, "run/old_backend", attempt, error);
        if (backend == NULL)
        {
            return NULL;
        }
        gboolean waits_for_standby =
            pgm_result_rows(backend) > 0 && g_strcmp0(pgm_result_value(backend, 0, 2), "SyncRep") == 0;
        if (waits_for_standby &&
            !engine_note(engine, error, "COMMIT waits for a synchronous standby (wait event SyncRep); waiting with it"))
        {
            return NULL;
        }
        if (!waits_for_standby && pgm_result_rows(backend) > 0)
        {
            g_autoptr(PgmResult) ended = ask_backend(connection, "run/drop_backend", attempt, NULL);
        }
        settle_pause(engine, waits_for_standby ? RECONNECT_PAUSE_MS : BACKEND_PAUSE_MS);
    }
    return g_strdup("in progress");
}

static gboolean same_history(PgmConnection *connection, const PgmModelAttempt *attempt)
{
    const PgmServer *server = pgm_connection_server(connection);
    return attempt->intent_proven && attempt->xid != NULL && attempt->timeline != NULL &&
           g_strcmp0(server->timeline, attempt->timeline) == 0 &&
           g_strcmp0(server->system_identifier, attempt->system_identifier) == 0;
}

/* The transaction id proves nothing here: the catalog is asked, its answer shown, and the operator decides. */
static gboolean ask_operator(PgmEngine *engine, const PgmPhase *phase, const PgmModelAttempt *attempt, const char *why,
                             PhaseOutcome *outcome, GError **error)
{
    g_autofree char *answer = NULL;
    g_autoptr(GError) failed = NULL;
    gboolean holds = FALSE;
    if (!engine_connect(engine, &failed) || !verify_ask(engine, phase->done_when, NULL, &holds, &answer, &failed))
    {
        return unknown(outcome, failed->message);
    }
    g_autofree char *expected = pgm_expectation_text(&phase->done_when->expect);
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_PROBE, phase->name);
    question->title = g_strdup_printf(
        attempt->backward ? "Was the rollback of phase %s committed?" : "Was phase %s committed?", phase->name);
    question->text = g_strdup_printf("%s\nThe catalog says: %s (applied would be: %s), so the phase looks %s.\n%s", why,
                                     answer, expected, holds ? "applied" : "not applied", phase->done_when->sql);
    pgm_question_add_choice(question, PGM_DECISION_COMMITTED, 'c', "it was committed", NULL);
    pgm_question_add_choice(question, PGM_DECISION_NOT_COMMITTED, 'n', "it was not", NULL);
    pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop, and leave it open", NULL);
    question->highlighted = holds == attempt->backward ? 1 : 0;
    g_auto(EngineReply) reply = {0};
    if (!engine_ask(engine, question, &reply, error))
    {
        return FALSE;
    }
    if (reply.by != BY_OPERATOR || reply.decision == PGM_DECISION_STOP)
    {
        return unknown(outcome, "nobody has said whether it was committed");
    }
    PhaseEnd end = reply.decision == PGM_DECISION_COMMITTED ? PHASE_COMMITTED : PHASE_ABORTED;
    g_autofree char *detail = g_strdup_printf("%s The catalog said %s", why, answer);
    return tell_resolved(engine, outcome, end, "operator", detail, error);
}

static gboolean resolve_transaction(PgmEngine *engine, PgmConnection *connection, const PgmPhase *phase,
                                    const PgmModelAttempt *attempt, PhaseOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (!attempt->intent)
    {
        if (!end_old_backend(engine, connection, attempt, &why) && !engine_note(engine, error, "%s", why->message))
        {
            return FALSE;
        }
        return tell_resolved(engine, outcome, PHASE_ABORTED, "no-intent",
                             "COMMIT was never sent; the server rolled the phase back", error);
    }
    if (!same_history(connection, attempt))
    {
        if (!end_old_backend(engine, connection, attempt, &why))
        {
            return unknown(outcome, why->message);
        }
        return ask_operator(
            engine, phase, attempt,
            "The server's record of the transaction proves nothing: it may not have reached the disk, or this "
            "is another timeline.",
            outcome, error);
    }
    g_autofree char *status = final_status(engine, connection, attempt, &why);
    if (why != NULL || g_strcmp0(status, "in progress") == 0)
    {
        return unknown(outcome, why != NULL ? why->message : "the server still has the transaction in progress");
    }
    g_autofree char *detail =
        g_strdup_printf("transaction %s: %s", attempt->xid, status != NULL ? status : "no record");
    if (g_strcmp0(status, "committed") == 0)
    {
        return tell_resolved(engine, outcome, PHASE_COMMITTED, "xid", detail, error);
    }
    if (g_strcmp0(status, "aborted") == 0)
    {
        return tell_resolved(engine, outcome, PHASE_ABORTED, "xid", detail, error);
    }
    return ask_operator(engine, phase, attempt, "The server has no record of the transaction any more.", outcome,
                        error);
}

/* The old backend may still be building: it is the operator's to end it or to wait. */
static gboolean await_autonomous(PgmEngine *engine, PgmConnection *connection, const PgmPhase *phase,
                                 const PgmModelAttempt *attempt, gboolean *gone, GError **error)
{
    gboolean there = FALSE;
    while (backend_is_there(connection, attempt, &there, NULL) && there)
    {
        PgmQuestion *question = pgm_question_new(PGM_QUESTION_TERMINATE, phase->name);
        question->title = g_strdup_printf("Phase %s still runs on the server", phase->name);
        question->text = g_strdup_printf(
            "Its old backend (pid %d) goes on with its statement although pgmedic was gone.", attempt->pid);
        pgm_question_add_choice(question, PGM_DECISION_RETRY, 'w', "wait, and look again", NULL);
        pgm_question_add_choice(question, PGM_DECISION_TERMINATE, 't', "terminate it", NULL);
        pgm_question_add_choice(question, PGM_DECISION_STOP, 's', "stop, and leave it open", NULL);
        g_auto(EngineReply) reply = {0};
        if (!engine_ask(engine, question, &reply, error))
        {
            return FALSE;
        }
        if (reply.by != BY_OPERATOR || reply.decision == PGM_DECISION_STOP)
        {
            *gone = FALSE;
            return TRUE;
        }
        if (reply.decision == PGM_DECISION_TERMINATE)
        {
            *gone = end_old_backend(engine, connection, attempt, NULL);
            return TRUE;
        }
        engine_pause(engine, RECONNECT_PAUSE_MS);
    }
    *gone = TRUE;
    return TRUE;
}

static gboolean resolve_autonomous(PgmEngine *engine, PgmConnection *connection, const PgmPhase *phase,
                                   const PgmModelAttempt *attempt, PhaseOutcome *outcome, GError **error)
{
    gboolean gone;
    if (!await_autonomous(engine, connection, phase, attempt, &gone, error))
    {
        return FALSE;
    }
    if (!gone)
    {
        return unknown(outcome, "its old backend is still at work");
    }
    g_autoptr(GError) why = NULL;
    g_autofree char *answer = NULL;
    gboolean holds;
    if (!engine_connect(engine, &why) || !verify_ask(engine, phase->done_when, NULL, &holds, &answer, &why))
    {
        return unknown(outcome, why->message);
    }
    g_autofree char *detail = g_strdup_printf("the catalog says %s", answer);
    gboolean applied = attempt->backward ? !holds : holds;
    outcome->partial = !applied;
    return tell_resolved(engine, outcome, applied ? PHASE_COMMITTED : PHASE_ABORTED, "probe", detail, error);
}

gboolean resolve_attempt(PgmEngine *engine, const PgmPhase *phase, const PgmModelAttempt *attempt,
                         PhaseOutcome *outcome, GError **error)
{
    engine_disconnect(engine);
    g_autoptr(GError) why = NULL;
    g_autoptr(PgmConnection) connection = reconnect(engine, &why);
    if (g_error_matches(why, PGM_ERROR, PGM_ERROR_REFUSED))
    {
        g_propagate_error(error, g_steal_pointer(&why)); /* another database says nothing about this run */
        return FALSE;
    }
    if (connection == NULL)
    {
        if (attempt->transaction && !attempt->intent)
        {
            return tell_resolved(engine, outcome, PHASE_ABORTED, "no-intent",
                                 "COMMIT was never sent; the server cannot be reached to see its backend gone", error);
        }
        return unknown(outcome, why->message);
    }
    return attempt->transaction ? resolve_transaction(engine, connection, phase, attempt, outcome, error)
                                : resolve_autonomous(engine, connection, phase, attempt, outcome, error);
}
