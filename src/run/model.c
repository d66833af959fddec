/* model.c - events folded into what a run is. */
#include "pgmedic/model.h"

#include <string.h>

#include "pgmedic/script.h"
#include "pgmedic/text.h"

typedef void (*ApplyFunc)(PgmModel *model, const PgmEvent *event);

static void set_text(char **field, const PgmEvent *event, const char *name)
{
    const char *value = pgm_event_text(event, name);
    if (value != NULL)
    {
        g_free(*field);
        *field = g_strdup(value);
    }
}

/* Freeing */

static void statement_free(gpointer data)
{
    PgmModelStatement *statement = data;
    g_free(statement->sql);
    g_free(statement->sqlstate);
    g_free(statement->message);
    g_free(statement->tag);
    g_free(statement->began_at);
    g_free(statement->ended_at);
    g_free(statement);
}

static void check_free(gpointer data)
{
    PgmModelCheck *check = data;
    g_free(check->name);
    g_free(check->sql);
    g_free(check->expected);
    g_free(check->answer);
    g_free(check->error);
    g_free(check->moment);
    g_free(check);
}

static void attempt_free(gpointer data)
{
    PgmModelAttempt *attempt = data;
    g_free(attempt->reason);
    g_free(attempt->decided_by);
    g_free(attempt->began_at);
    g_free(attempt->ended_at);
    g_ptr_array_unref(attempt->statements);
    g_ptr_array_unref(attempt->checks);
    g_ptr_array_unref(attempt->changes);
    g_ptr_array_unref(attempt->dropped_indexes);
    g_ptr_array_unref(attempt->retries);
    g_ptr_array_unref(attempt->locked);
    g_free(attempt->xid);
    g_free(attempt->lsn);
    g_free(attempt->backend_start);
    g_free(attempt->timeline);
    g_free(attempt->system_identifier);
    g_free(attempt);
}

static void phase_free(gpointer data)
{
    PgmModelPhase *phase = data;
    g_free(phase->name);
    g_free(phase->title);
    g_ptr_array_unref(phase->attempts);
    g_ptr_array_unref(phase->rollback);
    g_free(phase);
}

static void line_free(gpointer data)
{
    PgmTimelineLine *line = data;
    g_free(line->time);
    g_free(line->text);
    g_free(line);
}

PgmModel *pgm_model_new(void)
{
    PgmModel *model = g_new0(PgmModel, 1);
    model->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    model->preconditions = g_ptr_array_new_with_free_func(check_free);
    model->phases = g_ptr_array_new_with_free_func(phase_free);
    model->timeline_lines = g_ptr_array_new_with_free_func(line_free);
    model->missing_indexes = g_ptr_array_new_with_free_func(g_free);
    return model;
}

void pgm_model_free(PgmModel *model)
{
    if (model == NULL)
    {
        return;
    }
    char *const texts[] = {model->run,
                           model->runbook,
                           model->title,
                           model->sha256,
                           model->database,
                           model->host,
                           model->port,
                           model->user,
                           model->database_oid,
                           model->timeline,
                           model->system_identifier,
                           model->server_version,
                           model->environment,
                           model->mode,
                           model->operator_name,
                           model->began_at,
                           model->ended_at,
                           model->conninfo,
                           model->pgmedic,
                           model->backup_how,
                           model->connected_start,
                           model->outcome,
                           model->message,
                           model->record};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        g_free(texts[i]);
    }
    g_hash_table_unref(model->parameters);
    g_ptr_array_unref(model->preconditions);
    g_ptr_array_unref(model->phases);
    g_ptr_array_unref(model->timeline_lines);
    g_ptr_array_unref(model->missing_indexes);
    pgm_event_free(model->backup);
    pgm_event_free(model->backup_progress);
    pgm_event_free(model->activity);
    pgm_event_free(model->drift);
    pgm_event_free(model->question);
    g_free(model);
}

/* Finding */

static PgmModelPhase *event_phase(PgmModel *model, const PgmEvent *event)
{
    return (PgmModelPhase *)(gsize)pgm_model_phase(model, pgm_event_text(event, "phase"));
}

static PgmModelAttempt *event_attempt(PgmModel *model, const PgmEvent *event)
{
    PgmModelPhase *phase = event_phase(model, event);
    return phase != NULL ? (PgmModelAttempt *)(gsize)pgm_model_phase_attempt(phase) : NULL;
}

/* Applying, one function for each kind of event that changes the model */

static void forget(PgmEvent **field)
{
    pgm_event_free(*field);
    *field = NULL;
}

