/* page.c - the man page, from the tables of commands, options and keys. */
#include <string.h>

#include "cli/options.h"
#include "manual/manual.h"
#include "tui/keys.h"

/* TEXT so that roff shows it as it is: no escapes, no requests, hyphens that can be copied. */
static void add_text(GString *out, const char *text)
{
    if (*text == '.' || *text == '\'')
    {
        g_string_append(out, "\\&");
    }
    for (const char *c = text; *c != '\0'; c++)
    {
        switch (*c)
        {
        case '\\':
            g_string_append(out, "\\e");
            break;
        case '-':
            g_string_append(out, "\\-");
            break;
        default:
            g_string_append_c(out, *c);
        }
    }
}

static void add_line(GString *out, const char *request, const char *text)
{
    g_string_append_printf(out, "%s", request);
    add_text(out, text);
    g_string_append_c(out, '\n');
}

static void add_option(GString *out, const PgmOption *option)
{
    g_string_append(out, ".TP\n");
    if (option->letter != '\0')
    {
        g_string_append_printf(out, "\\fB\\-%c\\fR, ", option->letter);
    }
    g_string_append(out, "\\fB\\-\\-");
    add_text(out, option->name);
    g_string_append(out, "\\fR");
    if (option->value != NULL)
    {
        g_string_append(out, " \\fI");
        add_text(out, option->value);
        g_string_append(out, "\\fR");
    }
    g_string_append_c(out, '\n');
    add_line(out, "", option->help);
}

/* "Options: --set, --output; a connection." */
static void add_taken(GString *out, const PgmCommand *command)
{
    const char *before = "Takes ";
    gboolean connection = FALSE;
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        connection = connection || (g_strcmp0(option->group, "connection") == 0 && pgm_command_takes(command, option));
        if (option->group == NULL && pgm_command_takes(command, option))
        {
            g_autofree char *word = g_strconcat("--", option->name, NULL);
            g_string_append_printf(out, "%s\\fB", before);
            add_text(out, word);
            g_string_append(out, "\\fR");
            before = ", ";
        }
    }
    if (connection)
    {
        g_string_append_printf(out, "%sthe connection's options", before);
        before = ", ";
    }
    g_string_append(out, before[0] == ',' ? ".\n" : "");
}

static void add_command(GString *out, const PgmCommand *command)
{
    g_string_append(out, ".TP\n\\fBpgmedic");
    g_string_append_printf(out, "%s%s\\fR ", command->name[0] != '\0' ? " " : "", command->name);
    add_line(out, "", command->synopsis);
    g_autofree char *sentence = g_strdup_printf("%c%s.", g_ascii_toupper(command->summary[0]), command->summary + 1);
    add_line(out, "", sentence);
    add_taken(out, command);
}

static void add_options(GString *out, const char *heading, const char *group)
{
    add_line(out, ".SS ", heading);
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (g_strcmp0(option->group, group) == 0)
        {
            add_option(out, option);
        }
    }
}

/* "In Overview, Schema." for a key that does not count everywhere. */
static void add_views(GString *out, const PgmKey *key)
{
    guint all = (1u << PGM_VIEWS) - 1;
    const char *before = "In ";
    for (int view = 0; (key->views & all) != all && view < PGM_VIEWS; view++)
    {
        if (key->views & (1u << view))
        {
            g_string_append(out, before);
            add_text(out, pgm_view_title((PgmViewId)view));
            before = ", ";
        }
    }
    g_string_append(out, before[0] == ',' ? ".\n" : "");
}

static void add_keys(GString *out)
{
    g_string_append(out,
                    ".SH THE CONSOLE\nThe same keys everywhere; the footer names those that count where you are.\n");
    for (const PgmKey *key = pgm_keys; key->action != PGM_ACTION_NONE; key++)
    {
        g_string_append(out, ".TP\n\\fB");
        add_text(out, key->shown);
        g_string_append(out, "\\fR");
        if (key->command != NULL)
        {
            g_string_append_printf(out, ", \\fB:%s\\fR", key->command);
        }
        g_string_append_c(out, '\n');
        g_autofree char *sentence = g_strdup_printf("%s.", key->help);
        add_line(out, "", sentence);
        add_views(out, key);
    }
}

static void add_exit_codes(GString *out)
{
    g_string_append(out, ".SH EXIT STATUS\n");
    for (int code = 0; pgm_exit_codes[code] != NULL; code++)
    {
        g_string_append_printf(out, ".TP\n\\fB%d\\fR\n", code);
        add_line(out, "", pgm_exit_codes[code]);
    }
}

static const char files[] =
    ".SH FILES\n"
    ".TP\n\\fI./pgmedic.yaml\\fR, \\fI$XDG_CONFIG_HOME/pgmedic/config.yaml\\fR\n"
    "The configuration: targets, their repository, baseline and environment. A password in it is refused.\n"
    ".TP\n\\fI./runbooks\\fR, \\fI<prefix>/share/pgmedic/runbooks\\fR\nThe library of runbooks.\n"
    ".TP\n\\fI$XDG_STATE_HOME/pgmedic/runs/RUN/\\fR\n"
    "A run on record: its journal, the runbook as it was run, the backup, the schema before and after, the report.\n"
    ".SH ENVIRONMENT\n"
    "libpq's own (\\fBPGHOST\\fR, \\fBPGSERVICE\\fR, \\fBPGPASSFILE\\fR \\&...), \\fBNO_COLOR\\fR, \\fBTERM\\fR, and "
    "the XDG folders.\n"
    ".SH SEE ALSO\n\\fBpsql\\fR(1), \\fBpg_dump\\fR(1)\n";

char *pgm_manual_page(void)
{
    GString *out = g_string_new(".\\\" Written from the program's tables.\n");
    g_string_append(out, ".TH PGMEDIC 1 \"\" \"pgmedic " PGM_VERSION "\" \"User Commands\"\n"
                         ".SH NAME\npgmedic \\- the incident console for PostgreSQL\n"
                         ".SH SYNOPSIS\n\\fBpgmedic\\fR [\\fICOMMAND\\fR] [\\fIOPTION\\fR]\\&...\n"
                         ".SH DESCRIPTION\n"
                         "A migration has failed in production. pgmedic shows what state the database is in, names "
                         "the cause of the error in hand, and walks through a scripted hotfix, one committed phase at "
                         "a time, with a backup first, verification before every COMMIT, and the rollback SQL always "
                         "in view. Until it is armed, it sends nothing that writes.\n"
                         ".PP\nRUNBOOK is a name, looked up in \\-\\-runbooks DIR, then ./runbooks, then the installed "
                         "library; or a file's path. RUN is a run's name, as \\fBpgmedic runs\\fR lists them.\n"
                         ".SH COMMANDS\n");
    add_command(out, &pgm_console);
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        add_command(out, command);
    }
    g_string_append(out, ".SH OPTIONS\n");
    add_options(out, "Connection (else libpq's own)", "connection");
    add_options(out, "Of some commands", NULL);
    add_options(out, "Common", "common");
    add_keys(out);
    add_exit_codes(out);
    g_string_append(out, files);
    return g_string_free(out, FALSE);
}
