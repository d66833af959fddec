/* diagnosis.c - from an error log to its cause and to the runbook that mends it. */
#include "tui/console.h"

#include "pgmedic/file.h"
#include "tui/inspector.h"

#include <string.h>

enum
{
    MOST_BYTES = 64 * 1024 * 1024,
};

static void hand_over(PgmConsole *console, char *text, const char *source, gboolean asked)
{
    GPtrArray *library = pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY);
    if (asked && library == NULL)
    {
        g_free(console->early_log);
        g_free(console->early_source);
        console->early_log = text; /* without runbooks there would be nothing to suggest */
        console->early_source = g_strdup(source);
        pgm_console_say(console, "reading the runbooks first…");
        return;
    }
    pgm_worker_tell(console->inspector, asked ? PGM_INSPECT_DIAGNOSE : PGM_INSPECT_OFFER, text, g_strdup(source),
                    library != NULL ? g_ptr_array_ref(library) : NULL);
    if (asked)
    {
        pgm_console_say(console, "looking for the first real error…");
    }
}

void pgm_diagnosis_early(PgmConsole *console)
{
    if (console->early_log == NULL || pgm_facts_get(&console->facts, PGM_NEWS_LIBRARY) == NULL)
    {
        return;
    }
    g_autofree char *source = g_steal_pointer(&console->early_source);
    hand_over(console, g_steal_pointer(&console->early_log), source, TRUE);
}

void pgm_diagnosis_text(PgmConsole *console, const char *text, const char *source)
{
    hand_over(console, g_strdup(text), source, TRUE);
}

void pgm_diagnosis_file(PgmConsole *console, const char *path, gboolean asked)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *expanded =
        g_str_has_prefix(path, "~/") ? g_build_filename(g_get_home_dir(), path + 2, NULL) : g_strdup(path);
    g_autoptr(GBytes) bytes = pgm_file_read(expanded, MOST_BYTES, &error);
    if (bytes == NULL)
    {
        if (asked)
        {
            pgm_console_say(console, "%s", error->message);
        }
        return;
    }
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    /* A NUL would end the text early. */
    char *text = g_strndup(data, size);
    if (strlen(text) < size)
    {
        memcpy(text, data, size);
        for (gsize i = 0; i < size; i++)
        {
            text[i] = text[i] != '\0' ? text[i] : ' ';
        }
    }
    hand_over(console, text, path, asked);
}

static void file_typed(PgmConsole *console, const char *text, gpointer user)
{
    (void)user;
    if (text == NULL)
    {
        return;
    }
    g_autofree char *path = g_strstrip(g_strdup(text));
    if (*path != '\0')
    {
        pgm_diagnosis_file(console, path, TRUE);
        return;
    }
    console->paste = g_string_new(NULL);
    pgm_display_begin_raw(console->display);
}

void pgm_diagnosis_ask(PgmConsole *console)
{
    pgm_console_ask(console, "Error log (a file; nothing: paste it):", console->options->error_log, PGM_COMPLETE_FILES,
                    NULL, file_typed, NULL, NULL);
}

static void add_texts(PgmPager *pager, const char *title, const char *sign, const GPtrArray *texts)
{
    if (texts == NULL || texts->len == 0)
    {
        return;
    }
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_add(pager, PGM_STYLE_STRONG, title);
    for (guint i = 0; i < texts->len; i++)
    {
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s %s", sign, (const char *)g_ptr_array_index(texts, i));
    }
}

static void add_error(PgmPager *pager, const PgmLogError *error)
{
    pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
    pgm_pager_addf(pager, PGM_STYLE_STRONG, "The first error, line %d of the log", error->line);
    pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  %s%s%s", error->sqlstate, *error->sqlstate != '\0' ? " " : "",
                   error->condition != NULL ? error->condition : "");
    const char *const texts[] = {error->message, error->detail, error->hint, error->source};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        if (texts[i] != NULL)
        {
            pgm_pager_add_indented(pager, PGM_STYLE_NORMAL, "  ", texts[i]);
        }
    }
    if (error->statement != NULL)
    {
        pgm_pager_add_indented(pager, PGM_STYLE_DIM, "    ", error->statement);
    }
}

static void add_suggestions(PgmPager *pager, const GPtrArray *suggestions)
{
    for (guint i = 0; i < suggestions->len; i++)
    {
        const PgmSuggestion *suggestion = g_ptr_array_index(suggestions, i);
        if (i == 0)
        {
            pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
            pgm_pager_add(pager, PGM_STYLE_STRONG, "Suggested");
        }
        pgm_pager_addf(pager, PGM_STYLE_STRONG, "  ↵ %s%s", suggestion->runbook,
                       suggestion->concrete ? "" : "   (some parameters are to be filled in)");
        pgm_pager_add_indented(pager, PGM_STYLE_NORMAL, "    ", suggestion->why);
    }
}

static void add_missing(PgmPager *pager, const GPtrArray *missing)
{
    for (guint i = 0; missing != NULL && i < missing->len; i++)
    {
        const PgmMissingRelation *relation = g_ptr_array_index(missing, i);
        if (i == 0)
        {
            pgm_pager_add(pager, PGM_STYLE_NORMAL, "");
            pgm_pager_add(pager, PGM_STYLE_STRONG, "Named by the migration, absent here");
        }
        pgm_pager_addf(pager, PGM_STYLE_NORMAL, "  ✗ %s  %s%s; %s", relation->relation,
                       relation->created_by != NULL ? "created by " : "created by no revision of the repository",
                       relation->created_by != NULL ? relation->created_by : "", relation->named_in);
    }
}

static void open_suggestion(PgmConsole *console, PgmPage *page)
{
    g_autofree char *name = g_strdup(page->subject);
    g_autoptr(GHashTable) values = page->values != NULL ? g_hash_table_ref(page->values) : NULL;
    pgm_runbook_open(console, name, values);
}

void pgm_diagnosis_open(PgmConsole *console)
{
    const PgmDiagnosisNews *news = pgm_facts_get(&console->facts, PGM_NEWS_DIAGNOSIS);
    if (news == NULL)
    {
        return;
    }
    if (news->diagnosis == NULL)
    {
        pgm_console_say(console, "%s", news->error);
        return;
    }
    g_clear_pointer(&console->notice, g_free);
    const PgmDiagnosis *diagnosis = news->diagnosis;
    g_autofree char *title = g_strdup_printf("Diagnosis of %s", news->source);
    PgmPage *page = pgm_page_new(title);
    if (diagnosis->suggestions->len > 0)
    {
        const PgmSuggestion *best = g_ptr_array_index(diagnosis->suggestions, 0);
        page->subject = g_strdup(best->runbook);
        page->values = best->values != NULL ? g_hash_table_ref(best->values) : NULL;
        page->enter = open_suggestion;
        page->enter_label = g_strdup_printf("open %s", best->runbook);
    }
    pgm_pager_add(page->pager, PGM_STYLE_STRONG, diagnosis->headline);
    pgm_pager_add(page->pager, PGM_STYLE_NORMAL, diagnosis->explanation);
    add_suggestions(page->pager, diagnosis->suggestions);
    add_texts(page->pager, "Next", "▶", diagnosis->next);
    add_missing(page->pager, diagnosis->missing);
    add_texts(page->pager, "Evidence", "·", diagnosis->evidence);
    if (diagnosis->error != NULL)
    {
        add_error(page->pager, diagnosis->error);
    }
    pgm_console_open_page(console, page);
}
