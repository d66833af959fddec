/* walk.c - a run from end to end: begun, taken up again, or rolled back. */
#include <string.h>
#include <unistd.h>

#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/runs.h"
#include "run/walk.h"

static const char *operator_name(const PgmEngine *engine)
{
    return engine->options.operator_name != NULL ? engine->options.operator_name : g_get_user_name();
}

/* The runbook as it is run, so that resume and rollback need no library and find the same bytes. */
static gboolean keep_runbook(PgmEngine *engine, GError **error)
{
    for (guint i = 0; i < engine->runbook->sources->len; i++)
    {
        const PgmSource *source = g_ptr_array_index(engine->runbook->sources, i);
        g_autofree char *path = g_build_filename(engine->folder, source->name, NULL);
        g_autofree char *parent = g_path_get_dirname(path);
        gsize size;
        const char *data = g_bytes_get_data(source->bytes, &size);
        if (!pgm_file_make_private_folder(parent, error) || !pgm_file_write(path, data, (gssize)size, 0600, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

PgmEvent *run_event_new(const PgmTarget *target, const PgmServer *server, const char *folder)
{
    g_autofree char *run = g_path_get_basename(folder);
    g_autofree char *conninfo = pgm_conninfo_record(target->conninfo);
    g_autofree char *oid = g_strdup_printf("%u", server->database_oid);
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_RUN), "run", run);
    pgm_event_set_text(event, "pgmedic", PGM_VERSION);
    pgm_event_set_text(event, "conninfo", conninfo);
    pgm_event_set_text(event, "host", server->host);
    pgm_event_set_text(event, "port", server->port);
    pgm_event_set_text(event, "user", server->user);
    pgm_event_set_text(event, "database", server->database);
    pgm_event_set_text(event, "database_oid", oid);
    pgm_event_set_text(event, "system_identifier", server->system_identifier);
    pgm_event_set_text(event, "timeline", server->timeline);
    pgm_event_set_text(event, "server_version", server->version_text);
    pgm_event_set_text(event, "environment", pgm_environment_name(pgm_target_environment(target, server->loopback)));
    return pgm_event_set_text(event, "target", target->name);
}

static PgmEvent *run_event(const PgmEngine *engine)
{
    const PgmRunbook *runbook = engine->runbook;
    const PgmTarget *target = engine->options.target;
    g_autoptr(GPtrArray) phases = g_ptr_array_new();
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        g_ptr_array_add(phases, ((const PgmPhase *)g_ptr_array_index(runbook->phases, i))->name);
    }
    PgmEvent *event = run_event_new(target, pgm_connection_server(engine->connection), engine->folder);
    pgm_event_set_text(event, "runbook", runbook->name);
    pgm_event_set_text(event, "title", runbook->title);
    pgm_event_set_text(event, "sha256", runbook->sha256);
    pgm_event_set_mapping(event, "parameters", runbook->values);
    pgm_event_set_text(event, "baseline", target->baseline);
    pgm_event_set_text(event, "operator", operator_name(engine));
    pgm_event_set_text(event, "os_host", g_get_host_name());
    pgm_event_set_text(event, "mode", engine->options.mode);
    pgm_event_set_text(event, "diagnosis", engine->options.diagnosis);
    return pgm_event_set_texts(event, "phases", phases);
}

static gboolean begin_run(PgmEngine *engine, GError **error)
{
    if (!engine_connect(engine, error))
    {
        return FALSE;
    }
    engine->folder = pgm_runs_create(engine->options.state_folder, engine->runbook->name, error);
    if (engine->folder == NULL || !keep_runbook(engine, error))
    {
        return FALSE;
    }
    engine->journal = pgm_journal_create(engine->folder, error);
    return engine->journal != NULL && engine_tell(engine, run_event(engine), error) &&
           engine_tell_connected(engine, error);
}

static const char *default_message(PgmOutcome outcome)
{
    switch (outcome)
    {
    case PGM_OUTCOME_FINISHED:
        return "every phase is committed and verified";
    case PGM_OUTCOME_NOT_BEGUN:
        return "nothing was begun";
    case PGM_OUTCOME_STOPPED:
        return "stopped; every phase is known to be committed or rolled back";
    case PGM_OUTCOME_ROLLED_BACK:
        return "the committed phases were rolled back";
    case PGM_OUTCOME_UNKNOWN:
        return "something is still unknown: `pgmedic resume` settles it";
    }
    return "";
}

/* However the walk ended, the last word is told, and an engine that could not go on says what that leaves. */
static gboolean end_run(PgmEngine *engine, gboolean walked, PgmOutcome *outcome, GError **why, GError **error)
{
    if (!walked)
    {
        *outcome = pgm_model_unknown(engine->model) ? PGM_OUTCOME_UNKNOWN : PGM_OUTCOME_STOPPED;
        engine_set_message(engine, "%s", (*why)->message);
    }
    if (engine->message == NULL)
    {
        engine_set_message(engine, "%s", default_message(*outcome));
    }
    if (walked && (*outcome == PGM_OUTCOME_FINISHED || *outcome == PGM_OUTCOME_ROLLED_BACK) &&
        !finish_compare(engine, why))
    {
        g_autofree char *message =
            g_strdup_printf("%s (the closing comparison failed: %s)", engine->message, (*why)->message);
        engine_set_message(engine, "%s", message);
        g_clear_error(why);
    }
    engine_disconnect(engine);
    engine_drain(engine); /* what came of the last signals */
    finish_end(engine, *outcome, engine->message);
    if (!walked)
    {
        g_propagate_error(error, g_steal_pointer(why));
        if (*outcome == PGM_OUTCOME_UNKNOWN)
        {
            g_prefix_error(error, "%s: ", default_message(*outcome));
        }
        return FALSE;
    }
    return TRUE;
}

gboolean pgm_engine_run(PgmEngine *engine, PgmRunbook *runbook, PgmOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    gboolean go_on = TRUE;
    engine->runbook = runbook;
    *outcome = PGM_OUTCOME_NOT_BEGUN;
    if (!begin_run(engine, error))
    {
        engine_disconnect(engine);
        return FALSE;
    }
    gboolean walked = prepare_run(engine, &go_on, outcome, &why) && (!go_on || walk_forward(engine, outcome, &why));
    return end_run(engine, walked, outcome, &why, error);
}

/* Taking up */

static PgmRunbook *load_kept_runbook(const PgmEngine *engine, GError **error)
{
    const PgmModel *model = engine->model;
    g_autofree char *file = g_strconcat(model->runbook, ".yaml", NULL);
    g_autofree char *path = g_build_filename(engine->folder, "runbooks", file, NULL);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(path, findings, error);
    if (runbook == NULL)
    {
        return NULL;
    }
    if (g_strcmp0(runbook->sha256, model->sha256) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "%s is not what was run: its SHA-256 differs from the journal's, so it cannot be gone on with",
                    path);
        return NULL;
    }
    return pgm_runbook_bind(runbook, model->parameters, error) ? g_steal_pointer(&runbook) : NULL;
}

