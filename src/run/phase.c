/*
 * phase.c - one phase, one transaction: begin; locks; statements; verify; ask; commit.
 */
#include <string.h>

#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "pgmedic/text.h"
#include "run/walk.h"

enum
{
    FIRST_PAUSE_MS = 200,
    LONGEST_PAUSE_MS = 3000,
};

/* One try at the phase: what lives as long as its transaction. */
typedef struct
{
    GHashTable *same;    /* check name → its answer right after the locks */
    PgmSnapshot *before; /* the locked relations before the first statement; NULL: none locked */
} Try;

static void try_clear(Try *try_)
{
    g_clear_pointer(&try_->same, g_hash_table_unref);
    g_clear_pointer(&try_->before, pgm_snapshot_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Try, try_clear)

static gboolean open_transaction(PgmEngine *engine, GError **sql_error, GError **error)
{
    const PgmPhase *phase = engine->phase;
    const PgmServer *server = pgm_connection_server(engine->connection);
    if (!engine_command(engine, sql_error, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE NOT DEFERRABLE"))
    {
        return FALSE;
    }
    g_autofree char *lock = g_strdup_printf("%d", phase->lock_timeout_ms);
    g_autofree char *statement = g_strdup_printf("%d", phase->statement_timeout_ms);
    g_autofree char *idle = g_strdup_printf("%d", phase->decide_within_ms + 5000);
    const char *parameters[] = {lock, statement, idle, engine->runbook->search_path};
    g_autoptr(PgmResult) result = pgm_connection_execute(
        engine->connection, pgm_query_text("run/open_transaction", server->version), 4, parameters, NULL, sql_error);
    if (result == NULL)
    {
        return FALSE;
    }
    PgmEvent *event = pgm_event_new(PGM_EVENT_TX_OPEN);
    g_autofree char *oid = g_strdup_printf("%u", server->database_oid);
    pgm_event_set_text(event, "xid", pgm_result_value(result, 0, 0));
    pgm_event_set_integer(event, "pid", pgm_result_integer(result, 0, 1));
    pgm_event_set_text(event, "backend_start", server->backend_start);
    pgm_event_set_text(event, "system_identifier", server->system_identifier);
    pgm_event_set_text(event, "timeline", pgm_result_value(result, 0, 2));
    pgm_event_set_text(event, "database_oid", oid);
    pgm_watch_backend(engine->watch, (int)pgm_result_integer(result, 0, 1), phase->lock);
    return engine_tell_phase(engine, event, error);
}

static gboolean take_locks(PgmEngine *engine, int number, GError **sql_error, GError **error)
{
    const PgmPhase *phase = engine->phase;
    gint64 began = g_get_monotonic_time();
    if (phase->lock->len == 0)
    {
        return TRUE;
    }
    GString *sql = g_string_new("LOCK TABLE ");
    for (guint i = 0; i < phase->lock->len; i++)
    {
        /* SQL already, as the runbook writes it: quoted where it must be */
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(phase->lock, i));
    }
    g_string_append(sql, " IN ACCESS EXCLUSIVE MODE");
    g_autofree char *text = g_string_free(sql, FALSE);
    engine->locked_since = g_get_monotonic_time();
    engine->holds_locks =
        TRUE; /* from the first lock on, not from the last: others may wait behind a half-taken list */
    g_autoptr(PgmResult) result = engine_execute(engine, text, sql_error);
    if (result == NULL)
    {
        return FALSE;
    }
    PgmEvent *event = pgm_event_new(PGM_EVENT_LOCKED);
    pgm_event_set_texts(event, "relations", phase->lock);
    pgm_event_set_integer(event, "try", number);
    pgm_event_set_integer(event, "ms", (g_get_monotonic_time() - began) / 1000);
    return engine_tell_phase(engine, event, error);
}

/* The locked relations as this transaction sees them; NULL with a note when they cannot be read. Only this connection
 * can: on any other it would wait for these very locks. It is for the eye, so that a refusal must not end the phase: a
 * savepoint carries it. */
static gboolean read_relations(PgmEngine *engine, PgmSnapshot **snapshot, GError **sql_error, GError **error)
{
    GPtrArray *lock = engine->phase->lock;
    g_autoptr(GError) why = NULL;
    *snapshot = NULL;
    if (lock->len == 0)
    {
        return TRUE;
    }
    if (!engine_command(engine, sql_error, "SAVEPOINT pgmedic_read"))
    {
        return FALSE;
    }
    *snapshot = pgm_snapshot_read_relations(engine->connection, (const char *const *)lock->pdata, (int)lock->len, &why);
    return engine_command(engine, sql_error, "ROLLBACK TO SAVEPOINT pgmedic_read") &&
           engine_command(engine, sql_error, "RELEASE SAVEPOINT pgmedic_read") &&
           (why == NULL ||
            engine_note(engine, error, "what the transaction changes cannot be shown: %s", why->message));
}

/* What must be known before the first statement changes anything. */
static gboolean take_baseline(PgmEngine *engine, Try *try_, GError **sql_error, GError **error)
{
    GPtrArray *checks = phase_checks(engine);
    try_->same = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(checks, i);
        gboolean holds;
        char *answer = NULL;
        if (check->expect.kind != PGM_EXPECT_SAME)
        {
            continue;
        }
        if (!verify_ask(engine, check, NULL, &holds, &answer, sql_error))
        {
            return FALSE;
        }
        g_hash_table_insert(try_->same, check->name, answer);
    }
    return read_relations(engine, &try_->before, sql_error, error);
}

/* A savepoint around statements that tolerate something, and only around those (POSTGRES.md 5). */
static gboolean run_tolerant(PgmEngine *engine, const char *sql, PgmResult **result, gboolean *skipped, GError **why,
                             GError **sql_error)
{
    GPtrArray *tolerate = engine->phase->tolerate;
    gboolean guarded = tolerate->len > 0 && !engine->backward;
    *skipped = FALSE;
    if (guarded && !engine_command(engine, sql_error, "SAVEPOINT pgmedic_tolerate"))
    {
        return FALSE;
    }
    *result = engine_execute(engine, sql, why);
    if (*result != NULL)
    {
        return !guarded || engine_command(engine, sql_error, "RELEASE SAVEPOINT pgmedic_tolerate");
    }
    for (guint i = 0; guarded && i < tolerate->len; i++)
    {
        if (pgm_sql_error_is(*why, g_ptr_array_index(tolerate, i)))
        {
            *skipped = TRUE;
            return engine_command(engine, sql_error, "ROLLBACK TO SAVEPOINT pgmedic_tolerate");
        }
    }
    return TRUE;
}

static gboolean run_statements(PgmEngine *engine, GError **sql_error, GError **error)
{
    GPtrArray *statements = phase_statements(engine);
    for (guint i = 0; i < statements->len; i++)
    {
        const PgmStatement *statement = g_ptr_array_index(statements, i);
        if (!phase_tell_statement(engine, i, statements->len, statement->sql, error))
        {
            return FALSE;
        }
        gint64 began = g_get_monotonic_time();
        g_autoptr(PgmResult) result = NULL;
        g_autoptr(GError) why = NULL;
        gboolean skipped;
        if (!run_tolerant(engine, statement->sql, &result, &skipped, &why, sql_error))
        {
            return FALSE;
        }
        gint64 ms = (g_get_monotonic_time() - began) / 1000;
        if (!phase_tell_result(engine, i, result, why, skipped, ms, error))
        {
            return FALSE;
        }
        if (result == NULL && !skipped)
        {
            g_propagate_error(sql_error, g_steal_pointer(&why));
            return FALSE;
        }
        EngineBy by;
        engine_drain(engine);
        if (engine_interrupted(engine, &by))
        {
            g_set_error(sql_error, PGM_ERROR, PGM_ERROR_CANCELLED, "broken off between two statements");
            return FALSE;
        }
    }
    return TRUE;
}

static char *difference_line(const PgmDifference *difference)
{
    switch (difference->kind)
    {
    case PGM_DIFFERENCE_MISSING:
        return g_strdup_printf("%s  dropped (%s)", difference->display, difference->expected->kind->name);
    case PGM_DIFFERENCE_EXTRA:
        return g_strdup_printf("%s  new (%s)", difference->display, difference->actual->kind->name);
    case PGM_DIFFERENCE_CHANGED:
        break;
    }
    return g_strdup_printf("%s  %s: %s → %s", difference->display, difference->attribute, difference->expected_text,
                           difference->actual_text);
}

/* What is about to be true: the locked relations now, against before. */
static gboolean tell_changes(PgmEngine *engine, const Try *try_, GError **sql_error, GError **error)
{
    g_autoptr(PgmSnapshot) now = NULL;
    if (try_->before == NULL)
    {
        return TRUE;
    }
    if (!read_relations(engine, &now, sql_error, error) || now == NULL)
    {
        return now == NULL && *sql_error == NULL && *error == NULL;
    }
    g_autoptr(PgmDrift) drift = pgm_drift_compare(try_->before, now, NULL);
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        g_ptr_array_add(lines, difference_line(difference));
        if (difference->kind == PGM_DIFFERENCE_MISSING && strcmp(difference->expected->kind->name, "index") == 0)
        {
            g_ptr_array_add(dropped, g_strdup(difference->expected->name));
        }
    }
    PgmEvent *event = pgm_event_set_texts(pgm_event_new(PGM_EVENT_CHANGES), "lines", lines);
    return engine_tell_phase(engine, pgm_event_set_texts(event, "dropped_indexes", dropped), error);
}

