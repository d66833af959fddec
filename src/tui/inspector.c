/* inspector.c - the worker that owns the inspection connection. */
#include "tui/inspector.h"

#include "pgmedic/text.h"

#include <string.h>

enum
{
    REFRESH_MS = 3000,
    SESSIONS_MS = 1000, /* while they are looked at */
    SCHEMA_EVERY_MS = 30000,
    SCHEMA_SHARE = 20, /* a large schema is read more rarely: one part of the time in so many */
    SLOW_EVERY_MS = 30000,
    RECONNECT_MS = 3000,
    REFUSED_MS = 30000, /* a login that was refused: many tries lock a role out, and fill the server's log */
    FOREVER_MS = 24 * 3600 * 1000,
};

typedef struct
{
    PgmTarget *target;
    GPtrArray *thresholds; /* borrowed from the configuration */
    GMutex mutex;          /* over `connection`, for interrupt() */
    PgmConnection *connection;
    gboolean paused;
    gboolean sessions_shown;
    gint64 refused;     /* monotonic: when the login was refused; 0: it was not */
    gint64 refreshed;   /* monotonic: when everything was read; 0: never */
    gint64 schema_read; /* monotonic; 0: never */
    gint64 schema_took; /* microseconds, of the server's time above all */
    GPtrArray *health;  /* PgmHealthFinding, the newest of each check */
    GHashTable *slow;   /* checks that are asked after everything else, and rarely */
    guint slow_asked;   /* how many of them there were then */
    gint64 slow_read;   /* monotonic */
    char *log;          /* the one diagnosed last: again whenever the schema has been read; NULL: none */
    char *log_source;
    GPtrArray *library; /* of PgmLibraryEntry; NULL */
} Inspector;

static void disconnect(Inspector *inspector)
{
    g_mutex_lock(&inspector->mutex);
    PgmConnection *connection = g_steal_pointer(&inspector->connection);
    g_mutex_unlock(&inspector->mutex);
    /* Closing may wait for a network; interrupt(), on the thread that draws, does not wait for that. */
    pgm_connection_close(connection);
}

/* "user/database@host:port" as a header shows it. */
static char *where(const PgmServer *server)
{
    gboolean local = server->host != NULL && *server->host == '/';
    g_autofree char *raw =
        g_strdup_printf("%s/%s@%s:%s", server->user, server->database, local ? "[local]" : server->host, server->port);
    return pgm_text_safe(raw, -1);
}

static void post_server(PgmWorker *worker, const Inspector *inspector)
{
    const PgmServer *server = pgm_connection_server(inspector->connection);
    PgmServerNews *news = g_new0(PgmServerNews, 1);
    news->version = g_strdup(server->version_text);
    news->where = where(server);
    news->database = g_strdup(server->database);
    news->user = g_strdup(server->user);
    news->standby = server->standby;
    news->superuser = server->superuser;
    news->pooled = server->pooled;
    news->environment = pgm_target_environment(inspector->target, server->loopback);
    pgm_worker_post(worker, PGM_NEWS_SERVER, news);
}

static gboolean ensure_connection(PgmWorker *worker, Inspector *inspector)
{
    if (inspector->connection != NULL && pgm_connection_is_lost(inspector->connection))
    {
        disconnect(inspector);
        pgm_worker_post(worker, PGM_NEWS_UNREACHABLE, g_strdup("the server closed the connection"));
    }
    if (inspector->connection != NULL)
    {
        return TRUE;
    }
    if (inspector->refused != 0 && g_get_monotonic_time() - inspector->refused < (gint64)REFUSED_MS * 1000)
    {
        return FALSE;
    }
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(inspector->target->conninfo, PGM_PURPOSE_INSPECT, &error);
    gboolean refused = connection == NULL && g_error_matches(error, PGM_ERROR, PGM_ERROR_LOGIN);
    inspector->refused = refused ? g_get_monotonic_time() : 0;
    if (connection == NULL)
    {
        pgm_worker_post(worker, PGM_NEWS_UNREACHABLE,
                        g_strdup_printf("%s%s", error->message,
                                        refused
                                            ? ". Tried again every 30 s only, so that nobody is locked out; u tries "
                                              "now"
                                            : ""));
        return FALSE;
    }
    g_mutex_lock(&inspector->mutex);
    inspector->connection = connection;
    g_mutex_unlock(&inspector->mutex);
    inspector->schema_read = 0;
    g_ptr_array_set_size(inspector->health, 0);
    post_server(worker, inspector);
    return TRUE;
}

