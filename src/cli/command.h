/*
 * command.h - the commands of CLI.md: one table, one file each.
 */
#ifndef PGMEDIC_CLI_COMMAND_H
#define PGMEDIC_CLI_COMMAND_H

#include "pgmedic/config.h"
#include "pgmedic/connection.h"

/* What every command gets: the command line, taken apart. */
typedef struct
{
    /* connection */
    char *dbname, *host, *port, *user, *target_name;
    /* common */
    char *config_path, *runbooks;
    gboolean json, no_color, quiet;
    /* drift */
    char *against, *scratch;
    char **ignore; /* drift, status: patterns besides the target's */
    /* snapshot, report, plan */
    char *output;
    /* run, resume, rollback */
    char **set; /* NAME=VALUE */
    gboolean plain, unattended;
    char *backup, *commit, *on_failure, *until;
    /* demo */
    gboolean keep;
    /* what is left: NAME, FILE, RUNBOOK, RUN … */
    char **arguments;  /* NULL-terminated */
    PgmConfig *config; /* loaded before the command runs */
    gboolean *written; /* set when standard output was written to; may be NULL */
} PgmInvocation;

typedef struct
{
    const char *name;
    const char *synopsis; /* "[CONNECTION] [NAME]" */
    const char *summary;  /* one line, as in CLI.md */
    const char *options;  /* names of the options it takes besides the common ones, blank-separated: "against output" */
    int (*run)(PgmInvocation *invocation,
               GError **error); /* the exit code; with ERROR set, pgm_error_exit_code() is used and main prints it */
} PgmCommand;

extern const PgmCommand pgm_commands[]; /* ends with a NULL name */
extern const PgmCommand pgm_console;    /* what runs when no command is named; its name is "" */

int pgm_command_console(PgmInvocation *invocation, GError **error);
int pgm_command_status(PgmInvocation *invocation, GError **error);
int pgm_command_inspect(PgmInvocation *invocation, GError **error);
int pgm_command_snapshot(PgmInvocation *invocation, GError **error);
int pgm_command_drift(PgmInvocation *invocation, GError **error);
int pgm_command_diagnose(PgmInvocation *invocation, GError **error);
int pgm_command_lint(PgmInvocation *invocation, GError **error);
int pgm_command_run(PgmInvocation *invocation, GError **error);
int pgm_command_resume(PgmInvocation *invocation, GError **error);
int pgm_command_rollback(PgmInvocation *invocation, GError **error);
int pgm_command_runs(PgmInvocation *invocation, GError **error);
int pgm_command_report(PgmInvocation *invocation, GError **error);
int pgm_command_guide(PgmInvocation *invocation, GError **error);
int pgm_command_demo(PgmInvocation *invocation, GError **error);

/* The target the invocation names: -t, or -d/-h/-p/-U, or default_target, or libpq's own. Options given win over the
 * target's. Caller frees. */
PgmTarget *pgm_invocation_target(const PgmInvocation *invocation, GError **error);
/* Results on standard output: TEXT to it, or to -o's file (durable). Error: PGM_ERROR_INVALID, since no run stops by
 * it. */
gboolean pgm_invocation_write(const PgmInvocation *invocation, const char *text, GError **error);

#endif
