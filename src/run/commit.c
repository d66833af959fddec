/*
 * commit.c - COMMIT, so that afterwards it can be known.
 *
 * An xid that never reached flushed WAL is handed out again after a server
 * crash, and pg_xact_status then answers for a stranger's transaction. So the
 * WAL is made to carry this one, and flushed, before COMMIT is announced
 * (POSTGRES.md 1).
 */
#include <string.h>

#include "pgmedic/error.h"
#include "run/walk.h"

/* Emits in the transaction: *LSN is where the record ends. A refusal does not abort the transaction. */
static gboolean emit_message(PgmEngine *engine, const char *message, char **lsn, GError **why)
{
    g_autofree char *literal = pgm_quote_literal(message);
    g_autofree char *emit = g_strdup_printf("SELECT pg_catalog.pg_logical_emit_message(true, 'pgmedic', %s)", literal);
    if (!engine_command(engine, why, "SAVEPOINT pgmedic_emit"))
    {
        return FALSE;
    }
    *lsn = pgm_connection_value(engine->connection, emit, why);
    gboolean emitted = *lsn != NULL;
    return engine_command(engine, emitted ? why : NULL,
                          emitted ? "RELEASE SAVEPOINT pgmedic_emit" : "ROLLBACK TO SAVEPOINT pgmedic_emit") &&
           emitted;
}

/* From 17 on the message itself can flush; before, a commit on the second connection does. */
static gboolean flush_wal(PgmEngine *engine, const char *message, GError **why)
{
    if (pgm_connection_server(engine->connection)->version < 170000)
    {
        return pgm_watch_flush_wal(engine->watch, message, why);
    }
    g_autofree char *literal = pgm_quote_literal(message);
    return engine_command(engine, why, "SELECT pg_catalog.pg_logical_emit_message(false, 'pgmedic', %s, true)",
                          literal);
}

/* The WAL that carries the transaction id is on disk: *LSN is the end of its record. Else NULL, and WHY says why not.
 */
static char *prove_xid(PgmEngine *engine, GError **why)
{
    g_autofree char *lsn = NULL;
    g_autofree char *message = g_strdup_printf("%s/%s/%s", engine->model->run != NULL ? engine->model->run : "",
                                               engine->phase->name, pgm_journal_head(engine->journal));
    if (!emit_message(engine, message, &lsn, why) || !flush_wal(engine, message, why))
    {
        return NULL;
    }
    g_autofree char *literal = pgm_quote_literal(lsn);
    g_autofree char *query =
        g_strdup_printf("SELECT pg_catalog.pg_current_wal_flush_lsn() >= %s::pg_catalog.pg_lsn", literal);
    g_autofree char *flushed = pgm_connection_value(engine->connection, query, why);
    if (g_strcmp0(flushed, "t") == 0)
    {
        return g_steal_pointer(&lsn);
    }
    if (why != NULL && *why == NULL)
    {
        g_set_error(why, PGM_ERROR, PGM_ERROR_UNKNOWN, "the WAL was not flushed in time");
    }
    return NULL;
}

static gboolean tell_intent(PgmEngine *engine, const char *xid, const char *lsn, const char *unproven, GError **error)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_COMMIT_INTENT);
    pgm_event_set_text(event, "xid", xid);
    pgm_event_set_text(event, "lsn", lsn);
    pgm_event_set_boolean(event, "proven", lsn != NULL);
    pgm_event_set_text(event, "unproven", unproven);
    return engine_tell_phase(engine, event, error);
}

static gboolean tell_committed(PgmEngine *engine, gint64 ms, PhaseOutcome *outcome, GError **error)
{
    outcome->end = PHASE_COMMITTED;
    PgmEvent *event = pgm_event_set_integer(pgm_event_new(PGM_EVENT_COMMITTED), "ms", ms);
    return engine_tell_phase(engine, event, error) && phase_tell_impact(engine, error) &&
           phase_tell_notices(engine, error);
}

static gboolean tell_refused(PgmEngine *engine, const char *reason, const GError *why, PhaseOutcome *outcome,
                             GError **error)
{
    outcome->end = PHASE_ABORTED;
    outcome->by = BY_STATEMENT;
    outcome->reason = g_strdup(reason);
    return phase_tell_impact(engine, error) && phase_tell_aborted(engine, BY_STATEMENT, reason, why, error);
}

/* The connection broke at COMMIT, or just before it: ask the server itself. */
static gboolean lost_at_commit(PgmEngine *engine, const GError *why, PhaseOutcome *outcome, GError **error)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_LOST), "message",
                                         why != NULL ? why->message : "the connection broke at COMMIT");
    if (!engine_tell_phase(engine, event, error) || !phase_tell_impact(engine, error))
    {
        return FALSE;
    }
    const PgmModelPhase *phase = pgm_model_phase(engine->model, engine->phase->name);
    return resolve_attempt(engine, engine->phase, pgm_model_phase_attempt(phase), outcome, error);
}

static gboolean send_commit(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(GError) why = NULL;
    g_autoptr(PgmResult) result = engine_execute(engine, "COMMIT", &why);
    gint64 ms = (g_get_monotonic_time() - began) / 1000;
    if (result != NULL && strcmp(pgm_result_tag(result), "COMMIT") == 0)
    {
        pgm_watch_backend(engine->watch, 0, NULL);
        return tell_committed(engine, ms, outcome, error);
    }
    if (pgm_connection_is_lost(engine->connection))
    {
        return lost_at_commit(engine, why, outcome, error);
    }
    pgm_watch_backend(engine->watch, 0, NULL);
    engine_command(engine, NULL, "ROLLBACK");
    return tell_refused(engine,
                        why != NULL ? why->message
                                    : "PostgreSQL answered COMMIT with ROLLBACK: the transaction "
                                      "had failed before",
                        why, outcome, error);
}

gboolean commit_transaction(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    g_autoptr(GError) unproven = NULL;
    engine->holds_locks = FALSE; /* from here on the stall limit has no say: it would only add doubt */
    engine->stalled = FALSE;
    g_autofree char *lsn = prove_xid(engine, &unproven);
    if (pgm_connection_is_lost(engine->connection))
    {
        return lost_at_commit(engine, unproven, outcome, error); /* no intent is on record: COMMIT is not sent */
    }
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(pgm_model_phase(engine->model, engine->phase->name));
    const char *xid = attempt != NULL ? attempt->xid : NULL;
    return tell_intent(engine, xid, lsn, unproven != NULL ? unproven->message : NULL, error) &&
           send_commit(engine, outcome, error);
}
