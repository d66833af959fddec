/* test_pooled.c - a run behind PgBouncer: refused, unless the target says that it pools by session, and that is true.
 */
#include "harness/pooler.h"
#include "harness/scene.h"
#include "pgmedic/signal.h"

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

static void assert_refused(const PgmScene *scene, const char *said)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    PgmEngineOptions options = pgm_scene_options(scene);
    g_autoptr(PgmEngine) engine = pgm_engine_new(&scripted->base, &options);
    PgmOutcome outcome;
    g_assert_false(pgm_engine_run(engine, scene->runbook, &outcome, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_cmpint(pgm_error_exit_code(error), ==, 3);
    g_assert_nonnull(strstr(error->message, said));
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_ARM], ==, 0);

    /* Nor to end sessions of others; and there is no record of it. */
    g_clear_error(&error);
    g_autofree char *elsewhere = g_strconcat(scene->state, "-armed", NULL);
    g_assert_null(pgm_armed_begin(scene->target, elsewhere, "postgres", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, said));
    g_assert_false(g_file_test(elsewhere, G_FILE_TEST_EXISTS));
}

static void test_transaction_pooling(gconstpointer data)
{
    PgmPooler pooler = {0};
    pgm_pooler_start(&pooler, data, "transaction", 3);
    {
        g_autoptr(PgmScene) scene = pgm_scene_new_at(pooler.info, runbook);
        assert_refused(scene, "a connection pooler stands between");
        scene->target->pooler_session = TRUE; /* the operator's word, and it is wrong */
        assert_refused(scene, "transaction pooling");
    }
    pgm_pooler_stop(&pooler);
}

static void test_session_pooling(gconstpointer data)
{
    PgmPooler pooler = {0};
    pgm_pooler_start(&pooler, data, "session", 8);
    {
        g_autoptr(PgmScene) scene = pgm_scene_new_at(pooler.info, runbook);
        assert_refused(scene, "a connection pooler stands between");
        scene->target->pooler_session = TRUE;
        g_autoptr(PgmScripted) scripted = pgm_scripted_new();
        g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
        pgm_scene_assert_value(scene, "SELECT to_regclass('made') IS NOT NULL", "t");
    }
    pgm_pooler_stop(&pooler);
}

static void test_skipped(void)
{
    g_test_skip("pgbouncer is not installed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *program = pgm_pooler_program();
    if (program == NULL)
    {
        g_test_add_func("/pooled", test_skipped);
        return g_test_run();
    }
    g_test_add_data_func("/pooled/transaction", program, test_transaction_pooling);
    g_test_add_data_func("/pooled/session", program, test_session_pooling);
    return g_test_run();
}
