/* help.c - what --help writes, from the tables. */
#include <string.h>

#include "cli/options.h"
#include "pgmedic/text.h"

enum
{
    NAME_COLUMNS = 12,
    COMMAND_COLUMNS = 41,
    OPTION_COLUMNS = 24,
};

const char *const pgm_exit_codes[] = {
    "all is well",
    "findings",
    "usage or a bad file",
    "no database or it refuses",
    "a run stopped; every phase is known to be committed or rolled back",
    "a run stopped and something is still unknown; pgmedic resume settles it",
    NULL,
};

static void add_exit_codes(GString *out)
{
    g_string_append(out, "\nExit codes:\n");
    for (int code = 0; pgm_exit_codes[code] != NULL; code++)
    {
        g_string_append_printf(out, "  %d  %s\n", code, pgm_exit_codes[code]);
    }
}

static void add_option(GString *out, const PgmOption *option)
{
    g_autofree char *letter = option->letter != '\0' ? g_strdup_printf("-%c, ", option->letter) : g_strdup("    ");
    g_autofree char *words = g_strdup_printf("%s--%s%s%s", letter, option->name, option->value != NULL ? " " : "",
                                             option->value != NULL ? option->value : "");
    int blanks = MAX(OPTION_COLUMNS - pgm_text_columns(words), 1);
    g_string_append_printf(out, "  %s%*s%s\n", words, blanks, "", option->help);
}

/* GROUP NULL: those that only COMMAND names. */
static void add_options(GString *out, const char *heading, const PgmCommand *command, const char *group)
{
    gboolean any = FALSE;
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (g_strcmp0(option->group, group) != 0 || (command != NULL && !pgm_command_takes(command, option)))
        {
            continue;
        }
        if (!any)
        {
            g_string_append_printf(out, "\n%s\n", heading);
            any = TRUE;
        }
        add_option(out, option);
    }
}

/* "pgmedic NAME SYNOPSIS  summary", the summary on a line of its own where the synopsis is long. */
static void add_command(GString *out, const PgmCommand *command)
{
    g_autofree char *named = g_strdup_printf("pgmedic %-*s%s", NAME_COLUMNS, command->name, command->synopsis);
    g_string_append_printf(out, "  %s", named);
    int columns = pgm_text_columns(named);
    if (columns >= COMMAND_COLUMNS)
    {
        g_string_append(out, "\n  ");
        columns = 0;
    }
    g_string_append_printf(out, "%*s%s\n", COMMAND_COLUMNS - columns, "", command->summary);
}

static void add_commands(GString *out)
{
    g_string_append(out, "Usage:\n");
    add_command(out, &pgm_console);
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        add_command(out, command);
    }
    g_string_append(out,
                    "\nRUNBOOK is a name, looked up in --runbooks DIR, then ./runbooks, then the installed library; "
                    "or a file's path.\npgmedic COMMAND --help tells what a command takes.\n");
}

char *pgm_help_text(const PgmCommand *command)
{
    GString *out = g_string_new(NULL);
    if (command == NULL)
    {
        g_string_append(out, "pgmedic - the incident console for PostgreSQL\n\n");
        add_commands(out);
    }
    else
    {
        g_string_append_printf(out, "Usage:\n  pgmedic %s %s\n\n%s\n", command->name, command->synopsis,
                               command->summary);
        add_options(out, "Options:", command, NULL);
    }
    add_options(out, "Connection (else libpq's own: PGHOST…, PGSERVICE, the password file):", command, "connection");
    add_options(out, "Common options:", command, "common");
    add_exit_codes(out);
    return g_string_free(out, FALSE);
}
