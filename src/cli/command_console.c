/* command_console.c - pgmedic without a command: the console. */
#include "cli/command.h"
#include "pgmedic/error.h"
#include "pgmedic/tui.h"

int pgm_command_console(PgmInvocation *invocation, GError **error)
{
    if (invocation->json)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "the console draws a screen and writes no JSON; pgmedic status --json does");
        return 2;
    }
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    if (target == NULL)
    {
        return 2;
    }
    PgmTuiOptions options = {
        .config = invocation->config,
        .target = target,
        .runbooks = invocation->runbooks,
        .error_log = target->error_log,
        .no_color = invocation->no_color,
        .start = PGM_TUI_OVERVIEW,
    };
    return pgm_tui_run(&options, error);
}