static gboolean measure(PgmWorker *worker, Inspector *inspector)
{
    gint64 before = g_get_monotonic_time();
    g_autofree char *one = pgm_connection_value(inspector->connection, "SELECT 1", NULL);
    if (one == NULL)
    {
        return FALSE;
    }
    gint64 *micros = g_new(gint64, 1);
    *micros = g_get_monotonic_time() - before;
    pgm_worker_post(worker, PGM_NEWS_ROUND_TRIP, micros);
    return TRUE;
}

static PgmRepository *load_repository(const PgmTarget *target, char **complaint)
{
    if (target->repository_path == NULL)
    {
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    PgmRepository *repository = pgm_repository_load(target->repository_kind, target->repository_path, &error);
    if (repository == NULL)
    {
        *complaint = g_strdup(error->message);
    }
    return repository;
}

static void read_migration(PgmWorker *worker, Inspector *inspector)
{
    g_autoptr(GError) error = NULL;
    PgmMigrationNews *news = g_new0(PgmMigrationNews, 1);
    news->repository = load_repository(inspector->target, &news->repository_error);
    news->books = pgm_migration_read_books(inspector->connection, &error);
    if (news->books != NULL)
    {
        pgm_migration_order_books(news->books, news->repository);
    }
    news->states = g_ptr_array_new();
    for (guint i = 0; news->books != NULL && i < news->books->len; i++)
    {
        const PgmMigrationBook *book = g_ptr_array_index(news->books, i);
        g_clear_error(&error);
        g_ptr_array_add(news->states, book->unreadable != NULL ? NULL
                                                               : pgm_migration_compare(inspector->connection, book,
                                                                                       news->repository, &error));
    }
    news->error = error != NULL ? g_strdup(error->message) : NULL;
    pgm_worker_post(worker, PGM_NEWS_MIGRATION, news);
}

/* The panel has its own copy: this one goes on changing. */
static void take_findings(PgmWorker *worker, Inspector *inspector, const GPtrArray *findings)
{
    pgm_health_merge(inspector->health, findings);
    GPtrArray *news = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_health_finding_free);
    pgm_health_merge(news, inspector->health);
    pgm_worker_post(worker, PGM_NEWS_HEALTH, news);
}

static void ask_health(PgmWorker *worker, Inspector *inspector, gboolean patient)
{
    g_autoptr(GPtrArray) findings =
        pgm_health_ask(inspector->connection, inspector->thresholds, patient, inspector->slow, NULL);
    if (findings != NULL)
    {
        take_findings(worker, inspector, findings);
    }
}

static void read_health(PgmWorker *worker, Inspector *inspector)
{
    ask_health(worker, inspector, FALSE);
}

static void read_slow_health(PgmWorker *worker, Inspector *inspector)
{
    guint slow = g_hash_table_size(inspector->slow);
    gint64 now = g_get_monotonic_time();
    if (slow > inspector->slow_asked || (slow > 0 && now - inspector->slow_read > (gint64)SLOW_EVERY_MS * 1000))
    {
        inspector->slow_asked = slow;
        inspector->slow_read = now;
        ask_health(worker, inspector, TRUE);
    }
}

static void read_sessions(PgmWorker *worker, Inspector *inspector)
{
    g_autoptr(GError) error = NULL;
    PgmSessionsNews *news = g_new0(PgmSessionsNews, 1);
    news->rows = pgm_sessions_read(inspector->connection, &error);
    news->read_at = g_get_monotonic_time();
    news->error = error != NULL ? g_strdup(error->message) : NULL;
    pgm_worker_post(worker, PGM_NEWS_SESSIONS, news);
}

/* MISMATCHES without those between columns that DRIFT (may be NULL) names already. */
static GPtrArray *untold(GPtrArray *mismatches, const PgmDrift *drift)
{
    g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);
    for (guint i = 0; drift != NULL && i < drift->differences->len; i++)
    {
        const PgmDifference *difference = g_ptr_array_index(drift->differences, i);
        g_hash_table_add(told, (gpointer)(gsize)difference->actual);
    }
    for (guint i = mismatches->len; i-- > 0;)
    {
        const PgmMismatch *mismatch = g_ptr_array_index(mismatches, i);
        if (g_hash_table_contains(told, mismatch->column) || g_hash_table_contains(told, mismatch->key))
        {
            g_ptr_array_remove_index(mismatches, i);
        }
    }
    return mismatches;
}

