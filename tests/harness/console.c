/* console.c - a configuration for the console, and what a user does in it again and again. */
#include "harness/console.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

char *pgm_test_write_config(PgmTestDatabase *database, const char *target, const char *environment, const char *more)
{
    g_autofree char *folder = g_dir_make_tmp("pgmedic-config-XXXXXX", NULL);
    g_autofree char *text = g_strdup_printf("format: 1\n"
                                            "default_target: %s\n"
                                            "targets:\n"
                                            "  %s:\n"
                                            "    conninfo: %s\n"
                                            "    environment: %s\n"
                                            "%s",
                                            target, target, pgm_test_database_text(database), environment, more);
    char *path = g_build_filename(folder, "pgmedic.yaml", NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
    return path;
}

void pgm_test_remove_config(char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
}

void pgm_screen_choose(PgmScreen *screen, const char *key)
{
    pgm_screen_type(screen, key);
    pgm_screen_assert_text(screen, "Enter does it");
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
}

void pgm_screen_arm_run(PgmScreen *screen, PgmTestDatabase *database)
{
    pgm_screen_assert_text(screen, "t type the database's name");
    pgm_screen_assert_text(screen, "READ-ONLY");
    pgm_screen_type(screen, "t");
    pgm_screen_assert_text(screen, "Type the database's name (");
    g_assert_true(pgm_screen_cursor_visible(screen));
    pgm_screen_type(screen, pgm_test_database_name(database));
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, " ARMED");
}
