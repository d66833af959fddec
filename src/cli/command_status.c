/* command_status.c - pgmedic status: migration head, drift and health at one glance. */
#include "cli/document.h"
#include "cli/schema_json.h"
#include "pgmedic/overview.h"
#include "pgmedic/text.h"

enum
{
    DIFFERENCES_SHOWN = 20,
    DISPLAY_COLUMNS = 40,
    CHECK_COLUMNS = 24,
};

/* FORMAT's text, made safe, as one line. */
static void line(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void line(GString *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_string_append_printf(out, "%s\n", safe);
}

static char *joined(const GPtrArray *texts)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++)
    {
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", (const char *)texts->pdata[i]);
    }
    return g_strdup(out->str);
}

static void show_server(GString *out, const PgmConnection *connection, const PgmTarget *target)
{
    const PgmServer *server = pgm_connection_server(connection);
    g_autofree char *where = pgm_connection_display(connection);
    line(out, "%s%s%s  PostgreSQL %s %s%s  %s", target->name, target->name[0] != '\0' ? "  " : "", where,
         server->version_text, server->standby ? "standby" : "primary", server->pooled ? ", behind a pooler" : "",
         pgm_environment_name(pgm_target_environment(target, server->loopback)));
}

static void show_state(GString *out, const PgmMigrationState *state)
{
    if (state->pending == NULL)
    {
        line(out, "  pending     unknown");
    }
    else if (state->pending->len == 0)
    {
        line(out, "  pending     none");
    }
    for (guint i = 0; state->pending != NULL && i < state->pending->len; i++)
    {
        const PgmRevision *revision = state->pending->pdata[i];
        line(out, "  pending     %s  %s", revision->id, revision->message != NULL ? revision->message : "");
    }
    for (guint i = 0; i < state->unknown->len; i++)
    {
        line(out, "  ✗ the repository has no revision %s", (const char *)state->unknown->pdata[i]);
    }
    for (guint i = 0; i < state->absent->len; i++)
    {
        line(out, "  ✗ %s", (const char *)state->absent->pdata[i]);
    }
}

static void show_book(GString *out, const PgmMigrationBook *book, const PgmMigrationState *state)
{
    g_autofree char *heads = joined(book->heads);
    if (book->unreadable != NULL)
    {
        line(out, "  ? %s unknown: %s", book->framework, book->unreadable);
        return;
    }
    line(out, "  database    %s  (%s, %s)", heads[0] != '\0' ? heads : "nothing applied", book->framework,
         book->relation);
    if (book->applied_at != NULL)
    {
        line(out, "  applied     %s", book->applied_at);
    }
    if (book->failed != NULL)
    {
        line(out, "  ✗ %s", book->failed);
    }
    if (book->locked_by != NULL)
    {
        line(out, "  ▲ the framework's lock: %s", book->locked_by);
    }
    if (state != NULL)
    {
        show_state(out, state);
    }
}

static void show_migration(GString *out, const PgmOverview *overview)
{
    g_string_append(out, "\nMigration head\n");
    if (overview->repository != NULL)
    {
        g_autofree char *heads = joined(overview->repository->heads);
        line(out, "  repository  %s  (%s)", heads[0] != '\0' ? heads : "empty", overview->repository->kind);
        for (guint i = 0; i < overview->repository->problems->len; i++)
        {
            line(out, "  ✗ %s", (const char *)overview->repository->problems->pdata[i]);
        }
    }
    else
    {
        line(out, "  repository  %s",
             overview->repository_error != NULL ? overview->repository_error : "none configured");
    }
    for (guint i = 0; overview->books != NULL && i < overview->books->len; i++)
    {
        show_book(out, overview->books->pdata[i], i < overview->states->len ? overview->states->pdata[i] : NULL);
    }
    if (overview->books != NULL && overview->books->len == 0)
    {
        line(out, "  database    no migration framework's table");
    }
    if (overview->migration_error != NULL)
    {
        line(out, "  ✗ %s", overview->migration_error);
    }
}