static void apply_run(PgmModel *model, const PgmEvent *event)
{
    set_text(&model->run, event, "run");
    set_text(&model->runbook, event, "runbook");
    set_text(&model->record, event, "record");
    set_text(&model->title, event, "title");
    set_text(&model->sha256, event, "sha256");
    set_text(&model->database, event, "database");
    set_text(&model->database_oid, event, "database_oid");
    set_text(&model->host, event, "host");
    set_text(&model->port, event, "port");
    set_text(&model->user, event, "user");
    set_text(&model->system_identifier, event, "system_identifier");
    set_text(&model->timeline, event, "timeline");
    set_text(&model->server_version, event, "server_version");
    set_text(&model->environment, event, "environment");
    set_text(&model->operator_name, event, "operator");
    set_text(&model->mode, event, "mode");
    set_text(&model->conninfo, event, "conninfo");
    set_text(&model->pgmedic, event, "pgmedic");
    model->began_at = g_strdup(pgm_event_time(event));
    g_hash_table_unref(model->parameters);
    model->parameters = pgm_event_mapping(event, "parameters");
    g_autoptr(GPtrArray) phases = pgm_event_texts(event, "phases");
    for (guint i = 0; i < phases->len; i++)
    {
        PgmModelPhase *phase = g_new0(PgmModelPhase, 1);
        phase->name = g_strdup(g_ptr_array_index(phases, i));
        phase->attempts = g_ptr_array_new_with_free_func(attempt_free);
        phase->rollback = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(model->phases, phase);
    }
}

static void apply_resumed(PgmModel *model, const PgmEvent *event)
{
    model->backward = model->backward || g_strcmp0(pgm_event_text(event, "mode"), "rollback") == 0;
    g_clear_pointer(&model->outcome, g_free);
    g_clear_pointer(&model->message, g_free);
    forget(&model->question);
    g_clear_pointer(&model->ended_at, g_free);
}

static void apply_connected(PgmModel *model, const PgmEvent *event)
{
    model->connected_pid = (int)pgm_event_integer(event, "pid");
    set_text(&model->connected_start, event, "backend_start");
}

static PgmModelCheck *check_from(const PgmEvent *event)
{
    PgmModelCheck *check = g_new0(PgmModelCheck, 1);
    set_text(&check->name, event, "name");
    set_text(&check->sql, event, "sql");
    set_text(&check->expected, event, "expected");
    set_text(&check->answer, event, "answer");
    set_text(&check->error, event, "error");
    set_text(&check->moment, event, "moment");
    check->holds = pgm_event_boolean(event, "holds");
    return check;
}

static void apply_precondition(PgmModel *model, const PgmEvent *event)
{
    g_ptr_array_add(model->preconditions, check_from(event));
}

static void apply_armed(PgmModel *model, const PgmEvent *event)
{
    (void)event;
    model->armed = TRUE;
}

static void apply_disarmed(PgmModel *model, const PgmEvent *event)
{
    (void)event;
    model->armed = FALSE;
}

static void keep(PgmEvent **field, const PgmEvent *event)
{
    pgm_event_free(*field);
    *field = pgm_event_copy(event);
}

static void apply_backup(PgmModel *model, const PgmEvent *event)
{
    set_text(&model->backup_how, event, "how");
    keep(&model->backup, event);
    forget(&model->backup_progress);
}

static void apply_backup_progress(PgmModel *model, const PgmEvent *event)
{
    keep(&model->backup_progress, event);
}

static PgmModelAttempt *attempt_new(const PgmEvent *event)
{
    PgmModelAttempt *attempt = g_new0(PgmModelAttempt, 1);
    attempt->backward = g_strcmp0(pgm_event_text(event, "direction"), "rollback") == 0;
    attempt->number = (int)pgm_event_integer(event, "attempt");
    attempt->outcome = PGM_PHASE_RUNNING;
    attempt->began_at = g_strdup(pgm_event_time(event));
    attempt->transaction = pgm_event_boolean(event, "transaction");
    attempt->statements = g_ptr_array_new_with_free_func(statement_free);
    attempt->checks = g_ptr_array_new_with_free_func(check_free);
    attempt->changes = g_ptr_array_new_with_free_func(g_free);
    attempt->dropped_indexes = g_ptr_array_new_with_free_func(g_free);
    attempt->retries = g_ptr_array_new_with_free_func(g_free);
    attempt->locked = g_ptr_array_new_with_free_func(g_free);
    attempt->exclusive_ms = -1;
    attempt->most_waiting = -1;
    attempt->oldest_wait_ms = -1;
    g_autoptr(GPtrArray) texts = pgm_event_texts(event, "statements");
    for (guint i = 0; i < texts->len; i++)
    {
        PgmModelStatement *statement = g_new0(PgmModelStatement, 1);
        statement->sql = g_strdup(g_ptr_array_index(texts, i));
        statement->rows = -1;
        statement->ms = -1;
        g_ptr_array_add(attempt->statements, statement);
    }
    return attempt;
}

