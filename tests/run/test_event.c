/* Events: what is set is read back, from memory, from a copy and from a journal's line. */
#include <string.h>

#include "pgmedic/error.h"
#include "pgmedic/event.h"

static const char *const hostile =
    "a \x1b[31m \"quoted\" \\ back\nnew\tline \xe2\x80\xae übel \xf0\x9f\x98\x80 | ` \x01";

static GPtrArray *list_of(const char *first, const char *second)
{
    GPtrArray *list = g_ptr_array_new();
    g_ptr_array_add(list, (gpointer)(gsize)first);
    g_ptr_array_add(list, (gpointer)(gsize)second);
    return list;
}

static PgmEvent *sample(void)
{
    PgmEvent *event = pgm_event_new(PGM_EVENT_BACKUP);
    g_autoptr(GPtrArray) list = list_of("one", hostile);
    g_autoptr(GHashTable) mapping = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(mapping, (gpointer)(gsize) "b", (gpointer)(gsize) "2");
    g_hash_table_insert(mapping, (gpointer)(gsize) "a", (gpointer)(gsize)hostile);
    pgm_event_set_text(event, "text", hostile);
    pgm_event_set_text(event, "absent", NULL);
    pgm_event_set_integer(event, "big", G_MAXINT64);
    pgm_event_set_integer(event, "small", G_MININT64);
    pgm_event_set_boolean(event, "yes", TRUE);
    pgm_event_set_texts(event, "list", list);
    pgm_event_set_mapping(event, "mapping", mapping);
    pgm_event_add_item(event, "items");
    pgm_event_item_text(event, "items", "name", "first");
    pgm_event_add_item(event, "items");
    pgm_event_item_text(event, "items", "name", hostile);
    return pgm_event_item_integer(event, "items", "ms", 7);
}

static void check_sample(const PgmEvent *event)
{
    g_assert_cmpint(pgm_event_kind(event), ==, PGM_EVENT_BACKUP);
    g_assert_cmpstr(pgm_event_text(event, "text"), ==, hostile);
    g_assert_false(pgm_event_has(event, "absent"));
    g_assert_cmpint(pgm_event_integer(event, "big"), ==, G_MAXINT64);
    g_assert_cmpint(pgm_event_integer(event, "small"), ==, G_MININT64);
    g_assert_true(pgm_event_boolean(event, "yes"));
    g_autoptr(GPtrArray) list = pgm_event_texts(event, "list");
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(list, 1), ==, hostile);
    g_autoptr(GHashTable) mapping = pgm_event_mapping(event, "mapping");
    g_assert_cmpuint(g_hash_table_size(mapping), ==, 2);
    g_assert_cmpstr(g_hash_table_lookup(mapping, "a"), ==, hostile);
    g_assert_cmpuint(pgm_event_items(event, "items"), ==, 2);
    g_assert_cmpstr(pgm_event_item_get_text(event, "items", 0, "name"), ==, "first");
    g_assert_cmpstr(pgm_event_item_get_text(event, "items", 1, "name"), ==, hostile);
    g_assert_cmpint(pgm_event_item_get_integer(event, "items", 1, "ms"), ==, 7);
}

static void test_fields(void)
{
    g_autoptr(PgmEvent) event = sample();
    check_sample(event);
    g_assert_cmpint(pgm_event_sequence(event), ==, 0);
}

static void test_line_and_back(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmEvent) event = sample();
    g_autofree char *line = pgm_event_serialize(event, 41, "2026-11-21T08:25:12.123Z");
    g_assert_null(strchr(line, '\n'));
    g_assert_true(
        g_str_has_prefix(line, "{\"seq\":41,\"time\":\"2026-11-21T08:25:12.123Z\",\"event\":\"backup\",\"text\":"));
    g_assert_cmpint(pgm_event_sequence(event), ==, 41);
    g_autoptr(PgmEvent) back = pgm_event_parse(line, -1, &error);
    g_assert_no_error(error);
    check_sample(back);
    g_assert_cmpint(pgm_event_sequence(back), ==, 41);
    g_assert_cmpstr(pgm_event_time(back), ==, "2026-11-21T08:25:12.123Z");
    g_autofree char *again = pgm_event_serialize(back, 41, "2026-11-21T08:25:12.123Z");
    g_assert_cmpstr(again, ==, line);
}

