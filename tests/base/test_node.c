/* The YAML reader: what it reads, and all that it refuses, with the place. And findings. */
#include "pgmedic/error.h"
#include "pgmedic/node.h"

#include <string.h>

static PgmNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgmNode *node = pgm_node_parse("file.yaml", text, strlen(text), 0, &error);
    g_assert_no_error(error);
    g_assert_nonnull(node);
    return node;
}

static void assert_refused(const char *data, gsize length, const char *message)
{
    g_autoptr(GError) error = NULL;
    PgmNode *node = pgm_node_parse("file.yaml", data, length, 0, &error);
    g_assert_null(node);
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, message);
}

static void test_tree(void)
{
    g_autoptr(PgmNode) root = parse("format: 1\n"
                                    "# a comment\n"
                                    "phases:\n"
                                    "  - name: convert\n"
                                    "    sql: |\n"
                                    "      SELECT 1;\n"
                                    "      SELECT 2;\n"
                                    "  - {name: \"1\", list: [a, 'b']}\n"
                                    "größe: ü\n");
    g_assert_cmpint(root->kind, ==, PGM_NODE_MAPPING);
    g_assert_cmpuint(root->keys->len, ==, 3);
    const PgmNode *phases = pgm_node_get(root, "phases");
    g_assert_cmpint(phases->kind, ==, PGM_NODE_SEQUENCE);
    g_assert_cmpuint(phases->items->len, ==, 2);
    g_assert_cmpint(phases->line, ==, 4);
    g_assert_cmpint(phases->column, ==, 3);

    const PgmNode *first = g_ptr_array_index(phases->items, 0);
    const PgmNode *sql = pgm_node_get(first, "sql");
    g_assert_cmpstr(sql->scalar, ==, "SELECT 1;\nSELECT 2;\n");
    g_assert_true(sql->quoted);
    const PgmNode *name = pgm_node_get(first, "name");
    g_assert_cmpstr(name->scalar, ==, "convert");
    g_assert_false(name->quoted);
    g_assert_cmpint(name->line, ==, 4);
    g_assert_cmpint(name->column, ==, 11);
    const PgmNode *key = g_ptr_array_index(root->keys, 1);
    g_assert_cmpstr(key->scalar, ==, "phases");
    g_assert_cmpint(key->line, ==, 3);
    g_assert_cmpint(key->column, ==, 1);

    const PgmNode *second = g_ptr_array_index(phases->items, 1);
    g_assert_true(pgm_node_get(second, "name")->quoted);
    g_assert_cmpuint(pgm_node_get(second, "list")->items->len, ==, 2);
    g_assert_cmpint(pgm_node_get(root, "größe")->column, ==, 8);

    g_assert_null(pgm_node_get(root, "absent"));
    g_assert_null(pgm_node_get(phases, "name"));
    g_assert_null(pgm_node_get(NULL, "name"));
}

