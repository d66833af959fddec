/* command_demo.c - pgmedic demo: a private PostgreSQL with the incident in it, and the console on top. */
#include <stdio.h>
#include <unistd.h>

#include "cli/demo.h"
#include "cli/document.h"
#include "pgmedic/error.h"
#include "pgmedic/tui.h"

static gboolean has_terminal(void)
{
    const char *term = g_getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term != NULL && *term != '\0' &&
           g_strcmp0(term, "dumb") != 0;
}

static int open_console(const PgmInvocation *invocation, const PgmDemo *demo, GError **error)
{
    g_autoptr(PgmConfig) config = pgm_config_load(demo->config, error);
    if (config == NULL)
    {
        return 2;
    }
    const PgmTarget *target = pgm_config_target(config, "demo");
    g_autofree char *runs = g_build_filename(demo->folder, "runs", NULL);
    PgmTuiOptions options = {
        .config = config,
        .target = target,
        .runbooks = invocation->runbooks,
        .error_log = target->error_log,
        .state_folder = invocation->keep ? NULL : runs, /* what is kept is found again by `report` and `rollback` */
        .no_color = invocation->no_color,
        .start = PGM_TUI_OVERVIEW,
    };
    return pgm_tui_run(&options, error);
}

static gboolean tell_how_to_connect(const PgmInvocation *invocation, const PgmDemo *demo, GError **error)
{
    const char *folder = pgm_cluster_folder(demo->cluster);
    int port = pgm_cluster_port(demo->cluster);
    int pid = (int)pgm_cluster_pid(demo->cluster);
    if (invocation->json)
    {
        g_autofree char *conninfo = g_strdup_printf("host=%s port=%d user=postgres dbname=documents", folder, port);
        g_autoptr(JsonBuilder) json = pgm_document_new();
        pgm_document_text(json, "folder", folder);
        pgm_document_text(json, "config", demo->config);
        pgm_document_text(json, "conninfo", conninfo);
        pgm_document_integer(json, "pid", pid);
        return pgm_document_write(json, invocation, error);
    }
    g_autofree char *text =
        g_strdup_printf("The demo's server keeps running, in %s.\n"
                        "  console   pgmedic --config %s\n"
                        "  plain     pgmedic run --plain --config %s uuid-to-varchar\n"
                        "  diagnose  pgmedic diagnose --config %s %s/deploy.log\n"
                        "  psql      psql -h %s -p %d -U postgres documents\n"
                        "  stop it   kill -INT %d && rm -r %s\n",
                        folder, demo->config, demo->config, demo->config, demo->folder, folder, port, pid, folder);
    return pgm_invocation_write(invocation, text, error);
}

int pgm_command_demo(PgmInvocation *invocation, GError **error)
{
    gboolean terminal = has_terminal() && !invocation->json;
    if (!terminal && !invocation->keep)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE,
                    "the demo opens the console, and that needs a terminal (standard input and output, and a TERM that "
                    "is not dumb); without one, pgmedic demo --keep leaves the server running and says how to connect, "
                    "and pgmedic run --plain walks through a runbook");
        return 2;
    }
    if (!invocation->quiet)
    {
        fprintf(stderr, "making a private PostgreSQL with the incident in it …\n");
    }
    PgmDemo *demo = pgm_demo_start(error);
    if (demo == NULL)
    {
        return 2;
    }
    int code = terminal ? open_console(invocation, demo, error) : 0;
    if (invocation->keep)
    {
        tell_how_to_connect(invocation, demo, error != NULL && *error == NULL ? error : NULL);
    }
    pgm_demo_stop(demo, invocation->keep);
    return code;
}
