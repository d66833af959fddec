/*
 * autonomous.c - a phase with `transaction: none`: each statement commits alone.
 *
 * There is no xid to ask for afterwards, so a statement that the journal shows
 * done is not run again, an invalid index that a broken CONCURRENTLY left is
 * dropped before its statement is tried, and the verifications decide.
 */
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "run/walk.h"

/* Settings of the session while the phase lasts. No lock time-out: one would leave CREATE INDEX CONCURRENTLY's index
 * invalid. */
static gboolean enter_session(PgmEngine *engine, GError **error)
{
    g_autofree char *path = pgm_quote_literal(engine->runbook->search_path);
    return engine_command(engine, error, "SET lock_timeout = 0") &&
           engine_command(engine, error, "SET statement_timeout = %d", engine->phase->statement_timeout_ms) &&
           engine_command(engine, error, "SELECT pg_catalog.set_config('search_path', %s, false)", path);
}

static void leave_session(PgmEngine *engine)
{
    if (!pgm_connection_is_lost(engine->connection))
    {
        engine_command(engine, NULL, "RESET lock_timeout");
        engine_command(engine, NULL, "RESET statement_timeout");
        engine_command(engine, NULL, "RESET search_path");
    }
}

static gboolean tell_open(PgmEngine *engine, GError **error)
{
    const PgmServer *server = pgm_connection_server(engine->connection);
    PgmEvent *event = pgm_event_new(PGM_EVENT_TX_OPEN);
    g_autofree char *oid = g_strdup_printf("%u", server->database_oid);
    pgm_event_set_integer(event, "pid", server->backend_pid);
    pgm_event_set_text(event, "backend_start", server->backend_start);
    pgm_event_set_text(event, "system_identifier", server->system_identifier);
    pgm_event_set_text(event, "timeline", server->timeline);
    pgm_event_set_text(event, "database_oid", oid);
    pgm_watch_backend(engine->watch, server->backend_pid, NULL);
    return engine_tell_phase(engine, event, error);
}

