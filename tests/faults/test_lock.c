/* test_lock.c - somebody else has the table. */
#include "harness/scene.h"

#include <string.h>

static const char setup[] = "CREATE TABLE a (v int); CREATE TABLE b (v int); INSERT INTO a VALUES (1)";

static PgmScene *scene_with(const char *limits)
{
    g_autofree char *yaml = g_strdup_printf("phases:\n"
                                            "  - name: change\n"
                                            "    title: Change the value\n"
                                            "    lock: [a, b]\n"
                                            "    sql: UPDATE a SET v = 2;\n"
                                            "    rollback_sql: UPDATE a SET v = 1;\n"
                                            "    rollback_verify: [{name: one, sql: SELECT v FROM a, expect: 1}]\n"
                                            "    done_when: {sql: SELECT v FROM a, expect: 2}\n"
                                            "    verify: [{name: two, sql: SELECT v FROM a, expect: 2}]\n"
                                            "    %s\n",
                                            limits);
    return pgm_scene_new("lock", setup, yaml);
}

typedef struct
{
    PgmScene *scene;
    PgmConnection *holder;
    guint leave_after; /* retries; 0: never */
    guint retries;
    gboolean named; /* the holder, in every one of them */
} Hold;

static void hold(Hold *hold_, PgmScene *scene, const char *sql)
{
    g_autoptr(GError) error = NULL;
    hold_->scene = scene;
    hold_->named = TRUE;
    hold_->holder = pgm_test_database_connect(scene->database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(hold_->holder, &error, "BEGIN"));
    g_assert_true(pgm_connection_command(hold_->holder, &error, "%s", sql));
}

static void hear_retry(PgmScripted *self, const PgmEvent *event)
{
    Hold *hold_ = self->user;
    if (pgm_event_kind(event) != PGM_EVENT_LOCK_RETRY)
    {
        return;
    }
    g_autoptr(GPtrArray) blockers = pgm_event_texts(event, "blockers");
    g_autofree char *pid = g_strdup_printf("pid %d ", pgm_connection_server(hold_->holder)->backend_pid);
    hold_->named = hold_->named && blockers->len == 1 && strstr(g_ptr_array_index(blockers, 0), pid) != NULL;
    if (++hold_->retries == hold_->leave_after)
    {
        g_assert_true(pgm_connection_command(hold_->holder, NULL, "ROLLBACK"));
    }
}

static void test_blocker_leaves(void)
{
    g_autoptr(PgmScene) scene = scene_with("lock_timeout: 50ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    Hold hold_ = {.leave_after = 3};
    /* On the second table: the first is taken each time, and must be let go each time. */
    hold(&hold_, scene, "LOCK TABLE b IN ACCESS SHARE MODE");
    scripted->on_event = hear_retry;
    scripted->user = &hold_;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_true(hold_.named);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_LOCK_RETRY, "sqlstate", "55P03"), ==, 3);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_LOCKED, NULL, NULL), ==, 1);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, 0);
    pgm_scene_assert_value(scene, "SELECT v FROM a", "2");
    pgm_connection_close(hold_.holder);
}

static void test_exhausted(void)
{
    g_autoptr(PgmScene) scene = scene_with("lock_timeout: 50ms\n    lock_retries: 2");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    Hold hold_ = {0};
    hold(&hold_, scene, "LOCK TABLE a IN ACCESS SHARE MODE");
    scripted->on_event = hear_retry;
    scripted->user = &hold_;
    g_autofree char *message = NULL;
    g_assert_cmpint(pgm_scene_run(scene, scripted, &message), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpuint(hold_.retries, ==, 2);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, 1);
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_cmpstr(pgm_event_text(aborted, "by"), ==, "lock");
    g_assert_cmpstr(pgm_event_text(aborted, "sqlstate"), ==, "55P03");
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_STATEMENT, NULL, NULL), ==, 0);
    /* Nobody waits behind us any more: the table is free for whoever wants to write. */
    g_assert_true(pgm_connection_command(hold_.holder, NULL, "ROLLBACK"));
    pgm_scene_execute(scene, "UPDATE a SET v = 1");
    pgm_connection_close(hold_.holder);
}

/* Blocked for good, and the operator leaves in the middle of the tries. */
static void leave_at_retry(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_LOCK_RETRY)
    {
        pgm_engine_request(self->engine, PGM_REQUEST_QUIT);
    }
}

static void test_quit_between_tries(void)
{
    g_autoptr(PgmScene) scene = scene_with("lock_timeout: 50ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    Hold hold_ = {0};
    hold(&hold_, scene, "LOCK TABLE a IN ACCESS SHARE MODE");
    scripted->on_event = leave_at_retry;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_LOCK_RETRY, NULL, NULL), ==, 1);
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_nonnull(aborted);
    g_assert_cmpstr(pgm_event_text(aborted, "by"), ==, "signal");
    pgm_connection_close(hold_.holder);
}

/* We hold a and wait for b; it holds b and comes for a. We waited first, so we are the victim, and try again. */
static gpointer come_for_a(gpointer data)
{
    Hold *hold_ = data;
    pgm_scene_await(hold_->scene,
                    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity USING (pid) WHERE relation = 'b'::regclass "
                    "AND NOT granted AND application_name = 'pgmedic run'",
                    "1");
    g_assert_true(pgm_connection_command(hold_->holder, NULL, "LOCK TABLE a IN ACCESS EXCLUSIVE MODE"));
    g_assert_true(pgm_connection_command(hold_->holder, NULL, "COMMIT"));
    return NULL;
}

static void test_deadlock(void)
{
    g_autoptr(PgmScene) scene = scene_with("lock_timeout: 30s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    Hold hold_ = {0};
    hold(&hold_, scene, "LOCK TABLE b IN ACCESS EXCLUSIVE MODE");
    g_assert_true(pgm_connection_command(hold_.holder, NULL, "SET deadlock_timeout = '60s'"));
    GThread *thread = g_thread_new("other", come_for_a, &hold_);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_thread_join(thread);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_LOCK_RETRY, "sqlstate", "40P01"), ==, 1);
    pgm_scene_assert_value(scene, "SELECT v FROM a", "2");
    pgm_connection_close(hold_.holder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lock/blocker-leaves", test_blocker_leaves);
    g_test_add_func("/lock/exhausted", test_exhausted);
    g_test_add_func("/lock/quit-between-tries", test_quit_between_tries);
    g_test_add_func("/lock/deadlock", test_deadlock);
    return g_test_run();
}
