/* test_kill.c - kill -9 after every line of the journal; resume must bring the run to the same end. */
#include "harness/scene.h"

static PgmSnapshot *read_schema(const PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(scene->database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(reader, &error);
    g_assert_no_error(error);
    return snapshot;
}

/* The hotfix is done, whole, once. The engine itself has compared with the baseline: that is asserted, and its word
 * checked once in test_forward(). */
static void assert_converted(const PgmScene *scene)
{
    pgm_scene_assert_value(scene,
                           "SELECT format_type(atttypid, atttypmod) || ' ' || (SELECT count(*) FROM public.documents) "
                           "|| ' ' || (SELECT count(*) FROM public.document_questions q JOIN public.documents d ON "
                           "d.id = q.document_id) FROM pg_attribute WHERE attrelid = 'public.documents'::regclass AND "
                           "attname = 'id'",
                           "character varying(36) 200 600");
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    g_assert_cmpstr(model->outcome, ==, "finished");
    g_assert_nonnull(model->drift);
    g_assert_cmpint(pgm_event_integer(model->drift, "breaking"), ==, 0);
    g_assert_cmpint(pgm_event_integer(model->drift, "risky"), ==, 0);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        g_assert_cmpint(phase->state, ==, PGM_PHASE_COMMITTED);
    }
    pgm_scene_assert_no_phase_twice(scene);
    pgm_scene_assert_no_cascade(scene);
}

static void assert_no_drift(const PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmSnapshot) baseline = pgm_snapshot_load(scene->target->baseline, &error);
    g_assert_no_error(error);
    g_autoptr(PgmSnapshot) now = read_schema(scene);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(baseline, now, NULL);
    g_assert_cmpint(drift->breaking, ==, 0);
    g_assert_cmpint(drift->risky, ==, 0);
}

static void assert_resumes(PgmScene *scene, guint line)
{
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *message = NULL;
    PgmOutcome outcome = pgm_scene_resume(scene, scripted, &message);
    g_test_message("killed after line %u: resumed: %s", line, message);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
}

static void test_forward(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new_incident("kill");
    guint line = 1;
    while (pgm_scene_act_and_die(scene, PGM_SCENE_RUN, line))
    {
        assert_resumes(scene, line++);
        assert_converted(scene);
        pgm_scene_reset_incident(scene);
    }
    assert_converted(scene);
    assert_no_drift(scene);
    g_assert_cmpuint(line, >, 60); /* a run has many lines, and each was one to die after */
}

/* Resume is killed too, at one line and another, and taken up again. */
static void test_resume_killed(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new_incident("kill_twice");
    for (guint line = 5; line < 90; line += 9)
    {
        g_assert_true(pgm_scene_act_and_die(scene, PGM_SCENE_RUN, line));
        if (pgm_scene_act_and_die(scene, PGM_SCENE_RESUME, 1 + line % 7 * 3))
        {
            assert_resumes(scene, line);
        }
        assert_converted(scene);
        pgm_scene_reset_incident(scene);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kill/forward", test_forward);
    g_test_add_func("/kill/resume-killed", test_resume_killed);
    return g_test_run();
}