/* Undone means undone: done_when must fail after the rollback SQL, and hold after the phase's own. */
static gboolean verify_done_when(PgmEngine *engine, gboolean *as_it_should, GError **error)
{
    PgmCheck check = *engine->phase->done_when;
    if (!engine->backward)
    {
        return verify_check(engine, &check, "before-commit", NULL, as_it_should, error);
    }
    g_autofree char *answer = NULL;
    g_autofree char *expected = pgm_expectation_text(&check.expect);
    g_autoptr(GError) why = NULL;
    gboolean holds;
    gboolean asked = verify_ask(engine, &check, NULL, &holds, &answer, &why);
    *as_it_should = asked && !holds;
    PgmEvent *event = pgm_event_new(PGM_EVENT_VERIFICATION);
    g_autofree char *not_expected = g_strdup_printf("anything but %s", expected);
    pgm_event_set_text(event, "moment", "before-commit");
    pgm_event_set_text(event, "name", "the phase no longer counts as applied (done_when)");
    pgm_event_set_text(event, "sql", check.sql);
    pgm_event_set_text(event, "expected", not_expected);
    pgm_event_set_text(event, "answer", answer);
    pgm_event_set_boolean(event, "holds", *as_it_should);
    pgm_event_set_text(event, "error", why != NULL ? why->message : NULL);
    return engine_tell_phase(engine, event, error);
}

