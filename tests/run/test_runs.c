/* The runs on record: made, listed, found again. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/scripted_run.h"
#include "pgmedic/error.h"
#include "pgmedic/runs.h"

typedef struct
{
    char *base;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->base = g_dir_make_tmp("pgmedic-runs-XXXXXX", NULL);
    g_assert_nonnull(fixture->base);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    pgm_test_remove_tree(fixture->base);
    g_free(fixture->base);
}

/* A run of that name which has ended with OUTCOME; NULL: it has no end. */
static void record(const Fixture *fixture, const char *name, const char *outcome)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(fixture->base, name, NULL);
    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_autoptr(PgmJournal) journal = pgm_journal_create(folder, &error);
    g_assert_no_error(error);
    g_autoptr(PgmEvent) run = pgm_event_set_text(pgm_event_new(PGM_EVENT_RUN), "run", name);
    g_assert_true(pgm_journal_append(journal, run, &error));
    g_autoptr(PgmEvent) end = pgm_event_set_text(pgm_event_new(PGM_EVENT_END), "outcome", outcome);
    g_assert_true(outcome == NULL || pgm_journal_append(journal, end, &error));
}

static void assert_found(const Fixture *fixture, const char *name, gboolean (*filter)(const PgmModel *),
                         const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = pgm_runs_find(fixture->base, name, filter, &error);
    g_assert_no_error(error);
    g_autofree char *found = g_path_get_basename(folder);
    g_assert_cmpstr(found, ==, expected);
}

static void assert_not_found(const Fixture *fixture, const char *name, gboolean (*filter)(const PgmModel *),
                             const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_runs_find(fixture->base, name, filter, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, says));
}

static const char *const oldest = "20261119T080000Z-stamp-head-0001";
static const char *const middle = "20261120T080000Z-uuid-to-varchar-0002";
static const char *const newest = "20261121T080000Z-uuid-to-varchar-0003";

static void record_three(const Fixture *fixture)
{
    record(fixture, middle, "stopped");
    record(fixture, newest, "finished");
    record(fixture, oldest, NULL);
}

static void test_create(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    struct stat status;
    g_autofree char *below = g_build_filename(fixture->base, "not", "yet", NULL);
    g_autofree char *first = pgm_runs_create(below, "uuid-to-varchar", &error);
    g_assert_no_error(error);
    g_autofree char *second = pgm_runs_create(below, "uuid-to-varchar", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(first, !=, second);
    g_assert_cmpint(stat(first, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 07777, ==, 0700);
    g_autofree char *name = g_path_get_basename(first);
    g_assert_true(g_regex_match_simple("^[0-9]{8}T[0-9]{6}Z-uuid-to-varchar-[0-9a-f]{4}$", name, 0, 0));
}

static void test_create_where_nothing_can_be_made(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_build_filename(fixture->base, "file", NULL);
    g_assert_true(g_file_set_contents(file, "x", 1, NULL));
    g_assert_null(pgm_runs_create(file, "a", &error));
    g_assert_nonnull(error);
}

static void test_list(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    record_three(fixture);
    g_autofree char *empty = g_build_filename(fixture->base, "20261122T080000Z-no-journal-0004", NULL);
    g_assert_cmpint(g_mkdir(empty, 0700), ==, 0);
    g_autoptr(GPtrArray) names = pgm_runs_list(fixture->base, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(names->len, ==, 3);
    g_assert_cmpstr(g_ptr_array_index(names, 0), ==, newest);
    g_assert_cmpstr(g_ptr_array_index(names, 1), ==, middle);
    g_assert_cmpstr(g_ptr_array_index(names, 2), ==, oldest);
}

static void test_list_of_nothing(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *none = g_build_filename(fixture->base, "none", NULL);
    g_autoptr(GPtrArray) names = pgm_runs_list(none, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(names->len, ==, 0);
    assert_not_found(fixture, NULL, NULL, "no run on record");
}

static void test_find_by_name(Fixture *fixture, gconstpointer data)
{
    (void)data;
    record_three(fixture);
    assert_found(fixture, middle, NULL, middle);
    assert_found(fixture, "20261120", NULL, middle);
    assert_found(fixture, "0001", NULL, oldest);
    assert_not_found(fixture, "2026", NULL, "several");
    assert_not_found(fixture, "0009", NULL, "no run named 0009");
}

static void test_find_newest(Fixture *fixture, gconstpointer data)
{
    (void)data;
    record_three(fixture);
    assert_found(fixture, NULL, NULL, newest);
    assert_found(fixture, "", NULL, newest);
    assert_found(fixture, NULL, pgm_model_unfinished, middle);
}

static void test_find_newest_unfinished_of_none(Fixture *fixture, gconstpointer data)
{
    (void)data;
    record(fixture, newest, "finished");
    record(fixture, oldest, "rolled-back");
    assert_not_found(fixture, NULL, pgm_model_unfinished, "no unfinished run");
}

static void test_find_by_path(Fixture *fixture, gconstpointer data)
{
    (void)data;
    record_three(fixture);
    g_autofree char *path = g_build_filename(fixture->base, oldest, NULL);
    assert_found(fixture, path, NULL, oldest);
    assert_not_found(fixture, fixture->base, NULL, "no journal.jsonl");
}

/* A run whose journal does not hold up may be the one that is meant: it is found, and named as broken by whoever opens
 * it. */
static void test_find_stops_at_a_broken_journal(Fixture *fixture, gconstpointer data)
{
    (void)data;
    record_three(fixture);
    g_autofree char *journal = g_build_filename(fixture->base, middle, "journal.jsonl", NULL);
    g_assert_true(g_file_set_contents(journal, "nonsense\n", -1, NULL));
    assert_found(fixture, NULL, pgm_model_unfinished, middle);
    assert_found(fixture, oldest, NULL, oldest); /* any other by its name */
}

#define RUNS_TEST(name, function) g_test_add("/runs/" name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    RUNS_TEST("create", test_create);
    RUNS_TEST("create-where-nothing-can-be-made", test_create_where_nothing_can_be_made);
    RUNS_TEST("list", test_list);
    RUNS_TEST("list-of-nothing", test_list_of_nothing);
    RUNS_TEST("find-by-name", test_find_by_name);
    RUNS_TEST("find-newest", test_find_newest);
    RUNS_TEST("find-newest-unfinished-of-none", test_find_newest_unfinished_of_none);
    RUNS_TEST("find-by-path", test_find_by_path);
    RUNS_TEST("find-stops-at-a-broken-journal", test_find_stops_at_a_broken_journal);
    return g_test_run();
}
