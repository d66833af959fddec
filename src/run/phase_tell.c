/* phase_tell.c - what a phase says of itself, with a transaction and without. */
#include <stdlib.h>
#include <string.h>

#include "pgmedic/error.h"
#include "run/walk.h"

GPtrArray *phase_statements(const PgmEngine *engine)
{
    const PgmPhase *phase = engine->phase;
    return engine->backward ? phase->rollback_script->statements : phase->script->statements;
}

GPtrArray *phase_checks(const PgmEngine *engine)
{
    return engine->backward ? engine->phase->rollback_verify : engine->phase->verify;
}

static PgmEvent *set_statements(PgmEvent *event, const char *field, const PgmScript *script)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    for (guint i = 0; script != NULL && i < script->statements->len; i++)
    {
        g_ptr_array_add(texts, ((const PgmStatement *)g_ptr_array_index(script->statements, i))->sql);
    }
    return pgm_event_set_texts(event, field, texts);
}

gboolean phase_tell_begin(PgmEngine *engine, GError **error)
{
    const PgmPhase *phase = engine->phase;
    engine->attempt++;
    engine->stalled = FALSE;
    engine->rollback_phase = FALSE;
    engine->cancel = FALSE;
    engine->holds_locks = FALSE;
    engine->locked_since = 0;
    engine->locked_before_ms = 0;
    engine->most_waiting = 0;
    engine->oldest_wait_ms = 0;
    PgmEvent *event = pgm_event_new(PGM_EVENT_PHASE_BEGIN);
    pgm_event_set_text(event, "title", phase->title);
    pgm_event_set_boolean(event, "transaction", phase->transaction);
    set_statements(event, "statements", engine->backward ? phase->rollback_script : phase->script);
    set_statements(event, "rollback", engine->backward ? NULL : phase->rollback_script);
    pgm_event_set_texts(event, "lock", phase->lock);
    pgm_event_set_integer(event, "stall_limit_ms", phase->stall_limit_ms);
    pgm_event_set_integer(event, "decide_within_ms", phase->decide_within_ms);
    pgm_event_set_text(event, "commit", engine->commit_verified ? "verified" : "ask");
    return engine_tell_phase(engine, event, error);
}

gboolean phase_tell_statement(PgmEngine *engine, guint index, guint count, const char *sql, GError **error)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_STATEMENT);
    pgm_event_set_integer(event, "index", index);
    pgm_event_set_integer(event, "count", count);
    return engine_tell_phase(engine, pgm_event_set_text(event, "sql", sql), error);
}

/* "UPDATE 3" and "INSERT 0 3" say how many rows; "ALTER TABLE" does not. */
static gint64 tag_rows(const char *tag)
{
    const char *blank = strrchr(tag, ' ');
    char *end = NULL;
    gint64 rows = blank != NULL ? g_ascii_strtoll(blank + 1, &end, 10) : -1;
    return blank != NULL && end != blank + 1 && *end == '\0' ? rows : -1;
}

gboolean phase_tell_result(PgmEngine *engine, guint index, const PgmResult *result, const GError *why, gboolean skipped,
                           gint64 ms, GError **error)
{
    const PgmSqlErrorInfo *info = pgm_sql_error_info(why);
    PgmEvent *event = pgm_event_new(PGM_EVENT_STATEMENT_RESULT);
    pgm_event_set_integer(event, "index", index);
    pgm_event_set_boolean(event, "ok", result != NULL);
    pgm_event_set_boolean(event, "skipped", skipped);
    pgm_event_set_text(event, "sqlstate", info != NULL ? info->sqlstate : NULL);
    pgm_event_set_text(event, "message", why != NULL ? why->message : NULL);
    pgm_event_set_text(event, "detail", info != NULL ? info->detail : NULL);
    pgm_event_set_text(event, "hint", info != NULL ? info->hint : NULL);
    if (result != NULL)
    {
        const char *tag = pgm_result_tag(result);
        pgm_event_set_text(event, "tag", tag);
        if (tag_rows(tag) >= 0)
        {
            pgm_event_set_integer(event, "rows", tag_rows(tag));
        }
    }
    pgm_event_set_integer(event, "ms", ms);
    return engine_tell_phase(engine, event, error);
}

gboolean phase_tell_notices(PgmEngine *engine, GError **error)
{
    g_auto(GStrv) notices = pgm_connection_take_notices(engine->connection);
    for (guint i = 0; notices != NULL && notices[i] != NULL; i++)
    {
        PgmEvent *event = pgm_event_set_text(pgm_event_new(PGM_EVENT_NOTICE), "text", notices[i]);
        if (!engine_tell_phase(engine, event, error))
        {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean phase_tell_impact(PgmEngine *engine, GError **error)
{
    if (engine->locked_since == 0 && engine->locked_before_ms == 0)
    {
        return TRUE;
    }
    gint64 held = engine->locked_since != 0 ? (g_get_monotonic_time() - engine->locked_since) / 1000 : 0;
    PgmEvent *event = pgm_event_new(PGM_EVENT_IMPACT);
    pgm_event_set_integer(event, "exclusive_ms", held + engine->locked_before_ms);
    pgm_event_set_integer(event, "most_waiting", engine->most_waiting);
    pgm_event_set_integer(event, "oldest_wait_ms", engine->oldest_wait_ms);
    pgm_event_set_texts(event, "relations", engine->phase->lock);
    engine->locked_since = 0;
    engine->locked_before_ms = 0;
    return engine_tell_phase(engine, event, error);
}

gboolean phase_tell_aborted(PgmEngine *engine, EngineBy by, const char *reason, const GError *why, GError **error)
{
    const PgmSqlErrorInfo *info = pgm_sql_error_info(why);
    PgmEvent *event = pgm_event_new(PGM_EVENT_ABORTED);
    pgm_event_set_text(event, "reason", reason);
    pgm_event_set_text(event, "sqlstate", info != NULL ? info->sqlstate : NULL);
    pgm_event_set_text(event, "by", engine_by_name(by));
    return engine_tell_phase(engine, event, error);
}
