/*
 * options.h - the command line, taken apart by one table of options and one of commands.
 */
#ifndef PGMEDIC_CLI_OPTIONS_H
#define PGMEDIC_CLI_OPTIONS_H

#include "cli/command.h"

typedef enum
{
    PGM_OPTION_FLAG,
    PGM_OPTION_TEXT,
    PGM_OPTION_LIST, /* may be given again and again */
    PGM_OPTION_HELP,
    PGM_OPTION_VERSION,
} PgmOptionKind;

typedef struct
{
    const char *name; /* without dashes */
    char letter;      /* '\0': none */
    PgmOptionKind kind;
    size_t place;      /* in PgmInvocation: gboolean, char * or char ** */
    const char *value; /* what stands for its value in the help, "FILE"; NULL: it takes none */
    const char *group; /* "connection" or "common"; NULL: only for the commands that name it */
    const char *help;
} PgmOption;

extern const PgmOption pgm_options[]; /* ends with a NULL name */

typedef struct
{
    const PgmCommand *command; /* never NULL: the console when none was named */
    gboolean help, version;
} PgmParsed;

/* Fills INVOCATION (zeroed) from ARGV; config is not loaded yet. Options stand before or after the command, "--" ends
 * them. Error: PGM_ERROR_USAGE, with the nearest name for what is unknown. What was filled so far is the caller's to
 * clear. */
gboolean pgm_options_parse(int argc, char **argv, PgmInvocation *invocation, PgmParsed *parsed, GError **error);
void pgm_invocation_clear(PgmInvocation *invocation);

const PgmCommand *pgm_command_find(const char *name); /* NULL: none */
/* Does COMMAND take OPTION? */
gboolean pgm_command_takes(const PgmCommand *command, const PgmOption *option);

/* What each exit code says, 0 first; ends with NULL. */
extern const char *const pgm_exit_codes[];

/* What --help writes. COMMAND NULL: the program. Caller frees. */
char *pgm_help_text(const PgmCommand *command);

#endif
