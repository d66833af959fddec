/* test_reading_spool.c - rows in a nameless file: full, unwritable, and found again. */
#include "pg/reading_spool.h"
#include "pgmedic/error.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static guint files_in(const char *folder)
{
    guint count = 0;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    while (g_dir_read_name(dir) != NULL)
    {
        count++;
    }
    return count;
}

static gboolean check_row(gint64 row, char **values, gpointer user)
{
    gint64 *expected = user;
    g_autofree char **owned = values;
    g_autofree char *number = g_strdup_printf("%d", (int)row);
    g_assert_cmpint(row, ==, *expected);
    g_assert_cmpstr(owned[0], ==, number);
    g_assert_null(owned[1]);
    g_assert_cmpuint(strlen(owned[2]), ==, (gsize)(row % 3000));
    (*expected)++;
    return TRUE;
}

static gboolean add_row(PgmSpool *spool, int row, GError **error)
{
    g_autofree char *number = g_strdup_printf("%d", row);
    g_autofree char *filler = g_strnfill((gsize)(row % 3000), 'f');
    const char *const values[] = {number, NULL, filler};
    return pgm_spool_add(spool, values, error);
}

static void assert_rows(const PgmSpool *spool, gint64 first, gint64 end)
{
    g_autoptr(GError) error = NULL;
    gint64 expected = first;
    g_assert_true(pgm_spool_read(spool, first, end, check_row, &expected, &error));
    g_assert_no_error(error);
    g_assert_cmpint(expected, ==, end);
}

static void test_full(void)
{
    g_autoptr(GError) error = NULL;
    guint before = files_in(g_get_tmp_dir());
    g_autoptr(PgmSpool) spool = pgm_spool_new(3, 1000000);
    int row = 0;
    while (add_row(spool, row, &error))
    {
        row++;
    }
    g_assert_no_error(error);
    g_assert_cmpint(row, >, 500);
    g_assert_cmpint(pgm_spool_rows(spool), ==, row);
    g_assert_true(pgm_spool_flush(spool, &error));
    g_assert_cmpuint(files_in(g_get_tmp_dir()), ==, before); /* it has no name */
    assert_rows(spool, 0, row);
    for (int first = 0; first + 5 < row; first += 13)
    {
        assert_rows(spool, first, first + 5);
        g_assert_cmpint(pgm_spool_stretch(spool, first), <=, first);
    }
}

/* The disk is full: what was written before stays. */
static void test_unwritable(void)
{
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_autoptr(PgmSpool) spool = pgm_spool_new(3, G_MAXINT64);
    g_autoptr(GError) error = NULL;
    struct rlimit small = {300000, before.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    int row = 0;
    while (add_row(spool, row, &error))
    {
        row++;
    }
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_assert_nonnull(strstr(error->message, g_get_tmp_dir()));
    g_assert_cmpint(pgm_spool_rows(spool), >, 100);
    g_assert_cmpint(pgm_spool_rows(spool), <, row);
    assert_rows(spool, 0, pgm_spool_rows(spool));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* A folder of its own, since what lies in it is counted. */
    const char *outer = g_getenv("TMPDIR"); /* g_get_tmp_dir() remembers its first answer */
    g_autofree char *folder = g_build_filename(outer == NULL ? "/tmp" : outer, "spool-XXXXXX", NULL);
    g_assert_nonnull(g_mkdtemp(folder));
    g_setenv("TMPDIR", folder, TRUE);
    g_test_add_func("/spool/full", test_full);
    g_test_add_func("/spool/unwritable", test_unwritable);
    int failed = g_test_run();
    g_rmdir(folder);
    return failed;
}