static void read_schema(PgmWorker *worker, Inspector *inspector)
{
    g_autoptr(GError) error = NULL;
    gint64 began = g_get_monotonic_time();
    PgmSchemaNews *news = g_new0(PgmSchemaNews, 1);
    news->snapshot = pgm_snapshot_read(inspector->connection, &error);
    inspector->schema_took = g_get_monotonic_time() - began;
    news->error = error != NULL ? g_strdup(error->message) : NULL;
    news->names = news->snapshot != NULL ? pgm_names_new(news->snapshot) : NULL;
    if (inspector->target->baseline != NULL)
    {
        g_autoptr(GError) baseline_error = NULL;
        news->baseline = pgm_snapshot_load(inspector->target->baseline, &baseline_error);
        news->baseline_error = baseline_error != NULL ? g_strdup(baseline_error->message) : NULL;
    }
    if (news->snapshot != NULL && news->baseline != NULL)
    {
        news->drift = pgm_drift_compare(news->baseline, news->snapshot, inspector->target->ignore);
        news->mend = pgm_drift_mend(news->drift, news->baseline, news->snapshot);
    }
    if (news->snapshot != NULL)
    {
        news->within = untold(pgm_drift_within(news->snapshot, inspector->target->ignore), news->drift);
    }
    news->marks = news->snapshot != NULL ? pgm_marks_new(news->drift) : NULL;
    news->tree = news->snapshot != NULL ? pgm_schema_tree_new(news->snapshot, news->baseline, news->marks) : NULL;
    inspector->schema_read = g_get_monotonic_time();
    news->stamp = inspector->schema_read;
    pgm_worker_post(worker, PGM_NEWS_SCHEMA, news);
}

/* What a log says stays; what the catalog makes of it does not. */
static void diagnose(PgmWorker *worker, Inspector *inspector, gboolean asked)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) library = g_ptr_array_new();
    for (guint i = 0; inspector->library != NULL && i < inspector->library->len; i++)
    {
        const PgmLibraryEntry *entry = g_ptr_array_index(inspector->library, i);
        if (entry->runbook != NULL)
        {
            g_ptr_array_add(library, entry->runbook);
        }
    }
    g_autofree char *complaint = NULL;
    g_autoptr(PgmRepository) repository = load_repository(inspector->target, &complaint);
    PgmDiagnosisNews *news = g_new0(PgmDiagnosisNews, 1);
    news->source = g_strdup(inspector->log_source);
    news->asked = asked;
    news->diagnosis =
        pgm_diagnose(inspector->log, strlen(inspector->log), inspector->connection, repository, library, &error);
    news->error = error != NULL ? g_strdup(error->message) : NULL;
    pgm_worker_post(worker, PGM_NEWS_DIAGNOSIS, news);
}

static void diagnose_again(PgmWorker *worker, Inspector *inspector)
{
    if (inspector->log != NULL)
    {
        diagnose(worker, inspector, FALSE);
    }
}

static void forget_log(Inspector *inspector)
{
    g_clear_pointer(&inspector->log, g_free);
    g_clear_pointer(&inspector->log_source, g_free);
    g_clear_pointer(&inspector->library, g_ptr_array_unref);
}

static void take_log(Inspector *inspector, const PgmJob *job)
{
    forget_log(inspector);
    inspector->log = g_strdup(job->text);
    inspector->log_source = g_strdup(job->name);
    inspector->library = job->array != NULL ? g_ptr_array_ref(job->array) : NULL;
}

static gboolean schema_is_due(const Inspector *inspector)
{
    gint64 every = MAX((gint64)SCHEMA_EVERY_MS * 1000, inspector->schema_took * SCHEMA_SHARE);
    return inspector->schema_read == 0 || g_get_monotonic_time() - inspector->schema_read > every;
}

static int refresh(PgmWorker *worker, Inspector *inspector)
{
    if (!ensure_connection(worker, inspector))
    {
        return RECONNECT_MS;
    }
    void (*const readers[])(PgmWorker *, Inspector *) = {read_health,    read_migration, read_schema,
                                                         diagnose_again, read_sessions,  read_slow_health};
    if (!measure(worker, inspector))
    {
        return pgm_connection_is_lost(inspector->connection) ? 0 : REFRESH_MS;
    }
    gboolean schema_due = schema_is_due(inspector);
    for (guint i = 0; i < G_N_ELEMENTS(readers) && !pgm_worker_is_stopping(worker); i++)
    {
        if ((readers[i] != read_schema && readers[i] != diagnose_again) || schema_due)
        {
            readers[i](worker, inspector);
        }
        if (pgm_connection_is_lost(inspector->connection))
        {
            return 0;
        }
    }
    return REFRESH_MS;
}

