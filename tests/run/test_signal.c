/* test_signal.c - sessions cancelled and terminated in an armed period: whom it meets, and what stands on record. */
#include "pgmedic/signal.h"

#include "harness/server.h"
#include "harness/statement.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct
{
    PgmTestDatabase *database;
    PgmTarget *target;
    char *state;
    PgmConnection *reader, *victim;
    PgmArmed *armed;
} Scene;

static void scene_open_in(Scene *scene, PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    scene->database = database;
    scene->target = pgm_target_new("test");
    pgm_conninfo_free(scene->target->conninfo);
    scene->target->conninfo = pgm_conninfo_copy(pgm_test_database_conninfo(scene->database));
    g_autofree char *top = g_dir_make_tmp("pgmedic-signal-XXXXXX", NULL);
    scene->state = g_build_filename(top, "runs", NULL);
    scene->reader = pgm_test_database_connect(scene->database, PGM_PURPOSE_INSPECT);
    scene->victim = pgm_test_database_connect(scene->database, PGM_PURPOSE_PLAIN);
    scene->armed = pgm_armed_begin(scene->target, scene->state, pgm_test_database_name(scene->database), &error);
    g_assert_no_error(error);
}

static void scene_open(Scene *scene, const char *name)
{
    scene_open_in(scene, pgm_test_database_new(name));
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    g_remove(path);
}

static void scene_close(Scene *scene)
{
    pgm_armed_end(scene->armed, "the test is over");
    pgm_connection_close(scene->victim);
    pgm_connection_close(scene->reader);
    pgm_target_free(scene->target);
    pgm_test_database_free(scene->database);
    g_autofree char *top = g_path_get_dirname(scene->state);
    remove_tree(top);
    g_free(scene->state);
}

/* The signal that an operator would choose, looking at the victim when it is in STATE. */
static PgmSignal *aim(const Scene *scene, PgmSignalKind kind, const char *state)
{
    gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
    for (;;)
    {
        g_autoptr(GPtrArray) rows = pgm_sessions_read(scene->reader, NULL);
        g_assert_nonnull(rows);
        for (guint i = 0; i < rows->len; i++)
        {
            const PgmSessionRow *row = g_ptr_array_index(rows, i);
            if (row->pid == pgm_connection_server(scene->victim)->backend_pid && g_strcmp0(row->state, state) == 0)
            {
                g_autofree char *refusal = pgm_signal_refusal(kind, row);
                g_assert_null(refusal);
                return pgm_signal_new(kind, row);
            }
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(5000);
    }
}

static PgmSignalFate shoot(const Scene *scene, const PgmSignal *signal)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmEvent) outcome = NULL;
    g_assert_true(pgm_armed_signal(scene->armed, signal, &outcome, &error));
    g_assert_no_error(error);
    g_assert_cmpint(pgm_event_sequence(outcome), >, 0); /* journaled */
    return pgm_signal_fate_of(outcome);
}

static GPtrArray *record(const Scene *scene)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *events = pgm_journal_read(pgm_armed_folder(scene->armed), NULL, &error);
    g_assert_no_error(error);
    return events;
}

static void assert_kinds(const GPtrArray *events, const PgmEventKind *kinds, guint n)
{
    g_assert_cmpuint(events->len, ==, n);
    for (guint i = 0; i < n; i++)
    {
        g_assert_cmpstr(pgm_event_kind_name(pgm_event_kind(g_ptr_array_index(events, i))), ==,
                        pgm_event_kind_name(kinds[i]));
    }
}

static void test_cancel(void)
{
    Scene scene = {0};
    scene_open(&scene, "cancel");
    PgmStatement *statement = pgm_statement_start(scene.victim, "SELECT pg_sleep(600)");
    g_autoptr(PgmSignal) signal = aim(&scene, PGM_SIGNAL_CANCEL, "active");
    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_ENDED);
    g_autofree char *told = pgm_statement_end(statement);
    g_assert_nonnull(strstr(told, "57014"));
    /* The session lives, and what it runs next is not what was meant. */
    statement = pgm_statement_start(scene.victim, "SELECT pg_sleep(600)");
    g_autoptr(PgmSignal) next = aim(&scene, PGM_SIGNAL_CANCEL, "active");
    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_GONE);
    g_assert_cmpint(shoot(&scene, next), ==, PGM_SIGNAL_ENDED);
    g_autofree char *again = pgm_statement_end(statement);
    g_assert_nonnull(strstr(again, "57014"));
    static const PgmEventKind kinds[] = {PGM_EVENT_RUN,
                                         PGM_EVENT_ARMED,
                                         PGM_EVENT_SESSION_CANCEL,
                                         PGM_EVENT_SESSION_OUTCOME,
                                         PGM_EVENT_SESSION_CANCEL,
                                         PGM_EVENT_SESSION_OUTCOME,
                                         PGM_EVENT_SESSION_CANCEL,
                                         PGM_EVENT_SESSION_OUTCOME};
    g_autoptr(GPtrArray) events = record(&scene);
    assert_kinds(events, kinds, G_N_ELEMENTS(kinds));
    g_assert_cmpstr(pgm_event_text(g_ptr_array_index(events, 2), "query"), ==, "SELECT pg_sleep(600)");
    scene_close(&scene);
}

