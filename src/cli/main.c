/* main.c - the command line's entry. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/document.h"
#include "cli/options.h"
#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/health.h"
#include "pgmedic/text.h"

/* Passwords and rows pass through this process: no core file, and no debugger of another process of the same user. */
static void keep_memory_private(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its leak detector is such a debugger */
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* A descriptor that was closed before we began would be the next file's or socket's: what is printed would go there. */
static void keep_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
        {
            _exit(2);
        }
    }
}

static void print_error(const GError *error)
{
    g_autoptr(GString) text = g_string_new(error->message);
    const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
    if (info != NULL && info->detail != NULL)
    {
        g_string_append_printf(text, "\n  detail: %s", info->detail);
    }
    if (info != NULL && info->hint != NULL)
    {
        g_string_append_printf(text, "\n  hint: %s", info->hint);
    }
    g_autofree char *safe = pgm_text_safe_lines(text->str, -1);
    fprintf(stderr, "pgmedic: %s\n", safe);
}

/* What a layer above the configuration's reader knows: the kinds of objects. */
static gboolean accept_targets(const PgmConfig *config, GError **error)
{
    for (guint i = 0; i < config->targets->len; i++)
    {
        const PgmTarget *target = config->targets->pdata[i];
        if (!pgm_drift_accepts(target->ignore, error))
        {
            g_prefix_error(error, "%s: target \"%s\", ignore: ", config->path, target->name);
            return FALSE;
        }
    }
    return TRUE;
}

/* The configuration is read only where it counts: a file that does not hold up must not keep anybody from reading a
 * guide. */
static gboolean load_config(PgmInvocation *invocation, const PgmCommand *command, GError **error)
{
    g_auto(GStrv) groups = g_strsplit(command->options, " ", -1);
    if (invocation->config_path == NULL && !g_strv_contains((const char *const *)groups, "connection"))
    {
        return TRUE;
    }
    invocation->config = pgm_config_load(invocation->config_path, error);
    return invocation->config != NULL && pgm_health_accepts(invocation->config->thresholds, error) &&
           accept_targets(invocation->config, error);
}

static int run(int argc, char **argv, PgmInvocation *invocation, GError **error)
{
    PgmParsed parsed = {0};
    if (!pgm_options_parse(argc, argv, invocation, &parsed, error))
    {
        return 2;
    }
    if (parsed.version)
    {
        return pgm_invocation_write(invocation, "pgmedic " PGM_VERSION "\n", error) ? 0 : 2;
    }
    if (parsed.help)
    {
        g_autofree char *text = pgm_help_text(parsed.command == &pgm_console ? NULL : parsed.command);
        return pgm_invocation_write(invocation, text, error) ? 0 : 2;
    }
    if (!load_config(invocation, parsed.command, error))
    {
        return 2;
    }
    return parsed.command->run(invocation, error);
}

int main(int argc, char **argv)
{
    keep_standard_streams();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* a baseline and a JSON document read the same everywhere */
    signal(SIGPIPE, SIG_IGN);
    keep_memory_private();
    gboolean written = FALSE;
    PgmInvocation invocation = {.written = &written};
    g_autoptr(GError) error = NULL;
    int code = run(argc, argv, &invocation, &error);
    if (error != NULL)
    {
        print_error(error);
        code = pgm_error_exit_code(error);
        if (invocation.json && !written && invocation.output == NULL)
        {
            pgm_document_write_error(&invocation, error);
        }
    }
    pgm_invocation_clear(&invocation);
    return code;
}