static gboolean tell_resumed(PgmEngine *engine, const char *mode, GError **error)
{
    PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_RESUMED), "mode", mode);
    pgm_event_set_text(event, "operator", operator_name(engine));
    pgm_event_set_text(event, "os_host", g_get_host_name());
    pgm_event_set_text(event, "walk", engine->options.mode);
    pgm_event_set_integer(event, "torn_bytes", pgm_journal_torn(engine->journal));
    return engine_tell(engine, event, error);
}

/* Said before a line is written: "rolled back" must not stand in the journal of a run that had nothing to undo, least
 * of all when it is the wrong one of two. */
static gboolean check_undoable(const PgmEngine *engine, GError **error)
{
    const PgmModel *model = engine->model;
    /* A rollback that was begun may be repeated until it has said its last word, and after. */
    if (model->backward || pgm_model_unknown(model) || walk_has_to_undo(engine))
    {
        return TRUE;
    }
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                "run %s has nothing to roll back: nothing that it committed is left to undo; `pgmedic runs` lists the "
                "others",
                model->run);
    return FALSE;
}

static gboolean take_up(PgmEngine *engine, const char *folder, const char *mode, gboolean backward, GError **error)
{
    g_autoptr(GPtrArray) past = NULL;
    engine->folder = g_strdup(folder);
    engine->journal = pgm_journal_open(folder, &past, error);
    if (engine->journal == NULL)
    {
        return FALSE;
    }
    for (guint i = 0; i < past->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(past, i);
        pgm_model_apply(engine->model, event);
        engine->operator_->tell(engine->operator_, pgm_event_copy(event));
    }
    if (engine->model->runbook == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    pgm_model_is_run(engine->model)
                        ? "%s: the journal holds no run: it ended before it began"
                        : "%s is a record of sessions that were ended: there is nothing to resume or roll back",
                    folder);
        return FALSE;
    }
    engine->loaded_runbook = load_kept_runbook(engine, error);
    engine->runbook = engine->loaded_runbook;
    return engine->runbook != NULL && (!backward || check_undoable(engine, error)) && tell_resumed(engine, mode, error);
}

