/* signal.c - one signal to one backend: sent only to whom it was meant for, and its effect. */
#include "pgmedic/signal.h"

#include "pgmedic/activity.h"
#include "pgmedic/query.h"

#include <string.h>

PgmSignal *pgm_signal_new(PgmSignalKind kind, const PgmSessionRow *row)
{
    PgmSignal *signal = g_new0(PgmSignal, 1);
    *signal = (PgmSignal){
        .kind = kind,
        .pid = row->pid,
        .backend_start = g_strdup(row->backend_start),
        .query_start = kind == PGM_SIGNAL_CANCEL ? g_strdup(row->query_start) : NULL,
        .user = g_strdup(row->user),
        .database = g_strdup(row->database),
        .application = g_strdup(row->application),
        .client = g_strdup(row->client),
        .backend_type = g_strdup(row->backend_type),
        .state = g_strdup(row->state),
        .query = g_strdup(row->query),
        .transaction_ms = row->transaction_ms,
        .query_ms = row->query_ms,
        .behind = row->behind,
    };
    return signal;
}

PgmSignal *pgm_signal_copy(const PgmSignal *signal)
{
    PgmSignal *copy = g_new(PgmSignal, 1);
    *copy = *signal;
    char **const texts[] = {&copy->backend_start, &copy->query_start, &copy->user,
                            &copy->database,      &copy->application, &copy->client,
                            &copy->backend_type,  &copy->state,       &copy->query};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        *texts[i] = g_strdup(*texts[i]);
    }
    return copy;
}

void pgm_signal_free(PgmSignal *signal)
{
    if (signal == NULL)
    {
        return;
    }
    char *const texts[] = {signal->backend_start, signal->query_start, signal->user,
                           signal->database,      signal->application, signal->client,
                           signal->state,         signal->query,       signal->backend_type};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        g_free(texts[i]);
    }
    g_free(signal);
}

static gboolean runs_nothing(const PgmSessionRow *row)
{
    gboolean client = row->backend_type == NULL || g_str_equal(row->backend_type, "client backend");
    return client && g_strcmp0(row->state, "active") != 0;
}

char *pgm_signal_refusal(PgmSignalKind kind, const PgmSessionRow *row)
{
    const char *verb = kind == PGM_SIGNAL_CANCEL ? "cancelled" : "terminated";
    if (row->gid != NULL)
    {
        return g_strdup_printf("no session belongs to it: COMMIT PREPARED or ROLLBACK PREPARED ends it");
    }
    if (row->own)
    {
        return g_strdup_printf("%d is pgmedic's own, of this host: it is not %s from here", row->pid, verb);
    }
    if (row->lacks != NULL && g_str_equal(row->lacks, "superuser"))
    {
        return row->user != NULL
                   ? g_strdup_printf("%d belongs to superuser %s: only a superuser may end it", row->pid, row->user)
                   : g_strdup_printf("%d is a process of the server: only a superuser may end it", row->pid);
    }
    if (row->lacks != NULL)
    {
        return g_strdup_printf("this role may not end sessions of %s: it needs %s",
                               row->user != NULL ? row->user : "the server", row->lacks);
    }
    if (!row->visible || row->backend_start == NULL)
    {
        return g_strdup_printf("%d cannot be told from a later session: that needs pg_read_all_stats", row->pid);
    }
    if (kind == PGM_SIGNAL_CANCEL && (runs_nothing(row) || row->query_start == NULL))
    {
        return g_strdup_printf("%d runs no statement: nothing to cancel; T terminates the session", row->pid);
    }
    return NULL;
}

static PgmResult *ask(PgmConnection *connection, const char *name, const PgmSignal *signal, int n, GError **error)
{
    g_autofree char *pid = g_strdup_printf("%d", signal->pid);
    const char *parameters[] = {pid, signal->backend_start, signal->query_start};
    const char *query = pgm_query_text(name, pgm_connection_server(connection)->version);
    return pgm_connection_execute(connection, query, n, parameters, NULL, error);
}

gboolean pgm_signal_send(PgmConnection *connection, const PgmSignal *signal, gboolean *sent, GError **error)
{
    gboolean cancel = signal->kind == PGM_SIGNAL_CANCEL;
    *sent = FALSE;
    g_autoptr(PgmResult) result =
        ask(connection, cancel ? "sessions/cancel" : "sessions/terminate", signal, cancel ? 3 : 2, error);
    /* FALSE from the function: the backend ended between the check and the signal. */
    *sent = result != NULL && pgm_result_rows(result) > 0 && pgm_result_boolean(result, 0, 0);
    return result != NULL;
}

