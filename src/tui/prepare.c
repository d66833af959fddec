/* prepare.c - from a runbook to a walk: load it, ask for its parameters, bind it. */
#include "tui/console.h"

#include "tui/walk.h"

typedef struct
{
    PgmRunbook *runbook;
    gboolean owns;
    GHashTable *values; /* char* → char*: what is known beforehand, then what was typed */
    guint at;           /* the parameter that is asked for */
} Preparation;

static void preparation_free(gpointer data)
{
    Preparation *preparation = data;
    if (preparation->owns)
    {
        g_clear_pointer(&preparation->runbook, pgm_runbook_free);
    }
    g_hash_table_unref(preparation->values);
    g_free(preparation);
}

/* What led here, for the report. */
static const char *diagnosis_for(const PgmConsole *console, const char *runbook)
{
    const PgmDiagnosisNews *news = pgm_facts_get(&console->facts, PGM_NEWS_DIAGNOSIS);
    for (guint i = 0; news != NULL && news->diagnosis != NULL && i < news->diagnosis->suggestions->len; i++)
    {
        const PgmSuggestion *suggestion = g_ptr_array_index(news->diagnosis->suggestions, i);
        if (g_str_equal(suggestion->runbook, runbook))
        {
            return news->diagnosis->headline;
        }
    }
    return NULL;
}

static void begin(PgmConsole *console, Preparation *preparation)
{
    g_autoptr(GError) error = NULL;
    if (preparation->runbook->values == NULL && !pgm_runbook_bind(preparation->runbook, preparation->values, &error))
    {
        pgm_console_say(console, "%s", error->message);
        preparation_free(preparation);
        return;
    }
    pgm_walk_free(console->walk);
    console->walk = pgm_walk_start(console, PGM_TUI_RUN, preparation->runbook, preparation->owns, NULL,
                                   diagnosis_for(console, preparation->runbook->name));
    preparation->owns = FALSE; /* the walk's now */
    preparation_free(preparation);
    pgm_console_show(console, PGM_VIEW_RUN);
}

static void ask_next(PgmConsole *console, Preparation *preparation, const char *complaint);

static void typed(PgmConsole *console, const char *text, gpointer user)
{
    Preparation *preparation = user;
    if (text == NULL)
    {
        pgm_console_say(console, "called off; nothing was begun");
        preparation_free(preparation);
        return;
    }
    const PgmParameter *parameter = g_ptr_array_index(preparation->runbook->parameters, preparation->at);
    g_autoptr(GError) error = NULL;
    if (!pgm_parameter_check(parameter, text, &error))
    {
        ask_next(console, preparation, error->message);
        return;
    }
    g_hash_table_replace(preparation->values, g_strdup(parameter->name), g_strdup(text));
    preparation->at++;
    ask_next(console, preparation, NULL);
}

static void ask_next(PgmConsole *console, Preparation *preparation, const char *complaint)
{
    const PgmRunbook *runbook = preparation->runbook;
    if (runbook->values != NULL || preparation->at >= runbook->parameters->len)
    {
        begin(console, preparation);
        return;
    }
    const PgmParameter *parameter = g_ptr_array_index(runbook->parameters, preparation->at);
    const char *known = g_hash_table_lookup(preparation->values, parameter->name);
    g_autofree char *label =
        complaint != NULL
            ? g_strdup_printf("%s. %s:", complaint, parameter->name)
            : g_strdup_printf("%s (%s)%s%s:", parameter->name, pgm_parameter_type_name(parameter->type),
                              parameter->help != NULL ? ", " : "", parameter->help != NULL ? parameter->help : "");
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; parameter->choices != NULL && i < parameter->choices->len; i++)
    {
        g_ptr_array_add(words, g_ptr_array_index(parameter->choices, i));
    }
    g_ptr_array_add(words, NULL);
    pgm_console_ask(console, label, known != NULL ? known : parameter->default_value, PGM_COMPLETE_WORDS,
                    (const char *const *)words->pdata, typed, preparation, NULL);
}

static Preparation *preparation_new(PgmRunbook *runbook, gboolean owns, GHashTable *values)
{
    Preparation *preparation = g_new0(Preparation, 1);
    preparation->runbook = runbook;
    preparation->owns = owns;
    preparation->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer name, value;
    if (values != NULL)
    {
        g_hash_table_iter_init(&iter, values);
        while (g_hash_table_iter_next(&iter, &name, &value))
        {
            if (value != NULL)
            {
                g_hash_table_replace(preparation->values, g_strdup(name), g_strdup(value));
            }
        }
    }
    return preparation;
}

void pgm_prepare_given(PgmConsole *console, PgmRunbook *runbook)
{
    ask_next(console, preparation_new(runbook, FALSE, NULL), NULL);
}

void pgm_prepare_run(PgmConsole *console, const char *path, GHashTable *values)
{
    if (pgm_console_is_running(console))
    {
        pgm_console_say(console, "a run is going on already; 5 shows it");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    PgmRunbook *runbook = pgm_runbook_load(path, findings, &error);
    if (runbook == NULL)
    {
        PgmPage *page = pgm_page_new(path);
        pgm_pager_add(page->pager, PGM_STYLE_FAIL, error->message);
        pgm_console_open_page(console, page);
        return;
    }
    ask_next(console, preparation_new(runbook, TRUE, values), NULL);
}
