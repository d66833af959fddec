/* command_diagnose.c - pgmedic diagnose: the cause of an error log, and the runbook with its parameters filled in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/document.h"
#include "pgmedic/diagnose.h"
#include "pgmedic/file.h"
#include "pgmedic/text.h"

enum
{
    LOG_MAX_BYTES = 1024 * 1024 * 1024, /* a larger file is refused: its end alone is wanted (tail) */
    KEEP_BYTES = 8 * 1024 * 1024,       /* of standard input: more than the diagnosis reads */
    WIDTH = 100,
};

/* Standard input to its end; of a long one the last KEEP_BYTES at least. */
static GBytes *read_input(GError **error)
{
    GByteArray *bytes = g_byte_array_new();
    guint8 buffer[65536];
    for (;;)
    {
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0)
        {
            g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "standard input cannot be read: %s", g_strerror(errno));
            g_byte_array_unref(bytes);
            return NULL;
        }
        if (got == 0)
        {
            return g_byte_array_free_to_bytes(bytes);
        }
        g_byte_array_append(bytes, buffer, (guint)got);
        if (bytes->len > 2 * KEEP_BYTES)
        {
            g_byte_array_remove_range(bytes, 0, bytes->len - KEEP_BYTES);
        }
    }
}

/* FILE, or standard input for "-" or when something is piped in, or the target's own log. */
static GBytes *read_log(const PgmInvocation *invocation, const PgmTarget *target, GError **error)
{
    const char *file = invocation->arguments != NULL ? invocation->arguments[0] : NULL;
    if (file == NULL && isatty(STDIN_FILENO) && target->error_log != NULL)
    {
        file = target->error_log;
    }
    if (file != NULL && strcmp(file, "-") != 0)
    {
        return pgm_file_read(file, LOG_MAX_BYTES, error);
    }
    if (isatty(STDIN_FILENO) && !invocation->quiet)
    {
        fputs("Paste the error log, then press Ctrl-D on a line of its own.\n", stderr);
    }
    return read_input(error);
}

static void warn(const PgmInvocation *invocation, const char *what, const char *message)
{
    if (!invocation->quiet)
    {
        g_autofree char *safe = pgm_text_safe(message, -1);
        fprintf(stderr, "pgmedic: %s: %s\n", what, safe);
    }
}

/* Every runbook that loads; one that does not is for lint to explain. */
static GPtrArray *load_library(const PgmInvocation *invocation)
{
    GPtrArray *library = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_runbook_free);
    g_autoptr(GPtrArray) paths = pgm_library_list(invocation->runbooks);
    for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
        g_autoptr(GError) problem = NULL;
        g_autoptr(PgmFindings) findings = pgm_findings_new();
        PgmRunbook *runbook = pgm_runbook_load(paths->pdata[i], findings, &problem);
        if (runbook != NULL)
        {
            g_ptr_array_add(library, runbook);
        }
        else
        {
            warn(invocation, "a runbook was left out", problem->message);
        }
    }
    return library;
}

static void append_wrapped(GString *text, const char *first, const char *rest, const char *raw)
{
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    g_auto(GStrv) lines = pgm_text_wrap(safe, WIDTH - (int)strlen(first));
    for (guint i = 0; lines[i] != NULL; i++)
    {
        g_string_append_printf(text, "%s%s\n", i == 0 ? first : rest, lines[i]);
    }
}

static void append_list(GString *text, const char *title, const GPtrArray *list, gboolean numbered)
{
    if (list->len > 0)
    {
        g_string_append_printf(text, "\n%s\n", title);
    }
    for (guint i = 0; i < list->len; i++)
    {
        g_autofree char *number = numbered ? g_strdup_printf("%3u. ", i + 1) : g_strdup("  - ");
        append_wrapped(text, number, numbered ? "     " : "    ", list->pdata[i]);
    }
}

/* "pgmedic run stamp-head --set from=… --set to=…", as it may be typed. */
static char *suggested_command(const PgmSuggestion *suggestion)
{
    g_autoptr(GString) command = g_string_new("pgmedic run ");
    g_string_append(command, suggestion->runbook);
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(suggestion->values), (GCompareFunc)strcmp);
    for (GList *name = names; name != NULL; name = name->next)
    {
        g_autofree char *pair =
            g_strdup_printf("%s=%s", (char *)name->data, (char *)g_hash_table_lookup(suggestion->values, name->data));
        gboolean plain =
            strspn(pair, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.=") == strlen(pair);
        g_autofree char *quoted = plain ? g_strdup(pair) : g_shell_quote(pair);
        g_string_append_printf(command, " --set %s", quoted);
    }
    return g_strdup(command->str);
}

static char *diagnosis_text(const PgmDiagnosis *diagnosis)
{
    GString *text = g_string_new(NULL);
    append_wrapped(text, "", "", diagnosis->headline);
    g_string_append_c(text, '\n');
    append_wrapped(text, "", "", diagnosis->explanation);
    append_list(text, "What is known", diagnosis->evidence, FALSE);
    append_list(text, "What to do", diagnosis->next, TRUE);
    for (guint i = 0; i < diagnosis->suggestions->len; i++)
    {
        const PgmSuggestion *suggestion = diagnosis->suggestions->pdata[i];
        g_autofree char *command = suggested_command(suggestion);
        g_string_append(text, i == 0 ? "\nRunbook\n" : "");
        append_wrapped(text, "  ", "    ", command);
        append_wrapped(text, "    ", "    ", suggestion->why);
    }
    return g_string_free(text, FALSE);
}

