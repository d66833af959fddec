/* command_resume.c - pgmedic resume and pgmedic rollback: going on with, or undoing, a run on record. */
#include <stdio.h>
#include <string.h>

#include "cli/walk_options.h"
#include "pgmedic/error.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"
#include "pgmedic/text.h"

/* The configured target that the run was made on, with its baseline and the like; else an empty one. */
static PgmTarget *recorded_base(const PgmInvocation *invocation, const PgmModel *model)
{
    for (guint i = 0; invocation->config != NULL && i < invocation->config->targets->len; i++)
    {
        const PgmTarget *target = invocation->config->targets->pdata[i];
        g_autofree char *record = pgm_conninfo_record(target->conninfo);
        if (g_strcmp0(record, model->conninfo) == 0)
        {
            return pgm_target_copy(target);
        }
    }
    return pgm_target_new("");
}

static PgmEnvironment environment_named(const char *name)
{
    static const PgmEnvironment all[] = {PGM_ENVIRONMENT_DEVELOPMENT, PGM_ENVIRONMENT_STAGING,
                                         PGM_ENVIRONMENT_PRODUCTION};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    {
        if (g_strcmp0(name, pgm_environment_name(all[i])) == 0)
        {
            return all[i];
        }
    }
    return PGM_ENVIRONMENT_UNSET;
}

/* What the environment gave then, and may not give now. A service names all of it by itself. */
static void fill_missing(PgmConninfo *info, const PgmModel *model)
{
    const struct
    {
        const char *keyword, *value;
    } then[] = {{"host", model->host}, {"port", model->port}, {"user", model->user}, {"dbname", model->database}};
    if (pgm_conninfo_get(info, "service") != NULL)
    {
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(then); i++)
    {
        gboolean elsewhere = g_str_equal(then[i].keyword, "host") && pgm_conninfo_get(info, "hostaddr") != NULL;
        if (pgm_conninfo_get(info, then[i].keyword) == NULL && then[i].value != NULL && !elsewhere)
        {
            pgm_conninfo_set(info, then[i].keyword, then[i].value);
        }
    }
}

/* The baseline that the run compares with at its end. */
static const char *recorded_baseline(const GPtrArray *events)
{
    for (guint i = 0; i < events->len; i++)
    {
        if (pgm_event_kind(events->pdata[i]) == PGM_EVENT_RUN)
        {
            return pgm_event_text(events->pdata[i], "baseline");
        }
    }
    return NULL;
}

static PgmTarget *recorded_target(const PgmInvocation *invocation, const GPtrArray *events, const PgmModel *model,
                                  GError **error)
{
    if (invocation->dbname != NULL || invocation->host != NULL || invocation->port != NULL ||
        invocation->user != NULL || invocation->target_name != NULL)
    {
        return pgm_invocation_target(invocation, error);
    }
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(model->conninfo, error);
    if (info == NULL)
    {
        return NULL;
    }
    PgmTarget *target = recorded_base(invocation, model);
    pgm_conninfo_free(target->conninfo);
    target->conninfo = g_steal_pointer(&info);
    target->environment = environment_named(model->environment);
    fill_missing(target->conninfo, model);
    if (target->baseline == NULL)
    {
        target->baseline = g_strdup(recorded_baseline(events));
    }
    return target;
}

/* The run's own copy, to show its SQL; the engine reads and checks it by itself. */
static PgmRunbook *kept_runbook(const char *folder, const PgmModel *model)
{
    g_autofree char *file = g_strconcat(model->runbook, ".yaml", NULL);
    g_autofree char *path = g_build_filename(folder, "runbooks", file, NULL);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(PgmRunbook) runbook = pgm_runbook_load(path, findings, NULL);
    return runbook != NULL && pgm_runbook_bind(runbook, model->parameters, NULL) ? g_steal_pointer(&runbook) : NULL;
}

static void name_run(const PgmInvocation *invocation, PgmWalkKind kind, const char *folder, const PgmModel *model)
{
    g_autofree char *run = g_path_get_basename(folder);
    g_autofree char *raw = g_strdup_printf(
        "%s run %s: runbook %s on %s at %s:%s, begun %s", kind == PGM_WALK_RESUME ? "resuming" : "rolling back", run,
        model->runbook, model->database, model->host, model->port, model->began_at != NULL ? model->began_at : "?");
    g_autofree char *safe = pgm_text_safe(raw, -1);
    FILE *out = invocation->plain ? stdout : stderr; /* where the walk itself goes on */
    fprintf(out, "%s\n", safe);
    fflush(out);
}

static gboolean check_set(const PgmInvocation *invocation, GError **error)
{
    if (invocation->set != NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "--set is for run: a run on record keeps the parameters that it was begun with");
        return FALSE;
    }
    return TRUE;
}

static int take_up(PgmInvocation *invocation, PgmWalkKind kind, const char *folder, GError **error)
{
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, error);
    if (events == NULL)
    {
        return 2;
    }
    g_autoptr(PgmModel) model = pgm_model_from_events(events);
    if (model->runbook == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    pgm_model_is_run(model)
                        ? "%s: the journal holds no run: it ended before it began"
                        : "%s is a record of sessions that were ended: there is nothing to resume or roll back",
                    folder);
        return 2;
    }
    name_run(invocation, kind, folder, model);
    gboolean backup_on_record = model->backup_how != NULL && !g_str_equal(model->backup_how, "failed");
    g_autoptr(PgmRunbook) runbook = kept_runbook(folder, model);
    if (!pgm_walk_options_check(invocation, kind, backup_on_record, error) ||
        (runbook != NULL && !pgm_walk_check_until(runbook, invocation->until, error)))
    {
        return 2;
    }
    g_autoptr(PgmTarget) target = recorded_target(invocation, events, model, error);
    if (target == NULL)
    {
        return 2;
    }
    PgmWalkOrder order = {
        .kind = kind,
        .target = target,
        .runbook = runbook,
        .folder = folder,
        .until = invocation->until,
        .past = events->len,
    };
    return pgm_walk_by_options(invocation, &order, error);
}

int pgm_command_resume(PgmInvocation *invocation, GError **error)
{
    g_autofree char *folder = check_set(invocation, error)
                                  ? pgm_runs_find(NULL, invocation->arguments[0],
                                                  invocation->arguments[0] == NULL ? pgm_model_unfinished : NULL, error)
                                  : NULL;
    return folder != NULL ? take_up(invocation, PGM_WALK_RESUME, folder, error) : 2;
}

int pgm_command_rollback(PgmInvocation *invocation, GError **error)
{
    if (invocation->unattended && invocation->arguments[0] == NULL)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "an unattended rollback must be told which run it undoes: pgmedic rollback --unattended RUN "
                    "(pgmedic runs lists them)");
        return 2;
    }
    g_autofree char *folder = check_set(invocation, error)
                                  ? pgm_runs_find(NULL, invocation->arguments[0],
                                                  invocation->arguments[0] == NULL ? pgm_model_is_run : NULL, error)
                                  : NULL;
    return folder != NULL ? take_up(invocation, PGM_WALK_ROLLBACK, folder, error) : 2;
}
