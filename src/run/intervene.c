/* intervene.c - sessions of others cancelled and terminated while a run goes on: journaled here, sent by the watch. */
#include "pgmedic/error.h"
#include "run/walk.h"

enum
{
    STALE_MS = 10000, /* the engine did not listen for so long (a dump, a snapshot): what was seen is old by now */
};

void pgm_engine_signal(PgmEngine *engine, const PgmSignal *signal)
{
    EngineMessage *message = g_new0(EngineMessage, 1);
    message->kind = ENGINE_SIGNAL;
    message->signal = pgm_signal_copy(signal);
    message->asked = g_get_monotonic_time();
    pgm_queue_push(engine->inbox, message);
}

/* On the watch's thread. */
static void signalled(PgmEvent *outcome, gpointer user)
{
    PgmEngine *engine = user;
    EngineMessage *message = g_new0(EngineMessage, 1);
    message->kind = ENGINE_SIGNALLED;
    message->outcome = outcome;
    pgm_queue_push(engine->inbox, message);
}

/* Why it is not even announced; NULL: nothing speaks against it. */
static const char *refusal(const PgmEngine *engine, const PgmSignal *signal, gint64 asked)
{
    if (!engine->model->armed || engine->journal == NULL)
    {
        return "the run is not armed";
    }
    if (engine->connection == NULL || engine->watch == NULL)
    {
        return "the run has no connection at the moment";
    }
    if (signal->pid == pgm_connection_server(engine->connection)->backend_pid)
    {
        return "it is the run itself";
    }
    return g_get_monotonic_time() - asked > (gint64)STALE_MS * 1000
               ? "the run was busy with something else, and what was seen of the session is old by now; look again"
               : NULL;
}

void intervene_hear_signal(PgmEngine *engine, const PgmSignal *signal, gint64 asked)
{
    const char *why_not = refusal(engine, signal, asked);
    g_autoptr(GError) why = NULL;
    if (why_not == NULL && engine_tell(engine, pgm_signal_event(signal), &why))
    {
        pgm_watch_signal(engine->watch, signal, pgm_connection_server(engine->connection), signalled, engine);
        return;
    }
    /* Not announced, so not sent. A journal that cannot be written ends the run with its next line. */
    engine_show(engine,
                pgm_signal_outcome_event(signal, PGM_SIGNAL_REFUSED, why_not != NULL ? why_not : why->message, 0));
}

void intervene_hear_outcome(PgmEngine *engine, PgmEvent *outcome)
{
    engine_tell_anyway(engine, outcome);
}