static gboolean verify_all(PgmEngine *engine, const Try *try_, guint *failed, GError **error)
{
    GPtrArray *checks = phase_checks(engine);
    gboolean holds;
    *failed = 0;
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(checks, i);
        const char *same_as = check->name != NULL ? g_hash_table_lookup(try_->same, check->name) : NULL;
        if (!verify_check(engine, check, "before-commit", same_as, &holds, error))
        {
            return FALSE;
        }
        *failed += holds ? 0 : 1;
        EngineBy by;
        if (engine_interrupted(engine, &by))
        {
            return TRUE; /* the caller sees it too, and rolls back */
        }
    }
    if (!verify_done_when(engine, &holds, error))
    {
        return FALSE;
    }
    *failed += holds ? 0 : 1;
    return TRUE;
}

/* What the phase has cost the others so far. */
static char *cost_so_far(const PgmEngine *engine)
{
    g_autofree char *waited = pgm_text_duration(engine->oldest_wait_ms);
    g_autofree char *waiting = engine->most_waiting > 0
                                   ? g_strdup_printf("%d session%s waited, the longest %s", (int)engine->most_waiting,
                                                     engine->most_waiting == 1 ? " has" : "s have", waited)
                                   : g_strdup("nobody was seen waiting");
    if (engine->locked_since == 0)
    {
        return g_strdup_printf("It locks no table against readers; %s", waiting);
    }
    g_autofree char *locked = pgm_text_duration((g_get_monotonic_time() - engine->locked_since) / 1000);
    return g_strdup_printf("Tables were locked for %s before this question; %s", locked, waiting);
}