static void apply_phase_begin(PgmModel *model, const PgmEvent *event)
{
    PgmModelPhase *phase = event_phase(model, event);
    if (phase == NULL)
    {
        return;
    }
    set_text(&phase->title, event, "title");
    phase->stall_limit_ms = pgm_event_integer(event, "stall_limit_ms");
    phase->decide_within_ms = pgm_event_integer(event, "decide_within_ms");
    PgmModelAttempt *attempt = attempt_new(event);
    model->backward = attempt->backward;
    g_ptr_array_add(phase->attempts, attempt);
    if (!attempt->backward)
    {
        phase->state = PGM_PHASE_RUNNING;
        g_ptr_array_set_size(phase->rollback, 0);
        g_autoptr(GPtrArray) rollback = pgm_event_texts(event, "rollback");
        for (guint i = 0; i < rollback->len; i++)
        {
            g_ptr_array_add(phase->rollback, g_strdup(g_ptr_array_index(rollback, i)));
        }
    }
    forget(&model->activity);
}

static void apply_phase_skipped(PgmModel *model, const PgmEvent *event)
{
    PgmModelPhase *phase = event_phase(model, event);
    if (phase != NULL)
    {
        phase->state = PGM_PHASE_SKIPPED;
    }
}

static void apply_tx_open(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    if (attempt == NULL)
    {
        return;
    }
    set_text(&attempt->xid, event, "xid");
    set_text(&attempt->backend_start, event, "backend_start");
    set_text(&attempt->timeline, event, "timeline");
    set_text(&attempt->system_identifier, event, "system_identifier");
    attempt->pid = (int)pgm_event_integer(event, "pid");
}

static void apply_lock_retry(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    char *sentence = pgm_event_sentence(event);
    if (attempt == NULL || sentence == NULL)
    {
        g_free(sentence);
        return;
    }
    g_ptr_array_add(attempt->retries, sentence);
}

static void apply_locked(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    g_autoptr(GPtrArray) relations = pgm_event_texts(event, "relations");
    if (attempt != NULL)
    {
        g_ptr_array_set_size(attempt->locked, 0); /* locked before, lost to a deadlock, and locked again */
    }
    for (guint i = 0; attempt != NULL && i < relations->len; i++)
    {
        g_ptr_array_add(attempt->locked, g_strdup(g_ptr_array_index(relations, i)));
    }
}

static PgmModelStatement *event_statement(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    gint64 index = pgm_event_integer(event, "index");
    return attempt != NULL && index >= 0 && index < (gint64)attempt->statements->len
               ? g_ptr_array_index(attempt->statements, (guint)index)
               : NULL;
}

static void apply_statement(PgmModel *model, const PgmEvent *event)
{
    PgmModelStatement *statement = event_statement(model, event);
    if (statement != NULL)
    {
        statement->state = PGM_STEP_RUNNING;
        g_free(statement->began_at);
        statement->began_at = g_strdup(pgm_event_time(event));
    }
}

static void count_built(PgmModel *model, const char *sql);

static void apply_statement_result(PgmModel *model, const PgmEvent *event)
{
    PgmModelStatement *statement = event_statement(model, event);
    if (statement == NULL)
    {
        return;
    }
    statement->state = pgm_event_boolean(event, "ok")        ? PGM_STEP_OK
                       : pgm_event_boolean(event, "skipped") ? PGM_STEP_SKIPPED
                                                             : PGM_STEP_FAILED;
    set_text(&statement->sqlstate, event, "sqlstate");
    set_text(&statement->message, event, "message");
    set_text(&statement->tag, event, "tag");
    statement->rows = pgm_event_has(event, "rows") ? pgm_event_integer(event, "rows") : -1;
    statement->ms = pgm_event_integer(event, "ms");
    if (statement->state == PGM_STEP_OK && !event_attempt(model, event)->transaction)
    {
        count_built(model, statement->sql);
    }
    g_free(statement->ended_at);
    statement->ended_at = g_strdup(pgm_event_time(event));
}

