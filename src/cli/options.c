/* options.c - taking the command line apart. */
#include "cli/options.h"

#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/node.h"

#define PLACE(member) G_STRUCT_OFFSET(PgmInvocation, member)

const PgmOption pgm_options[] = {
    {"dbname", 'd', PGM_OPTION_TEXT, PLACE(dbname), "CONNINFO", "connection",
     "database to connect to: a name, a URI or key=value words"},
    {"host", 'h', PGM_OPTION_TEXT, PLACE(host), "HOST", "connection", "server host or socket folder"},
    {"port", 'p', PGM_OPTION_TEXT, PLACE(port), "PORT", "connection", "server port"},
    {"username", 'U', PGM_OPTION_TEXT, PLACE(user), "NAME", "connection", "user to connect as"},
    {"target", 't', PGM_OPTION_TEXT, PLACE(target_name), "NAME", "connection", "a target of the configuration file"},
    {"against", '\0', PGM_OPTION_TEXT, PLACE(against), "WHAT", NULL,
     "what to compare with: BASELINE.yaml, CONNINFO or FILE.sql"},
    {"scratch", '\0', PGM_OPTION_TEXT, PLACE(scratch), "CONNINFO", NULL,
     "a server on which FILE.sql is loaded into a scratch database (default: a private one)"},
    {"ignore", '\0', PGM_OPTION_LIST, PLACE(ignore), "PATTERN", NULL,
     "leave out what matches, \"table audit.*\"; may be given again"},
    {"output", 'o', PGM_OPTION_TEXT, PLACE(output), "FILE", NULL, "write to FILE, not to standard output"},
    {"set", '\0', PGM_OPTION_LIST, PLACE(set), "NAME=VALUE", NULL, "fill a parameter; may be given again"},
    {"plain", '\0', PGM_OPTION_FLAG, PLACE(plain), NULL, NULL, "walk through in the plain terminal, without curses"},
    {"unattended", '\0', PGM_OPTION_FLAG, PLACE(unattended), NULL, NULL,
     "ask nothing; needs --backup and --commit verified"},
    {"backup", '\0', PGM_OPTION_TEXT, PLACE(backup), "HOW", NULL,
     "unattended: dump, evidence:TEXT (a backup that exists) or none:REASON"},
    {"commit", '\0', PGM_OPTION_TEXT, PLACE(commit), "verified", NULL,
     "unattended: commit a phase when all its verifications hold"},
    {"on-failure", '\0', PGM_OPTION_TEXT, PLACE(on_failure), "WHAT", NULL,
     "unattended: stop (default) or rollback what is committed"},
    {"until", '\0', PGM_OPTION_TEXT, PLACE(until), "PHASE", NULL, "stop after that phase"},
    {"keep", '\0', PGM_OPTION_FLAG, PLACE(keep), NULL, NULL, "leave the server running, and say how to connect"},
    {"config", '\0', PGM_OPTION_TEXT, PLACE(config_path), "FILE", "common",
     "configuration (default: ./pgmedic.yaml, then ~/.config/pgmedic/config.yaml)"},
    {"runbooks", '\0', PGM_OPTION_TEXT, PLACE(runbooks), "DIR", "common", "folder of runbooks, searched first"},
    {"json", '\0', PGM_OPTION_FLAG, PLACE(json), NULL, "common", "one JSON document on standard output"},
    {"no-color", '\0', PGM_OPTION_FLAG, PLACE(no_color), NULL, "common", "no colours (as NO_COLOR)"},
    {"quiet", '\0', PGM_OPTION_FLAG, PLACE(quiet), NULL, "common", "no progress on standard error"},
    {"help", '?', PGM_OPTION_HELP, 0, NULL, "common", "this help"},
    {"version", 'V', PGM_OPTION_VERSION, 0, NULL, "common", "the version"},
    {NULL, '\0', PGM_OPTION_FLAG, 0, NULL, NULL, NULL},
};

/* One parse: the words of ARGV as far as they were read, and the options seen, since the command may come after them.
 */
typedef struct
{
    int argc;
    char **argv;
    int at;
    PgmInvocation *invocation;
    PgmParsed *parsed;
    GPtrArray *seen;  /* const PgmOption* */
    GPtrArray *words; /* char*, owned: what is no option */
} Parse;

static gboolean usage_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean usage_error(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, PGM_ERROR, PGM_ERROR_USAGE, message);
    return FALSE;
}

static const PgmOption *option_named(const char *name, gsize length)
{
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
        {
            return option;
        }
    }
    return NULL;
}

static const PgmOption *option_lettered(char letter)
{
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        if (option->letter == letter && letter != '\0')
        {
            return option;
        }
    }
    return NULL;
}

