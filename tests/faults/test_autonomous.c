/* test_autonomous.c - statements that commit alone, broken off in the middle of CREATE INDEX CONCURRENTLY. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/scene.h"

static const char setup[] = "CREATE TABLE t AS SELECT generate_series(1, 100) AS v; CREATE TABLE log (n int)";

static const char runbook[] =
    "phases:\n"
    "  - name: index\n"
    "    title: Build an index\n"
    "    transaction: none\n"
    "    sql: |\n"
    "      INSERT INTO log VALUES (1);\n"
    "      CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (v);\n"
    "      INSERT INTO log VALUES (2);\n"
    "    rollback_sql: |\n"
    "      DROP INDEX CONCURRENTLY IF EXISTS ix;\n"
    "      DELETE FROM log;\n"
    "    rollback_verify: [{name: it is gone, sql: \"SELECT to_regclass('ix') IS NULL\", expect: t}]\n"
    "    done_when:\n"
    "      sql: SELECT count(*) FROM log, pg_index WHERE indexrelid = to_regclass('ix') AND indisvalid\n"
    "      expect: 2\n"
    "    verify:\n"
    "      - name: it is valid\n"
    "        sql: SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass\n"
    "        expect: t\n"
    "      - name: each statement ran once\n"
    "        sql: SELECT n FROM log ORDER BY n\n"
    "        expect: {table: [[1], [2]]}\n";

static const char building[] =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE "
    "'CREATE INDEX CONC%' AND wait_event_type = 'Lock'";

typedef struct
{
    PgmScene *scene;
    PgmConnection *holder; /* an old snapshot: the build waits for it, its index there and not valid yet */
    PgmScripted *scripted;
    GThread *thread;
    gboolean terminate;
} Build;

static void build_begin(Build *build)
{
    build->scene = pgm_scene_new("autonomous", setup, runbook);
    build->scripted = pgm_scripted_new();
    build->scripted->user = build;
    build->holder = pgm_test_database_connect(build->scene->database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(build->holder, NULL, "BEGIN ISOLATION LEVEL REPEATABLE READ"));
    g_assert_true(pgm_connection_command(build->holder, NULL, "SELECT count(*) FROM log"));
}

static void build_end(Build *build)
{
    pgm_connection_close(build->holder);
    pgm_scripted_free(build->scripted);
    pgm_scene_free(build->scene);
}

static gpointer break_off(gpointer data)
{
    Build *build = data;
    pgm_scene_await(build->scene, building, "1");
    if (build->terminate)
    {
        pgm_scene_execute(build->scene, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                                        "current_database() AND application_name = 'pgmedic run'");
    }
    else
    {
        pgm_engine_request(build->scripted->engine, PGM_REQUEST_CANCEL);
    }
    return NULL;
}

static void break_first_build(PgmScripted *self, const PgmEvent *event)
{
    Build *build = self->user;
    if (build->thread == NULL && pgm_event_kind(event) == PGM_EVENT_STATEMENT && pgm_event_integer(event, "index") == 1)
    {
        build->thread = g_thread_new("break", break_off, build);
    }
}

static void let_go(Build *build)
{
    if (pgm_connection_transaction(build->holder) == '*')
    {
        g_assert_true(pgm_connection_command(build->holder, NULL, "COMMIT"));
    }
}

