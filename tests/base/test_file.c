/* Files: what is refused, and that what is written is whole. */
#include "pgmedic/error.h"
#include "pgmedic/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
    char *folder;
    char *path; /* a file in it, not made yet */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = g_dir_make_tmp("pgmedic-file-XXXXXX", NULL);
    g_assert_nonnull(fixture->folder);
    fixture->path = g_build_filename(fixture->folder, "file", NULL);
}

static void remove_tree(const char *path)
{
    struct stat status;
    g_assert_cmpint(lstat(path, &status), ==, 0);
    if (S_ISDIR(status.st_mode))
    {
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        const char *name;
        while ((name = g_dir_read_name(dir)) != NULL)
        {
            g_autofree char *child = g_build_filename(path, name, NULL);
            remove_tree(child);
        }
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    remove_tree(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
}

static void write_file(const char *path, const char *text, int mode)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(pgm_file_write(path, text, -1, mode, &error));
    g_assert_no_error(error);
}

static guint mode_of(const char *path)
{
    struct stat status;
    g_assert_cmpint(lstat(path, &status), ==, 0);
    return status.st_mode & 07777;
}

static guint entries_of(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(dir) != NULL)
    {
        count++;
    }
    return count;
}

static void assert_bytes(GBytes *bytes, const char *expected, gsize length)
{
    g_assert_nonnull(bytes);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, length);
    g_assert_true(memcmp(g_bytes_get_data(bytes, NULL), expected, length) == 0);
}

static void assert_error(GError *error, PgmError code, const char *path, const char *reason)
{
    g_assert_error(error, PGM_ERROR, (int)code);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, reason));
}

static void test_write_and_read(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    mode_t umask_before = umask(0077);
    g_assert_true(pgm_file_write(fixture->path, "a\0b", 3, 0644, &error));
    umask(umask_before);
    g_assert_no_error(error);
    g_assert_cmpuint(mode_of(fixture->path), ==, 0644);
    g_autoptr(GBytes) bytes = pgm_file_read(fixture->path, 3, &error);
    g_assert_no_error(error);
    assert_bytes(bytes, "a\0b", 3);

    write_file(fixture->path, "new", 0600);
    g_assert_cmpuint(mode_of(fixture->path), ==, 0600);
    g_autoptr(GBytes) again = pgm_file_read_trusted(fixture->path, 100, &error);
    g_assert_no_error(error);
    assert_bytes(again, "new", 3);
    g_assert_cmpuint(entries_of(fixture->folder), ==, 1);

    write_file(fixture->path, "", 0600);
    g_autoptr(GBytes) empty = pgm_file_read(fixture->path, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_bytes_get_size(empty), ==, 0);
    g_assert_cmpstr(g_bytes_get_data(empty, NULL), ==, "");
}

static void test_read_refused(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) missing = NULL;
    g_assert_null(pgm_file_read(fixture->path, 10, &missing));
    assert_error(missing, PGM_ERROR_INVALID, fixture->path, "No such file");

    g_autoptr(GError) large = NULL;
    write_file(fixture->path, "0123456789", 0600);
    g_assert_null(pgm_file_read(fixture->path, 9, &large));
    assert_error(large, PGM_ERROR_INVALID, fixture->path, "larger than 9 bytes");

    g_autoptr(GError) folder = NULL;
    g_assert_null(pgm_file_read(fixture->folder, 10, &folder));
    assert_error(folder, PGM_ERROR_INVALID, fixture->folder, "it is a folder");

    g_autoptr(GError) pipe = NULL;
    g_autofree char *fifo = g_build_filename(fixture->folder, "fifo", NULL);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_null(pgm_file_read(fifo, 10, &pipe)); /* and does not hang */
    assert_error(pipe, PGM_ERROR_INVALID, fifo, "not a regular file");

    g_autoptr(GError) endless = NULL;
    g_assert_null(pgm_file_read("/dev/zero", 10, &endless));
    assert_error(endless, PGM_ERROR_INVALID, "/dev/zero", "not a regular file");
}