gboolean pgm_signal_look(PgmConnection *connection, const PgmSignal *signal, gboolean *there, char **state,
                         GError **error)
{
    g_autoptr(PgmResult) result = ask(connection, "sessions/one", signal, 2, error);
    if (result == NULL)
    {
        return FALSE;
    }
    *there = pgm_result_rows(result) > 0;
    *state = NULL;
    if (!*there)
    {
        return TRUE;
    }
    const char *doing = pgm_result_value(result, 0, 1);
    const char *wait = pgm_result_value(result, 0, 2);
    if (signal->kind == PGM_SIGNAL_CANCEL)
    {
        gboolean idle = doing != NULL && !g_str_equal(doing, "active");
        *there = !idle && g_strcmp0(pgm_result_value(result, 0, 0), signal->query_start) == 0;
    }
    *state = g_strdup_printf("%s%s%s", doing != NULL ? doing : "running", wait != NULL ? ", " : "",
                             wait != NULL ? wait : "");
    return TRUE;
}

/* Events */

const char *pgm_signal_kind_name(PgmSignalKind kind)
{
    return kind == PGM_SIGNAL_CANCEL ? "cancel" : "terminate";
}

enum
{
    QUERY_BYTES = 400, /* enough to tell which statement it was */
};

/* For the record. A statement that sets a password has no place in it. */
static char *query_on_record(const char *query)
{
    if (query == NULL || !pgm_activity_has_secret(query))
    {
        const char *end = query != NULL && strlen(query) > QUERY_BYTES ? query + QUERY_BYTES : NULL;
        end = end != NULL ? g_utf8_find_prev_char(query, end) : NULL;
        return end != NULL ? g_strdup_printf("%.*s…", (int)(end - query), query) : g_strdup(query);
    }
    return g_strdup("(not recorded: it speaks of a password or the like)");
}

PgmEvent *pgm_signal_event(const PgmSignal *signal)
{
    PgmEvent *event =
        pgm_event_new(signal->kind == PGM_SIGNAL_CANCEL ? PGM_EVENT_SESSION_CANCEL : PGM_EVENT_SESSION_TERMINATE);
    pgm_event_set_integer(event, "pid", signal->pid);
    pgm_event_set_text(event, "backend_start", signal->backend_start);
    pgm_event_set_text(event, "query_start", signal->query_start);
    pgm_event_set_text(event, "user", signal->user);
    pgm_event_set_text(event, "database", signal->database);
    pgm_event_set_text(event, "application", signal->application);
    pgm_event_set_text(event, "client", signal->client);
    pgm_event_set_text(event, "backend_type", signal->backend_type);
    pgm_event_set_text(event, "state", signal->state);
    g_autofree char *query = query_on_record(signal->query);
    pgm_event_set_text(event, "query", query);
    pgm_event_set_integer(event, "transaction_ms", signal->transaction_ms);
    pgm_event_set_integer(event, "query_ms", signal->query_ms);
    return pgm_event_set_integer(event, "behind", signal->behind);
}

static const char *const fates[] = {
    [PGM_SIGNAL_ENDED] = "ended",     [PGM_SIGNAL_STILL_THERE] = "still-there", [PGM_SIGNAL_GONE] = "gone",
    [PGM_SIGNAL_REFUSED] = "refused", [PGM_SIGNAL_UNKNOWN] = "unknown",
};

PgmEvent *pgm_signal_outcome_event(const PgmSignal *signal, PgmSignalFate fate, const char *detail, gint64 ms)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_SESSION_OUTCOME);
    pgm_event_set_text(event, "signal", pgm_signal_kind_name(signal->kind));
    pgm_event_set_integer(event, "pid", signal->pid);
    pgm_event_set_text(event, "backend_start", signal->backend_start);
    pgm_event_set_text(event, "fate", fates[fate]);
    pgm_event_set_text(event, "detail", detail);
    return pgm_event_set_integer(event, "ms", ms);
}

PgmSignalFate pgm_signal_fate_of(const PgmEvent *outcome)
{
    for (guint i = 0; i < G_N_ELEMENTS(fates); i++)
    {
        if (g_strcmp0(pgm_event_text(outcome, "fate"), fates[i]) == 0)
        {
            return (PgmSignalFate)i;
        }
    }
    return PGM_SIGNAL_UNKNOWN;
}
