/* runbook.c - the life of a loaded runbook's parts. */
#include "runbook/loader.h"

static void unref_array(GPtrArray *array)
{
    g_clear_pointer(&array, g_ptr_array_unref);
}

void pgm_expectation_clear(PgmExpectation *expect)
{
    g_clear_pointer(&expect->value, g_free);
    g_clear_pointer(&expect->comparison, g_free);
    g_clear_pointer(&expect->table, g_ptr_array_unref);
}

void pgm_check_free(gpointer data)
{
    PgmCheck *check = data;
    if (check != NULL)
    {
        g_free(check->name);
        g_free(check->sql);
        pgm_expectation_clear(&check->expect);
        g_free(check);
    }
}

void pgm_script_free(gpointer data)
{
    PgmScript *script = data;
    if (script != NULL)
    {
        g_free(script->file);
        g_free(script->text);
        unref_array(script->statements);
        g_free(script);
    }
}

void pgm_phase_free(gpointer data)
{
    PgmPhase *phase = data;
    if (phase == NULL)
    {
        return;
    }
    g_free(phase->name);
    g_free(phase->title);
    pgm_script_free(phase->script);
    pgm_script_free(phase->rollback_script);
    g_free(phase->irreversible);
    unref_array(phase->rollback_verify);
    unref_array(phase->lock);
    pgm_check_free(phase->done_when);
    unref_array(phase->tolerate);
    unref_array(phase->verify);
    g_free(phase);
}

void pgm_match_free(gpointer data)
{
    PgmMatch *match = data;
    g_free(match->sqlstate);
    g_clear_pointer(&match->message, g_regex_unref);
    g_clear_pointer(&match->detail, g_regex_unref);
    g_clear_pointer(&match->statement, g_regex_unref);
    g_clear_pointer(&match->context, g_regex_unref);
    g_free(match);
}

void pgm_parameter_free(gpointer data)
{
    PgmParameter *parameter = data;
    g_free(parameter->name);
    g_free(parameter->default_value);
    g_free(parameter->help);
    unref_array(parameter->choices);
    g_free(parameter);
}

void pgm_source_free(gpointer data)
{
    PgmSource *source = data;
    g_free(source->name);
    g_bytes_unref(source->bytes);
    g_free(source);
}

void pgm_runbook_free(PgmRunbook *runbook)
{
    if (runbook == NULL)
    {
        return;
    }
    g_free(runbook->path);
    g_free(runbook->sha256);
    g_free(runbook->name);
    g_free(runbook->title);
    g_free(runbook->severity);
    g_free(runbook->summary);
    g_free(runbook->search_path);
    unref_array(runbook->matches);
    unref_array(runbook->parameters);
    unref_array(runbook->preconditions);
    unref_array(runbook->backup_tables);
    g_free(runbook->backup_reason);
    unref_array(runbook->phases);
    g_clear_pointer(&runbook->values, g_hash_table_unref);
    unref_array(runbook->sources);
    g_free(runbook);
}

const PgmPhase *pgm_runbook_phase(const PgmRunbook *runbook, const char *name)
{
    for (guint i = 0; i < runbook->phases->len; i++)
    {
        const PgmPhase *phase = runbook->phases->pdata[i];
        if (g_str_equal(phase->name, name))
        {
            return phase;
        }
    }
    return NULL;
}
