/* librarian.c - the worker for what is not in the database. */
#include "tui/librarian.h"

#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

enum
{
    ENDPOINTS_EVERY_MS = 15000,
    RUNS_SHOWN = 200,
};

typedef struct
{
    PgmTarget *target;
    char *runbooks;
    char *state_folder;
    gboolean begun;
} Librarian;

static void library_entry_free(gpointer data)
{
    PgmLibraryEntry *entry = data;
    g_clear_pointer(&entry->runbook, pgm_runbook_free);
    g_free(entry->path);
    g_free(entry->error);
    g_free(entry);
}

static void run_entry_free(gpointer data)
{
    PgmRunEntry *entry = data;
    g_clear_pointer(&entry->model, pgm_model_free);
    g_free(entry->name);
    g_free(entry->folder);
    g_free(entry->error);
    g_free(entry);
}

static void read_library(PgmWorker *worker, const Librarian *librarian)
{
    g_autoptr(GPtrArray) paths = pgm_library_list(librarian->runbooks);
    GPtrArray *entries = g_ptr_array_new_with_free_func(library_entry_free);
    for (guint i = 0; i < paths->len && !pgm_worker_is_stopping(worker); i++)
    {
        PgmLibraryEntry *entry = g_new0(PgmLibraryEntry, 1);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        entry->path = g_strdup(g_ptr_array_index(paths, i));
        entry->runbook = pgm_runbook_load(entry->path, findings, &error);
        entry->error = error != NULL ? g_strdup(error->message) : NULL;
        g_ptr_array_add(entries, entry);
    }
    pgm_worker_post(worker, PGM_NEWS_LIBRARY, entries);
}

static void read_runs(PgmWorker *worker, const Librarian *librarian)
{
    g_autofree char *base = librarian->state_folder != NULL ? g_strdup(librarian->state_folder) : pgm_runs_folder();
    g_autoptr(GPtrArray) names = pgm_runs_list(base, NULL);
    GPtrArray *entries = g_ptr_array_new_with_free_func(run_entry_free);
    for (guint i = 0; names != NULL && i < MIN(names->len, (guint)RUNS_SHOWN); i++)
    {
        PgmRunEntry *entry = g_new0(PgmRunEntry, 1);
        g_autoptr(GError) error = NULL;
        entry->name = g_strdup(g_ptr_array_index(names, i));
        entry->folder = g_build_filename(base, entry->name, NULL);
        g_autoptr(GPtrArray) events = pgm_journal_read(entry->folder, NULL, &error);
        entry->model = events != NULL ? pgm_model_from_events(events) : NULL;
        entry->error = error != NULL ? g_strdup(error->message) : NULL;
        g_ptr_array_add(entries, entry);
    }
    pgm_worker_post(worker, PGM_NEWS_RUNS, entries);
}

static void finding_free(gpointer finding)
{
    pgm_health_finding_free(finding);
}

static void ask_endpoints(PgmWorker *worker, const Librarian *librarian)
{
    const GPtrArray *endpoints = librarian->target->endpoints;
    if (endpoints == NULL || endpoints->len == 0)
    {
        return;
    }
    GPtrArray *findings = g_ptr_array_new_with_free_func(finding_free);
    for (guint i = 0; i < endpoints->len && !pgm_worker_is_stopping(worker); i++)
    {
        g_ptr_array_add(findings, pgm_health_endpoint(g_ptr_array_index(endpoints, i)));
    }
    pgm_worker_post(worker, PGM_NEWS_ENDPOINTS, findings);
}

static int tend(PgmWorker *worker, gpointer state, const PgmJob *job)
{
    Librarian *librarian = state;
    if (!librarian->begun || (job != NULL && job->kind == PGM_LIBRARY_REFRESH))
    {
        read_library(worker, librarian);
    }
    if (!librarian->begun || job != NULL)
    {
        read_runs(worker, librarian);
    }
    librarian->begun = TRUE;
    ask_endpoints(worker, librarian);
    return ENDPOINTS_EVERY_MS;
}

static void end(gpointer state)
{
    Librarian *librarian = state;
    pgm_target_free(librarian->target);
    g_free(librarian->runbooks);
    g_free(librarian->state_folder);
    g_free(librarian);
}

PgmWorker *pgm_librarian_start(const PgmTuiOptions *options, PgmQueue *inbox)
{
    static const PgmWorkerOps ops = {"librarian", tend, NULL, end};
    Librarian *librarian = g_new0(Librarian, 1);
    librarian->target = pgm_target_copy(options->target);
    librarian->runbooks = g_strdup(options->runbooks);
    librarian->state_folder = g_strdup(options->state_folder);
    return pgm_worker_start(&ops, librarian, inbox);
}
