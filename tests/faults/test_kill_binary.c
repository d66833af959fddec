/* test_kill_binary.c - the program itself, unattended, killed -9 from outside at a few points, and resumed. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/program.h"
#include "harness/scene.h"

enum
{
    PATIENCE_S = 60,
    POLL_US = 500,
};

static char *runs_folder(const PgmScene *scene)
{
    return g_build_filename(scene->state, "pgmedic", "runs", NULL);
}

static char *only_run(const PgmScene *scene)
{
    g_autofree char *folder = runs_folder(scene);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = dir != NULL ? g_dir_read_name(dir) : NULL;
    return name != NULL ? g_build_filename(folder, name, NULL) : NULL;
}

static guint journal_lines(const PgmScene *scene)
{
    g_autofree char *run = only_run(scene);
    g_autofree char *path = run != NULL ? g_build_filename(run, "journal.jsonl", NULL) : NULL;
    g_autofree char *text = NULL;
    guint lines = 0;
    if (path != NULL && g_file_get_contents(path, &text, NULL, NULL))
    {
        for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        {
            lines++;
        }
    }
    return lines;
}

static GPid start(const PgmScene *scene, const char *state, const char *folder)
{
    g_autoptr(GError) error = NULL;
    const char *const argv[] = {g_getenv("PGM_TEST_BINARY"),
                                "run",
                                "-d",
                                pgm_test_database_text(scene->database),
                                "--runbooks",
                                folder,
                                "--unattended",
                                "--backup",
                                "none:a test",
                                "--commit",
                                "verified",
                                "uuid-to-varchar",
                                NULL};
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "XDG_STATE_HOME", state, TRUE);
    GPid child;
    g_spawn_async(NULL, (char **)(gsize)argv, environment,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                  &child, &error);
    g_assert_no_error(error);
    return child;
}

/* Killed as soon as the journal has LINES lines: with luck in the middle of what the last of them announces. */
static void run_and_kill(PgmScene *scene, const char *books, guint lines)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
    GPid child = start(scene, scene->state, books);
    while (journal_lines(scene) < lines)
    {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(POLL_US);
    }
    kill(child, SIGKILL);
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_test_message("killed with %u lines in the journal", journal_lines(scene));
}

static void test_binary(void)
{
    static const guint points[] = {2, 14, 22, 37, 52, 66, 80};
    g_autofree char *books = pgm_test_source_path("runbooks");
    for (guint i = 0; i < G_N_ELEMENTS(points); i++)
    {
        g_autoptr(PgmScene) scene = pgm_scene_new_incident("kill_binary");
        run_and_kill(scene, books, points[i]);
        g_autofree char *run = only_run(scene);
        g_autofree char *state = g_strdup_printf("XDG_STATE_HOME=%s", scene->state);
        g_autofree char *name = g_path_get_basename(run);
        const char *const resume[] = {"resume",
                                      "-d",
                                      pgm_test_database_text(scene->database),
                                      "--unattended",
                                      "--backup",
                                      "none:a test",
                                      "--commit",
                                      "verified",
                                      name,
                                      NULL};
        g_autoptr(PgmProgram) resumed = pgm_program_run_pgmedic(resume, NULL, (const char *const[]){state, NULL});
        pgm_program_assert_exit(resumed, 0);
        pgm_scene_assert_value(scene,
                               "SELECT format_type(atttypid, atttypmod) || ' ' || (SELECT count(*) FROM pg_index "
                               "WHERE NOT indisvalid) || ' ' || (SELECT count(*) FROM pg_constraint WHERE confrelid = "
                               "'public.documents'::regclass AND convalidated) FROM pg_attribute WHERE attrelid = "
                               "'public.documents'::regclass AND attname = 'id'",
                               "character varying(36) 0 2");
        /* From here the scene's own questions are about the program's runs. */
        char *runs = runs_folder(scene);
        g_free(scene->state);
        scene->state = runs;
        pgm_scene_assert_no_phase_twice(scene);
        pgm_scene_assert_no_cascade(scene);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (g_getenv("PGM_TEST_BINARY") == NULL)
    {
        g_print("1..0 # SKIP PGM_TEST_BINARY is not set\n");
        return 0;
    }
    g_test_add_func("/kill/binary", test_binary);
    return g_test_run();
}