/* Only the sessions: between two readings of everything, and during a run. */
static int refresh_sessions(PgmWorker *worker, Inspector *inspector)
{
    if (!ensure_connection(worker, inspector))
    {
        return RECONNECT_MS;
    }
    read_sessions(worker, inspector);
    return pgm_connection_is_lost(inspector->connection) ? 0 : SESSIONS_MS;
}

static int refresh_due(PgmWorker *worker, Inspector *inspector)
{
    gint64 age_ms = (g_get_monotonic_time() - inspector->refreshed) / 1000;
    if (inspector->sessions_shown && (inspector->paused || (inspector->refreshed != 0 && age_ms < REFRESH_MS)))
    {
        return refresh_sessions(worker, inspector);
    }
    if (inspector->paused)
    {
        return FOREVER_MS;
    }
    int pause = refresh(worker, inspector);
    inspector->refreshed = g_get_monotonic_time();
    return inspector->sessions_shown ? MIN(pause, SESSIONS_MS) : pause;
}

/* What an object's page tells besides the snapshot. */
static void read_details(PgmWorker *worker, Inspector *inspector, const PgmIdentity *object)
{
    g_autoptr(GError) error = NULL;
    PgmDetailsNews *news = g_new0(PgmDetailsNews, 1);
    news->object = pgm_identity_copy(object);
    if (inspector->paused)
    {
        news->error = g_strdup("not read: nothing else is asked of the server while a run goes on");
    }
    else if (ensure_connection(worker, inspector))
    {
        news->details = pgm_details_read(inspector->connection, object, &error);
    }
    if (news->details == NULL && news->error == NULL)
    {
        news->error = g_strdup_printf("not read: %s", error != NULL ? error->message : "not connected");
    }
    pgm_worker_post(worker, PGM_NEWS_DETAILS, news);
}

static int inspect(PgmWorker *worker, gpointer state, const PgmJob *job)
{
    Inspector *inspector = state;
    switch (job != NULL ? job->kind : -1)
    {
    case PGM_INSPECT_DIAGNOSE:
    case PGM_INSPECT_OFFER:
        take_log(inspector, job);
        diagnose(worker, inspector, job->kind == PGM_INSPECT_DIAGNOSE);
        return inspector->paused && !inspector->sessions_shown ? FOREVER_MS : REFRESH_MS;
    case PGM_INSPECT_DETAILS:
        read_details(worker, inspector, job->array->pdata[0]);
        break;
    case PGM_INSPECT_PAUSE:
        inspector->paused = TRUE;
        break;
    case PGM_INSPECT_GO_ON:
        inspector->paused = FALSE;
        inspector->refreshed = 0;
        inspector->schema_read = 0;
        break;
    case PGM_INSPECT_REFRESH:
        inspector->refused = 0;
        inspector->refreshed = 0;
        inspector->schema_read = 0;
        break;
    case PGM_INSPECT_SESSIONS_SHOWN:
    case PGM_INSPECT_SESSIONS_HIDDEN:
        inspector->sessions_shown = job->kind == PGM_INSPECT_SESSIONS_SHOWN;
        break;
    default:
        break;
    }
    return refresh_due(worker, inspector);
}

static void interrupt(gpointer state)
{
    Inspector *inspector = state;
    g_mutex_lock(&inspector->mutex);
    if (inspector->connection != NULL)
    {
        pgm_connection_cancel(inspector->connection);
    }
    g_mutex_unlock(&inspector->mutex);
}

static void end(gpointer state)
{
    Inspector *inspector = state;
    disconnect(inspector);
    forget_log(inspector);
    g_ptr_array_unref(inspector->health);
    g_hash_table_unref(inspector->slow);
    pgm_target_free(inspector->target);
    g_mutex_clear(&inspector->mutex);
    g_free(inspector);
}

PgmWorker *pgm_inspector_start(const PgmTuiOptions *options, PgmQueue *inbox)
{
    static const PgmWorkerOps ops = {"inspector", inspect, interrupt, end};
    Inspector *inspector = g_new0(Inspector, 1);
    inspector->target = pgm_target_copy(options->target);
    inspector->thresholds = options->config != NULL ? options->config->thresholds : NULL;
    inspector->health = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_health_finding_free);
    inspector->slow = g_hash_table_new(g_str_hash, g_str_equal);
    g_mutex_init(&inspector->mutex);
    return pgm_worker_start(&ops, inspector, inbox);
}