static void assert_untrusted(const char *path, const char *reason)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_file_read_trusted(path, 100, &error));
    assert_error(error, PGM_ERROR_INVALID, path, reason);
}

static void test_trust(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    write_file(fixture->path, "x", 0664);
    assert_untrusted(fixture->path, "it can be written by others (mode 0664)");
    write_file(fixture->path, "x", 0602);
    assert_untrusted(fixture->path, "chmod go-w");
    write_file(fixture->path, "x", 0644);
    g_assert_cmpint(g_chmod(fixture->folder, 0777), ==, 0);
    assert_untrusted(fixture->path, "its folder");
    g_assert_cmpint(g_chmod(fixture->folder, 01777), ==, 0);
    assert_untrusted(fixture->path, "move the file into a folder of your own");
    g_assert_cmpint(g_chmod(fixture->folder, 0755), ==, 0);
    g_autoptr(GBytes) bytes = pgm_file_read_trusted(fixture->path, 100, &error);
    g_assert_no_error(error);
    g_assert_nonnull(bytes);

    g_autofree char *link = g_build_filename(fixture->folder, "link", NULL);
    g_assert_cmpint(symlink("file", link), ==, 0);
    assert_untrusted(link, "symbolic link");
    g_autoptr(GBytes) followed = pgm_file_read(link, 100, &error);
    g_assert_no_error(error);
    g_assert_nonnull(followed);

    g_autofree char *nowhere = g_build_filename(fixture->folder, "no", "file", NULL);
    assert_untrusted(nowhere, "No such file");
    g_autofree char *folder = g_build_filename(fixture->folder, "folder", NULL);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    assert_untrusted(folder, "it is a folder");
}

static void test_strangers_file(Fixture *fixture, gconstpointer data)
{
    (void)data;
    if (geteuid() != 0)
    {
        g_test_skip("only root can give a file away");
        return;
    }
    write_file(fixture->path, "x", 0644);
    g_assert_cmpint(chown(fixture->path, 12345, (gid_t)-1), ==, 0);
    assert_untrusted(fixture->path, "it belongs to user 12345");
    g_assert_cmpint(chown(fixture->path, 0, (gid_t)-1), ==, 0);
    g_assert_cmpint(chown(fixture->folder, 12345, (gid_t)-1), ==, 0);
    assert_untrusted(fixture->path, "its folder");
}

