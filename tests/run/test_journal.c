/* The journal: what is appended is durable, in order, and shows whether anyone changed it. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/scripted_run.h"
#include "pgmedic/error.h"

enum
{
    LINES = 5,
};

static PgmEvent *note(const char *text)
{
    return pgm_event_set_text(pgm_event_new(PGM_EVENT_NOTE), "text", text);
}

static void append_notes(PgmTestRun *run, int count)
{
    for (int i = 0; i < count; i++)
    {
        g_autofree char *text = g_strdup_printf("note %d", i);
        pgm_test_run_tell(run, note(text));
    }
}

static char *journal_path(const PgmTestRun *run)
{
    return g_build_filename(run->folder, "journal.jsonl", NULL);
}

static GString *journal_bytes(const PgmTestRun *run)
{
    g_autofree char *path = journal_path(run);
    g_autoptr(GError) error = NULL;
    char *data;
    gsize length;
    g_file_get_contents(path, &data, &length, &error);
    g_assert_no_error(error);
    GString *bytes = g_string_new_len(data, (gssize)length);
    g_free(data);
    return bytes;
}

/* In place and without fsync: it is written anew hundreds of times. */
static void write_bytes(const PgmTestRun *run, const char *data, gsize length)
{
    g_autofree char *path = journal_path(run);
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, length), ==, (gssize)length);
    g_assert_cmpint(close(fd), ==, 0);
}

static void free_string(GString *string)
{
    g_string_free(string, TRUE);
}

static void test_order(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *head = NULL;
    g_assert_cmpstr(pgm_journal_head(run->journal), ==, "");
    append_notes(run, LINES);
    g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, &head, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(events->len, ==, LINES);
    g_assert_cmpuint(strlen(head), ==, 64);
    g_assert_cmpstr(head, ==, pgm_journal_head(run->journal));
    const char *before = "";
    for (guint i = 0; i < LINES; i++)
    {
        const PgmEvent *event = g_ptr_array_index(events, i);
        g_autofree char *text = g_strdup_printf("note %u", i);
        g_assert_cmpint(pgm_event_sequence(event), ==, i + 1);
        g_assert_cmpstr(pgm_event_text(event, "text"), ==, text);
        g_assert_cmpint(strcmp(pgm_event_time(event), before), >=, 0);
        before = pgm_event_time(event);
    }
}

static void test_mode(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autofree char *path = journal_path(run);
    struct stat status;
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0600);
    g_assert_cmpint(status.st_size, ==, 0); /* what is allocated ahead does not show */
}

static void test_goes_on(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) past = NULL;
    append_notes(run, 2);
    g_autofree char *head = g_strdup(pgm_journal_head(run->journal));
    pgm_test_run_crash(run);
    run->journal = pgm_journal_open(run->folder, &past, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(past->len, ==, 2);
    g_assert_cmpint(pgm_journal_torn(run->journal), ==, 0);
    g_assert_cmpstr(pgm_journal_head(run->journal), ==, head);
    append_notes(run, 1);
    g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(events->len, ==, 3);
}

/* Whichever byte is changed, in a line, in its hash, a newline even, it is found; and the line is named. */
static void test_every_changed_byte_is_found(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    append_notes(run, LINES);
    pgm_test_run_crash(run);
    GString *bytes = journal_bytes(run);
    for (gsize i = 0; i + 1 < bytes->len; i++) /* without the last newline: that is a torn line */
    {
        g_autoptr(GError) error = NULL;
        char was = bytes->str[i];
        bytes->str[i] = was == 'x' ? 'y' : 'x';
        write_bytes(run, bytes->str, bytes->len);
        g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &error);
        if (events != NULL)
        {
            g_test_message("byte %" G_GSIZE_FORMAT " ('%c') was changed unseen", i, was);
        }
        g_assert_null(events);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        bytes->str[i] = was;
    }
    free_string(bytes);
}

static void test_broken_chain_names_the_line(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) past = NULL;
    append_notes(run, LINES);
    pgm_test_run_crash(run);
    GString *bytes = journal_bytes(run);
    char *third = strstr(bytes->str, "note 2");
    third[5] = '9';
    write_bytes(run, bytes->str, bytes->len);
    g_assert_null(pgm_journal_open(run->folder, &past, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "journal.jsonl:3:"));
    free_string(bytes);
}