static PgmQuestion *commit_question(const PgmEngine *engine)
{
    const PgmPhase *phase = engine->phase;
    PgmQuestion *question = pgm_question_new(PGM_QUESTION_COMMIT, phase->name);
    g_autofree char *cost = cost_so_far(engine);
    g_autofree char *stall = pgm_text_duration(phase->stall_limit_ms);
    question->title = engine->backward ? g_strdup_printf("Commit the rollback of phase %s?", phase->name)
                                       : g_strdup_printf("Commit phase %s?", phase->name);
    question->text =
        g_strdup_printf("Every verification holds. %s.\nIt rolls back by itself when nobody decides in time, or "
                        "when a session has waited %s.",
                        cost, stall);
    pgm_question_add_choice(question, PGM_DECISION_COMMIT, 'c', "commit", NULL);
    pgm_question_add_choice(question, PGM_DECISION_ROLLBACK_PHASE, 'r', "roll back this phase", NULL);
    question->deadline = g_get_monotonic_time() + (gint64)phase->decide_within_ms * 1000;
    question->at_deadline = g_strdup("rolls back by itself");
    return question;
}

/* May it be committed? Otherwise BY and REASON say why not. */
static gboolean decide(PgmEngine *engine, const Try *try_, gboolean *commit, EngineBy *by, char **reason,
                       GError **error)
{
    guint failed;
    *commit = FALSE;
    *by = BY_VERIFICATION;
    if (!verify_all(engine, try_, &failed, error))
    {
        return FALSE;
    }
    engine_drain(engine);
    if (engine_interrupted(engine, by))
    {
        return TRUE;
    }
    if (failed > 0)
    {
        *reason = g_strdup_printf("%u verification%s not hold", failed, failed == 1 ? " does" : "s do");
        return TRUE;
    }
    if (engine->commit_verified)
    {
        *commit = TRUE;
        return TRUE;
    }
    g_auto(EngineReply) reply = {0};
    if (!engine_ask(engine, commit_question(engine), &reply, error))
    {
        return FALSE;
    }
    *by = reply.by;
    *commit = reply.by == BY_OPERATOR && reply.decision == PGM_DECISION_COMMIT;
    if (*commit && (engine->quit || engine->rollback_phase || engine->cancel))
    {
        *commit = FALSE; /* both were heard at once: told to end is never a commit */
        *by = engine->quit ? BY_SIGNAL : BY_OPERATOR;
    }
    if (reply.by == BY_LOST)
    {
        *reason = g_steal_pointer(&reply.text);
    }
    return TRUE;
}

static char *abort_reason(const PgmEngine *engine, EngineBy by, const GError *why)
{
    switch (by)
    {
    case BY_DEADLINE:
        return g_strdup_printf("nobody decided within %d s", engine->phase->decide_within_ms / 1000);
    case BY_STALL:
        return g_strdup_printf("another session had waited longer than the stall limit of %g s behind this phase",
                               engine->phase->stall_limit_ms / 1000.0);
    case BY_SIGNAL:
        return g_strdup("pgmedic was told to end");
    case BY_OPERATOR:
        return g_strdup("the operator rolled it back");
    default:
        return g_strdup(why != NULL ? why->message : "it failed");
    }
}