/* The old file stays, and nothing is left beside it, when the new one cannot be written out. */
static void test_write_fails(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    write_file(fixture->path, "old", 0600);
    struct rlimit before;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
    struct rlimit small = {.rlim_cur = 10, .rlim_max = before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
    gboolean written = pgm_file_write(fixture->path, "twenty bytes of news", -1, 0600, &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    signal(SIGXFSZ, SIG_DFL);
    g_assert_false(written);
    assert_error(error, PGM_ERROR_IO, fixture->path, "File too large");
    g_autoptr(GBytes) bytes = pgm_file_read(fixture->path, 100, NULL);
    assert_bytes(bytes, "old", 3);
    g_assert_cmpuint(entries_of(fixture->folder), ==, 1);

    g_autoptr(GError) no_folder = NULL;
    g_autofree char *nowhere = g_build_filename(fixture->folder, "no", "file", NULL);
    g_assert_false(pgm_file_write(nowhere, "x", -1, 0600, &no_folder));
    assert_error(no_folder, PGM_ERROR_IO, nowhere, "No such file");

    g_autoptr(GError) onto_folder = NULL;
    g_assert_false(pgm_file_write(fixture->folder, "x", -1, 0600, &onto_folder));
    assert_error(onto_folder, PGM_ERROR_IO, fixture->folder, "directory");
}

static void test_private_folder(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *outer = g_build_filename(fixture->folder, "a", NULL);
    g_autofree char *inner = g_build_filename(outer, "b", NULL);
    g_autofree char *slashed = g_strconcat(inner, "//", NULL);
    mode_t umask_before = umask(0577);
    g_assert_true(pgm_file_make_private_folder(slashed, &error));
    umask(umask_before);
    g_assert_no_error(error);
    g_assert_cmpuint(mode_of(outer), ==, 0700);
    g_assert_cmpuint(mode_of(inner), ==, 0700);
    g_assert_true(pgm_file_make_private_folder(inner, &error));

    g_assert_cmpint(g_chmod(inner, 0750), ==, 0);
    g_assert_false(pgm_file_make_private_folder(inner, &error));
    assert_error(error, PGM_ERROR_INVALID, inner, "chmod 700");
    g_assert_cmpuint(mode_of(inner), ==, 0750);

    g_autoptr(GError) no_folder = NULL;
    write_file(fixture->path, "x", 0600);
    g_assert_false(pgm_file_make_private_folder(fixture->path, &no_folder));
    assert_error(no_folder, PGM_ERROR_INVALID, fixture->path, "it is not a folder");

    g_autoptr(GError) linked = NULL;
    g_autofree char *link = g_build_filename(fixture->folder, "link", NULL);
    g_assert_cmpint(symlink("a", link), ==, 0);
    g_assert_false(pgm_file_make_private_folder(link, &linked));
    assert_error(linked, PGM_ERROR_INVALID, link, "it is not a folder");

    g_autoptr(GError) below_file = NULL;
    g_autofree char *below = g_build_filename(fixture->path, "c", NULL);
    g_assert_false(pgm_file_make_private_folder(below, &below_file));
    assert_error(below_file, PGM_ERROR_IO, below, "Not a directory");
}

static void test_sha256(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    gint64 size = -1;
    write_file(fixture->path, "abc", 0600);
    g_autofree char *sum = pgm_file_sha256(fixture->path, &size, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(sum, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    g_assert_cmpint(size, ==, 3);
    g_assert_null(pgm_file_sha256(fixture->folder, NULL, &error));
    assert_error(error, PGM_ERROR_INVALID, fixture->folder, "it is a folder");
}

static void test_folder_and_space(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_assert_true(pgm_file_sync_folder(fixture->folder, &error));
    g_assert_false(pgm_file_sync_folder(fixture->path, &error));
    assert_error(error, PGM_ERROR_IO, fixture->path, "No such file");
    g_assert_cmpint(pgm_file_free_space(fixture->folder), >=, 0);
    g_assert_cmpint(pgm_file_free_space(fixture->path), ==, -1);
}

static void add(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(name, Fixture, NULL, set_up, test, tear_down);
}

/* A device is written into; a link leads to the file that is meant. */
static void test_write_output(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgmedic-output-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "file", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);
    g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
    struct stat before, after;

    g_assert_true(pgm_file_write_output(file, "one", &error));
    g_assert_no_error(error);
    g_assert_cmpint(symlink("file", link), ==, 0);
    g_assert_true(pgm_file_write_output(link, "two", &error));
    g_assert_no_error(error);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "two");
    g_assert_cmpint(lstat(link, &after), ==, 0);
    g_assert_true(S_ISLNK(after.st_mode));

    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    int reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_assert_cmpint(reader, >=, 0);
    g_assert_cmpint(stat(pipe, &before), ==, 0);
    g_assert_true(pgm_file_write_output(pipe, "three", &error));
    g_assert_no_error(error);
    char bytes[8] = "";
    g_assert_cmpint(read(reader, bytes, sizeof bytes), ==, 5);
    g_assert_cmpstr(bytes, ==, "three");
    g_assert_cmpint(stat(pipe, &after), ==, 0);
    g_assert_true(S_ISFIFO(after.st_mode) && after.st_ino == before.st_ino);
    close(reader);

    g_assert_false(pgm_file_write_output(folder, "four", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_unlink(pipe);
    g_unlink(link);
    g_unlink(file);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/base/file/write-and-read", test_write_and_read);
    add("/base/file/read-refused", test_read_refused);
    add("/base/file/trust", test_trust);
    add("/base/file/strangers-file", test_strangers_file);
    add("/base/file/write-fails", test_write_fails);
    add("/base/file/private-folder", test_private_folder);
    add("/base/file/sha256", test_sha256);
    add("/base/file/folder-and-space", test_folder_and_space);
    g_test_add_func("/file/write-output", test_write_output);
    return g_test_run();
}
