/* test_disk.c - the disk fills up under the journal, at each of its lines: the phase in hand is rolled back, the error
 * is clear, and with room again the run is taken up. */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/scene.h"

static const char runbook[] =
    "phases:\n"
    "  - name: make\n"
    "    title: Make a table\n"
    "    sql: CREATE TABLE made AS SELECT generate_series(1, 10) AS id;\n"
    "    rollback_sql: DROP TABLE made;\n"
    "    rollback_verify: [{name: it is gone, sql: \"SELECT to_regclass('made') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('made') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: ten rows, sql: SELECT count(*) FROM made, expect: 10}]\n"
    "  - name: count\n"
    "    title: Count its rows\n"
    "    transaction: none\n"
    "    sql: COMMENT ON TABLE made IS 'ten';\n"
    "    rollback: nothing\n"
    "    done_when: {sql: \"SELECT obj_description(to_regclass('made')) = 'ten'\", expect: t}\n"
    "    verify: [{name: it says ten, sql: \"SELECT obj_description('made'::regclass)\", expect: ten}]\n";

/* What a child tells by its exit code. */
enum
{
    FAILED = 16,   /* the engine returned FALSE, with an error of the journal's */
    CONFUSED = 99, /* … with any other */
};

typedef struct
{
    guint lines;
    const PgmScene *scene;
} Disk;

/* From now on no file grows past what the journal has, and a few bytes for a torn line. */
static void fill_up(const PgmEvent *event, gpointer user)
{
    Disk *disk = user;
    if (pgm_event_sequence(event) == (gint64)disk->lines)
    {
        g_autofree char *folder = pgm_scene_run_folder(disk->scene);
        g_autofree char *path = g_build_filename(folder, "journal.jsonl", NULL);
        struct stat st;
        if (stat(path, &st) != 0)
        {
            _exit(CONFUSED);
        }
        struct rlimit limit = {.rlim_cur = (rlim_t)st.st_size + 10, .rlim_max = RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
}

static void act_as_child(PgmScene *scene, guint lines)
{
    g_autoptr(GError) error = NULL;
    Disk disk = {.lines = lines, .scene = scene};
    PgmOperator *operator_ = pgm_operator_policy_new("none:a test", FALSE, fill_up, &disk, NULL);
    PgmEngineOptions options = pgm_scene_options(scene);
    PgmEngine *engine = pgm_engine_new(operator_, &options);
    PgmOutcome outcome = PGM_OUTCOME_UNKNOWN;
    signal(SIGXFSZ, SIG_IGN);
    if (pgm_engine_run(engine, scene->runbook, &outcome, &error))
    {
        _exit((int)outcome);
    }
    _exit(g_error_matches(error, PGM_ERROR, PGM_ERROR_IO) ? FAILED + (int)outcome : CONFUSED);
}

static int run_in_child(PgmScene *scene, guint lines)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
    {
        act_as_child(scene, lines);
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* What the database has must be what the journal and the outcome say. */
static void assert_in_order(const PgmScene *scene, guint line, int code)
{
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    g_autofree char *made = pgm_scene_value(scene, "SELECT to_regclass('made') IS NOT NULL");
    const PgmModelPhase *phase = pgm_model_phase(model, "make");
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase);
    gboolean committed = phase->state == PGM_PHASE_COMMITTED;
    gboolean intended = attempt != NULL && attempt->intent;
    g_test_message("full after line %u: exit %d, table there: %s", line, code, made);
    g_assert_cmpint(code, !=, CONFUSED);
    if (strcmp(made, "t") == 0)
    {
        g_assert_true(intended); /* nothing is ever committed that was not announced */
    }
    if (!committed && intended && code >= FAILED)
    {
        g_assert_cmpint(code, ==, FAILED + PGM_OUTCOME_UNKNOWN); /* COMMIT was sent, and could not be written down */
    }
    if (!intended)
    {
        g_assert_cmpstr(made, ==, "f");
        g_assert_cmpint(code, !=, FAILED + PGM_OUTCOME_UNKNOWN); /* rolled back, and known to be */
    }
}

static void test_full(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("disk", "SELECT 1", runbook);
    int code = FAILED;
    guint line;
    for (line = 1; code != PGM_OUTCOME_FINISHED; line++)
    {
        g_autoptr(PgmScripted) scripted = pgm_scripted_new();
        pgm_scene_execute(scene, "DROP TABLE IF EXISTS made");
        pgm_scene_renew_state(scene);
        code = run_in_child(scene, line);
        assert_in_order(scene, line, code);
        g_assert_cmpint(pgm_scene_resume(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
        pgm_scene_assert_no_phase_twice(scene);
        pgm_scene_assert_value(scene, "SELECT count(*) || ' ' || obj_description('made'::regclass) FROM made",
                               "10 ten");
    }
    g_assert_cmpuint(line, >, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disk/full", test_full);
    return g_test_run();
}