/* The transaction is to end without COMMIT. With the server gone, what became of it is settled at once. */
static gboolean abort_phase(PgmEngine *engine, EngineBy by, const char *reason, const GError *why,
                            PhaseOutcome *outcome, GError **error)
{
    engine->holds_locks = FALSE;
    g_autofree char *text = reason != NULL ? g_strdup(reason) : abort_reason(engine, by, why);
    if (!pgm_connection_is_lost(engine->connection) && engine_command(engine, NULL, "ROLLBACK"))
    {
        pgm_watch_backend(engine->watch, 0, NULL);
        outcome->end = PHASE_ABORTED;
        outcome->by = by;
        outcome->reason = g_strdup(text);
        return phase_tell_notices(engine, error) && phase_tell_impact(engine, error) &&
               phase_tell_aborted(engine, by, text, why, error);
    }
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_LOST), "message", text);
    if (!engine_tell_phase(engine, event, error) || !phase_tell_impact(engine, error))
    {
        return FALSE;
    }
    const PgmModelPhase *phase = pgm_model_phase(engine->model, engine->phase->name);
    if (!resolve_attempt(engine, engine->phase, pgm_model_phase_attempt(phase), outcome, error))
    {
        return FALSE;
    }
    if (outcome->end == PHASE_ABORTED)
    {
        outcome->by = by == BY_SIGNAL ? BY_SIGNAL : BY_LOST;
        g_free(outcome->reason);
        outcome->reason = g_steal_pointer(&text);
    }
    return TRUE;
}

static gboolean retryable(const GError *why)
{
    return pgm_sql_error_is(why, "55P03") || pgm_sql_error_is(why, "40P01") || pgm_sql_error_is(why, "40001");
}

/* Growing and jittered, so that two that collide do not collide again. */
static gint64 retry_pause(int number)
{
    gint64 pause = MIN((gint64)FIRST_PAUSE_MS * number, LONGEST_PAUSE_MS);
    return pause / 2 + g_random_int_range(0, (gint32)pause / 2 + 1);
}

static gboolean tell_retry(PgmEngine *engine, int number, const GError *why, GPtrArray *blockers, gint64 pause,
                           GError **error)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_LOCK_RETRY);
    pgm_event_set_integer(event, "try", number);
    pgm_event_set_integer(event, "of", engine->phase->lock_retries);
    pgm_event_set_text(event, "sqlstate", pgm_sql_error_info(why)->sqlstate);
    pgm_event_set_texts(event, "blockers", blockers);
    pgm_event_set_integer(event, "pause_ms", pause);
    return engine_tell_phase(engine, event, error);
}

/* Roll back, name who stood in the way, pause. AGAIN is FALSE when a request to end came meanwhile. */
static gboolean step_back(PgmEngine *engine, int number, const GError *why, gboolean *again, GError **error)
{
    engine->holds_locks = FALSE;
    g_autoptr(GPtrArray) blockers = pgm_watch_blockers(engine->watch, engine->phase->lock); /* while they still are */
    g_autoptr(GError) lost = NULL;
    if (!engine_command(engine, &lost, "ROLLBACK"))
    {
        *again = FALSE;
        return TRUE;
    }
    gint64 pause = retry_pause(number);
    if (!tell_retry(engine, number, why, blockers, pause, error))
    {
        return FALSE;
    }
    if (engine->locked_since != 0)
    {
        engine->locked_before_ms += (g_get_monotonic_time() - engine->locked_since) / 1000;
    }
    engine->locked_since = 0;
    *again = engine_pause(engine, pause);
    return TRUE;
}

static EngineBy failure_by(const PgmEngine *engine, const GError *why)
{
    EngineBy by;
    if (engine_interrupted(engine, &by))
    {
        return by;
    }
    if (pgm_connection_is_lost(engine->connection))
    {
        return BY_LOST;
    }
    return retryable(why) ? BY_LOCK : BY_STATEMENT;
}

/* Locks and baseline. *WHY set: PostgreSQL refused. FALSE with ERROR: the journal failed. */
static gboolean enter_transaction(PgmEngine *engine, Try *try_, int number, GError **why, GError **error)
{
    return open_transaction(engine, why, error) && take_locks(engine, number, why, error) &&
           take_baseline(engine, try_, why, error);
}