static void test_copy_is_deep(void)
{
    g_autoptr(PgmEvent) event = sample();
    g_autoptr(PgmEvent) copy = pgm_event_copy(event);
    pgm_event_set_text(event, "text", "changed");
    pgm_event_add_item(event, "items");
    check_sample(copy);
}

static void test_not_utf8(void)
{
    g_autoptr(PgmEvent) event = pgm_event_set_text(pgm_event_new(PGM_EVENT_NOTE), "text", "caf\xe9 \xff");
    g_assert_cmpstr(pgm_event_text(event, "text"), ==, "caf\\xe9 \\xff");
    g_autofree char *line = pgm_event_serialize(event, 1, "t");
    g_assert_true(g_utf8_validate(line, -1, NULL));
}

static void test_wrong_types_are_absent(void)
{
    g_autoptr(PgmEvent) event = pgm_event_set_text(pgm_event_new(PGM_EVENT_NOTE), "text", "7");
    pgm_event_set_integer(event, "number", 7);
    g_assert_cmpint(pgm_event_integer(event, "text"), ==, 0);
    g_assert_null(pgm_event_text(event, "number"));
    g_assert_null(pgm_event_text(event, "none"));
    g_assert_false(pgm_event_boolean(event, "number"));
    g_assert_cmpuint(pgm_event_items(event, "number"), ==, 0);
    g_assert_null(pgm_event_item_get_text(event, "number", 0, "x"));
    g_autoptr(GPtrArray) list = pgm_event_texts(event, "number");
    g_assert_cmpuint(list->len, ==, 0);
    g_autoptr(GHashTable) mapping = pgm_event_mapping(event, "number");
    g_assert_cmpuint(g_hash_table_size(mapping), ==, 0);
}

static void test_no_line(void)
{
    static const char *const lines[] = {
        "", "nonsense", "[]", "7", "{}", "{\"event\":\"never-heard-of\"}", "{\"event\":7}", "{\"event\":\"note\""};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
    {
        g_autoptr(GError) error = NULL;
        g_assert_null(pgm_event_parse(lines[i], -1, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    }
}

/* Every kind has a name of its own that is read back, so that no journal holds what cannot be read. */
static void test_kinds(void)
{
    for (guint i = 0; i < PGM_EVENT_KINDS; i++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmEvent) event = pgm_event_new((PgmEventKind)i);
        g_autofree char *line = pgm_event_serialize(event, 1, "t");
        g_autoptr(PgmEvent) back = pgm_event_parse(line, -1, &error);
        g_assert_no_error(error);
        g_assert_cmpint(pgm_event_kind(back), ==, (int)i);
    }
    g_assert_false(pgm_event_kind_durable(PGM_EVENT_ACTIVITY));
    g_assert_false(pgm_event_kind_durable(PGM_EVENT_BACKUP_PROGRESS));
    g_assert_true(pgm_event_kind_durable(PGM_EVENT_COMMIT_INTENT));
    g_assert_cmpstr(pgm_event_kind_name(PGM_EVENT_COMMIT_INTENT), ==, "commit-intent");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/fields", test_fields);
    g_test_add_func("/event/line-and-back", test_line_and_back);
    g_test_add_func("/event/copy-is-deep", test_copy_is_deep);
    g_test_add_func("/event/not-utf8", test_not_utf8);
    g_test_add_func("/event/wrong-types-are-absent", test_wrong_types_are_absent);
    g_test_add_func("/event/no-line", test_no_line);
    g_test_add_func("/event/kinds", test_kinds);
    return g_test_run();
}
