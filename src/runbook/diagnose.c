/* diagnose.c - from a log to a diagnosis: read, look at the books, and hand the error to whoever knows its kind. */
#include "pgmedic/file.h"
#include "runbook/case.h"

#include <string.h>

/* Who looks into which error; what nobody does is told by the table of signatures. */
static const struct
{
    const char *sqlstate;
    gboolean (*look)(PgmCase *c);
} KINDS[] = {
    {"25P02", pgm_case_aborted},        {"42804", pgm_case_type_mismatch},  {"42P01", pgm_case_missing_relation},
    {"42P07", pgm_case_exists_already}, {"42701", pgm_case_exists_already}, {"42710", pgm_case_exists_already},
};

static void missing_free(gpointer data)
{
    PgmMissingRelation *missing = data;
    g_free(missing->relation);
    g_free(missing->created_by);
    g_free(missing->named_in);
    g_free(missing);
}

static void suggestion_free(gpointer data)
{
    PgmSuggestion *suggestion = data;
    g_free(suggestion->runbook);
    g_free(suggestion->path);
    g_hash_table_unref(suggestion->values);
    g_free(suggestion->why);
    g_free(suggestion);
}

static PgmDiagnosis *diagnosis_new(const PgmLog *log)
{
    PgmDiagnosis *diagnosis = g_new0(PgmDiagnosis, 1);
    diagnosis->error = pgm_log_error_copy(log->cause->error);
    diagnosis->cascade = log->cascade;
    diagnosis->revision_from = g_strdup(log->cause->revision_from);
    diagnosis->revision_to = g_strdup(log->cause->revision_to);
    diagnosis->evidence = g_ptr_array_new_with_free_func(g_free);
    diagnosis->next = g_ptr_array_new_with_free_func(g_free);
    diagnosis->missing = g_ptr_array_new_with_free_func(missing_free);
    diagnosis->ahead = g_ptr_array_new_with_free_func(g_free);
    diagnosis->suggestions = g_ptr_array_new_with_free_func(suggestion_free);
    return diagnosis;
}

/* The revision that failed: the one that the log says was running, else the one whose file the frame names. */
static const PgmRevision *failed_revision(const PgmCase *c)
{
    if (c->repository == NULL)
    {
        return NULL;
    }
    const PgmRevision *running = pgm_repository_revision(c->repository, c->diagnosis->revision_to);
    for (guint i = 0; running == NULL && c->record->frame_file != NULL && i < c->repository->revisions->len; i++)
    {
        const PgmRevision *revision = c->repository->revisions->pdata[i];
        g_autofree char *name = g_path_get_basename(revision->file);
        running = strcmp(name, c->record->frame_file) == 0 ? revision : NULL;
    }
    return running;
}