static gboolean unknown_option(const char *word, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        g_ptr_array_add(names, (gpointer)(guintptr)option->name);
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *bare = g_strndup(word, strcspn(word, "="));
    if (g_str_has_prefix(bare, "--password") || strcmp(bare, "-W") == 0)
    {
        return usage_error(error, "a password is never taken as an option; keep it in the password file (~/.pgpass) or "
                                  "in a service file");
    }
    const char *nearest =
        g_str_has_prefix(bare, "--") ? pgm_findings_nearest(bare + 2, (const char *const *)names->pdata) : NULL;
    if (nearest != NULL)
    {
        return usage_error(error, "unknown option %s; did you mean --%s?", bare, nearest);
    }
    return usage_error(error, "unknown option %s; pgmedic --help lists them", bare);
}

/* VALUE: what stands in the option's own word; NULL: nothing. */
static gboolean take_option(Parse *parse, const PgmOption *option, const char *value, GError **error)
{
    void *place = (char *)parse->invocation + option->place;
    g_ptr_array_add(parse->seen, (gpointer)(guintptr)option);
    if (option->value == NULL)
    {
        if (value != NULL)
        {
            return usage_error(error, "--%s takes no value", option->name);
        }
        gboolean *flag = option->kind == PGM_OPTION_HELP      ? &parse->parsed->help
                         : option->kind == PGM_OPTION_VERSION ? &parse->parsed->version
                                                              : (gboolean *)place;
        *flag = TRUE;
        return TRUE;
    }
    if (value == NULL)
    {
        if (parse->at + 1 >= parse->argc)
        {
            return usage_error(error, "--%s needs a value: %s%s", option->name, option->value,
                               option->letter == 'h' ? " (for help: pgmedic --help)" : "");
        }
        value = parse->argv[++parse->at];
    }
    if (option->kind == PGM_OPTION_LIST)
    {
        char ***list = place;
        guint n = *list != NULL ? g_strv_length(*list) : 0;
        *list = g_renew(char *, *list, n + 2);
        (*list)[n] = g_strdup(value);
        (*list)[n + 1] = NULL;
        return TRUE;
    }
    char **text = place;
    g_free(*text);
    *text = g_strdup(value);
    return TRUE;
}

static gboolean take_long(Parse *parse, const char *word, GError **error)
{
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    const PgmOption *option = option_named(name, equals != NULL ? (gsize)(equals - name) : strlen(name));
    return option == NULL ? unknown_option(word, error)
                          : take_option(parse, option, equals != NULL ? equals + 1 : NULL, error);
}