static void add_error(JsonBuilder *json, const PgmLogError *error)
{
    json_builder_set_member_name(json, "error");
    if (error == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_object(json);
    pgm_document_text(json, "sqlstate", error->sqlstate[0] != '\0' ? error->sqlstate : NULL);
    pgm_document_text(json, "condition", error->condition);
    pgm_document_text(json, "message", error->message);
    pgm_document_text(json, "detail", error->detail);
    pgm_document_text(json, "hint", error->hint);
    pgm_document_text(json, "context", error->context);
    pgm_document_text(json, "statement", error->statement);
    pgm_document_text(json, "source", error->source);
    pgm_document_integer(json, "line", error->line);
    json_builder_end_object(json);
}

static void add_missing(JsonBuilder *json, const GPtrArray *list)
{
    json_builder_set_member_name(json, "missing");
    json_builder_begin_array(json);
    for (guint i = 0; i < list->len; i++)
    {
        const PgmMissingRelation *missing = list->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "relation", missing->relation);
        pgm_document_text(json, "created_by", missing->created_by);
        pgm_document_text(json, "named_in", missing->named_in);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_suggestions(JsonBuilder *json, const GPtrArray *list)
{
    json_builder_set_member_name(json, "suggestions");
    json_builder_begin_array(json);
    for (guint i = 0; i < list->len; i++)
    {
        const PgmSuggestion *suggestion = list->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "runbook", suggestion->runbook);
        pgm_document_text(json, "path", suggestion->path);
        pgm_document_boolean(json, "concrete", suggestion->concrete);
        pgm_document_text(json, "why", suggestion->why);
        json_builder_set_member_name(json, "values");
        json_builder_begin_object(json);
        g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(suggestion->values), (GCompareFunc)strcmp);
        for (GList *name = names; name != NULL; name = name->next)
        {
            pgm_document_text(json, name->data, g_hash_table_lookup(suggestion->values, name->data));
        }
        json_builder_end_object(json);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static gboolean write_json(const PgmInvocation *invocation, const PgmDiagnosis *diagnosis, GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_document_text(json, "headline", diagnosis->headline);
    pgm_document_text(json, "explanation", diagnosis->explanation);
    add_error(json, diagnosis->error);
    pgm_document_boolean(json, "cascade", diagnosis->cascade);
    pgm_document_text(json, "revision_from", diagnosis->revision_from);
    pgm_document_text(json, "revision_to", diagnosis->revision_to);
    pgm_document_texts(json, "evidence", diagnosis->evidence);
    pgm_document_texts(json, "next", diagnosis->next);
    add_missing(json, diagnosis->missing);
    add_suggestions(json, diagnosis->suggestions);
    return pgm_document_write(json, invocation, error);
}

/* The same document, with no error in it and WHY as its headline. */
static gboolean write_json_nothing(const PgmInvocation *invocation, const char *why, GError **error)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    PgmDiagnosis nothing = {
        .headline = (char *)(guintptr)why, .evidence = none, .next = none, .missing = none, .suggestions = none};
    return write_json(invocation, &nothing, error);
}

static int write_nothing(const PgmInvocation *invocation, const char *why, GError **error)
{
    if (invocation->json)
    {
        write_json_nothing(invocation, why, error);
        return 1;
    }
    g_autofree char *safe = pgm_text_safe(why, -1);
    fprintf(stderr, "pgmedic: %s\n", safe);
    return 1;
}

int pgm_command_diagnose(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    g_autoptr(GBytes) bytes = target != NULL ? read_log(invocation, target, error) : NULL;
    if (bytes == NULL)
    {
        return 0;
    }
    /* a database that is down is no reason to say nothing: the log alone tells much */
    g_autoptr(GError) unreachable = NULL;
    g_autoptr(PgmConnection) connection = pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, &unreachable);
    if (connection == NULL)
    {
        warn(invocation, "without the database, from the log alone", unreachable->message);
    }
    g_autoptr(GError) unread = NULL;
    g_autoptr(PgmRepository) repository =
        target->repository_path != NULL ? pgm_repository_load(target->repository_kind, target->repository_path, &unread)
                                        : NULL;
    if (unread != NULL)
    {
        warn(invocation, "without the repository", unread->message);
    }
    g_autoptr(GPtrArray) library = load_library(invocation);
    gsize length;
    const char *log = g_bytes_get_data(bytes, &length);
    g_autoptr(GError) nothing = NULL;
    g_autoptr(PgmDiagnosis) diagnosis = pgm_diagnose(log, length, connection, repository, library, &nothing);
    if (diagnosis == NULL)
    {
        return write_nothing(invocation, nothing->message, error);
    }
    if (invocation->json)
    {
        write_json(invocation, diagnosis, error);
        return 0;
    }
    g_autofree char *text = diagnosis_text(diagnosis);
    pgm_invocation_write(invocation, text, error);
    return 0;
}
