/* test_library.c - finding runbooks by name. */
#include "pgmedic/error.h"
#include "pgmedic/runbook.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder_with(const char *const *names)
{
    char *folder = g_dir_make_tmp("library-XXXXXX", NULL);
    for (guint i = 0; names[i] != NULL; i++)
    {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_assert_true(g_file_set_contents(path, "x", -1, NULL));
    }
    return folder;
}

static void folder_free(const char *folder, const char *const *names)
{
    for (guint i = 0; names[i] != NULL; i++)
    {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_remove(path);
    }
    g_rmdir(folder);
}

static void test_find(void)
{
    static const char *const names[] = {"mine.yaml", "stamp-head.yaml", "notes.txt", ".hidden.yaml", NULL};
    g_autofree char *folder = folder_with(names);
    g_autoptr(GError) error = NULL;
    g_autofree char *mine = pgm_library_find(folder, "mine", &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(mine, folder));
    g_autofree char *nearer = pgm_library_find(folder, "stamp-head", &error);
    g_assert_true(g_str_has_prefix(nearer, folder));
    g_autofree char *path = pgm_library_find(folder, mine, &error);
    g_assert_cmpstr(path, ==, mine);
    g_assert_null(pgm_library_find(folder, "mien", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, folder));
    g_assert_nonnull(strstr(error->message, "./runbooks"));
    g_assert_nonnull(strstr(error->message, "did you mean \"mine\"?"));
    g_clear_error(&error);
    g_assert_null(pgm_library_find(folder, "./none.yaml", &error));
    g_assert_cmpstr(error->message, ==, "there is no runbook file ./none.yaml");
    folder_free(folder, names);
}

static void test_list(void)
{
    static const char *const names[] = {"b.yaml", "a.yaml", "stamp-head.yaml", "notes.txt", NULL};
    g_autofree char *folder = folder_with(names);
    g_autoptr(GPtrArray) paths = pgm_library_list(folder);
    g_assert_true(g_str_has_suffix(paths->pdata[0], "/a.yaml"));
    g_assert_true(g_str_has_suffix(paths->pdata[1], "/b.yaml"));
    int stamps = 0;
    int shipped = 0;
    for (guint i = 0; i < paths->len; i++)
    {
        stamps += g_str_has_suffix(paths->pdata[i], "/stamp-head.yaml");
        shipped += g_str_has_suffix(paths->pdata[i], "/uuid-to-varchar.yaml");
    }
    g_assert_cmpint(stamps, ==, 1);
    g_assert_cmpint(shipped, ==, 1);
    folder_free(folder, names);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/library/find", test_find);
    g_test_add_func("/library/list", test_list);
    return g_test_run();
}
