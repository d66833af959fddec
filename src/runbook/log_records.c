/* log_records.c - errors that a log told: what they own, which are the same, which one is the cause. */
#include "runbook/log_reader.h"

#include <string.h>

PgmLogError *pgm_log_error_new(const char *sqlstate, const char *message)
{
    PgmLogError *error = g_new0(PgmLogError, 1);
    g_strlcpy(error->sqlstate, sqlstate != NULL ? sqlstate : "", sizeof error->sqlstate);
    error->condition = g_strdup(pgm_sqlstate_condition(error->sqlstate));
    error->message = g_strdup(message);
    return error;
}

PgmLogError *pgm_log_error_copy(const PgmLogError *error)
{
    PgmLogError *copy = pgm_log_error_new(error->sqlstate, error->message);
    copy->detail = g_strdup(error->detail);
    copy->hint = g_strdup(error->hint);
    copy->context = g_strdup(error->context);
    copy->statement = g_strdup(error->statement);
    copy->source = g_strdup(error->source);
    copy->line = error->line;
    return copy;
}

void pgm_log_error_free(PgmLogError *error)
{
    if (error == NULL)
    {
        return;
    }
    g_free(error->condition);
    g_free(error->message);
    g_free(error->detail);
    g_free(error->hint);
    g_free(error->context);
    g_free(error->statement);
    g_free(error->source);
    g_free(error);
}

void pgm_log_record_free(gpointer data)
{
    PgmLogRecord *record = data;
    pgm_log_error_free(record->error);
    g_free(record->process);
    g_free(record->code_at_frame);
    g_free(record->frame_file);
    g_free(record->revision_from);
    g_free(record->revision_to);
    g_free(record);
}

void pgm_log_error_set_code(PgmLogError *error, const char *code)
{
    if (code == NULL || strlen(code) != 5)
    {
        return;
    }
    g_strlcpy(error->sqlstate, code, sizeof error->sqlstate);
    g_free(error->condition);
    error->condition = g_strdup(pgm_sqlstate_condition(code));
}

gboolean pgm_log_record_same(const PgmLogRecord *a, const PgmLogRecord *b)
{
    gboolean codes = a->error->sqlstate[0] == '\0' || b->error->sqlstate[0] == '\0' ||
                     strcmp(a->error->sqlstate, b->error->sqlstate) == 0;
    return codes && a->attempt == b->attempt && strcmp(a->error->message, b->error->message) == 0;
}

static void fill_from(char **field, char **other)
{
    if (*field == NULL)
    {
        *field = g_steal_pointer(other);
    }
}

/* B tells A once more (a chained exception): A keeps its place and learns what only B knew. */
void pgm_log_record_merge(PgmLogRecord *a, PgmLogRecord *b)
{
    if (a->error->sqlstate[0] == '\0')
    {
        pgm_log_error_set_code(a->error, b->error->sqlstate);
    }
    fill_from(&a->error->detail, &b->error->detail);
    fill_from(&a->error->hint, &b->error->hint);
    fill_from(&a->error->context, &b->error->context);
    fill_from(&a->error->statement, &b->error->statement);
    if (a->error->source == NULL)
    {
        fill_from(&a->error->source, &b->error->source);
        fill_from(&a->code_at_frame, &b->code_at_frame);
        fill_from(&a->frame_file, &b->frame_file);
        a->frame_line = b->frame_line;
    }
    a->times += b->times;
}

static gboolean is_aftermath(const PgmLogRecord *record)
{
    return strcmp(record->error->sqlstate, "25P02") == 0;
}

/* The first real error of the last attempt. In a server's log, where sessions are told apart, one whose transaction
 * then went on in vain counts before those of strangers. */
void pgm_log_choose(PgmLog *log)
{
    const PgmLogRecord *first = NULL, *aftermath = NULL;
    guint attempt = 0;
    for (guint i = 0; i < log->records->len; i++)
    {
        attempt = MAX(attempt, ((PgmLogRecord *)log->records->pdata[i])->attempt);
    }
    for (guint i = 0; i < log->records->len; i++)
    {
        const PgmLogRecord *record = log->records->pdata[i];
        if (record->attempt == attempt && aftermath == NULL && is_aftermath(record))
        {
            aftermath = record;
        }
        log->aftermath += is_aftermath(record) ? record->times : 0;
    }
    for (guint i = 0; i < log->records->len && first == NULL; i++)
    {
        const PgmLogRecord *record = log->records->pdata[i];
        gboolean stranger = aftermath != NULL && aftermath->process != NULL && record->process != NULL &&
                            strcmp(aftermath->process, record->process) != 0;
        if (record->attempt == attempt && !is_aftermath(record) && !stranger)
        {
            first = record;
        }
    }
    /* an error after the cascade began is not its cause */
    if (first != NULL && aftermath != NULL && first->error->line > aftermath->error->line)
    {
        first = NULL;
    }
    log->cause = first != NULL ? first : aftermath;
    log->cascade = first == NULL && aftermath != NULL;
}

void pgm_log_free(PgmLog *log)
{
    if (log == NULL)
    {
        return;
    }
    g_ptr_array_unref(log->records);
    g_free(log);
}
