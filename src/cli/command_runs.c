/* command_runs.c - pgmedic runs: what is on record, newest first. */
#include "cli/document.h"
#include "pgmedic/error.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"
#include "pgmedic/text.h"

/* "finished", "stopped" …, and what a run is that has not come to an end. */
static const char *state_of(const PgmModel *model)
{
    if (pgm_model_unknown(model))
    {
        return "unknown";
    }
    return model->outcome != NULL ? model->outcome : "interrupted";
}

static char *phases_of(const PgmModel *model)
{
    if (!pgm_model_is_run(model))
    {
        return g_strdup(model->message != NULL ? model->message : "sessions, without an end on record");
    }
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = model->phases->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", phase->name, pgm_phase_state_name(phase->state));
    }
    return g_strdup(text->str);
}

static void append_line(GString *out, const char *run, const PgmModel *model)
{
    g_autofree char *phases = phases_of(model);
    g_autofree char *raw = g_strdup_printf("%s  %-11s  %s  %s", run, state_of(model),
                                           model->database != NULL ? model->database : "?", phases);
    g_autofree char *safe = pgm_text_safe(raw, -1);
    g_string_append_printf(out, "%s\n", safe);
}

/* MODEL NULL: its journal cannot be read, and WHY says so. */
static void add_run(JsonBuilder *json, const char *run, const PgmModel *model, const char *why)
{
    static const PgmModel nothing = {0};
    const PgmModel *told = model != NULL ? model : &nothing;
    json_builder_begin_object(json);
    pgm_document_text(json, "run", run);
    pgm_document_text(json, "record", told->record != NULL ? told->record : "run");
    pgm_document_text(json, "state", model != NULL ? state_of(model) : "unreadable");
    pgm_document_boolean(json, "unfinished", model != NULL && pgm_model_unfinished(model));
    pgm_document_text(json, "runbook", told->runbook);
    pgm_document_text(json, "database", told->database);
    pgm_document_text(json, "host", told->host);
    pgm_document_text(json, "environment", told->environment);
    pgm_document_text(json, "began_at", told->began_at);
    pgm_document_text(json, "ended_at", told->ended_at);
    pgm_document_text(json, "message", model != NULL ? model->message : why);
    json_builder_set_member_name(json, "phases");
    json_builder_begin_array(json);
    for (guint i = 0; model != NULL && i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = model->phases->pdata[i];
        json_builder_begin_object(json);
        pgm_document_text(json, "name", phase->name);
        pgm_document_text(json, "state", pgm_phase_state_name(phase->state));
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

/* OUT and JSON: one of them is NULL. A journal that cannot be read is listed with the reason. */
static void show_run(const char *base, const char *run, GString *out, JsonBuilder *json)
{
    g_autoptr(GError) why = NULL;
    g_autofree char *folder = g_build_filename(base, run, NULL);
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, &why);
    g_autoptr(PgmModel) model = events != NULL ? pgm_model_from_events(events) : NULL;
    if (json != NULL)
    {
        add_run(json, run, model, why != NULL ? why->message : NULL);
    }
    else if (model != NULL)
    {
        append_line(out, run, model);
    }
    else
    {
        g_autofree char *raw = g_strdup_printf("%s  unreadable   %s", run, why->message);
        g_autofree char *safe = pgm_text_safe(raw, -1);
        g_string_append_printf(out, "%s\n", safe);
    }
}

int pgm_command_runs(PgmInvocation *invocation, GError **error)
{
    g_autofree char *base = pgm_runs_folder();
    g_autoptr(GPtrArray) runs = pgm_runs_list(NULL, error);
    if (runs == NULL)
    {
        return 2;
    }
    if (invocation->json)
    {
        g_autoptr(JsonBuilder) json = pgm_document_new();
        pgm_document_text(json, "folder", base);
        json_builder_set_member_name(json, "runs");
        json_builder_begin_array(json);
        for (guint i = 0; i < runs->len; i++)
        {
            show_run(base, runs->pdata[i], NULL, json);
        }
        json_builder_end_array(json);
        return pgm_document_write(json, invocation, error) ? 0 : 2;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < runs->len; i++)
    {
        show_run(base, runs->pdata[i], out, NULL);
    }
    if (runs->len == 0 && !invocation->quiet)
    {
        g_printerr("no run is on record in %s\n", base);
    }
    return pgm_invocation_write(invocation, out->str, error) ? 0 : 2;
}
