/* parameters.c - judging a parameter's value, and filling all of them in. */
#include <string.h>

#include "pgmedic/error.h"
#include "runbook/loader.h"

enum
{
    IDENTIFIER_MAX = 63, /* bytes that PostgreSQL keeps of a name */
};

const char *pgm_parameter_type_name(PgmParameterType type)
{
    static const char *const names[] = {"table", "column", "identifier", "text", "integer", "choice"};
    return (guint)type < G_N_ELEMENTS(names) ? names[type] : "text";
}

void pgm_variable_free(gpointer data)
{
    PgmVariable *variable = data;
    g_free((char *)(gpointer)(guintptr)variable->value);
    g_free(variable);
}

static gboolean usage(GError **error, const PgmParameter *parameter, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean usage(GError **error, const PgmParameter *parameter, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "parameter \"%s\": %s", parameter->name, message);
    return FALSE;
}

static gboolean has_control(const char *value)
{
    for (const char *c = value; *c != '\0'; c = g_utf8_next_char(c))
    {
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
        {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean check_identifier(const PgmParameter *parameter, const char *value, GError **error)
{
    size_t length = strlen(value);
    const char *type = pgm_parameter_type_name(parameter->type);
    if (length == 0)
    {
        return usage(error, parameter, "give the name of a %s", type);
    }
    if (length > IDENTIFIER_MAX)
    {
        return usage(error, parameter, "a name has at most %d bytes; this has %zu", IDENTIFIER_MAX, length);
    }
    if (has_control(value))
    {
        return usage(error, parameter, "a name with control characters is not accepted");
    }
    if (value[0] == '"' && value[length - 1] == '"')
    {
        return usage(error, parameter, "give the name as it is, without quotes around it");
    }
    if (parameter->type != PGM_PARAMETER_IDENTIFIER && strchr(value, '.') != NULL)
    {
        return usage(error, parameter, "give the %s alone, without schema or table before it", type);
    }
    return TRUE;
}

static gboolean check_choice(const PgmParameter *parameter, const char *value, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; i < parameter->choices->len; i++)
    {
        const char *choice = parameter->choices->pdata[i];
        if (g_str_equal(choice, value))
        {
            return TRUE;
        }
        g_string_append_printf(all, "%s%s", i > 0 ? ", " : "", choice);
    }
    return usage(error, parameter, "\"%s\" is none of: %s", value, all->str);
}

gboolean pgm_parameter_check(const PgmParameter *parameter, const char *value, GError **error)
{
    gint64 number = 0;
    if (!g_utf8_validate(value, -1, NULL))
    {
        return usage(error, parameter, "the value is not valid UTF-8");
    }
    switch (parameter->type)
    {
    case PGM_PARAMETER_TABLE:
    case PGM_PARAMETER_COLUMN:
    case PGM_PARAMETER_IDENTIFIER:
        return check_identifier(parameter, value, error);
    case PGM_PARAMETER_TEXT:
        return TRUE;
    case PGM_PARAMETER_INTEGER:
        return g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL) ||
               usage(error, parameter, "\"%s\" is not a whole number", value);
    case PGM_PARAMETER_CHOICE:
        return check_choice(parameter, value, error);
    }
    return FALSE;
}

static const PgmParameter *find_parameter(const PgmRunbook *runbook, const char *name)
{
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        if (g_str_equal(parameter->name, name))
        {
            return parameter;
        }
    }
    return NULL;
}

static void complain(GString *complaints, const char *message)
{
    g_string_append_printf(complaints, "%s%s", complaints->len > 0 ? "\n" : "", message);
}

/* In alphabetical order, so that the message is the same each time. */
static void complain_of_unknown(const PgmRunbook *runbook, GHashTable *values, GString *complaints)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        g_ptr_array_add(known, ((PgmParameter *)runbook->parameters->pdata[i])->name);
    }
    g_ptr_array_add(known, NULL);
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(values), (GCompareFunc)strcmp);
    for (const GList *at = names; at != NULL; at = at->next)
    {
        const char *name = at->data;
        if (find_parameter(runbook, name) == NULL)
        {
            const char *nearest = pgm_findings_nearest(name, (const char *const *)known->pdata);
            g_autofree char *hint = nearest != NULL ? g_strdup_printf("; did you mean \"%s\"?", nearest) : g_strdup("");
            g_autofree char *message =
                g_strdup_printf("the runbook %s has no parameter \"%s\"%s", runbook->name, name, hint);
            complain(complaints, message);
        }
    }
}

