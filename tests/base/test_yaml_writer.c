/* Whatever is written reads back the same; and what it looks like. */
#include "pgmedic/error.h"
#include "pgmedic/node.h"

#include <string.h>

static const char *const hostile[] = {
    "",
    " ",
    "a",
    "documents.id",
    "character varying(36)",
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "true",
    "FALSE",
    "null",
    "Null",
    "~",
    "1",
    "-1",
    "+1",
    "1e3",
    "1E-3",
    "0x1f",
    "0o17",
    "017",
    "0b1",
    "1_000",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "12:30:45",
    "190:20:30",
    "2026-11-20",
    "2026-11-20 08:25:12Z",
    "2026-11-20T08:25:12.5+01:00",
    "774225e563ca",
    "f867c7e3d51c",
    "<<",
    "=",
    "-",
    "- a",
    "--- a",
    "---",
    "...",
    "?",
    "? a",
    ":",
    ": a",
    "a: b",
    "a:b",
    "a:",
    "a #b",
    "a#b",
    "#a",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "[a]",
    "{a: b}",
    "a, b",
    "'",
    "''",
    "'a'",
    "\"",
    "\"a\"",
    "it's",
    "a\\nb",
    "\\",
    "a ",
    " a",
    "\ta",
    "a\t",
    "a\tb",
    "\t",
    "\n",
    "\n\n",
    "\na",
    "a\n",
    "a\n\n",
    "a\n\n\n",
    "a\nb",
    "a\n\nb\n",
    " a\nb",
    "  a\n b\n",
    "\n a\n",
    "a\n b",
    "a \nb",
    "a\n ",
    "a\n  \n",
    "a\n\t\nb",
    "\ta\nb",
    "\n\ta",
    " \na",
    "  \n a\n",
    "a: b\n# c\n- d\n",
    "---\n...\n---",
    "a\r\nb",
    "a\rb",
    "\r",
    "ü",
    "表",
    "Größe: 表 #1",
    "\xc2\xa0",
    "\xc2\x85",
    "a\xc2\x85"
    "b",
    "a\nb\xc2\x85",
    "\xe2\x80\xa8",
    "a\n\xe2\x80\xa9"
    "b",
    "\xef\xbb\xbf",
    "\xef\xbb\xbf"
    "a\nb",
    "\x1b[2J",
    "\x01\x7f",
    "a\n\x1b",
    "\xe2\x80\xae"
    "abc",
    "\xef\xbf\xbe",
    "\xef\xbf\xbf",
    "😀",
    "\xf3\xa0\x81\x81",
    "\xee\x80\x80",
    "\xf0\x9f\xbf\xbf",
    " SELECT a,\n    b\n   FROM c;",
    "CASE WHEN a THEN ': ' ELSE ' #' END",
    "$1",
    "(a)",
    "/a",
    "_a",
    "+a",
    ".a",
    "1a",
    "1 a",
};

static PgmNode *read_back(const GString *text)
{
    g_autoptr(GError) error = NULL;
    PgmNode *root = pgm_node_parse("written", text->str, text->len, 64 * 1024 * 1024, &error);
    if (root == NULL)
    {
        g_test_message("%s", text->str);
    }
    g_assert_no_error(error);
    return root;
}

static void finish(PgmYamlWriter *writer)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(pgm_yaml_writer_finish(writer, &error));
    g_assert_no_error(error);
}

static void assert_same(const PgmNode *node, const char *value)
{
    g_assert_nonnull(node);
    g_assert_cmpint(node->kind, ==, PGM_NODE_SCALAR);
    g_assert_cmpstr(node->scalar, ==, value);
    g_assert_false(pgm_node_is_null(node));
}

/* VALUE as a root, in a mapping, in a sequence, as a key of a scalar and of a collection, last and not last. */
static void assert_round_trip(const char *value)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    pgm_yaml_text(writer, NULL, value);
    finish(writer);
    g_autoptr(PgmNode) root = read_back(out);
    assert_same(root, value);

    g_string_truncate(out, 0);
    writer = pgm_yaml_writer_new(out);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_text(writer, "value", value);
    pgm_yaml_begin_sequence(writer, "list");
    pgm_yaml_text(writer, NULL, value);
    pgm_yaml_begin_sequence(writer, NULL);
    pgm_yaml_text(writer, NULL, value);
    pgm_yaml_end(writer);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_text(writer, value, value);
    pgm_yaml_text(writer, "another key", value);
    pgm_yaml_end(writer);
    pgm_yaml_end(writer);
    pgm_yaml_begin_mapping(writer, "keys");
    pgm_yaml_begin_mapping(writer, value);
    pgm_yaml_text(writer, value, value);
    pgm_yaml_end(writer);
    pgm_yaml_end(writer);
    pgm_yaml_text(writer, "last", value);
    pgm_yaml_end(writer);
    finish(writer);

    g_autoptr(PgmNode) tree = read_back(out);
    assert_same(pgm_node_get(tree, "value"), value);
    assert_same(pgm_node_get(tree, "last"), value);
    const PgmNode *list = pgm_node_get(tree, "list");
    g_assert_cmpuint(list->items->len, ==, 3);
    assert_same(g_ptr_array_index(list->items, 0), value);
    const PgmNode *inner = g_ptr_array_index(list->items, 1);
    assert_same(g_ptr_array_index(inner->items, 0), value);
    const PgmNode *mapping = g_ptr_array_index(list->items, 2);
    assert_same(pgm_node_get(mapping, value), value);
    assert_same(pgm_node_get(mapping, "another key"), value);
    assert_same(pgm_node_get(pgm_node_get(pgm_node_get(tree, "keys"), value), value), value);
}