static void test_null(void)
{
    g_autoptr(PgmNode) root = parse("- ~\n- null\n- NULL\n-\n- 'null'\n- \"\"\n- nUll\n- 0\n- []\n");
    static const gboolean expected[] = {TRUE, TRUE, TRUE, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE};
    g_assert_cmpuint(root->items->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
    {
        g_assert_cmpint(pgm_node_is_null(g_ptr_array_index(root->items, i)), ==, expected[i]);
    }
    g_assert_false(pgm_node_is_null(NULL));
}

static void test_empty(void)
{
    static const char *const texts[] = {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xef\xbb\xbf"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    {
        g_autoptr(PgmNode) root = parse(texts[i]);
        g_assert_true(pgm_node_is_null(root));
    }
    g_autoptr(PgmNode) nothing = pgm_node_parse("file.yaml", NULL, 0, 0, NULL);
    g_assert_true(pgm_node_is_null(nothing));
}

typedef struct
{
    const char *text;
    const char *message;
} Refusal;

static void test_refused(void)
{
    static const Refusal cases[] = {
        {"a: &x 1\n", "file.yaml:1:4: an anchor (&name) is not allowed here"},
        {"a: &x [1]\n", "file.yaml:1:4: an anchor (&name) is not allowed here"},
        {"a: &x {b: 1}\n", "file.yaml:1:4: an anchor (&name) is not allowed here"},
        {"a: 1\nb: *x\n", "file.yaml:2:4: an alias (*name) is not allowed here; write the value out"},
        {"*x : 1\n", "file.yaml:1:1: an alias (*name) is not allowed here; write the value out"},
        {"a: !!str 1\n", "file.yaml:1:4: a tag (!name) is not allowed here"},
        {"a: ! 1\n", "file.yaml:1:4: a tag (!name) is not allowed here"},
        {"!x {a: 1}\n", "file.yaml:1:1: a tag (!name) is not allowed here"},
        {"!x [1]\n", "file.yaml:1:1: a tag (!name) is not allowed here"},
        {"%TAG ! tag:x,2000:\n---\na: 1\n", "file.yaml:1:1: a %TAG line is not allowed here"},
        {"a: 1\nb: 2\na: 3\n", "file.yaml:3:1: the key \"a\" stands here twice; the first is in line 1"},
        {"a: 1\n'a': 3\n", "file.yaml:2:1: the key \"a\" stands here twice; the first is in line 1"},
        {"{x: {a: 1, a: 2}}\n", "file.yaml:1:12: the key \"a\" stands here twice; the first is in line 1"},
        {"a: 1\n---\nb: 2\n", "file.yaml:2:1: a second document begins here; a file holds one"},
        {"a\n...\n---\n", "file.yaml:3:1: a second document begins here; a file holds one"},
        {"? [a, b]\n: 1\n", "file.yaml:1:3: a key must be one word or text"},
        {"{{a: 1}: 2}\n", "file.yaml:1:2: a key must be one word or text"},
        {"a: \"x\\0y\"\n", "file.yaml:1:4: the character \\0 is not allowed"},
        {"\"x\\0y\": 1\n", "file.yaml:1:1: the character \\0 is not allowed"},
        {"a: 1\nb: \x1b[2J\n", "file.yaml:2:4: a control character; in double quotes, write it as \\u001b"},
        {"a: \xc2\x9b\n", "file.yaml:1:4: a control character; in double quotes, write it as \\u009b"},
        {"a: ü\xff\n", "file.yaml:1:5: byte 0xff is not UTF-8"},
        {"\xff\xfe"
         "a",
         "file.yaml:1:1: byte 0xff is not UTF-8"}, /* no UTF-16 by its mark */
        {"a: 1\n\tb: 2\n", NULL},
        {"a: [1, 2\n", NULL},
        {"a: \"x\n", NULL},
        {"a: b: c\n", NULL},
        {"a:\n  - 1\n b: 2\n", NULL},
        {"a: @x\n", NULL},
        {"a: |\n x\n\ty\n", NULL},
        {"}\n", NULL},
        {"a: \"\\q\"\n", NULL},
        {"a: \"\\ud800\"\n", NULL},
        {"%YAML 3.0\n---\na: 1\n", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmNode) node = pgm_node_parse("file.yaml", cases[i].text, strlen(cases[i].text), 0, &error);
        g_test_message("case %u: %s", (guint)i, error != NULL ? error->message : "accepted");
        g_assert_null(node);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        if (cases[i].message != NULL)
        {
            g_assert_cmpstr(error->message, ==, cases[i].message);
        }
        g_assert_true(g_regex_match_simple("^file\\.yaml:[0-9]+:[0-9]+: .", error->message, 0, 0));
    }
    assert_refused("a: 1\0b: 2", 9, "file.yaml:1:5: a NUL byte; this is no text file");
}

static char *repeated(const char *unit, gsize bytes)
{
    gsize length = strlen(unit);
    char *text = g_malloc(bytes + 1);
    for (gsize i = 0; i < bytes; i++)
    {
        text[i] = unit[i % length];
    }
    text[bytes] = '\0';
    return text;
}

/* A megabyte of each: were it handed to libyaml whole, the first alone would take a quarter of an hour. */
static void test_depth(void)
{
    static const char *const bombs[] = {"[", "[\n", "- ", "{a: ", "[a: ", "[a,", "[[], "};
    for (gsize i = 0; i < G_N_ELEMENTS(bombs); i++)
    {
        g_autofree char *text = repeated(bombs[i], PGM_NODE_MAX_BYTES);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmNode) node = pgm_node_parse("bomb", text, PGM_NODE_MAX_BYTES, 0, &error);
        g_assert_null(node);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_test_message("bomb %s: %s", bombs[i], error->message);
        g_assert_nonnull(strstr(error->message, "more than 16 levels deep"));
    }
    static const char *const key_bombs[] = {"? ", "{? ", "? [", "{"};
    for (gsize i = 0; i < G_N_ELEMENTS(key_bombs); i++)
    {
        g_autofree char *text = repeated(key_bombs[i], PGM_NODE_MAX_BYTES);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmNode) node = pgm_node_parse("bomb", text, PGM_NODE_MAX_BYTES, 0, &error);
        g_assert_null(node);
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "a key must be one word"));
    }
    g_autoptr(PgmNode) deepest = parse("[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]");
    g_assert_cmpint(deepest->kind, ==, PGM_NODE_SEQUENCE);
    assert_refused("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 34, "file.yaml:1:17: more than 16 levels deep");
    g_autoptr(PgmNode) brackets = parse("a: '[[[[[[[[[[[[[[[[[[[[[[[['\nb: |\n  {{{{{{{{{{{{{{{{{{{{{{{{\n");
    g_assert_cmpuint(brackets->items->len, ==, 2);
}

