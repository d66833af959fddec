/* test_demo.c - the demo: its life with --keep, on a terminal, and when it is killed. */
#include "harness/program.h"
#include "harness/screen.h"
#include "harness/server.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

enum
{
    GONE_PATIENCE_MS = 10000,
    LOOK_MS = 20,
};

static gboolean wait_gone(const char *path)
{
    for (int waited = 0; waited < GONE_PATIENCE_MS; waited += LOOK_MS)
    {
        if (!g_file_test(path, G_FILE_TEST_EXISTS))
        {
            return TRUE;
        }
        g_usleep(LOOK_MS * 1000);
    }
    return FALSE;
}

static void wait_process_gone(int pid)
{
    for (int waited = 0; waited < GONE_PATIENCE_MS && kill(pid, 0) == 0; waited += LOOK_MS)
    {
        g_usleep(LOOK_MS * 1000);
    }
    g_assert_cmpint(kill(pid, 0), ==, -1);
    g_assert_cmpint(errno, ==, ESRCH);
}

static void assert_status(const char *config)
{
    const char *const args[] = {"status", "--config", config, NULL};
    g_autoptr(PgmProgram) status = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(status, 1); /* the incident is in it */
    pgm_assert_contains(status->out, "production");
    pgm_assert_contains(status->out, "3 breaking");
    pgm_assert_contains(status->out, "774225e563ca");
}

static void assert_walk(const char *config)
{
    const char *const args[] = {"run",      "--unattended", "--backup", "none:a demo",     "--commit", "verified",
                                "--config", config,         "--quiet",  "uuid-to-varchar", NULL};
    g_autoptr(PgmProgram) run = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(run, 0);
    g_assert_cmpstr(run->err, ==, "");
    pgm_assert_contains(run->out, "finished: ");

    const char *const status[] = {"status", "--config", config, NULL};
    g_autoptr(PgmProgram) mended = pgm_program_run_pgmedic(status, NULL, NULL);
    pgm_program_assert_exit(mended, 0); /* what is pending is none of the findings */
    pgm_assert_contains(mended->out, "0 breaking · 0 risky");
}

static void test_keep(void)
{
    static const char *const args[] = {"demo", "--keep", "--json", NULL};
    g_autoptr(PgmProgram) demo = pgm_program_run_pgmedic(args, NULL, NULL);
    pgm_program_assert_exit(demo, 0);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, demo->out, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    const char *folder = json_object_get_string_member(root, "folder");
    int pid = (int)json_object_get_int_member(root, "pid");
    assert_status(json_object_get_string_member(root, "config"));
    assert_walk(json_object_get_string_member(root, "config"));
    g_assert_cmpint(kill(pid, SIGINT), ==, 0); /* as the demo says it is stopped */
    wait_process_gone(pid);
    const char *const remove[] = {"rm", "-r", folder, NULL};
    g_autoptr(PgmProgram) removed = pgm_program_run(remove, NULL, NULL);
    pgm_program_assert_exit(removed, 0);
}

/* The folder that the demo on SCREEN lives in: the newest in TMPDIR. Caller frees. */
static char *demo_folder(void)
{
    g_autoptr(GDir) directory = g_dir_open(g_get_tmp_dir(), 0, NULL);
    const char *name = NULL;
    while ((name = g_dir_read_name(directory)) != NULL)
    {
        if (g_str_has_prefix(name, "pgmedic-demo"))
        {
            return g_build_filename(g_get_tmp_dir(), name, NULL);
        }
    }
    g_assert_not_reached();
}

static PgmScreen *open_demo(void)
{
    static const char *const args[] = {"demo", NULL};
    PgmScreen *screen = pgm_screen_new(30, 100, args, NULL);
    pgm_screen_assert_text(screen, "PRODUCTION");
    pgm_screen_assert_text(screen, "f867c7e3d51c");
    return screen;
}

static void test_quit(void)
{
    g_autoptr(PgmScreen) screen = open_demo();
    g_autofree char *folder = demo_folder();
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
    pgm_screen_assert(screen, pgm_screen_cooked(screen));
    g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS)); /* it is gone before the prompt is back */
}

static void leave_by_signal(int number)
{
    g_autoptr(PgmScreen) screen = open_demo();
    g_autofree char *folder = demo_folder();
    pgm_screen_signal(screen, number);
    g_assert_true(wait_gone(folder));
    g_assert_cmpint(pgm_screen_wait_exit(screen, PGM_SCREEN_PATIENCE_MS), >=, 0);
}

static void test_terminated(void)
{
    leave_by_signal(SIGTERM);
}

static void test_hang_up(void)
{
    leave_by_signal(SIGHUP);
}

static void test_killed(void)
{
    leave_by_signal(SIGKILL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demo/keep", test_keep);
    g_test_add_func("/demo/quit", test_quit);
    g_test_add_func("/demo/terminated", test_terminated);
    g_test_add_func("/demo/hang-up", test_hang_up);
    g_test_add_func("/demo/killed", test_killed);
    return g_test_run();
}