/* Done in an earlier try of the same direction, by the journal's word? */
static gboolean done_before(const PgmEngine *engine, const char *sql)
{
    const PgmModelPhase *phase = pgm_model_phase(engine->model, engine->phase->name);
    for (guint a = phase->attempts->len; a > 0; a--)
    {
        const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, a - 1);
        if (attempt->backward != engine->backward && attempt->outcome == PGM_PHASE_COMMITTED)
        {
            return FALSE; /* a rollback in between undid it */
        }
        if (attempt->backward != engine->backward)
        {
            continue;
        }
        for (guint i = 0; i < attempt->statements->len; i++)
        {
            const PgmModelStatement *statement = g_ptr_array_index(attempt->statements, i);
            if (statement->state == PGM_STEP_OK && g_strcmp0(statement->sql, sql) == 0)
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static gboolean drop_invalid_index(PgmEngine *engine, const char *sql, GError **sql_error, GError **error)
{
    g_autofree char *index = pgm_script_created_index(sql);
    if (index == NULL)
    {
        return TRUE;
    }
    g_autofree char *quoted = pgm_quote_identifier(index);
    const char *parameters[] = {quoted};
    g_autoptr(PgmResult) found = pgm_connection_execute(
        engine->connection, pgm_query_text("run/invalid_index", pgm_connection_server(engine->connection)->version), 1,
        parameters, NULL, sql_error);
    if (found == NULL || pgm_result_rows(found) == 0)
    {
        return found != NULL;
    }
    const char *name = pgm_result_value(found, 0, 0);
    if (!engine_note(engine, error,
                     "index %s is invalid, left by a build that was broken off: it is dropped before it is built "
                     "again",
                     name))
    {
        return FALSE;
    }
    g_autofree char *drop = g_strdup_printf("DROP INDEX CONCURRENTLY %s", name);
    g_autoptr(PgmResult) dropped = engine_execute(engine, drop, sql_error);
    return dropped != NULL;
}

static gboolean run_one(PgmEngine *engine, guint index, guint count, const char *sql, GError **sql_error,
                        GError **error)
{
    if (!drop_invalid_index(engine, sql, sql_error, error) || !phase_tell_statement(engine, index, count, sql, error))
    {
        return FALSE;
    }
    gint64 began = g_get_monotonic_time();
    g_autoptr(GError) why = NULL;
    g_autoptr(PgmResult) result = engine_execute(engine, sql, &why);
    gint64 ms = (g_get_monotonic_time() - began) / 1000;
    if (result == NULL && pgm_connection_is_lost(engine->connection))
    {
        g_propagate_error(sql_error, g_steal_pointer(&why)); /* no result: nobody knows */
        return FALSE;
    }
    gboolean skipped = FALSE;
    for (guint i = 0; result == NULL && i < engine->phase->tolerate->len; i++)
    {
        skipped = skipped || pgm_sql_error_is(why, g_ptr_array_index(engine->phase->tolerate, i));
    }
    if (!phase_tell_result(engine, index, result, why, skipped, ms, error) || !phase_tell_notices(engine, error))
    {
        return FALSE;
    }
    if (result == NULL && !skipped)
    {
        g_propagate_error(sql_error, g_steal_pointer(&why));
        return FALSE;
    }
    return TRUE;
}

static gboolean run_statements(PgmEngine *engine, GError **sql_error, GError **error)
{
    GPtrArray *statements = phase_statements(engine);
    for (guint i = 0; i < statements->len; i++)
    {
        const PgmStatement *statement = g_ptr_array_index(statements, i);
        if (done_before(engine, statement->sql))
        {
            if (!engine_note(engine, error, "already done in an earlier try: %s", statement->sql))
            {
                return FALSE;
            }
            continue;
        }
        if (!run_one(engine, i, statements->len, statement->sql, sql_error, error))
        {
            return FALSE;
        }
        EngineBy by;
        engine_drain(engine);
        if (engine_interrupted(engine, &by))
        {
            g_set_error(sql_error, PGM_ERROR, PGM_ERROR_CANCELLED,
                        "broken off between two statements; those that ran stand");
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean some_statement_stands(const PgmEngine *engine)
{
    GPtrArray *statements = phase_statements(engine);
    for (guint i = 0; i < statements->len; i++)
    {
        if (done_before(engine, ((const PgmStatement *)g_ptr_array_index(statements, i))->sql))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean ended_short(PgmEngine *engine, const GError *why, PhaseOutcome *outcome, GError **error)
{
    EngineBy by = BY_STATEMENT;
    pgm_watch_backend(engine->watch, 0, NULL);
    engine_interrupted(engine, &by);
    outcome->end = PHASE_ABORTED;
    outcome->by = by;
    outcome->partial = some_statement_stands(engine);
    outcome->reason = g_strdup_printf(
        "%s%s", why->message, outcome->partial ? "; the statements before it stand, since each commits alone" : "");
    return phase_tell_aborted(engine, by, outcome->reason, why, error);
}

static gboolean lost(PgmEngine *engine, const GError *why, PhaseOutcome *outcome, GError **error)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_LOST), "message", why->message);
    if (!engine_tell_phase(engine, event, error))
    {
        return FALSE;
    }
    const PgmModelPhase *phase = pgm_model_phase(engine->model, engine->phase->name);
    return resolve_attempt(engine, engine->phase, pgm_model_phase_attempt(phase), outcome, error);
}

/* Every statement ran; whether the phase is done is for the verifications to say. */
static gboolean judge(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    gboolean hold;
    pgm_watch_backend(engine->watch, 0, NULL);
    g_autoptr(GError) why = NULL;
    if (!verify_after(engine, &hold, &why))
    {
        if (pgm_connection_is_lost(engine->connection))
        {
            return lost(engine, why, outcome, error);
        }
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (hold)
    {
        outcome->end = PHASE_COMMITTED;
        return engine_tell_phase(engine, pgm_event_set_integer(pgm_event_new(PGM_EVENT_COMMITTED), "ms", 0), error);
    }
    outcome->end = PHASE_ABORTED;
    outcome->by = BY_VERIFICATION;
    outcome->partial = TRUE;
    outcome->reason = g_strdup("its statements ran, and stand, but a verification does not hold");
    return phase_tell_aborted(engine, BY_VERIFICATION, outcome->reason, NULL, error);
}

gboolean phase_run_autonomous(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GError) journal = NULL;
    if (!phase_tell_begin(engine, error) || !tell_open(engine, error))
    {
        return FALSE;
    }
    if (enter_session(engine, &why) && run_statements(engine, &why, &journal))
    {
        leave_session(engine);
        return judge(engine, outcome, error);
    }
    leave_session(engine);
    if (journal != NULL)
    {
        g_propagate_error(error, g_steal_pointer(&journal));
        return FALSE;
    }
    return pgm_connection_is_lost(engine->connection) ? lost(engine, why, outcome, error)
                                                      : ended_short(engine, why, outcome, error);
}