static void test_missing_line_is_found(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    append_notes(run, LINES);
    pgm_test_run_crash(run);
    GString *bytes = journal_bytes(run);
    char *second = strchr(bytes->str, '\n') + 1;
    char *third = strchr(second, '\n') + 1;
    g_string_erase(bytes, second - bytes->str, third - second);
    write_bytes(run, bytes->str, bytes->len);
    g_assert_null(pgm_journal_read(run->folder, NULL, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    free_string(bytes);
}

/* Cut anywhere in its last line, as a crash may: that line is left out, told, and written over. */
static void test_torn_at_every_byte(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    append_notes(run, 2);
    GString *whole = journal_bytes(run);
    gsize good = whole->len;
    free_string(whole);
    append_notes(run, 1);
    pgm_test_run_crash(run);
    GString *bytes = journal_bytes(run);
    for (gsize length = good; length < bytes->len; length++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) past = NULL;
        write_bytes(run, bytes->str, length);
        g_autoptr(GPtrArray) read = pgm_journal_read(run->folder, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(read->len, ==, 2);
        g_autoptr(PgmJournal) journal = pgm_journal_open(run->folder, &past, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(past->len, ==, 2);
        g_assert_cmpint(pgm_journal_torn(journal), ==, (gint64)(length - good));
        g_autoptr(PgmEvent) event = note("after");
        g_assert_true(pgm_journal_append(journal, event, &error));
        g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(events->len, ==, 3);
        g_assert_cmpstr(pgm_event_text(g_ptr_array_index(events, 2), "text"), ==, "after");
    }
    free_string(bytes);
}

static void test_one_writer(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    append_notes(run, 1);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
    {
        GError *error = NULL;
        GPtrArray *past = NULL;
        PgmJournal *second = pgm_journal_open(run->folder, &past, &error);
        _exit(second == NULL && g_error_matches(error, PGM_ERROR, PGM_ERROR_REFUSED) ? 0 : 1);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);

    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &error); /* reading needs no lock */
    g_assert_no_error(error);
    g_assert_cmpuint(events->len, ==, 1);
}

static void test_not_created_twice(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_journal_create(run->folder, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
}

static void test_symbolic_link_is_refused(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) past = NULL;
    append_notes(run, 1);
    pgm_test_run_crash(run);
    g_autofree char *path = journal_path(run);
    g_autofree char *moved = g_build_filename(run->folder, "elsewhere", NULL);
    g_assert_cmpint(g_rename(path, moved), ==, 0);
    g_assert_cmpint(symlink(moved, path), ==, 0);
    g_assert_null(pgm_journal_open(run->folder, &past, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_clear_error(&error);
    g_assert_null(pgm_journal_create(run->folder, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
}

/* A disk that is full, by the limit on a file's size: nothing of the line that did not fit stays behind. */
static void test_full_disk(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    g_autoptr(GError) error = NULL;
    struct rlimit was;
    append_notes(run, 2);
    GString *good = journal_bytes(run);
    g_autofree char *head = g_strdup(pgm_journal_head(run->journal));
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &was), ==, 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit tight = {.rlim_cur = good->len + 40, .rlim_max = was.rlim_max};
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tight), ==, 0);
    g_autoptr(PgmEvent) unwritten = note("this one does not fit");
    gboolean appended = pgm_journal_append(run->journal, unwritten, &error);
    g_autoptr(GError) second = NULL;
    gboolean again = pgm_journal_append(run->journal, unwritten, &second);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &was), ==, 0);
    signal(SIGXFSZ, handler);

    g_assert_false(appended);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
    g_assert_false(again);
    g_assert_error(second, PGM_ERROR, PGM_ERROR_IO);
    g_assert_cmpstr(pgm_journal_head(run->journal), ==, head);
    GString *left = journal_bytes(run);
    g_assert_cmpstr(left->str, ==, good->str);

    pgm_test_run_tell(run, note("there is room again"));
    g_autoptr(GError) none = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(run->folder, NULL, &none);
    g_assert_no_error(none);
    g_assert_cmpuint(events->len, ==, 3);
    g_assert_cmpint(pgm_event_sequence(g_ptr_array_index(events, 2)), ==, 3);
    free_string(good);
    free_string(left);
}

static void test_no_journal(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) past = NULL;
    g_assert_null(pgm_journal_read("/nonexistent", NULL, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_null(pgm_journal_open("/nonexistent", &past, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_IO);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/journal/order", test_order);
    g_test_add_func("/journal/mode", test_mode);
    g_test_add_func("/journal/goes-on", test_goes_on);
    g_test_add_func("/journal/every-changed-byte-is-found", test_every_changed_byte_is_found);
    g_test_add_func("/journal/broken-chain-names-the-line", test_broken_chain_names_the_line);
    g_test_add_func("/journal/missing-line-is-found", test_missing_line_is_found);
    g_test_add_func("/journal/torn-at-every-byte", test_torn_at_every_byte);
    g_test_add_func("/journal/one-writer", test_one_writer);
    g_test_add_func("/journal/not-created-twice", test_not_created_twice);
    g_test_add_func("/journal/symbolic-link-is-refused", test_symbolic_link_is_refused);
    g_test_add_func("/journal/full-disk", test_full_disk);
    g_test_add_func("/journal/no-journal", test_no_journal);
    return g_test_run();
}