/* "-hHOST" and "-h HOST"; letters without a value may stand together. */
static gboolean take_short(Parse *parse, const char *word, GError **error)
{
    for (const char *letter = word + 1; *letter != '\0'; letter++)
    {
        const PgmOption *option = option_lettered(*letter);
        if (option == NULL)
        {
            return unknown_option(word, error);
        }
        if (option->value != NULL)
        {
            return take_option(parse, option, letter[1] != '\0' ? letter + 1 : NULL, error);
        }
        if (!take_option(parse, option, NULL, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* A URI, or words that begin with one of libpq's keywords; "=(integer, text)" is an operator's name. */
static gboolean is_conninfo(const char *word)
{
    if (g_str_has_prefix(word, "postgresql://") || g_str_has_prefix(word, "postgres://"))
    {
        return TRUE;
    }
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
    {
        return FALSE;
    }
    g_autofree char *keyword = g_strndup(word, (gsize)(equals - word));
    g_autofree char *probe = g_strdup_printf("%s=x", g_strstrip(keyword));
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(probe, NULL);
    return info != NULL;
}

/* The word that stands first may be the CONNECTION, as -d takes it. */
static gboolean take_connection(Parse *parse)
{
    g_auto(GStrv) groups = g_strsplit(parse->parsed->command->options, " ", -1);
    if (parse->words->len == 0 || parse->invocation->dbname != NULL || !is_conninfo(parse->words->pdata[0]) ||
        !g_strv_contains((const char *const *)groups, "connection"))
    {
        return FALSE;
    }
    parse->invocation->dbname = g_strdup(parse->words->pdata[0]);
    g_ptr_array_remove_index(parse->words, 0);
    return TRUE;
}

/* The first word names the command; without one, or with a connection in its place, it is the console. */
static gboolean find_command(Parse *parse, GError **error)
{
    const char *first = parse->words->len > 0 ? parse->words->pdata[0] : NULL;
    parse->parsed->command = &pgm_console;
    if (first == NULL)
    {
        return TRUE;
    }
    const PgmCommand *named = pgm_command_find(first);
    if (named != NULL)
    {
        parse->parsed->command = named;
        g_ptr_array_remove_index(parse->words, 0);
    }
    if (take_connection(parse) || named != NULL)
    {
        return TRUE;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PgmCommand *command = pgm_commands; command->name != NULL; command++)
    {
        g_ptr_array_add(names, (gpointer)(guintptr)command->name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgm_findings_nearest(first, (const char *const *)names->pdata);
    if (nearest != NULL)
    {
        return usage_error(error, "unknown command \"%s\"; did you mean \"%s\"?", first, nearest);
    }
    return usage_error(error,
                       "unknown command \"%s\"; pgmedic --help lists them (to open the console on a database: "
                       "pgmedic -d %s)",
                       first, first);
}

/* How many words the synopsis takes: "[NAME]" may be left out, "FILE…" may come again. */
static void count_words(const char *synopsis, guint *least, guint *most)
{
    g_auto(GStrv) words = g_strsplit(synopsis, " ", -1);
    *least = *most = 0;
    for (char **word = words; *word != NULL; word++)
    {
        if (g_str_equal(*word, "[CONNECTION]") || **word == '\0')
        {
            continue;
        }
        if (g_str_has_prefix(*word, "-"))
        {
            word += word[1] != NULL ? 1 : 0;
            continue;
        }
        *least += **word != '[';
        *most = g_str_has_suffix(*word, "…") ? G_MAXUINT : *most + 1;
    }
}

static gboolean check_fit(const Parse *parse, GError **error)
{
    const PgmCommand *command = parse->parsed->command;
    for (guint i = 0; i < parse->seen->len; i++)
    {
        const PgmOption *option = parse->seen->pdata[i];
        if (!pgm_command_takes(command, option))
        {
            return usage_error(error, "%s does not take --%s; pgmedic %s%s--help lists what it takes",
                               command->name[0] != '\0' ? command->name : "the console", option->name, command->name,
                               command->name[0] != '\0' ? " " : "");
        }
    }
    guint least, most;
    count_words(command->synopsis, &least, &most);
    if (parse->words->len > most)
    {
        const char *word = parse->words->pdata[most];
        gboolean connects = g_str_has_prefix(command->synopsis, "[CONNECTION]") && parse->invocation->dbname == NULL;
        return usage_error(error, "there is one word too many: \"%s\"; it is pgmedic%s%s %s%s%s", word,
                           command->name[0] != '\0' ? " " : "", command->name, command->synopsis,
                           connects ? "; a database is named with -d " : "", connects ? word : "");
    }
    if (parse->words->len < least)
    {
        return usage_error(error, "something is missing: it is pgmedic %s %s", command->name, command->synopsis);
    }
    return TRUE;
}

static gboolean read_words(Parse *parse, GError **error)
{
    gboolean options_ended = FALSE;
    for (parse->at = 1; parse->at < parse->argc; parse->at++)
    {
        const char *word = parse->argv[parse->at];
        gboolean ok = TRUE;
        if (options_ended || word[0] != '-' || word[1] == '\0')
        {
            g_ptr_array_add(parse->words, g_strdup(word));
        }
        else if (strcmp(word, "--") == 0)
        {
            options_ended = TRUE;
        }
        else
        {
            ok = word[1] == '-' ? take_long(parse, word, error) : take_short(parse, word, error);
        }
        if (!ok)
        {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean pgm_options_parse(int argc, char **argv, PgmInvocation *invocation, PgmParsed *parsed, GError **error)
{
    g_autoptr(GPtrArray) seen = g_ptr_array_new();
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    Parse parse = {argc, argv, 1, invocation, parsed, seen, words};
    parsed->command = &pgm_console;
    gboolean ok = read_words(&parse, error) && find_command(&parse, error) &&
                  (parsed->help || parsed->version || check_fit(&parse, error));
    g_ptr_array_set_free_func(words, NULL);
    g_ptr_array_add(words, NULL);
    invocation->arguments = (char **)g_ptr_array_steal(words, NULL);
    const char *no_color = g_getenv("NO_COLOR");
    invocation->no_color = invocation->no_color || (no_color != NULL && *no_color != '\0');
    return ok;
}

void pgm_invocation_clear(PgmInvocation *invocation)
{
    for (const PgmOption *option = pgm_options; option->name != NULL; option++)
    {
        void *place = (char *)invocation + option->place;
        if (option->kind == PGM_OPTION_TEXT)
        {
            g_clear_pointer((char **)place, g_free);
        }
        else if (option->kind == PGM_OPTION_LIST)
        {
            g_clear_pointer((char ***)place, g_strfreev);
        }
    }
    g_clear_pointer(&invocation->arguments, g_strfreev);
    g_clear_pointer(&invocation->config, pgm_config_free);
}