static void apply_activity(PgmModel *model, const PgmEvent *event)
{
    keep(&model->activity, event);
}

static void apply_verification(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    if (attempt != NULL)
    {
        g_ptr_array_add(attempt->checks, check_from(event));
    }
}

static void apply_changes(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    g_autoptr(GPtrArray) lines = pgm_event_texts(event, "lines");
    if (attempt != NULL)
    {
        attempt->changes_known = TRUE;
    }
    for (guint i = 0; attempt != NULL && i < lines->len; i++)
    {
        g_ptr_array_add(attempt->changes, g_strdup(g_ptr_array_index(lines, i)));
    }
    g_autoptr(GPtrArray) dropped = pgm_event_texts(event, "dropped_indexes");
    for (guint i = 0; attempt != NULL && i < dropped->len; i++)
    {
        g_ptr_array_add(attempt->dropped_indexes, g_strdup(g_ptr_array_index(dropped, i)));
    }
}

static gboolean texts_find(GPtrArray *texts, const char *text, guint *place)
{
    return g_ptr_array_find_with_equal_func(texts, text, g_str_equal, place);
}

/* An index is missing from the COMMIT that drops it to the statement that builds it again, or to the rollback of that
 * phase. */
static void count_missing(PgmModel *model, const PgmModelPhase *phase, const PgmModelAttempt *attempt)
{
    for (guint i = 0; i < attempt->dropped_indexes->len && !attempt->backward; i++)
    {
        g_ptr_array_add(model->missing_indexes, g_strdup(g_ptr_array_index(attempt->dropped_indexes, i)));
    }
    for (guint a = 0; attempt->backward && a < phase->attempts->len; a++)
    {
        const PgmModelAttempt *undone = g_ptr_array_index(phase->attempts, a);
        guint place;
        for (guint i = 0; i < undone->dropped_indexes->len; i++)
        {
            if (texts_find(model->missing_indexes, g_ptr_array_index(undone->dropped_indexes, i), &place))
            {
                g_ptr_array_remove_index(model->missing_indexes, place);
            }
        }
    }
}

static void count_built(PgmModel *model, const char *sql)
{
    g_autofree char *index = pgm_script_created_index(sql);
    guint place;
    if (index != NULL && texts_find(model->missing_indexes, index, &place))
    {
        g_ptr_array_remove_index(model->missing_indexes, place);
    }
}

static void apply_impact(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    if (attempt != NULL)
    {
        attempt->exclusive_ms = pgm_event_integer(event, "exclusive_ms");
        attempt->most_waiting = pgm_event_integer(event, "most_waiting");
        attempt->oldest_wait_ms = pgm_event_integer(event, "oldest_wait_ms");
    }
}

static void apply_question(PgmModel *model, const PgmEvent *event)
{
    keep(&model->question, event);
}

static void apply_answer(PgmModel *model, const PgmEvent *event)
{
    (void)event;
    forget(&model->question);
}

static void apply_commit_intent(PgmModel *model, const PgmEvent *event)
{
    PgmModelAttempt *attempt = event_attempt(model, event);
    if (attempt != NULL)
    {
        attempt->intent = TRUE;
        attempt->intent_proven = pgm_event_boolean(event, "proven");
        set_text(&attempt->xid, event, "xid");
        set_text(&attempt->lsn, event, "lsn");
    }
}

static void settle(PgmModel *model, const PgmEvent *event, gboolean committed, const char *reason)
{
    PgmModelPhase *phase = event_phase(model, event);
    PgmModelAttempt *attempt = event_attempt(model, event);
    if (attempt == NULL)
    {
        return;
    }
    attempt->outcome = committed ? PGM_PHASE_COMMITTED : PGM_PHASE_ABORTED;
    g_free(attempt->ended_at);
    attempt->ended_at = g_strdup(pgm_event_time(event));
    set_text(&attempt->decided_by, event, "by");
    set_text(&attempt->reason, event, reason);
    if (attempt->backward)
    {
        phase->state = committed ? PGM_PHASE_ROLLED_BACK : phase->state;
    }
    else
    {
        phase->state = attempt->outcome;
    }
    if (committed)
    {
        count_missing(model, phase, attempt);
    }
    forget(&model->activity);
}

static void apply_committed(PgmModel *model, const PgmEvent *event)
{
    settle(model, event, TRUE, "reason");
}

static void apply_aborted(PgmModel *model, const PgmEvent *event)
{
    settle(model, event, FALSE, "reason");
}

