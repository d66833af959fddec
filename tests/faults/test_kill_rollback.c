/* test_kill_rollback.c - kill -9 after every line of a rollback; taken up again, it must end where the run began. */
#include "harness/scene.h"

static void finish_forward(PgmScene *scene)
{
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
}

/* A new folder for runs, with what is in STATE. Not by GSubprocess, for the reason that scene.c has. */
static void renew_state_from(PgmScene *scene, const char *state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *all = g_build_filename(state, ".", NULL);
    int status = -1;
    pgm_scene_renew_state(scene);
    const char *const argv[] = {"cp", "-a", all, scene->state, NULL};
    g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}

/* To where the run was finished: the database, and the folder with its journal. */
static void begin_again(PgmScene *scene, PgmTestDatabase *finished, const char *state)
{
    if (pgm_test_database_restore(scene->database, finished))
    {
        renew_state_from(scene, state);
        return;
    }
    pgm_scene_renew_state(scene);
    finish_forward(scene); /* where the last rollback ended, a run begins */
}

static PgmSnapshot *load_schema(const PgmScene *scene, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = pgm_scene_run_folder(scene);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    PgmSnapshot *snapshot = pgm_snapshot_load(path, &error);
    g_assert_no_error(error);
    return snapshot;
}

static void assert_as_before(const PgmScene *scene)
{
    g_autoptr(PgmSnapshot) before = load_schema(scene, "schema-before.yaml");
    g_autoptr(PgmSnapshot) after = load_schema(scene, "schema-after.yaml");
    g_autoptr(PgmDrift) drift = pgm_drift_compare(before, after, NULL);
    g_assert_cmpuint(drift->differences->len, ==, 0);
    pgm_scene_assert_value(scene,
                           "SELECT format_type(atttypid, atttypmod) || ' ' || (SELECT count(*) FROM public.documents) "
                           "|| ' ' || (SELECT count(*) FROM public.document_questions q JOIN public.documents d ON "
                           "d.id = q.document_id) FROM pg_attribute WHERE attrelid = 'public.documents'::regclass AND "
                           "attname = 'id'",
                           "uuid 200 600");
    pgm_scene_assert_no_phase_twice(scene);
    pgm_scene_assert_no_cascade(scene);
}

/* By `rollback` after odd lines, by `resume` after even ones: both go on rolling back. */
static void test_rollback(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new_incident("kill_back");
    finish_forward(scene);
    g_autoptr(PgmTestDatabase) finished = pgm_test_database_copy(scene->database);
    g_autofree char *state = g_strdup(scene->state);
    renew_state_from(scene, state);
    gboolean killed = TRUE;
    guint line;
    for (line = 1; killed; line++)
    {
        g_autoptr(PgmScripted) scripted = pgm_scripted_new();
        if (line > 1)
        {
            begin_again(scene, finished, state);
        }
        killed = pgm_scene_act_and_die(scene, PGM_SCENE_ROLLBACK, line);
        if (killed)
        {
            g_test_message("killed after line %u", line);
            g_assert_cmpint(line % 2 == 0 ? pgm_scene_resume(scene, scripted, NULL)
                                          : pgm_scene_rollback(scene, scripted, NULL),
                            ==, PGM_OUTCOME_FINISHED);
        }
        assert_as_before(scene);
    }
    g_assert_cmpuint(line, >, 15);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kill/rollback", test_rollback);
    return g_test_run();
}