/* What a crash left open is settled first: at most one attempt, the newest. */
static gboolean settle_open(PgmEngine *engine, gboolean *known, GError **error)
{
    *known = TRUE;
    for (guint i = 0; i < engine->runbook->phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(engine->runbook->phases, i);
        const PgmModelPhase *told = pgm_model_phase(engine->model, phase->name);
        const PgmModelAttempt *attempt = told != NULL ? pgm_model_phase_attempt(told) : NULL;
        if (attempt == NULL || attempt->outcome != PGM_PHASE_RUNNING)
        {
            continue;
        }
        g_auto(PhaseOutcome) outcome = {0};
        walk_enter_phase(engine, phase, attempt->backward);
        if (!resolve_attempt(engine, phase, attempt, &outcome, error))
        {
            return FALSE;
        }
        if (outcome.end == PHASE_UNKNOWN)
        {
            *known = FALSE;
            engine_set_message(engine, "it is unknown whether phase %s was committed: %s", phase->name, outcome.reason);
        }
        engine->phase = NULL;
    }
    return TRUE;
}

static gboolean settle_and_connect(PgmEngine *engine, gboolean *known, GError **error)
{
    if (!settle_open(engine, known, error) || !*known)
    {
        return *known == FALSE && (error == NULL || *error == NULL);
    }
    return engine_reconnect(engine, error);
}

static gboolean rollback_walk(PgmEngine *engine, PgmOutcome *outcome, GError **error);

static gboolean resume_walk(PgmEngine *engine, PgmOutcome *outcome, GError **error)
{
    gboolean known, armed = FALSE, go_on = TRUE;
    if (engine->model->backward)
    {
        return rollback_walk(engine, outcome, error); /* what was being undone is not done again by `resume` */
    }
    if (!settle_and_connect(engine, &known, error))
    {
        return FALSE;
    }
    if (!known)
    {
        *outcome = PGM_OUTCOME_UNKNOWN;
        return TRUE;
    }
    if (engine->model->armed && engine->model->backup_how != NULL)
    {
        gboolean ready =
            prepare_arm(engine, PGM_QUESTION_ARM, &armed, error) && (!armed || prepare_backup(engine, &go_on, error));
        *outcome = PGM_OUTCOME_STOPPED;
        return ready && (!armed || !go_on || walk_forward(engine, outcome, error));
    }
    return prepare_run(engine, &go_on, outcome, error) && (!go_on || walk_forward(engine, outcome, error));
}

gboolean pgm_engine_resume(PgmEngine *engine, const char *folder, PgmOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    *outcome = PGM_OUTCOME_UNKNOWN;
    if (!take_up(engine, folder, "resume", FALSE, error))
    {
        return FALSE;
    }
    gboolean backward = engine->model->backward;
    gboolean walked = resume_walk(engine, outcome, &why);
    if (!end_run(engine, walked, outcome, &why, error))
    {
        return FALSE;
    }
    if (backward && *outcome == PGM_OUTCOME_ROLLED_BACK)
    {
        *outcome = PGM_OUTCOME_FINISHED; /* the way back was taken up, and is at its end */
    }
    return TRUE;
}

static gboolean rollback_walk(PgmEngine *engine, PgmOutcome *outcome, GError **error)
{
    gboolean known;
    if (!settle_and_connect(engine, &known, error))
    {
        return FALSE;
    }
    *outcome = known ? PGM_OUTCOME_STOPPED : PGM_OUTCOME_UNKNOWN;
    return !known || walk_backward(engine, outcome, error);
}

gboolean pgm_engine_rollback(PgmEngine *engine, const char *folder, PgmOutcome *outcome, GError **error)
{
    g_autoptr(GError) why = NULL;
    *outcome = PGM_OUTCOME_UNKNOWN;
    if (!take_up(engine, folder, "rollback", TRUE, error))
    {
        return FALSE;
    }
    gboolean walked = rollback_walk(engine, outcome, &why);
    if (!end_run(engine, walked, outcome, &why, error))
    {
        return FALSE;
    }
    if (*outcome == PGM_OUTCOME_ROLLED_BACK)
    {
        *outcome = PGM_OUTCOME_FINISHED; /* it is what was asked for */
    }
    return TRUE;
}
