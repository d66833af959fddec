/* armed.c - an armed period outside a run: its record among the runs, and the signals that are sent in it. */
#include "pgmedic/error.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"
#include "pgmedic/signal.h"
#include "run/walk.h"

enum
{
    LOOK_MS = 100,
};

struct PgmArmed
{
    PgmTarget *target;
    char *folder;
    PgmJournal *journal;
    /* What it was armed for. */
    char *system_identifier; /* NULL: not visible */
    guint32 database_oid;
    guint cancelled, terminated; /* sent */
    gint hurry;
};

static gboolean armed_tell(PgmArmed *armed, PgmEvent *event, GError **error)
{
    g_autoptr(PgmEvent) owned = event;
    return pgm_journal_append(armed->journal, owned, error);
}

static void armed_free(PgmArmed *armed)
{
    g_clear_pointer(&armed->journal, pgm_journal_close);
    pgm_target_free(armed->target);
    g_free(armed->folder);
    g_free(armed->system_identifier);
    g_free(armed);
}

static gboolean begin_record(PgmArmed *armed, const PgmServer *server, const char *state_folder, GError **error)
{
    armed->folder = pgm_runs_create(state_folder, "sessions", error);
    armed->journal = armed->folder != NULL ? pgm_journal_create(armed->folder, error) : NULL;
    if (armed->journal == NULL)
    {
        return FALSE;
    }
    PgmEvent *run = run_event_new(armed->target, server, armed->folder);
    g_autofree char *title = g_strdup_printf("Sessions cancelled and terminated on %s", server->database);
    pgm_event_set_text(run, "record", "sessions");
    pgm_event_set_text(run, "title", title);
    pgm_event_set_text(run, "operator", g_get_user_name());
    pgm_event_set_text(run, "os_host", g_get_host_name());
    pgm_event_set_text(run, "mode", "console");
    PgmEvent *event = pgm_event_new(PGM_EVENT_ARMED);
    pgm_event_set_text(event, "database", server->database);
    return armed_tell(armed, run, error) ? armed_tell(armed, event, error) : (pgm_event_free(event), FALSE);
}

PgmArmed *pgm_armed_begin(const PgmTarget *target, const char *state_folder, const char *typed, GError **error)
{
    g_autoptr(PgmConnection) connection = pgm_connection_open(target->conninfo, PGM_PURPOSE_RUN, error);
    if (connection == NULL)
    {
        return NULL;
    }
    const PgmServer *server = pgm_connection_server(connection);
    if (g_strcmp0(typed, server->database) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED, "that is not the database's name; nothing was done");
        return NULL;
    }
    if (!connect_may_change(target, server, error))
    {
        return NULL;
    }
    PgmArmed *armed = g_new0(PgmArmed, 1);
    armed->target = pgm_target_copy(target);
    armed->system_identifier = g_strdup(server->system_identifier);
    armed->database_oid = server->database_oid;
    if (!begin_record(armed, server, state_folder, error))
    {
        armed_free(armed);
        return NULL;
    }
    return armed;
}

const char *pgm_armed_folder(const PgmArmed *armed)
{
    return armed->folder;
}

void pgm_armed_hurry(PgmArmed *armed)
{
    g_atomic_int_set(&armed->hurry, 1);
}

/* The role's own search_path may put operators of its own before PostgreSQL's, and by `=` it is decided whom a signal
 * meets. */
#define SETTINGS                                                                                                       \
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog', false), "                                               \
    "pg_catalog.set_config('statement_timeout', '10s', false)"

/* A name may lead elsewhere by now: a failover, another address behind it. */
static PgmConnection *connect_again(const PgmArmed *armed, GError **error)
{
    g_autoptr(PgmConnection) connection = pgm_connection_open(armed->target->conninfo, PGM_PURPOSE_RUN, error);
    if (connection == NULL || !connect_may_change(armed->target, pgm_connection_server(connection), error) ||
        !pgm_connection_command(connection, error, SETTINGS))
    {
        return NULL;
    }
    const PgmServer *server = pgm_connection_server(connection);
    if (server->database_oid != armed->database_oid ||
        g_strcmp0(server->system_identifier, armed->system_identifier) != 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_REFUSED,
                    "this is not the database that was armed for: %s:%s has another system or database now",
                    server->host, server->port);
        return NULL;
    }
    return g_steal_pointer(&connection);
}