/* The line of the repository's file that reads as the failing frame does; 0: none, or the log has no frame in it. */
static int line_of_code(const PgmCase *c)
{
    const char *code = c->record->code_at_frame;
    g_autoptr(GBytes) bytes =
        c->revision != NULL && code != NULL ? pgm_file_read(c->revision->file, PGM_LOG_MAX_BYTES, NULL) : NULL;
    if (bytes == NULL)
    {
        return 0;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(data, length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int found = 0;
    for (int i = 0; lines[i] != NULL; i++)
    {
        if (strcmp(g_strstrip(lines[i]), code) != 0)
        {
            continue;
        }
        /* "op.create_table(" may stand in a file many times: only the number the log gives can tell which */
        if (found > 0)
        {
            return c->record->frame_line;
        }
        found = i + 1;
    }
    return found;
}

static void read_books(PgmCase *c)
{
    g_autoptr(GError) problem = NULL;
    c->books = c->connection != NULL ? pgm_migration_read_books(c->connection, &problem) : NULL;
    if (problem != NULL)
    {
        pgm_case_evidence(c, "books: they could not be read: %s", problem->message);
    }
    for (guint i = 0; c->books != NULL && c->repository != NULL && c->book == NULL && i < c->books->len; i++)
    {
        const PgmMigrationBook *book = c->books->pdata[i];
        c->book = pgm_migration_book_is_of(book, c->repository) ? book : NULL;
    }
    if (c->book == NULL)
    {
        return;
    }
    g_autoptr(GError) uncompared = NULL;
    c->state = pgm_migration_compare(c->connection, c->book, c->repository, &uncompared);
    if (uncompared != NULL)
    {
        pgm_case_evidence(c, "books: they could not be compared with the repository: %s", uncompared->message);
    }
}

static void tell_log(PgmCase *c)
{
    const PgmLogError *error = c->record->error;
    pgm_case_evidence(c, "log line %d: %s%s%s", error->line, error->sqlstate, error->sqlstate[0] != '\0' ? " " : "",
                      error->message);
    if (error->detail != NULL)
    {
        pgm_case_evidence(c, "log: DETAIL %s", error->detail);
    }
    if (error->hint != NULL)
    {
        pgm_case_evidence(c, "log: HINT %s", error->hint);
    }
    if (error->source != NULL)
    {
        pgm_case_evidence(c, "log: raised at %s", error->source);
    }
    if (!c->log->cascade && c->log->aftermath > 0)
    {
        pgm_case_evidence(c, "log: %u later errors (25P02) only follow from it", c->log->aftermath);
    }
    if (c->log->transactional && c->diagnosis->revision_to != NULL)
    {
        pgm_case_evidence(c,
                          "log: the migration ran in a transaction (\"Will assume transactional DDL\"): nothing of it "
                          "was kept");
    }
}

/* Where the books and what is there disagree, that is told whatever the error is. */
static void tell_state(PgmCase *c)
{
    for (guint i = 0; c->book != NULL && i < c->book->heads->len; i++)
    {
        pgm_case_evidence(c, "books: %s says %s", c->book->relation, (const char *)c->book->heads->pdata[i]);
    }
    for (guint i = 0; c->state != NULL && i < c->state->absent->len && i < 20; i++)
    {
        pgm_case_evidence(c, "books and catalog: %s", (const char *)c->state->absent->pdata[i]);
    }
    for (guint i = 0; c->state != NULL && i < c->state->unknown->len && i < 20; i++)
    {
        pgm_case_evidence(c, "books: revision %s is not in the repository", (const char *)c->state->unknown->pdata[i]);
    }
}

static void look_into(PgmCase *c)
{
    for (guint i = 0; i < G_N_ELEMENTS(KINDS); i++)
    {
        if (strcmp(KINDS[i].sqlstate, c->record->error->sqlstate) == 0 && KINDS[i].look(c))
        {
            return;
        }
    }
    pgm_case_signature(c);
}

PgmDiagnosis *pgm_diagnose(const char *text, gsize length, PgmConnection *connection, const PgmRepository *repository,
                           GPtrArray *library, GError **error)
{
    g_autoptr(PgmLog) log = pgm_log_read(text, length);
    if (log->cause == NULL)
    {
        g_set_error_literal(error, PGM_ERROR, PGM_ERROR_INVALID,
                            "no error found in the log: nothing in it reads like a message of PostgreSQL's. Give the "
                            "output of the migration that failed, or the server's log of that time");
        return NULL;
    }
    g_autoptr(GHashTable) facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    PgmCase c = {.connection = connection,
                 .repository = repository,
                 .library = library,
                 .log = log,
                 .record = log->cause,
                 .diagnosis = diagnosis_new(log),
                 .facts = facts};
    tell_log(&c);
    read_books(&c);
    c.revision = failed_revision(&c);
    c.failed_line = line_of_code(&c);
    look_into(&c);
    tell_state(&c);
    g_clear_pointer(&c.books, g_ptr_array_unref);
    g_clear_pointer(&c.state, pgm_migration_state_free);
    return c.diagnosis;
}

void pgm_diagnosis_free(PgmDiagnosis *diagnosis)
{
    if (diagnosis == NULL)
    {
        return;
    }
    pgm_log_error_free(diagnosis->error);
    g_free(diagnosis->revision_from);
    g_free(diagnosis->revision_to);
    g_free(diagnosis->headline);
    g_free(diagnosis->explanation);
    g_ptr_array_unref(diagnosis->evidence);
    g_ptr_array_unref(diagnosis->next);
    g_ptr_array_unref(diagnosis->missing);
    g_ptr_array_unref(diagnosis->suggestions);
    g_ptr_array_unref(diagnosis->ahead);
    g_free(diagnosis);
}