static void apply_resolved(PgmModel *model, const PgmEvent *event)
{
    settle(model, event, g_strcmp0(pgm_event_text(event, "outcome"), "committed") == 0, "detail");
}

static void apply_drift(PgmModel *model, const PgmEvent *event)
{
    keep(&model->drift, event);
}

static void apply_end(PgmModel *model, const PgmEvent *event)
{
    set_text(&model->outcome, event, "outcome");
    set_text(&model->message, event, "message");
    g_free(model->ended_at);
    model->ended_at = g_strdup(pgm_event_time(event));
    forget(&model->question);
    forget(&model->activity);
}

static const ApplyFunc apply_functions[PGM_EVENT_KINDS] = {
    [PGM_EVENT_RUN] = apply_run,
    [PGM_EVENT_RESUMED] = apply_resumed,
    [PGM_EVENT_CONNECTED] = apply_connected,
    [PGM_EVENT_PRECONDITION] = apply_precondition,
    [PGM_EVENT_ARMED] = apply_armed,
    [PGM_EVENT_DISARMED] = apply_disarmed,
    [PGM_EVENT_BACKUP_PROGRESS] = apply_backup_progress,
    [PGM_EVENT_BACKUP] = apply_backup,
    [PGM_EVENT_PHASE_BEGIN] = apply_phase_begin,
    [PGM_EVENT_PHASE_SKIPPED] = apply_phase_skipped,
    [PGM_EVENT_TX_OPEN] = apply_tx_open,
    [PGM_EVENT_LOCK_RETRY] = apply_lock_retry,
    [PGM_EVENT_LOCKED] = apply_locked,
    [PGM_EVENT_STATEMENT] = apply_statement,
    [PGM_EVENT_STATEMENT_RESULT] = apply_statement_result,
    [PGM_EVENT_ACTIVITY] = apply_activity,
    [PGM_EVENT_VERIFICATION] = apply_verification,
    [PGM_EVENT_CHANGES] = apply_changes,
    [PGM_EVENT_IMPACT] = apply_impact,
    [PGM_EVENT_QUESTION] = apply_question,
    [PGM_EVENT_ANSWER] = apply_answer,
    [PGM_EVENT_COMMIT_INTENT] = apply_commit_intent,
    [PGM_EVENT_COMMITTED] = apply_committed,
    [PGM_EVENT_ABORTED] = apply_aborted,
    [PGM_EVENT_RESOLVED] = apply_resolved,
    [PGM_EVENT_DRIFT] = apply_drift,
    [PGM_EVENT_END] = apply_end,
};

/* A lost connection, a failed check: what the eye should stop at. */
static gboolean is_bad(const PgmEvent *event)
{
    switch (pgm_event_kind(event))
    {
    case PGM_EVENT_LOST:
    case PGM_EVENT_ABORTED:
    case PGM_EVENT_LOCK_RETRY:
        return TRUE;
    case PGM_EVENT_VERIFICATION:
    case PGM_EVENT_PRECONDITION:
        return !pgm_event_boolean(event, "holds");
    case PGM_EVENT_STATEMENT_RESULT:
        return !pgm_event_boolean(event, "ok");
    case PGM_EVENT_BACKUP:
        return g_strcmp0(pgm_event_text(event, "how"), "failed") == 0;
    case PGM_EVENT_SESSION_OUTCOME:
        return g_strcmp0(pgm_event_text(event, "fate"), "ended") != 0;
    case PGM_EVENT_END:
        return g_strcmp0(pgm_event_text(event, "outcome"), "finished") != 0;
    default:
        return FALSE;
    }
}

void pgm_model_apply(PgmModel *model, const PgmEvent *event)
{
    PgmEventKind kind = pgm_event_kind(event);
    if (apply_functions[kind] != NULL)
    {
        apply_functions[kind](model, event);
    }
    char *sentence = pgm_event_kind_durable(kind) ? pgm_event_sentence(event) : NULL;
    if (sentence != NULL)
    {
        PgmTimelineLine *line = g_new0(PgmTimelineLine, 1);
        line->time = g_strdup(pgm_event_time(event));
        line->text = sentence;
        line->bad = is_bad(event);
        g_ptr_array_add(model->timeline_lines, line);
    }
}

PgmModel *pgm_model_from_events(GPtrArray *events)
{
    PgmModel *model = pgm_model_new();
    for (guint i = 0; i < events->len; i++)
    {
        pgm_model_apply(model, g_ptr_array_index(events, i));
    }
    return model;
}
