/* command_console.c - pgmedic without a command: the console. */
#include "cli/command.h"
#include "pgmedic/error.h"

int pgm_command_console(PgmInvocation *invocation, GError **error)
{
    (void)invocation;
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                "there is no console in this build; pgmedic --help lists the commands");
    return 2;
}
