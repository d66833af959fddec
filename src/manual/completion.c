/* completion.c - bash's completion, from the tables of commands and options. */
#include <string.h>

#include "cli/options.h"
#include "manual/manual.h"

/* What may stand for a value of the help: shell code that sets COMPREPLY. What is not here is the operator's own. */
static const struct
{
    const char *value, *action;
} values[] = {
    {"FILE", "_pgmedic_files"},
    {"DIR", "_pgmedic_files -d"},
    {"WHAT", "_pgmedic_files"}, /* --against; --on-failure has words of its own */
    {"verified", "_pgmedic_words verified"},
    {"HOW", "_pgmedic_words dump evidence: none:"},
    {"RUNBOOK", "_pgmedic_runbooks; _pgmedic_files"},
    {"[RUN]", "_pgmedic_runs"},
    {"[FILE]", "_pgmedic_files"},
    {"FILE…", "_pgmedic_files"},
};

static const char *action_of(const char *value)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    {
        if (strcmp(values[i].value, value) == 0)
        {
            return values[i].action;
        }
    }
    return ":";
}

/* compgen -W would expand what file names hold; they are compared instead, and only plain ones are offered. */
static const char head[] =
    "# bash completion for pgmedic; written from the program's tables.\n"
    "_pgmedic_words()\n{\n    local word\n"
    "    for word in \"$@\"; do\n"
    "        [[ $word == \"$cur\"* && $word != *[!A-Za-z0-9._:-]* ]] && COMPREPLY+=(\"$word\")\n    done\n}\n"
    "_pgmedic_files()\n{\n    compopt -o filenames 2>/dev/null\n"
    "    local IFS=$'\\n'\n    COMPREPLY+=($(compgen ${1:--f} -- \"$cur\"))\n}\n"
    "_pgmedic_runbooks()\n{\n    local program folder file\n"
    "    program=$(readlink -f -- \"$(command -v pgmedic)\")\n"
    "    for folder in runbooks \"${program%/bin/*}/share/pgmedic/runbooks\"; do\n"
    "        for file in \"$folder\"/*.yaml; do\n"
    "            file=${file##*/}\n            _pgmedic_words \"${file%.yaml}\"\n        done\n    done\n}\n"
    "_pgmedic_runs()\n{\n    local folder\n"
    "    for folder in \"${XDG_STATE_HOME:-$HOME/.local/state}\"/pgmedic/runs/*; do\n"
    "        _pgmedic_words \"${folder##*/}\"\n    done\n}\n";

/* case "$prev": an option that wants a value. */
static void add_option_values(GString *out)
{
    g_string_append(out, "    case $prev in\n    --on-failure) _pgmedic_words stop rollback; return ;;\n");
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (option->value == NULL || strcmp(option->name, "on-failure") == 0)
        {
            continue;
        }
        g_autofree char *letter = option->letter != '\0' ? g_strdup_printf("|-%c", option->letter) : g_strdup("");
        g_string_append_printf(out, "    --%s%s) %s; return ;;\n", option->name, letter, action_of(option->value));
    }
    g_string_append(out, "    esac\n");
}

static void add_options_of(GString *out, const PgmCommand *command)
{
    g_string_append(out, "options='");
    const char *blank = "";
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (pgm_command_takes(command, option))
        {
            g_string_append_printf(out, "%s--%s", blank, option->name);
            blank = " ";
        }
    }
    g_string_append(out, "'");
}

/* What the command's own words are: the last word of its synopsis. */
static const char *words_of(const PgmCommand *command)
{
    const char *last = strrchr(command->synopsis, ' ');
    return action_of(last != NULL ? last + 1 : command->synopsis);
}

static void add_commands(GString *out)
{
    g_string_append(out, "    case $command in\n    '') ");
    add_options_of(out, &pgm_console);
    g_string_append(out, "; words='_pgmedic_words");
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        g_string_append_printf(out, " %s", command->name);
    }
    g_string_append(out, "' ;;\n");
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        g_string_append_printf(out, "    %s) ", command->name);
        add_options_of(out, command);
        g_string_append_printf(out, "; words='%s' ;;\n", words_of(command));
    }
    g_string_append(out, "    esac\n");
}

char *pgm_manual_completion(void)
{
    GString *out = g_string_new(head);
    g_string_append(out, "_pgmedic()\n{\n"
                         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                         "    local command= options= words= word\n    COMPREPLY=()\n"
                         "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n        case $word in\n        ");
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        g_string_append_printf(out, "%s%s", command == pgm_commands ? "" : "|", command->name);
    }
    g_string_append(out, ") command=$word; break ;;\n        esac\n    done\n");
    add_option_values(out);
    add_commands(out);
    g_string_append(out, "    if [[ $cur == -* ]]; then _pgmedic_words $options; else eval \"$words\"; fi\n}\n"
                         "complete -F _pgmedic pgmedic\n");
    return g_string_free(out, FALSE);
}
