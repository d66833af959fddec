/* test_reader.c - what the console's workers do by the clock alone: let a result go, leave, disarm; and what stops. */
#include "harness/server.h"
#include "pgmedic/journal.h"
#include "pgmedic/signal.h"
#include "tui/reader.h"
#include "tui/signaller.h"
#include "tui/sql_private.h"

#include <string.h>

enum
{
    NEVER_MS = 3600 * 1000,
    PATIENCE_MS = 20000,
};

static PgmTestDatabase *database;

static const char in_transaction[] = "SELECT count(xact_start) FROM pg_stat_activity "
                                     "WHERE datname = current_database() AND application_name = 'pgmedic read'";
static const char readers[] = "SELECT count(*) FROM pg_stat_activity "
                              "WHERE datname = current_database() AND application_name = 'pgmedic read'";

typedef struct
{
    PgmTarget *target;
    PgmTuiOptions options;
    PgmQueue *inbox;
    PgmNews *news; /* the newest */
} Scene;

static void news_clear(PgmNews *news)
{
    if (news != NULL)
    {
        news->free_payload(news->payload);
        g_free(news);
    }
}

static void scene_open(Scene *scene)
{
    *scene = (Scene){.target = pgm_target_new("test"), .inbox = pgm_queue_new((GDestroyNotify)news_clear)};
    pgm_conninfo_free(scene->target->conninfo);
    scene->target->conninfo = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    scene->options.target = scene->target;
}

static void scene_close(Scene *scene)
{
    news_clear(scene->news);
    pgm_queue_free(scene->inbox);
    pgm_target_free(scene->target);
}

/* The next news. */
static gconstpointer hear(Scene *scene)
{
    news_clear(scene->news);
    scene->news = pgm_queue_wait(scene->inbox, PATIENCE_MS);
    g_assert_nonnull(scene->news);
    return scene->news->payload;
}

static const PgmReaderNews *answer(Scene *scene, int job)
{
    const PgmReaderNews *news = hear(scene);
    while (news->answered < job)
    {
        news = hear(scene);
    }
    return news;
}

/* Nobody moves in an unfinished result: its snapshot is let go, its rows stay, and it says so. */
static void test_unwatched(void)
{
    Scene scene;
    scene_open(&scene);
    PgmReader *reader = pgm_reader_start_with(&scene.options, scene.inbox, 1, NEVER_MS);
    const PgmReaderNews *news = answer(&scene, pgm_reader_ask(reader, "SELECT generate_series(1, 5000) AS i", 10));
    g_assert_no_error(news->error);
    while (!news->unwatched)
    {
        news = hear(&scene);
    }
    g_assert_true(news->whole);
    g_assert_cmpint(news->rows, ==, 200);
    g_autofree char *warning = NULL;
    g_autofree char *status = pgm_sql_status(news, FALSE, 100, &warning);
    g_assert_nonnull(strstr(warning, "let go after 30 s"));
    g_assert_null(strstr(status, "snapshot held"));
    pgm_test_assert_value(database, in_transaction, "0");
    pgm_test_assert_value(database, readers, "1");
    news = answer(&scene, pgm_reader_window(reader, 150, 10));
    g_assert_cmpint(news->first, ==, 150);
    g_assert_cmpuint(news->window->len, ==, 10);
    g_assert_true(pgm_reader_stop(reader, PATIENCE_MS));
    scene_close(&scene);
}

/* Nothing is asked: the connection is closed, the rows stay, and the next query has another. */
static void test_idle(void)
{
    Scene scene;
    scene_open(&scene);
    PgmReader *reader = pgm_reader_start_with(&scene.options, scene.inbox, NEVER_MS, 1);
    const PgmReaderNews *news = answer(&scene, pgm_reader_ask(reader, "SELECT 7 AS i", 10));
    g_assert_no_error(news->error);
    g_assert_true(pgm_test_wait_value(database, readers, "0", PATIENCE_MS));
    news = answer(&scene, pgm_reader_window(reader, 0, 10));
    g_assert_cmpuint(news->window->len, ==, 1);
    news = answer(&scene, pgm_reader_ask(reader, "SELECT 8 AS i", 10));
    g_assert_no_error(news->error);
    g_assert_cmpstr(((char **)news->window->pdata[0])[0], ==, "8");
    g_assert_true(pgm_reader_stop(reader, PATIENCE_MS));
    scene_close(&scene);
}