static void show_differences(GString *out, const PgmDrift *drift)
{
    for (guint i = 0; i < drift->differences->len && i < DIFFERENCES_SHOWN; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        g_autofree char *safe = pgm_text_safe(difference->display, -1);
        g_autofree char *fitted =
            pgm_text_columns(safe) < DISPLAY_COLUMNS ? pgm_text_fit(safe, DISPLAY_COLUMNS) : g_strdup(safe);
        line(out, "  %s %s  %s%s%s ≠ %s",
             difference->severity == PGM_SEVERITY_BREAKING ? "✗"
             : difference->severity == PGM_SEVERITY_RISKY  ? "▲"
                                                           : "·",
             fitted, difference->attribute != NULL ? difference->attribute : "",
             difference->attribute != NULL ? " " : "", difference->actual_text, difference->expected_text);
    }
    if (drift->differences->len > DIFFERENCES_SHOWN)
    {
        line(out, "  and %u more: pgmedic drift lists all", drift->differences->len - DIFFERENCES_SHOWN);
    }
}

static void show_within(GString *out, const PgmOverview *overview)
{
    guint n = overview->within != NULL ? overview->within->len : 0;
    for (guint i = 0; i < n && i < DIFFERENCES_SHOWN; i++)
    {
        const PgmMismatch *mismatch = overview->within->pdata[i];
        line(out, "  ▲ %s", mismatch->text);
    }
    if (n > DIFFERENCES_SHOWN)
    {
        line(out, "  and %u more columns whose type is not that of their key", n - DIFFERENCES_SHOWN);
    }
}

static void show_unread(GString *out, const PgmSnapshot *snapshot)
{
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        line(out, "  ? not read: %s", (const char *)snapshot->unread->pdata[i]);
    }
}

static void show_drift(GString *out, const PgmOverview *overview)
{
    if (overview->drift == NULL)
    {
        g_string_append(out, "\nDrift\n");
        line(out, "  %s", overview->drift_error != NULL ? overview->drift_error : "no baseline configured");
        show_within(out, overview);
        if (overview->snapshot != NULL)
        {
            show_unread(out, overview->snapshot);
        }
        return;
    }
    const PgmDrift *drift = overview->drift;
    g_string_append_c(out, '\n');
    line(out, "Drift from baseline %s, %.10s", overview->baseline->label != NULL ? overview->baseline->label : "",
         overview->baseline->taken_at != NULL ? overview->baseline->taken_at : "");
    line(out, "  %d breaking · %d risky · %d cosmetic", drift->breaking, drift->risky, drift->cosmetic);
    show_differences(out, drift);
    show_within(out, overview);
    show_unread(out, overview->baseline);
    show_unread(out, overview->snapshot);
}

static void show_health(GString *out, const PgmOverview *overview)
{
    static const char *const marks[] = {
        [PGM_HEALTH_OK] = "●", [PGM_HEALTH_WARN] = "▲", [PGM_HEALTH_FAIL] = "✗", [PGM_HEALTH_UNKNOWN] = "?"};
    g_string_append(out, "\nHealth\n");
    for (guint i = 0; i < overview->health->len; i++)
    {
        const PgmHealthFinding *finding = overview->health->pdata[i];
        g_autofree char *safe = pgm_text_safe(finding->check, -1);
        g_autofree char *check =
            pgm_text_columns(safe) < CHECK_COLUMNS ? pgm_text_fit(safe, CHECK_COLUMNS) : g_strdup(safe);
        line(out, "  %s %s  %s", marks[finding->level], check, finding->summary);
        if (finding->advice != NULL && finding->level != PGM_HEALTH_OK)
        {
            line(out, "      %s", finding->advice);
        }
    }
    if (overview->health_error != NULL)
    {
        line(out, "  ✗ %s", overview->health_error);
    }
}

static char *status_text(const PgmConnection *connection, const PgmTarget *target, const PgmOverview *overview)
{
    GString *out = g_string_new(NULL);
    show_server(out, connection, target);
    show_migration(out, overview);
    show_drift(out, overview);
    show_health(out, overview);
    return g_string_free(out, FALSE);
}

/* The same as JSON */

static void add_server(JsonBuilder *json, const PgmConnection *connection, const PgmTarget *target)
{
    const PgmServer *server = pgm_connection_server(connection);
    pgm_document_text(json, "target", target->name[0] != '\0' ? target->name : NULL);
    json_builder_set_member_name(json, "server");
    json_builder_begin_object(json);
    pgm_document_text(json, "host", server->host);
    pgm_document_text(json, "port", server->port);
    pgm_document_text(json, "database", server->database);
    pgm_document_text(json, "user", server->user);
    pgm_document_text(json, "version", server->version_text);
    pgm_document_text(json, "role", server->standby ? "standby" : "primary");
    pgm_document_boolean(json, "pooled", server->pooled);
    pgm_document_text(json, "environment", pgm_environment_name(pgm_target_environment(target, server->loopback)));
    json_builder_end_object(json);
}