static void test_size(void)
{
    g_autofree char *text = repeated("#", PGM_NODE_MAX_BYTES + 1);
    g_autoptr(PgmNode) at_limit = pgm_node_parse("f", text, PGM_NODE_MAX_BYTES, 0, NULL);
    g_assert_nonnull(at_limit);
    assert_refused(text, PGM_NODE_MAX_BYTES + 1, "file.yaml:1:1: larger than 1048576 bytes");
    g_autoptr(PgmNode) allowed = pgm_node_parse("f", text, PGM_NODE_MAX_BYTES + 1, 2 * PGM_NODE_MAX_BYTES, NULL);
    g_assert_nonnull(allowed);
    assert_refused("a: 1\0", 5, "file.yaml:1:5: a NUL byte; this is no text file");
}

/* Random text of YAML's own letters: a tree or an error, never anything else. */
static void test_random(void)
{
    static const char letters[] = "ab1 \n\t:-[]{},'\"|>#&*!%?@~\\.\r";
    g_autoptr(GRand) rand = g_rand_new_with_seed(815);
    guint trees = 0;
    for (int round = 0; round < 20000; round++)
    {
        char text[40];
        gsize length = (gsize)g_rand_int_range(rand, 0, sizeof text);
        for (gsize i = 0; i < length; i++)
        {
            text[i] = letters[g_rand_int_range(rand, 0, (gint32)sizeof letters - 1)];
        }
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmNode) node = pgm_node_parse("random", text, length, 0, &error);
        g_assert_true((node == NULL) == (error != NULL));
        trees += node != NULL;
    }
    g_assert_cmpuint(trees, >, 100);
}

static void test_findings(void)
{
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) error = NULL;
    pgm_findings_add(findings, PGM_FINDING_NOTE, "a.yaml", 0, 0, "grammar", "the server will %s", "judge");
    g_assert_true(pgm_findings_check(findings, &error));
    g_assert_no_error(error);
    pgm_findings_add(findings, PGM_FINDING_ERROR, "a.yaml", 3, 5, "unknown-key", "unknown key \"%s\"", "pfases");
    g_assert_cmpuint(pgm_findings_count(findings), ==, 2);
    g_assert_cmpuint(pgm_findings_errors(findings), ==, 1);
    g_assert_cmpstr(pgm_findings_at(findings, 1)->rule, ==, "unknown-key");
    g_assert_null(pgm_findings_at(findings, 2));
    g_assert_false(pgm_findings_check(findings, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, "a.yaml: note: the server will judge\na.yaml:3:5: unknown key \"pfases\"");
}

static void test_findings_order(void)
{
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    static const int lines[] = {5, 2, 9, 2, 1};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    {
        pgm_findings_add(findings, PGM_FINDING_ERROR, "a", lines[i], 1, "r", "%d", (int)i);
    }
    pgm_findings_add(findings, PGM_FINDING_ERROR, "b", 1, 1, "r", "5");
    g_autofree char *text = pgm_findings_text(findings);
    g_assert_cmpstr(text, ==, "a:1:1: 4\na:2:1: 1\na:2:1: 3\na:5:1: 0\na:9:1: 2\nb:1:1: 5");
}

static void test_nearest(void)
{
    static const char *const known[] = {"conninfo", "environment", "pooler", "sql", NULL};
    static const struct
    {
        const char *word, *nearest;
    } cases[] = {
        {"coninfo", "conninfo"},
        {"environmnet", "environment"},
        {"Pooler", "pooler"},
        {"spl", "sql"},
        {"slq", "sql"},
        {"zebra", NULL},
        {"", NULL},
        {"x", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_assert_cmpstr(pgm_findings_nearest(cases[i].word, known), ==, cases[i].nearest);
    }
    g_autofree char *endless = repeated("conninfo", 100000);
    g_assert_null(pgm_findings_nearest(endless, known));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/node/tree", test_tree);
    g_test_add_func("/base/node/null", test_null);
    g_test_add_func("/base/node/empty", test_empty);
    g_test_add_func("/base/node/refused", test_refused);
    g_test_add_func("/base/node/depth", test_depth);
    g_test_add_func("/base/node/size", test_size);
    g_test_add_func("/base/node/random", test_random);
    g_test_add_func("/base/findings/gather", test_findings);
    g_test_add_func("/base/findings/order", test_findings_order);
    g_test_add_func("/base/findings/nearest", test_nearest);
    return g_test_run();
}