/* Until it has ended, patience has, or nobody wants to know any more. */
static PgmSignalFate wait_for_effect(PgmArmed *armed, PgmConnection *connection, const PgmSignal *signal, char **detail)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)PGM_SIGNAL_PATIENCE_MS * 1000;
    for (;;)
    {
        gboolean there = TRUE;
        g_autofree char *state = NULL;
        g_autoptr(GError) why = NULL;
        if (!pgm_signal_look(connection, signal, &there, &state, &why))
        {
            *detail = g_strdup(why->message);
            return PGM_SIGNAL_UNKNOWN;
        }
        if (!there)
        {
            return PGM_SIGNAL_ENDED;
        }
        if (g_get_monotonic_time() > deadline || g_atomic_int_get(&armed->hurry) != 0)
        {
            *detail = g_steal_pointer(&state);
            return g_atomic_int_get(&armed->hurry) != 0 ? PGM_SIGNAL_UNKNOWN : PGM_SIGNAL_STILL_THERE;
        }
        g_usleep(LOOK_MS * 1000);
    }
}

static PgmSignalFate send_and_wait(PgmArmed *armed, const PgmSignal *signal, char **detail)
{
    g_autoptr(GError) why = NULL;
    gboolean sent = FALSE;
    g_autoptr(PgmConnection) connection = connect_again(armed, &why);
    if (connection == NULL || !pgm_signal_send(connection, signal, &sent, &why))
    {
        *detail = g_strdup(why->message);
        return connection != NULL && g_error_matches(why, PGM_ERROR, PGM_ERROR_LOST) ? PGM_SIGNAL_UNKNOWN
                                                                                     : PGM_SIGNAL_REFUSED;
    }
    if (!sent)
    {
        return PGM_SIGNAL_GONE;
    }
    armed->cancelled += signal->kind == PGM_SIGNAL_CANCEL ? 1 : 0;
    armed->terminated += signal->kind == PGM_SIGNAL_TERMINATE ? 1 : 0;
    return wait_for_effect(armed, connection, signal, detail);
}

gboolean pgm_armed_signal(PgmArmed *armed, const PgmSignal *signal, PgmEvent **outcome, GError **error)
{
    *outcome = NULL;
    if (!armed_tell(armed, pgm_signal_event(signal), error))
    {
        return FALSE;
    }
    gint64 begin = g_get_monotonic_time();
    g_autofree char *detail = NULL;
    PgmSignalFate fate = send_and_wait(armed, signal, &detail);
    *outcome = pgm_signal_outcome_event(signal, fate, detail, (g_get_monotonic_time() - begin) / 1000);
    return pgm_journal_append(armed->journal, *outcome, error);
}

static char *last_word(const PgmArmed *armed)
{
    if (armed->cancelled + armed->terminated == 0)
    {
        return g_strdup("no session was cancelled or terminated");
    }
    return armed->terminated == 0
               ? g_strdup_printf("%u statement%s cancelled", armed->cancelled, armed->cancelled == 1 ? "" : "s")
           : armed->cancelled == 0
               ? g_strdup_printf("%u session%s terminated", armed->terminated, armed->terminated == 1 ? "" : "s")
               : g_strdup_printf("%u statement%s cancelled, %u session%s terminated", armed->cancelled,
                                 armed->cancelled == 1 ? "" : "s", armed->terminated,
                                 armed->terminated == 1 ? "" : "s");
}

void pgm_armed_end(PgmArmed *armed, const char *why)
{
    if (armed == NULL)
    {
        return;
    }
    g_autofree char *message = last_word(armed);
    PgmEvent *end = pgm_event_set_text(pgm_event_new(PGM_EVENT_END), "outcome", "finished");
    pgm_event_set_text(end, "message", message);
    /* A journal that cannot be written any more says nothing of the end: that shows as a record without one. */
    if (armed_tell(armed, pgm_event_set_text(pgm_event_new(PGM_EVENT_DISARMED), "reason", why), NULL))
    {
        armed_tell(armed, end, NULL);
    }
    else
    {
        pgm_event_free(end);
    }
    armed_free(armed);
}