/* A search through what has come is called off as a batch is. */
static void test_search_stopped(void)
{
    Scene scene;
    scene_open(&scene);
    PgmReader *reader = pgm_reader_start_with(&scene.options, scene.inbox, NEVER_MS, NEVER_MS);
    int job = pgm_reader_ask(reader, "SELECT i FROM generate_series(1, 150) AS i", 10);
    g_assert_true(answer(&scene, job)->whole);
    const PgmReaderNews *news = answer(&scene, pgm_reader_search(reader, "149", 0, FALSE));
    g_assert_cmpint(news->found, ==, 148);
    for (int backward = 0; backward < 2; backward++)
    {
        pgm_reader_cancel(reader, pgm_reader_told(reader) + 1, FALSE); /* before it begins */
        news = answer(&scene, pgm_reader_search(reader, "149", 100, backward != 0));
        g_assert_cmpint(news->found, ==, -1);
        g_assert_true(news->stopped);
        g_assert_cmpint(news->rows, ==, 150);
    }
    news = answer(&scene, pgm_reader_search(reader, "none", 0, FALSE));
    g_assert_cmpint(news->found, ==, -1);
    g_assert_false(news->stopped);
    g_assert_true(pgm_reader_stop(reader, PATIENCE_MS));
    scene_close(&scene);
}

/* Armed, and not used: it disarms by itself, on record; what comes later is not sent. */
static void test_disarmed(void)
{
    Scene scene;
    scene_open(&scene);
    g_autofree char *top = g_dir_make_tmp("pgmedic-reader-XXXXXX", NULL);
    scene.options.state_folder = top;
    PgmWorker *signaller = pgm_signaller_start_with(&scene.options, scene.inbox, 1);
    pgm_worker_tell(signaller, PGM_SIGNALLER_ARM, g_strdup(pgm_test_database_name(database)), NULL, NULL);
    const PgmArmedNews *armed = hear(&scene);
    g_assert_true(armed->armed);
    g_autofree char *folder = g_strdup(armed->folder);
    armed = hear(&scene);
    g_assert_false(armed->armed);
    g_assert_nonnull(strstr(armed->message, "not used for a while"));

    PgmSignal *signal = g_new0(PgmSignal, 1);
    signal->kind = PGM_SIGNAL_TERMINATE;
    signal->pid = pgm_connection_server(pgm_test_database_connection(database))->backend_pid;
    signal->backend_start = g_strdup(pgm_connection_server(pgm_test_database_connection(database))->backend_start);
    GPtrArray *one = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_signal_free);
    g_ptr_array_add(one, signal);
    pgm_worker_tell(signaller, PGM_SIGNALLER_SIGNAL, NULL, NULL, one);
    const PgmSignalledNews *signalled = hear(&scene);
    g_assert_nonnull(strstr(signalled->error, "nothing was sent"));
    g_assert_true(pgm_worker_stop(signaller, PATIENCE_MS));

    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, &error);
    g_assert_no_error(error);
    static const PgmEventKind kinds[] = {PGM_EVENT_RUN, PGM_EVENT_ARMED, PGM_EVENT_DISARMED, PGM_EVENT_END};
    g_assert_cmpuint(events->len, ==, G_N_ELEMENTS(kinds));
    for (guint i = 0; i < events->len; i++)
    {
        g_assert_cmpint(pgm_event_kind(events->pdata[i]), ==, kinds[i]);
    }
    scene_close(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    database = pgm_test_database_new("reader");
    g_test_add_func("/tui/reader/unwatched", test_unwatched);
    g_test_add_func("/tui/reader/idle", test_idle);
    g_test_add_func("/tui/reader/search-stopped", test_search_stopped);
    g_test_add_func("/tui/signaller/disarmed", test_disarmed);
    int failed = g_test_run();
    pgm_test_database_free(database);
    return failed;
}
