/* test_refused.c - where pgmedic will not work: beside another of its kind, on another database than the run's. */
#include "harness/scene.h"

#include <string.h>

static const char runbook[] =
    "phases:\n"
    "  - name: make\n"
    "    title: Make a table\n"
    "    sql: CREATE TABLE made (v int);\n"
    "    rollback_sql: DROP TABLE made;\n"
    "    rollback_verify: [{name: it is gone, sql: \"SELECT to_regclass('made') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('made') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: empty, sql: SELECT count(*) FROM made, expect: 0}]\n";

/* RUN (NULL: a new one) taken up with a second engine must be refused with SAID. */
static void assert_refused(const PgmScene *scene, PgmRunbook *book, const char *run, const char *said)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *state = g_dir_make_tmp("pgmedic-second-XXXXXX", NULL);
    PgmEngineOptions options = pgm_scene_options(scene);
    options.state_folder = state;
    g_autoptr(PgmEngine) engine = pgm_engine_new(&scripted->base, &options);
    PgmOutcome outcome;
    gboolean done =
        run != NULL ? pgm_engine_resume(engine, run, &outcome, &error) : pgm_engine_run(engine, book, &outcome, &error);
    g_assert_false(done);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, said));
    g_assert_cmpint(pgm_error_exit_code(error), ==, 3);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_ARM], ==, 0);
}

static void second_operator(PgmScripted *self, const PgmQuestion *question)
{
    const PgmScene *scene = self->user;
    if (question->kind == PGM_QUESTION_COMMIT)
    {
        g_autofree char *folder = pgm_scene_run_folder(scene);
        g_autofree char *pid = pgm_scene_value(scene, "SELECT 'pid ' || pid FROM pg_stat_activity WHERE datname = "
                                                      "current_database() AND application_name = 'pgmedic run'");
        assert_refused(scene, scene->runbook, NULL, pid);
        assert_refused(scene, NULL, folder, "is locked");
    }
}

static void test_second_operator(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("refused", "SELECT 1", runbook);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    scripted->on_question = second_operator;
    scripted->user = scene;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_COMMIT], ==, 1);
    pgm_scene_assert_value(scene, "SELECT to_regclass('made') IS NOT NULL", "t");
}

/* A run that was killed in a phase, taken up on a database that is not its own: nothing is settled by it. */
static void test_other_database(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("refused", "SELECT 1", runbook);
    g_autoptr(PgmTestDatabase) other = pgm_test_database_new("other");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *own = g_strdup(pgm_conninfo_get(scene->target->conninfo, "dbname"));
    guint line = 1;
    while (pgm_scene_act_and_die(scene, PGM_SCENE_RUN, line) &&
           pgm_scene_count(scene, PGM_EVENT_TX_OPEN, NULL, NULL) == 0)
    {
        line++;
        pgm_scene_renew_state(scene);
    }
    g_autofree char *folder = pgm_scene_run_folder(scene);
    pgm_scene_redirect(scene, "dbname", pgm_test_database_name(other));
    assert_refused(scene, NULL, folder, "not the database of the run");
    pgm_scene_redirect(scene, "dbname", own);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_RESOLVED, NULL, NULL), ==, 0);
    g_assert_cmpint(pgm_scene_resume(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_RESOLVED, "outcome", "aborted"), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/refused/second-operator", test_second_operator);
    g_test_add_func("/refused/other-database", test_other_database);
    return g_test_run();
}