static void test_terminate(void)
{
    Scene scene = {0};
    scene_open(&scene, "terminate");
    pgm_test_execute(scene.database, "CREATE TABLE t (i int)");
    g_assert_true(pgm_connection_command(scene.victim, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(scene.victim, NULL, "INSERT INTO t VALUES (1)"));
    g_autoptr(PgmSignal) signal = aim(&scene, PGM_SIGNAL_TERMINATE, "idle in transaction");
    /* The same pid, and another backend: as when it has been used again. */
    g_autoptr(PgmSignal) other = pgm_signal_copy(signal);
    g_free(other->backend_start);
    other->backend_start = g_strdup("2026-01-01T00:00:00.000000Z");
    g_assert_cmpint(shoot(&scene, other), ==, PGM_SIGNAL_GONE);
    g_assert_true(pgm_connection_command(scene.victim, NULL, "INSERT INTO t VALUES (2)"));
    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_ENDED);
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_connection_command(scene.victim, &error, "SELECT 1"));
    g_assert_true(pgm_connection_is_lost(scene.victim));
    pgm_test_assert_value(scene.database, "SELECT count(*) FROM t", "0");
    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_GONE);

    /* What the record says afterwards, to whom asks. */
    g_autofree char *folder = g_strdup(pgm_armed_folder(scene.armed));
    g_assert_nonnull(strstr(folder, "-sessions-"));
    pgm_armed_end(g_steal_pointer(&scene.armed), "by the operator");
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, &error);
    g_autoptr(PgmModel) model = pgm_model_from_events(events);
    g_assert_false(pgm_model_is_run(model));
    g_assert_false(pgm_model_unfinished(model));
    g_assert_false(model->armed);
    g_assert_cmpstr(model->outcome, ==, "finished");
    g_assert_cmpstr(model->message, ==, "1 session terminated");
    g_clear_error(&error);
    g_assert_null(pgm_runs_find(scene.state, NULL, pgm_model_unfinished, &error));
    g_clear_error(&error);
    g_assert_null(pgm_runs_find(scene.state, NULL, pgm_model_is_run, &error));
    g_autofree char *report = pgm_report_write(folder, NULL);
    g_assert_nonnull(strstr(report, "## Sessions that were ended"));
    g_assert_nonnull(strstr(report, "INSERT INTO t VALUES (1)"));
    g_assert_nonnull(strstr(report, "the session has ended"));
    g_assert_null(strstr(report, "runbook"));
    scene_close(&scene);
}

