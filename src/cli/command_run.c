/* command_run.c - pgmedic run: walk through a runbook. */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cli/plain_input.h"
#include "cli/runbook_argument.h"
#include "cli/walk_options.h"
#include "pgmedic/diagnose.h"
#include "pgmedic/error.h"
#include "pgmedic/file.h"
#include "pgmedic/text.h"

enum
{
    LOG_MAX_BYTES = 64 * 1024 * 1024,
};

/* One line from the operator, before the walk; NULL: end of input, or a signal. */
static char *ask_line(PgmPlainInput *input, int signals, const char *prompt)
{
    pgm_plain_input_prompt(input, prompt);
    gboolean readable = FALSE;
    for (;;)
    {
        char *line = NULL;
        PgmInputState state = pgm_plain_input_take(input, readable, &line);
        if (state != PGM_INPUT_NONE)
        {
            return line != NULL ? g_strstrip(line) : NULL;
        }
        struct pollfd fds[] = {{.fd = pgm_plain_input_fd(input), .events = POLLIN}, {.fd = signals, .events = POLLIN}};
        readable = poll(fds, G_N_ELEMENTS(fds), -1) > 0 && fds[0].revents != 0;
        if (fds[1].revents != 0 && pgm_signals_take(signals) != 0)
        {
            pgm_plain_input_withdraw(input);
            return NULL;
        }
    }
}

static char *parameter_prompt(const PgmParameter *parameter)
{
    g_autofree char *choices = NULL;
    if (parameter->choices != NULL && parameter->choices->len > 0)
    {
        g_autoptr(GString) joined = g_string_new(NULL);
        for (guint i = 0; i < parameter->choices->len; i++)
        {
            g_string_append_printf(joined, "%s%s", i > 0 ? ", " : ": ", (const char *)parameter->choices->pdata[i]);
        }
        choices = g_strdup(joined->str);
    }
    g_autofree char *raw = g_strdup_printf(
        "%s (%s%s%s%s)%s%s%s > ", parameter->name, pgm_parameter_type_name(parameter->type),
        choices != NULL ? choices : "", parameter->help != NULL ? "; " : "",
        parameter->help != NULL ? parameter->help : "", parameter->default_value != NULL ? " [" : "",
        parameter->default_value != NULL ? parameter->default_value : "", parameter->default_value != NULL ? "]" : "");
    return pgm_text_safe(raw, -1);
}

/* Asks until the value fits its type. FALSE: the operator has left. */
static gboolean ask_parameter(PgmPlainInput *input, int signals, const PgmParameter *parameter, GHashTable *values)
{
    g_autofree char *prompt = parameter_prompt(parameter);
    for (;;)
    {
        g_autofree char *line = ask_line(input, signals, prompt);
        g_autoptr(GError) why = NULL;
        if (line == NULL)
        {
            return FALSE;
        }
        const char *value = line[0] == '\0' && parameter->default_value != NULL ? parameter->default_value : line;
        if (pgm_parameter_check(parameter, value, &why))
        {
            g_hash_table_insert(values, g_strdup(parameter->name), g_strdup(value));
            return TRUE;
        }
        g_autofree char *safe = pgm_text_safe_lines(why->message, -1);
        printf("%s\n", safe);
    }
}

/* Those that --set did not give and that have no default. */
static gboolean ask_parameters(const PgmRunbook *runbook, GHashTable *values, GError **error)
{
    int signals = pgm_signals_open();
    g_autoptr(PgmPlainInput) input = pgm_plain_input_new();
    gboolean here = TRUE;
    for (guint i = 0; here && i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        if (parameter->default_value == NULL && !g_hash_table_contains(values, parameter->name))
        {
            here = ask_parameter(input, signals, parameter, values);
        }
    }
    pgm_signals_close(signals);
    if (!here)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_CANCELLED, "called off at the parameters; nothing was begun");
    }
    return here;
}

static gboolean is_complete(const PgmRunbook *runbook, GHashTable *values)
{
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        if (parameter->default_value == NULL && !g_hash_table_contains(values, parameter->name))
        {
            return FALSE;
        }
    }
    return TRUE;
}

/* The console asks for all parameters when any is missing; what --set gave stands in its prompts already. FALSE: a name
 * that the runbook does not have, or a value that does not fit. */
static gboolean suggest(PgmRunbook *runbook, GHashTable *values)
{
    guint taken = 0;
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        PgmParameter *parameter = runbook->parameters->pdata[i];
        const char *value = g_hash_table_lookup(values, parameter->name);
        if (value != NULL && pgm_parameter_check(parameter, value, NULL))
        {
            g_free(parameter->default_value);
            parameter->default_value = g_strdup(value);
            taken++;
        }
    }
    return taken == g_hash_table_size(values);
}

static gboolean bind(const PgmInvocation *invocation, PgmRunbook *runbook, GError **error)
{
    g_autoptr(GHashTable) values = pgm_invocation_values(invocation, error);
    if (values == NULL)
    {
        return FALSE;
    }
    if (!is_complete(runbook, values))
    {
        if (invocation->plain && !ask_parameters(runbook, values, error))
        {
            return FALSE;
        }
        if (!invocation->plain && !invocation->unattended && suggest(runbook, values))
        {
            return TRUE;
        }
    }
    return pgm_runbook_bind(runbook, values, error);
}

/* What the target's error log says, when it leads to this very runbook: the report tells it as the cause. The run does
 * without where it cannot be had. Caller frees. */
static char *diagnose(const PgmTarget *target, PgmRunbook *runbook)
{
    if (target->error_log == NULL)
    {
        return NULL;
    }
    g_autoptr(GBytes) log = pgm_file_read(target->error_log, LOG_MAX_BYTES, NULL);
    g_autoptr(PgmConnection) connection =
        log != NULL ? pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, NULL) : NULL;
    if (connection == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmRepository) repository =
        target->repository_path != NULL ? pgm_repository_load(target->repository_kind, target->repository_path, NULL)
                                        : NULL;
    g_autoptr(GPtrArray) library = g_ptr_array_new();
    g_ptr_array_add(library, runbook);
    gsize length;
    const char *text = g_bytes_get_data(log, &length);
    g_autoptr(PgmDiagnosis) diagnosis = pgm_diagnose(text, length, connection, repository, library, NULL);
    return diagnosis != NULL && diagnosis->suggestions->len > 0 ? g_strdup(diagnosis->headline) : NULL;
}

int pgm_command_run(PgmInvocation *invocation, GError **error)
{
    if (!pgm_walk_options_check(invocation, PGM_WALK_RUN, FALSE, error))
    {
        return 2;
    }
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    g_autoptr(PgmRunbook) runbook = target != NULL ? pgm_invocation_runbook(invocation, error) : NULL;
    if (runbook == NULL || !pgm_walk_check_until(runbook, invocation->until, error) ||
        !bind(invocation, runbook, error))
    {
        return 2;
    }
    /* The console makes its own. */
    g_autofree char *diagnosis = invocation->plain || invocation->unattended ? diagnose(target, runbook) : NULL;
    PgmWalkOrder order = {
        .kind = PGM_WALK_RUN,
        .target = target,
        .runbook = runbook,
        .until = invocation->until,
        .diagnosis = diagnosis,
    };
    return pgm_walk_by_options(invocation, &order, error);
}