static GHashTable *collect(const PgmRunbook *runbook, GHashTable *given, GError **error)
{
    g_autoptr(GString) complaints = g_string_new(NULL);
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        const char *value = given != NULL ? g_hash_table_lookup(given, parameter->name) : NULL;
        value = value != NULL ? value : parameter->default_value;
        g_autoptr(GError) wrong = NULL;
        if (value == NULL)
        {
            g_autofree char *message =
                g_strdup_printf("parameter \"%s\" (%s) is missing; give it with --set %s=VALUE", parameter->name,
                                pgm_parameter_type_name(parameter->type), parameter->name);
            complain(complaints, message);
        }
        else if (!pgm_parameter_check(parameter, value, &wrong))
        {
            complain(complaints, wrong->message);
        }
        else
        {
            g_hash_table_insert(values, g_strdup(parameter->name), g_strdup(value));
        }
    }
    if (given != NULL)
    {
        complain_of_unknown(runbook, given, complaints);
    }
    if (complaints->len > 0)
    {
        g_set_error_literal(error, PGM_ERROR, PGM_ERROR_USAGE, complaints->str);
        return NULL;
    }
    return g_steal_pointer(&values);
}

static gboolean fill_text(char **text, GHashTable *variables, GError **error)
{
    char *filled = pgm_script_substitute(*text, variables, error);
    if (filled == NULL)
    {
        return FALSE;
    }
    g_free(*text);
    *text = filled;
    return TRUE;
}

static gboolean fill_names(GPtrArray *names, GHashTable *variables, GError **error)
{
    for (guint i = 0; i < names->len; i++)
    {
        char *name = names->pdata[i];
        if (!fill_text(&name, variables, error))
        {
            return FALSE;
        }
        names->pdata[i] = name;
    }
    return TRUE;
}

static gboolean fill_checks(GPtrArray *checks, GHashTable *variables, GError **error)
{
    for (guint i = 0; i < checks->len; i++)
    {
        if (!fill_text(&((PgmCheck *)checks->pdata[i])->sql, variables, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean fill_script(PgmScript *script, GHashTable *variables, GError **error)
{
    g_autofree char *filled = pgm_script_substitute(script->text, variables, error);
    GPtrArray *statements = filled != NULL ? pgm_script_split(filled, NULL, error) : NULL;
    if (statements == NULL)
    {
        return FALSE;
    }
    g_ptr_array_unref(script->statements);
    script->statements = statements;
    return TRUE;
}

static gboolean fill_phase(PgmPhase *phase, GHashTable *variables, GError **error)
{
    return fill_script(phase->script, variables, error) &&
           (phase->rollback_script == NULL || fill_script(phase->rollback_script, variables, error)) &&
           fill_checks(phase->rollback_verify, variables, error) && fill_names(phase->lock, variables, error) &&
           fill_text(&phase->done_when->sql, variables, error) && fill_checks(phase->verify, variables, error);
}

static gboolean fill_runbook(PgmRunbook *runbook, GHashTable *variables, GError **error)
{
    gboolean good =
        fill_checks(runbook->preconditions, variables, error) && fill_names(runbook->backup_tables, variables, error);
    for (guint i = 0; good && i < runbook->phases->len; i++)
    {
        good = fill_phase(runbook->phases->pdata[i], variables, error);
    }
    return good;
}

gboolean pgm_runbook_bind(PgmRunbook *runbook, GHashTable *values, GError **error)
{
    g_return_val_if_fail(runbook->values == NULL, FALSE);
    g_autoptr(GHashTable) collected = collect(runbook, values, error);
    if (collected == NULL)
    {
        return FALSE;
    }
    g_autoptr(GHashTable) variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pgm_variable_free);
    for (guint i = 0; i < runbook->parameters->len; i++)
    {
        const PgmParameter *parameter = runbook->parameters->pdata[i];
        PgmVariable *variable = g_new0(PgmVariable, 1);
        variable->value = g_strdup(g_hash_table_lookup(collected, parameter->name));
        variable->bare = parameter->type == PGM_PARAMETER_INTEGER || parameter->type == PGM_PARAMETER_CHOICE;
        g_hash_table_insert(variables, g_strdup(parameter->name), variable);
    }
    g_autoptr(GError) wrong = NULL;
    if (!fill_runbook(runbook, variables, &wrong))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_USAGE, "the runbook %s cannot take these values: %s", runbook->name,
                    wrong->message);
        return FALSE;
    }
    runbook->values = g_steal_pointer(&collected);
    return TRUE;
}