/* What stands in the journal goes into the report, and from there anywhere. */
static void test_secrets(void)
{
    static const struct
    {
        const char *query;
        gboolean kept;
    } queries[] = {
        {"ALTER ROLE app PASSWORD 'hush'", FALSE},
        {"create user mapping for app server far options (user 'x', password 'hush')", FALSE},
        {"CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:hush@db/d' PUBLICATION p", FALSE},
        {"SELECT * FROM dblink('postgres://u:hush@db/d', 'SELECT 1') AS x(a int)", FALSE},
        {"UPDATE users SET hash = crypt('hush', gen_salt('bf'))", FALSE},
        {"SELECT set_config('app.api_token', 'hush', false)", FALSE},
        {"SELECT 'http://db:80/', a@b FROM t", TRUE},
        {"UPDATE documents SET id = id", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
    {
        g_autoptr(PgmSignal) signal = g_new0(PgmSignal, 1);
        signal->backend_start = g_strdup("2026-01-01T00:00:00.000000Z");
        signal->query = g_strdup(queries[i].query);
        g_autoptr(PgmEvent) event = pgm_signal_event(signal);
        const char *recorded = pgm_event_text(event, "query");
        g_assert_null(strstr(recorded, "hush"));
        g_assert_cmpint(g_str_equal(recorded, queries[i].query), ==, queries[i].kept);
    }
}

/* A role's search_path may put an operator = of its own before PostgreSQL's: it does not decide whom a signal meets. */
static void test_shadowed(void)
{
    PgmTestDatabase *database = pgm_test_database_new("shadowed");
    g_autofree char *alter =
        g_strdup_printf("ALTER DATABASE \"%s\" SET search_path = shadow, pg_catalog", pgm_test_database_name(database));
    static const char *const shadow[] = {
        "CREATE SCHEMA shadow",
        "CREATE FUNCTION shadow.always(timestamptz, timestamptz) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "CREATE OPERATOR shadow.= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = shadow.always)"};
    for (gsize i = 0; i < G_N_ELEMENTS(shadow); i++)
    {
        pgm_test_execute(database, shadow[i]);
    }
    pgm_test_execute(database, alter);
    Scene scene = {0};
    scene_open_in(&scene, database);
    g_assert_true(pgm_connection_command(scene.victim, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(scene.victim, NULL, "SELECT 1"));
    g_autoptr(PgmSignal) signal = aim(&scene, PGM_SIGNAL_TERMINATE, "idle in transaction");
    g_free(signal->backend_start);
    signal->backend_start = g_strdup("2026-01-01T00:00:00.000000Z");
    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_GONE);
    g_assert_true(pgm_connection_command(scene.victim, NULL, "SELECT 1"));
    scene_close(&scene);
}

/* Refused before anything is on record: the wrong name. Refused by the statement itself: pgmedic's own sessions. */
static void test_refused(void)
{
    Scene scene = {0};
    scene_open(&scene, "refused");
    g_autoptr(GError) error = NULL;
    g_autofree char *elsewhere = g_strconcat(scene.state, "-none", NULL);
    g_assert_null(pgm_armed_begin(scene.target, elsewhere, "postgres", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_false(g_file_test(elsewhere, G_FILE_TEST_EXISTS));

    g_autoptr(PgmConnection) run = pgm_test_database_connect(scene.database, PGM_PURPOSE_RUN);
    g_autoptr(GPtrArray) rows = pgm_sessions_read(scene.reader, NULL);
    gboolean found = FALSE;
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        if (row->pid == pgm_connection_server(run)->backend_pid)
        {
            found = TRUE;
            g_autofree char *refusal = pgm_signal_refusal(PGM_SIGNAL_TERMINATE, row);
            g_assert_nonnull(strstr(refusal, "pgmedic"));
            g_autoptr(PgmSignal) signal = pgm_signal_new(PGM_SIGNAL_TERMINATE, row);
            g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_GONE);
            g_assert_true(pgm_connection_command(run, NULL, "SELECT 1"));
        }
        if (row->pid == pgm_connection_server(scene.victim)->backend_pid)
        {
            g_autofree char *refusal = pgm_signal_refusal(PGM_SIGNAL_CANCEL, row);
            g_assert_nonnull(strstr(refusal, "runs no statement"));
        }
    }
    g_assert_true(found);
    scene_close(&scene);
}

/* `signal` is taken by what this test is about. */
static sighandler_t set_handler(int number, sighandler_t handler)
{
    return signal(number, handler);
}

/* What cannot be announced is not sent: a disk that is full, as a limit on files makes it. */
static void test_journal(void)
{
    Scene scene = {0};
    scene_open(&scene, "journal");
    PgmStatement *statement = pgm_statement_start(scene.victim, "SELECT pg_sleep(600)");
    g_autoptr(PgmSignal) signal = aim(&scene, PGM_SIGNAL_CANCEL, "active");
    struct rlimit before;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    sighandler_t handler = set_handler(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmEvent) outcome = NULL;
    gboolean done = pgm_armed_signal(scene.armed, signal, &outcome, &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    set_handler(SIGXFSZ, handler);
    g_assert_false(done);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_assert_null(outcome);

    g_assert_cmpint(shoot(&scene, signal), ==, PGM_SIGNAL_ENDED); /* it ran on until now */
    g_free(pgm_statement_end(statement));
    g_autoptr(GPtrArray) events = record(&scene);
    g_assert_cmpuint(events->len, ==, 4);
    const PgmEvent *announced = g_ptr_array_index(events, 2);
    const PgmEvent *told = g_ptr_array_index(events, 3);
    g_assert_cmpint(pgm_event_integer(announced, "pid"), ==, signal->pid);
    g_assert_cmpstr(pgm_event_text(announced, "backend_start"), ==, signal->backend_start);
    g_assert_cmpstr(pgm_event_text(announced, "query_start"), ==, signal->query_start);
    g_assert_cmpstr(pgm_event_text(told, "fate"), ==, "ended");
    g_assert_cmpstr(pgm_event_text(told, "signal"), ==, "cancel");
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signal/cancel", test_cancel);
    g_test_add_func("/signal/terminate", test_terminate);
    g_test_add_func("/signal/secrets", test_secrets);
    g_test_add_func("/signal/shadowed", test_shadowed);
    g_test_add_func("/signal/refused", test_refused);
    g_test_add_func("/signal/journal", test_journal);
    return g_test_run();
}