/* Tries until the locks are held. *WHY set: they could not be had. */
static gboolean lock_with_retries(PgmEngine *engine, Try *try_, GError **why, GError **error)
{
    for (int number = 1;; number++)
    {
        g_autoptr(GError) failed = NULL;
        g_autoptr(GError) journal = NULL;
        try_clear(try_);
        if (enter_transaction(engine, try_, number, &failed, &journal))
        {
            return TRUE;
        }
        if (journal != NULL)
        {
            g_propagate_error(error, g_steal_pointer(&journal));
            return FALSE;
        }
        gboolean again = retryable(failed) && number <= engine->phase->lock_retries;
        if (again && !step_back(engine, number, failed, &again, error))
        {
            return FALSE;
        }
        if (!again)
        {
            g_propagate_error(why, g_steal_pointer(&failed));
            return TRUE;
        }
    }
}

/* The journal takes no more: nothing may go on. Still open, the transaction is rolled back, and that is told even if it
 * cannot be written down; after its COMMIT there is nothing to say that the journal would bear out. */
static gboolean journal_failed_inside(PgmEngine *engine)
{
    engine->holds_locks = FALSE;
    if (engine->connection == NULL)
    {
        return FALSE;
    }
    pgm_watch_backend(engine->watch, 0, NULL);
    gboolean open =
        !pgm_connection_is_lost(engine->connection) && pgm_connection_transaction(engine->connection) != ' ';
    if (open && engine_command(engine, NULL, "ROLLBACK")) /* if this fails the server ends it with our connection */
    {
        PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_ABORTED), "reason",
                                             "the journal could not be written, so the phase was rolled back");
        engine_tell_phase_anyway(engine, pgm_event_set_text(event, "by", engine_by_name(BY_JOURNAL)));
    }
    return FALSE;
}

/* From the locks to the end of the transaction. */
static gboolean work(PgmEngine *engine, Try *try_, PhaseOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    g_autoptr(GError) journal = NULL;
    g_autofree char *reason = NULL;
    gboolean commit;
    EngineBy by;
    engine->holds_locks = TRUE; /* without a lock list too: its statements take theirs as they go */
    if (!run_statements(engine, &why, &journal) || !tell_changes(engine, try_, &why, &journal) ||
        !phase_tell_notices(engine, &journal))
    {
        if (journal != NULL)
        {
            g_propagate_error(error, g_steal_pointer(&journal));
            return FALSE;
        }
        return abort_phase(engine, failure_by(engine, why), NULL, why, outcome, error);
    }
    if (!decide(engine, try_, &commit, &by, &reason, &journal))
    {
        if (pgm_connection_is_lost(engine->connection))
        {
            return abort_phase(engine, BY_LOST, NULL, journal, outcome, error);
        }
        g_propagate_error(error, g_steal_pointer(&journal));
        return FALSE;
    }
    return commit ? commit_transaction(engine, outcome, error) : abort_phase(engine, by, reason, NULL, outcome, error);
}

/* The phase once, from its announcement to its end. */
static gboolean run_once(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    g_auto(Try) try_ = {0};
    g_autoptr(GError) why = NULL;
    if (!phase_tell_begin(engine, error))
    {
        return FALSE;
    }
    if (!lock_with_retries(engine, &try_, &why, error))
    {
        return journal_failed_inside(engine);
    }
    if (why != NULL)
    {
        return abort_phase(engine, failure_by(engine, why), NULL, why, outcome, error);
    }
    return work(engine, &try_, outcome, error) || journal_failed_inside(engine);
}

/* A phase with a lock list is tried again until it has its locks, and no further. One without takes its locks as its
 * statements go: it is tried again as a whole. */
gboolean phase_run_transaction(PgmEngine *engine, PhaseOutcome *outcome, GError **error)
{
    for (int number = 1;; number++)
    {
        phase_outcome_clear(outcome);
        if (!run_once(engine, outcome, error))
        {
            return FALSE;
        }
        gboolean again = outcome->end == PHASE_ABORTED && outcome->by == BY_LOCK && engine->phase->lock->len == 0 &&
                         number <= engine->phase->lock_retries;
        if (!again || !engine_pause(engine, retry_pause(number)))
        {
            return TRUE;
        }
    }
}