static void let_go_when_failed(PgmScripted *self, const PgmQuestion *question)
{
    Build *build = self->user;
    if (question->kind == PGM_QUESTION_FAILED)
    {
        pgm_scene_assert_value(build->scene, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass", "f");
        let_go(build);
    }
}

static void assert_built(const Build *build)
{
    pgm_scene_assert_value(build->scene, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass", "t");
    pgm_scene_assert_value(build->scene, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM log", "1 2");
    pgm_scene_assert_no_phase_twice(build->scene);
}

static void test_tried_again(gconstpointer terminate)
{
    Build build = {.terminate = GPOINTER_TO_INT(terminate)};
    build_begin(&build);
    build.scripted->on_event = break_first_build;
    build.scripted->on_question = let_go_when_failed;
    pgm_scripted_answer(build.scripted, PGM_QUESTION_FAILED, PGM_DECISION_RETRY);
    g_assert_cmpint(pgm_scene_run(build.scene, build.scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_thread_join(build.thread);
    g_assert_cmpuint(build.scripted->asked[PGM_QUESTION_FAILED], ==, 1);
    assert_built(&build);
    build_end(&build);
}

/* What stands of a phase that was broken off is undone by `rollback`. */
static void test_partial_rolled_back(gconstpointer terminate)
{
    Build build = {.terminate = GPOINTER_TO_INT(terminate)};
    build_begin(&build);
    build.scripted->on_event = break_first_build;
    build.scripted->on_question = let_go_when_failed;
    g_assert_cmpint(pgm_scene_run(build.scene, build.scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_thread_join(build.thread);
    pgm_scene_assert_value(build.scene, "SELECT count(*) FROM log", "1");
    g_assert_cmpint(pgm_scene_rollback(build.scene, build.scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scene_assert_value(build.scene, "SELECT to_regclass('ix') IS NULL AND NOT EXISTS (SELECT FROM log)", "t");
    build_end(&build);
}

/* kill -9 of pgmedic in the middle of the build, which goes on waiting on the server. */
static void kill_while_building(Build *build)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
    {
        PgmOperator *policy = pgm_operator_policy_new("none:a test", FALSE, NULL, NULL, NULL);
        PgmEngineOptions options = pgm_scene_options(build->scene);
        PgmOutcome outcome;
        pgm_engine_run(pgm_engine_new(policy, &options), build->scene->runbook, &outcome, NULL);
        _exit(0);
    }
    pgm_scene_await(build->scene, building, "1");
    kill(child, SIGKILL);
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status));
}

static void let_go_when_resolved(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_RESOLVED)
    {
        let_go(self->user);
    }
}

static void let_go_when_asked(PgmScripted *self, const PgmQuestion *question)
{
    if (question->kind == PGM_QUESTION_TERMINATE)
    {
        let_go(self->user);
    }
}

/* The old backend is ended by us (TERMINATE), or waited for (RETRY). */
static void test_killed(gconstpointer decision)
{
    Build build = {0};
    gboolean terminate = GPOINTER_TO_INT(decision) == PGM_DECISION_TERMINATE;
    build_begin(&build);
    kill_while_building(&build);
    pgm_scripted_answer(build.scripted, PGM_QUESTION_TERMINATE, (PgmDecision)GPOINTER_TO_INT(decision));
    build.scripted->on_event = terminate ? let_go_when_resolved : NULL;
    build.scripted->on_question = terminate ? NULL : let_go_when_asked;
    g_assert_cmpint(pgm_scene_resume(build.scene, build.scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpuint(build.scripted->asked[PGM_QUESTION_TERMINATE], >=, 1);
    assert_built(&build);
    build_end(&build);
}

/* Neither: the run stays open, is known to be, and can be taken up later. */
static void test_killed_and_left(void)
{
    Build build = {0};
    build_begin(&build);
    kill_while_building(&build);
    pgm_scripted_answer(build.scripted, PGM_QUESTION_TERMINATE, PGM_DECISION_STOP);
    g_assert_cmpint(pgm_scene_resume(build.scene, build.scripted, NULL), ==, PGM_OUTCOME_UNKNOWN);
    let_go(&build);
    g_assert_cmpint(pgm_scene_resume(build.scene, build.scripted, NULL), !=, PGM_OUTCOME_STOPPED);
    build_end(&build);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/autonomous/cancelled", GINT_TO_POINTER(FALSE), test_tried_again);
    g_test_add_data_func("/autonomous/terminated", GINT_TO_POINTER(TRUE), test_tried_again);
    g_test_add_data_func("/autonomous/cancelled-and-rolled-back", GINT_TO_POINTER(FALSE), test_partial_rolled_back);
    g_test_add_data_func("/autonomous/terminated-and-rolled-back", GINT_TO_POINTER(TRUE), test_partial_rolled_back);
    g_test_add_data_func("/autonomous/killed", GINT_TO_POINTER(PGM_DECISION_TERMINATE), test_killed);
    g_test_add_data_func("/autonomous/killed-and-waited-for", GINT_TO_POINTER(PGM_DECISION_RETRY), test_killed);
    g_test_add_func("/autonomous/killed-and-left", test_killed_and_left);
    return g_test_run();
}
