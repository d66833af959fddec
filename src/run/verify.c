/* verify.c - a runbook's questions to the database, always read-only. */
#include "pgmedic/error.h"
#include "pgmedic/query.h"
#include "run/walk.h"

static gboolean open_read_only(PgmEngine *engine, GError **error)
{
    if (!engine_command(engine, error, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"))
    {
        return FALSE;
    }
    g_autofree char *timeout = g_strdup_printf("%d", engine->phase != NULL ? engine->phase->statement_timeout_ms
                                                                           : PGM_PHASE_STATEMENT_TIMEOUT_MS);
    const char *parameters[] = {timeout, engine->runbook->search_path};
    const char *query = pgm_query_text("run/read_settings", pgm_connection_server(engine->connection)->version);
    g_autoptr(PgmResult) result = pgm_connection_execute(engine->connection, query, 2, parameters, NULL, error);
    return result != NULL;
}

/* Inside a phase's transaction a savepoint carries the question: an error, a lock or a setting of it does not outlive
 * it. */
static gboolean begin_question(PgmEngine *engine, gboolean inside, GError **error)
{
    if (!inside)
    {
        return open_read_only(engine, error);
    }
    return engine_command(engine, error, "SAVEPOINT pgmedic_question") &&
           engine_command(engine, error, "SET LOCAL transaction_read_only = on");
}

static gboolean end_question(PgmEngine *engine, gboolean inside, GError **error)
{
    if (!inside)
    {
        return engine_command(engine, error, "ROLLBACK");
    }
    return engine_command(engine, error, "ROLLBACK TO SAVEPOINT pgmedic_question") &&
           engine_command(engine, error, "RELEASE SAVEPOINT pgmedic_question");
}

gboolean verify_ask(PgmEngine *engine, const PgmCheck *check, const char *same_as, gboolean *holds, char **answer,
                    GError **why)
{
    gboolean inside = pgm_connection_transaction(engine->connection) == '*';
    *holds = FALSE;
    *answer = NULL;
    if (!begin_question(engine, inside, why))
    {
        return FALSE;
    }
    g_autoptr(GError) failed = NULL;
    g_autoptr(PgmResult) result = engine_execute(engine, check->sql, &failed);
    if (!end_question(engine, inside, result == NULL ? NULL : why))
    {
        if (result == NULL)
        {
            g_propagate_error(why, g_steal_pointer(&failed));
        }
        return FALSE;
    }
    if (result == NULL)
    {
        g_propagate_error(why, g_steal_pointer(&failed));
        return FALSE;
    }
    *answer = pgm_check_answer(&check->expect, result);
    *holds = pgm_expectation_holds(&check->expect, result, same_as);
    return TRUE;
}

gboolean verify_check(PgmEngine *engine, const PgmCheck *check, const char *moment, const char *same_as,
                      gboolean *holds, GError **error)
{
    g_autofree char *answer = NULL;
    g_autoptr(GError) why = NULL;
    verify_ask(engine, check, same_as, holds, &answer, &why);

    PgmEvent *event = pgm_event_new(moment != NULL ? PGM_EVENT_VERIFICATION : PGM_EVENT_PRECONDITION);
    g_autofree char *expected = check->expect.kind == PGM_EXPECT_SAME && same_as != NULL
                                    ? g_strdup_printf("%s (as before)", same_as)
                                    : pgm_expectation_text(&check->expect);
    pgm_event_set_text(event, "moment", moment);
    pgm_event_set_text(event, "name", check->name != NULL ? check->name : "the phase counts as applied (done_when)");
    pgm_event_set_text(event, "sql", check->sql);
    pgm_event_set_text(event, "expected", expected);
    pgm_event_set_text(event, "answer", answer);
    pgm_event_set_boolean(event, "holds", *holds);
    pgm_event_set_text(event, "error", why != NULL ? why->message : NULL);
    gboolean told = moment != NULL ? engine_tell_phase(engine, event, error) : engine_tell(engine, event, error);
    if (told && pgm_connection_is_lost(engine->connection))
    {
        if (why == NULL)
        {
            g_set_error(&why, PGM_ERROR, PGM_ERROR_LOST, "the connection was lost after a question to the database");
        }
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    return told;
}

gboolean verify_after(PgmEngine *engine, gboolean *all_hold, GError **error)
{
    GPtrArray *checks = phase_checks(engine);
    *all_hold = TRUE;
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = g_ptr_array_index(checks, i);
        gboolean holds;
        if (check->expect.kind == PGM_EXPECT_SAME)
        {
            continue; /* others write again: only before the COMMIT is the same answer owed */
        }
        if (!verify_check(engine, check, "after-commit", NULL, &holds, error))
        {
            return FALSE;
        }
        *all_hold = *all_hold && holds;
    }
    return TRUE;
}