static void test_hostile(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++)
    {
        assert_round_trip(hostile[i]);
    }
}

static void test_random(void)
{
    static const char *const pieces[] = {
        "a",        "b",    "1",   " ",   " ",    "\n", "\n", "\t", ":", "-", "#", "'", "\"", "\\", "[",
        "]",        "{",    "}",   ",",   "&",    "*",  "!",  "|",  ">", "%", "@", "?", "ü",  "\r", "\xe2\x80\xa8",
        "\xc2\x85", "\x1b", "...", "---", "null", "0x", "表"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(42);
    for (int round = 0; round < 5000; round++)
    {
        g_autoptr(GString) value = g_string_new(NULL);
        /* Every other time from the first few pieces only: that is where blocks are made. */
        gint32 kinds = round % 2 == 0 ? 8 : (gint32)G_N_ELEMENTS(pieces);
        for (int i = g_rand_int_range(rand, 0, 12); i > 0; i--)
        {
            g_string_append(value, pieces[g_rand_int_range(rand, 0, kinds)]);
        }
        assert_round_trip(value->str);
    }
}

static void test_long(void)
{
    static const gsize lengths[] = {900, 999, 1000, 1001, 1023, 1024, 1025, 5000, 100000};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
    {
        g_autofree char *plain = g_strnfill(lengths[i], 'a');
        assert_round_trip(plain);
        g_autofree char *quoted = g_strnfill(lengths[i], '\'');
        assert_round_trip(quoted);
        g_autofree char *escaped = g_strnfill(lengths[i], '\x1b');
        assert_round_trip(escaped);
    }
}

static void test_invalid_utf8(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    pgm_yaml_text(writer, NULL,
                  "a\xff\xe2\x82"
                  "b ü");
    finish(writer);
    g_autoptr(PgmNode) root = read_back(out);
    g_assert_cmpstr(root->scalar, ==,
                    "a\\xff\\xe2\\x82"
                    "b ü");
}

static void test_layout(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_integer(writer, "format", 1);
    pgm_yaml_begin_mapping(writer, "tables");
    pgm_yaml_begin_mapping(writer, "public.documents");
    pgm_yaml_boolean(writer, "partitioned", FALSE);
    pgm_yaml_text(writer, "comment", NULL);
    pgm_yaml_begin_sequence(writer, "columns");
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_text(writer, "name", "id");
    pgm_yaml_text(writer, "type", "character varying(36)");
    pgm_yaml_end(writer);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_end(writer);
    pgm_yaml_begin_sequence(writer, NULL);
    pgm_yaml_text(writer, NULL, "a");
    pgm_yaml_text(writer, NULL, "no");
    pgm_yaml_end(writer);
    pgm_yaml_end(writer);
    pgm_yaml_begin_sequence(writer, "indexes");
    pgm_yaml_end(writer);
    pgm_yaml_text(writer, "view", " SELECT 1\n   FROM x;");
    pgm_yaml_text(writer, "sql", "SELECT 1;\n\nSELECT 2;\n");
    pgm_yaml_text(writer, "default", "'x'::text");
    pgm_yaml_text(writer, "revision", "774225e563ca");
    pgm_yaml_text(writer, "bell", "\a");
    pgm_yaml_end(writer);
    pgm_yaml_end(writer);
    pgm_yaml_end(writer);
    finish(writer);
    g_assert_cmpstr(out->str, ==,
                    "format: 1\n"
                    "tables:\n"
                    "  public.documents:\n"
                    "    partitioned: false\n"
                    "    comment: null\n"
                    "    columns:\n"
                    "      - name: id\n"
                    "        type: character varying(36)\n"
                    "      - {}\n"
                    "      - - a\n"
                    "        - 'no'\n"
                    "    indexes: []\n"
                    "    view: |2-\n"
                    "       SELECT 1\n"
                    "         FROM x;\n"
                    "    sql: |\n"
                    "      SELECT 1;\n"
                    "\n"
                    "      SELECT 2;\n"
                    "    default: '''x''::text'\n"
                    "    revision: '774225e563ca'\n"
                    "    bell: \"\\x07\"\n");
    g_autoptr(PgmNode) root = read_back(out);
    const PgmNode *table = pgm_node_get(pgm_node_get(root, "tables"), "public.documents");
    g_assert_true(pgm_node_is_null(pgm_node_get(table, "comment")));
    g_assert_cmpuint(pgm_node_get(table, "indexes")->items->len, ==, 0);
}

static void test_empty_roots(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_end(writer);
    finish(writer);
    g_assert_cmpstr(out->str, ==, "{}\n");
    g_string_truncate(out, 0);
    writer = pgm_yaml_writer_new(out);
    pgm_yaml_integer(writer, NULL, G_MININT64);
    finish(writer);
    g_assert_cmpstr(out->str, ==, "-9223372036854775808\n");
}

typedef void (*Misuse)(PgmYamlWriter *writer);

static void no_end(PgmYamlWriter *writer)
{
    pgm_yaml_begin_mapping(writer, NULL);
}

static void no_begin(PgmYamlWriter *writer)
{
    pgm_yaml_text(writer, NULL, "a");
    pgm_yaml_end(writer);
}

static void no_key(PgmYamlWriter *writer)
{
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_text(writer, NULL, "a");
    pgm_yaml_end(writer);
}

static void key_in_sequence(PgmYamlWriter *writer)
{
    pgm_yaml_begin_sequence(writer, NULL);
    pgm_yaml_text(writer, "a", "a");
    pgm_yaml_end(writer);
}

static void two_roots(PgmYamlWriter *writer)
{
    pgm_yaml_text(writer, NULL, "a");
    pgm_yaml_text(writer, NULL, "b");
}

static void nothing(PgmYamlWriter *writer)
{
    (void)writer;
}

static void too_deep(PgmYamlWriter *writer)
{
    for (int i = 0; i < 40; i++)
    {
        pgm_yaml_begin_sequence(writer, NULL);
    }
    for (int i = 0; i < 40; i++)
    {
        pgm_yaml_end(writer);
    }
}

static void test_misuse(void)
{
    static const Misuse misuses[] = {no_end, no_begin, no_key, key_in_sequence, two_roots, nothing, too_deep};
    for (gsize i = 0; i < G_N_ELEMENTS(misuses); i++)
    {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        PgmYamlWriter *writer = pgm_yaml_writer_new(out);
        misuses[i](writer);
        g_assert_false(pgm_yaml_writer_finish(writer, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    }
}

/* As deep as can be written is as deep as can be read. */
static void test_deepest(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    for (int i = 0; i < PGM_NODE_MAX_DEPTH; i++)
    {
        pgm_yaml_begin_mapping(writer, i == 0 ? NULL : "k");
    }
    pgm_yaml_text(writer, "k", "deep\n down");
    for (int i = 0; i < PGM_NODE_MAX_DEPTH; i++)
    {
        pgm_yaml_end(writer);
    }
    finish(writer);
    g_autoptr(PgmNode) root = read_back(out);
    const PgmNode *node = root;
    for (int i = 0; i < PGM_NODE_MAX_DEPTH; i++)
    {
        node = pgm_node_get(node, "k");
    }
    assert_same(node, "deep\n down");
}

static void test_many(void)
{
    enum
    {
        TABLES = 20000,
    };
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    gint64 start = g_get_monotonic_time();
    pgm_yaml_begin_mapping(writer, NULL);
    for (int i = 0; i < TABLES; i++)
    {
        g_autofree char *name = g_strdup_printf("public.table_%d", i);
        pgm_yaml_begin_mapping(writer, name);
        pgm_yaml_begin_sequence(writer, "columns");
        for (int j = 0; j < 5; j++)
        {
            pgm_yaml_begin_mapping(writer, NULL);
            pgm_yaml_text(writer, "name", "document_id");
            pgm_yaml_text(writer, "type", "character varying(36)");
            pgm_yaml_text(writer, "default", "'a: b'::text");
            pgm_yaml_end(writer);
        }
        pgm_yaml_end(writer);
        pgm_yaml_end(writer);
    }
    pgm_yaml_end(writer);
    finish(writer);
    gint64 written = g_get_monotonic_time();
    g_autoptr(PgmNode) root = read_back(out);
    g_test_message("%d tables, %u kB: written in %d ms, read in %d ms", TABLES, (guint)(out->len / 1024),
                   (int)((written - start) / 1000), (int)((g_get_monotonic_time() - written) / 1000));
    g_assert_cmpuint(root->keys->len, ==, TABLES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/yaml-writer/hostile", test_hostile);
    g_test_add_func("/base/yaml-writer/random", test_random);
    g_test_add_func("/base/yaml-writer/long", test_long);
    g_test_add_func("/base/yaml-writer/invalid-utf8", test_invalid_utf8);
    g_test_add_func("/base/yaml-writer/layout", test_layout);
    g_test_add_func("/base/yaml-writer/empty-roots", test_empty_roots);
    g_test_add_func("/base/yaml-writer/misuse", test_misuse);
    g_test_add_func("/base/yaml-writer/deepest", test_deepest);
    g_test_add_func("/base/yaml-writer/many", test_many);
    return g_test_run();
}