static void add_pending(JsonBuilder *json, const PgmMigrationState *state)
{
    json_builder_set_member_name(json, "pending");
    if (state == NULL || state->pending == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_array(json);
    for (guint i = 0; i < state->pending->len; i++)
    {
        const PgmRevision *revision = state->pending->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "revision", revision->id);
        pgm_document_text(json, "message", revision->message);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_migration(JsonBuilder *json, const PgmOverview *overview)
{
    json_builder_set_member_name(json, "migration");
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "books");
    json_builder_begin_array(json);
    for (guint i = 0; overview->books != NULL && i < overview->books->len; i++)
    {
        const PgmMigrationBook *book = overview->books->pdata[i];
        const PgmMigrationState *state = i < overview->states->len ? overview->states->pdata[i] : NULL;
        json_builder_begin_object(json);
        pgm_document_text(json, "framework", book->framework);
        pgm_document_text(json, "relation", book->relation);
        pgm_document_texts(json, "heads", book->heads);
        pgm_document_text(json, "applied_at", book->applied_at);
        pgm_document_text(json, "failed", book->failed);
        pgm_document_text(json, "locked_by", book->locked_by);
        pgm_document_text(json, "unreadable", book->unreadable);
        add_pending(json, state);
        pgm_document_texts(json, "unknown", state != NULL ? state->unknown : NULL);
        pgm_document_texts(json, "absent", state != NULL ? state->absent : NULL);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    pgm_document_text(json, "error", overview->migration_error);
    json_builder_set_member_name(json, "repository");
    json_builder_begin_object(json);
    pgm_document_text(json, "kind", overview->repository != NULL ? overview->repository->kind : NULL);
    pgm_document_text(json, "path", overview->repository != NULL ? overview->repository->path : NULL);
    pgm_document_texts(json, "heads", overview->repository != NULL ? overview->repository->heads : NULL);
    pgm_document_texts(json, "problems", overview->repository != NULL ? overview->repository->problems : NULL);
    pgm_document_text(json, "error", overview->repository_error);
    json_builder_end_object(json);
    json_builder_end_object(json);
}

static void add_drift(JsonBuilder *json, const PgmOverview *overview)
{
    json_builder_set_member_name(json, "drift");
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "expected");
    if (overview->baseline != NULL)
    {
        json_builder_begin_object(json);
        pgm_schema_json_facts(json, overview->baseline);
        json_builder_end_object(json);
    }
    else
    {
        json_builder_add_null_value(json);
    }
    pgm_schema_json_drift(json, overview->drift);
    pgm_schema_json_within(json, overview->within);
    pgm_document_text(json, "error", overview->drift_error);
    json_builder_end_object(json);
}

static void add_health(JsonBuilder *json, const PgmOverview *overview)
{
    json_builder_set_member_name(json, "health");
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "checks");
    json_builder_begin_array(json);
    for (guint i = 0; i < overview->health->len; i++)
    {
        const PgmHealthFinding *finding = overview->health->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "check", finding->check);
        pgm_document_text(json, "level", pgm_health_level_name(finding->level));
        pgm_document_text(json, "summary", finding->summary);
        pgm_document_text(json, "advice", finding->advice);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    pgm_document_text(json, "error", overview->health_error);
    json_builder_end_object(json);
}

static gboolean write_json(const PgmInvocation *invocation, const PgmConnection *connection, const PgmTarget *target,
                           const PgmOverview *overview, GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    add_server(json, connection, target);
    add_migration(json, overview);
    add_drift(json, overview);
    add_health(json, overview);
    pgm_document_boolean(json, "has_findings", pgm_overview_has_findings(overview));
    return pgm_document_write(json, invocation, error);
}

int pgm_command_status(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    g_autoptr(PgmConnection) connection =
        target != NULL ? pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, error) : NULL;
    g_autoptr(PgmOverview) overview =
        connection != NULL ? pgm_overview_read(connection, target, invocation->config, error) : NULL;
    if (overview == NULL)
    {
        return 3;
    }
    gboolean written;
    if (invocation->json)
    {
        written = write_json(invocation, connection, target, overview, error);
    }
    else
    {
        g_autofree char *text = status_text(connection, target, overview);
        written = pgm_invocation_write(invocation, text, error);
    }
    return !written ? 2 : pgm_overview_has_findings(overview) ? 1 : 0;
}
