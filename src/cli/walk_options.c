/* walk_options.c - what run, resume and rollback have in common on the command line. */
#include "cli/walk_options.h"

#include "pgmedic/error.h"
#include "pgmedic/tui.h"

static gboolean usage(GError **error, const char *message)
{
    g_set_error_literal(error, PGM_ERROR, PGM_ERROR_USAGE, message);
    return FALSE;
}

static gboolean check_values(const PgmInvocation *invocation, GError **error)
{
    if (invocation->commit != NULL && !g_str_equal(invocation->commit, "verified"))
    {
        return usage(error, "--commit takes one value: verified (a phase is committed when all its verifications "
                            "hold)");
    }
    if (invocation->on_failure != NULL && !g_str_equal(invocation->on_failure, "stop") &&
        !g_str_equal(invocation->on_failure, "rollback"))
    {
        return usage(error, "--on-failure is one of: stop, rollback");
    }
    if (invocation->backup != NULL)
    {
        g_autofree PgmOperator *policy = pgm_operator_policy_new(invocation->backup, FALSE, NULL, NULL, error);
        return policy != NULL;
    }
    return TRUE;
}

gboolean pgm_walk_options_check(const PgmInvocation *invocation, PgmWalkKind kind, gboolean backup_on_record,
                                GError **error)
{
    if (invocation->plain && invocation->unattended)
    {
        return usage(error, "--plain asks and --unattended does not: choose one of them");
    }
    if (invocation->json && !invocation->unattended)
    {
        return usage(error, "--json goes with --unattended only: a walk that asks writes no document");
    }
    if (!invocation->unattended)
    {
        return invocation->backup == NULL && invocation->commit == NULL && invocation->on_failure == NULL
                   ? TRUE
                   : usage(error, "--backup, --commit and --on-failure are for --unattended; otherwise the operator is "
                                  "asked");
    }
    gboolean lacks_backup = invocation->backup == NULL && kind != PGM_WALK_ROLLBACK && !backup_on_record;
    gboolean lacks_commit = invocation->commit == NULL && kind != PGM_WALK_ROLLBACK;
    if (lacks_backup || lacks_commit)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "--unattended asks nothing, so it must be told beforehand: %s%s%s",
                    lacks_backup ? "--backup dump, --backup evidence:TEXT or --backup none:REASON" : "",
                    lacks_backup && lacks_commit ? ", and " : "", lacks_commit ? "--commit verified" : "");
        return FALSE;
    }
    return check_values(invocation, error);
}

gboolean pgm_walk_check_until(const PgmRunbook *runbook, const char *phase, GError **error)
{
    if (phase == NULL || pgm_runbook_phase(runbook, phase) != NULL)
    {
        return TRUE;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        g_ptr_array_add(names, ((const PgmPhase *)runbook->phases->pdata[i])->name);
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "--until: runbook %s has no phase \"%s\"; it has: %s", runbook->name,
                phase, all);
    return FALSE;
}

static int walk_in_console(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error)
{
    static const PgmTuiStart starts[] = {
        [PGM_WALK_RUN] = PGM_TUI_RUN, [PGM_WALK_RESUME] = PGM_TUI_RESUME, [PGM_WALK_ROLLBACK] = PGM_TUI_ROLLBACK};
    PgmTuiOptions options = {
        .config = invocation->config,
        .target = order->target,
        .runbooks = invocation->runbooks,
        .error_log = order->target->error_log,
        .no_color = invocation->no_color,
        .start = starts[order->kind],
        .runbook = order->kind == PGM_WALK_RUN ? order->runbook : NULL,
        .folder = order->folder,
        .until = order->until,
    };
    return pgm_tui_run(&options, error);
}

int pgm_walk_by_options(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error)
{
    if (invocation->unattended)
    {
        return pgm_walk_unattended(invocation, order, error);
    }
    return invocation->plain ? pgm_walk_plain(invocation, order, error) : walk_in_console(invocation, order, error);
}
