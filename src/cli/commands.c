/* commands.c - the table of commands. A command stands in it once all of it works. */
#include <string.h>

#include "cli/options.h"

const PgmCommand pgm_console = {"", "[CONNECTION]", "the console", "connection", pgm_command_console};

/* In the order of the contract. */
const PgmCommand pgm_commands[] = {
    {"status", "[CONNECTION]", "migration head, drift and health at one glance", "connection ignore",
     pgm_command_status},
    {"inspect", "[CONNECTION] [NAME]", "list the schema's objects, or describe one (as psql's \\d does)", "connection",
     pgm_command_inspect},
    {"snapshot", "[CONNECTION]", "write the schema as a YAML baseline to standard output (-o FILE)",
     "connection output", pgm_command_snapshot},
    {"drift", "[CONNECTION] --against BASELINE.yaml|CONNINFO|FILE.sql",
     "how the database differs from a baseline, another database, or a schema's SQL",
     "connection against scratch ignore", pgm_command_drift},
    {"diagnose", "[CONNECTION] [FILE]", "name the cause of an error log, and the runbook with its parameters filled in",
     "connection", pgm_command_diagnose},
    {"lint", "FILE…", "check runbooks and migration SQL without a database", "", pgm_command_lint},
    {"run", "[CONNECTION] RUNBOOK", "walk through a runbook",
     "connection set plain unattended backup commit on-failure until", pgm_command_run},
    {"resume", "[RUN]", "take up an interrupted run", "connection set plain unattended backup commit on-failure until",
     pgm_command_resume},
    {"rollback", "[RUN]", "roll back what a run committed, last phase first",
     "connection set plain unattended backup commit on-failure until", pgm_command_rollback},
    {"runs", "", "list the runs on record", "", pgm_command_runs},
    {"report", "[RUN]", "write the incident report (Markdown) to standard output (-o FILE)", "output",
     pgm_command_report},
    {"guide", "RUNBOOK", "execution guide and quick-reference card: phases, SQL, verification, rollback, psql commands",
     "set output", pgm_command_guide},
    {"demo", "", "a private PostgreSQL with the incident in it, and the console on top", "keep", pgm_command_demo},
    {NULL, NULL, NULL, NULL, NULL},
};

const PgmCommand *pgm_command_find(const char *name)
{
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        if (strcmp(command->name, name) == 0)
        {
            return command;
        }
    }
    return NULL;
}

gboolean pgm_command_takes(const PgmCommand *command, const PgmOption *option)
{
    if (g_strcmp0(option->group, "common") == 0)
    {
        return TRUE;
    }
    g_auto(GStrv) taken = g_strsplit(command->options, " ", -1);
    return g_strv_contains((const char *const *)taken, option->group != NULL ? option->group : option->name);
}
