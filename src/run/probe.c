/*
 * probe.c - before a rollback is offered: what has happened since that forbids it.
 *
 * The old schema is on record. A column whose type has changed must take its
 * old type again, with every value written since; and a foreign key that came
 * later would be left with two ends of different types. Both are asked of the
 * live database, read-only, and shown; the rollback itself would fail and
 * change nothing, but only after it had locked the tables.
 */
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "pgmedic/snapshot.h"
#include "run/walk.h"

static char *qualified(const char *schema, const char *name)
{
    g_autofree char *a = pgm_quote_identifier(schema);
    g_autofree char *b = pgm_quote_identifier(name);
    return g_strdup_printf("%s.%s", a, b);
}

static gboolean load_before(PgmEngine *engine)
{
    if (engine->before == NULL)
    {
        g_autofree char *path = g_build_filename(engine->folder, "schema-before.yaml", NULL);
        engine->before = pgm_snapshot_load(path, NULL);
    }
    return engine->before != NULL;
}

/* Asks in a read-only transaction of its own; WHY is what PostgreSQL refused, if it did. */
static char *ask(PgmEngine *engine, const char *sql, GError **why)
{
    if (!engine_command(engine, why, "BEGIN READ ONLY"))
    {
        return NULL;
    }
    g_autoptr(PgmResult) result =
        engine_command(engine, why, "SET LOCAL statement_timeout = '60s'") ? engine_execute(engine, sql, why) : NULL;
    engine_command(engine, NULL, "ROLLBACK");
    return result != NULL && pgm_result_rows(result) > 0 ? g_strdup(pgm_result_value(result, 0, 0)) : NULL;
}

/* Every value cast back: the server names the first one that does not fit. */
static void probe_column(PgmEngine *engine, const PgmObject *before, const PgmObject *now, GPtrArray *forbids)
{
    const char *old_type = pgm_object_value(before, "type");
    if (g_strcmp0(old_type, pgm_object_value(now, "type")) == 0)
    {
        return;
    }
    g_autofree char *table = qualified(now->schema, now->parent);
    g_autofree char *column = pgm_quote_identifier(now->name);
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.count((%s::pg_catalog.text)::%s) FROM %s", column, old_type, table);
    g_autoptr(GError) why = NULL;
    g_autofree char *count = ask(engine, sql, &why);
    if (pgm_sql_error_is(why, "22"))
    {
        g_autofree char *display = pgm_object_display(now);
        g_ptr_array_add(forbids, g_strdup_printf("%s holds a value that is no %s: %s", display, old_type,
                                                 pgm_sql_error_info(why)->primary));
    }
}

/* NAMES are SQL, as the runbook writes them: quoted or not, with a schema or not. */
static gboolean lists(GPtrArray *names, const char *schema, const char *name)
{
    g_autofree char *full = g_strdup_printf("%s.%s", schema, name);
    for (guint i = 0; i < names->len; i++)
    {
        g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(names, i), "\"", -1);
        g_autofree char *listed = g_strjoinv("", parts);
        if (g_strcmp0(listed, name) == 0 || g_strcmp0(listed, full) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void probe_columns(PgmEngine *engine, const PgmPhase *phase, const PgmSnapshot *now, GPtrArray *forbids)
{
    for (guint i = 0; i < now->objects->len; i++)
    {
        const PgmObject *object = g_ptr_array_index(now->objects, i);
        const PgmObject *before =
            object->parent != NULL && lists(phase->lock, object->schema, object->parent) &&
                    g_strcmp0(object->kind->name, "column") == 0
                ? pgm_snapshot_find(engine->before, "column", object->schema, object->parent, object->name)
                : NULL;
        if (before != NULL)
        {
            probe_column(engine, before, object, forbids);
        }
    }
}

/* Foreign keys that reference a table of the phase and were not there when the run began. */
static void probe_foreign_keys(PgmEngine *engine, const PgmPhase *phase, GPtrArray *forbids)
{
    const char *query = pgm_query_text("run/referencing", pgm_connection_server(engine->connection)->version);
    for (guint i = 0; i < phase->lock->len; i++)
    {
        const char *name = g_ptr_array_index(phase->lock, i);
        const char *parameters[] = {name, engine->runbook->search_path};
        g_autoptr(PgmResult) result = pgm_connection_execute(engine->connection, query, 2, parameters, NULL, NULL);
        for (int row = 0; result != NULL && row < pgm_result_rows(result); row++)
        {
            const char *schema = pgm_result_value(result, row, 0);
            const char *table = pgm_result_value(result, row, 1);
            const char *constraint = pgm_result_value(result, row, 2);
            if (pgm_snapshot_find(engine->before, "constraint", schema, table, constraint) == NULL)
            {
                g_ptr_array_add(forbids, g_strdup_printf("%s.%s has come to reference %s (%s)", schema, table,
                                                         (const char *)g_ptr_array_index(phase->lock, i), constraint));
            }
        }
    }
}

GPtrArray *probe_rollback(PgmEngine *engine)
{
    GPtrArray *forbids = g_ptr_array_new_with_free_func(g_free);
    if (!load_before(engine))
    {
        return forbids;
    }
    for (guint i = 0; i < engine->runbook->phases->len; i++)
    {
        const PgmPhase *phase = g_ptr_array_index(engine->runbook->phases, i);
        if (walk_phase_state(engine, phase) != PGM_PHASE_COMMITTED || phase->rollback != PGM_ROLLBACK_SQL ||
            phase->lock->len == 0)
        {
            continue;
        }
        g_autoptr(PgmSnapshot) now = pgm_snapshot_read(engine->connection, NULL);
        if (now != NULL)
        {
            probe_columns(engine, phase, now, forbids);
        }
        probe_foreign_keys(engine, phase, forbids);
    }
    return forbids;
}
