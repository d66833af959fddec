/* test_baseline.c - the YAML baseline: what it looks like, that it comes back whole, and what a bad one says. */
#include "harness/program.h"
#include "harness/server.h"
#include "pgmedic/drift.h"
#include "pgmedic/error.h"

#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

static void assert_same(const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        g_test_message("%s %s: %s, not %s", difference->display, difference->attribute, difference->actual_text,
                       difference->expected_text);
    }
    g_assert_cmpuint(drift->differences->len, ==, 0);
    g_assert_cmpuint(expected->objects->len, ==, actual->objects->len);
}

static void test_round_trip(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("baseline");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    pgm_test_execute(database, "CREATE TABLE \"null\" (\"~\" int, \"true\" text DEFAULT E'\\x1b[31m', \"1\" int, "
                               "\"a: b\" text DEFAULT E'two\\n  lines \\n', \"é\" int)");
    pgm_test_execute(database, "COMMENT ON TABLE \"null\" IS E'  leading\\n\\ttab, trailing \\n\\n'");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    snapshot->label = g_strdup("staging");
    g_ptr_array_add(snapshot->unread, g_strdup("subscription: permission denied"));
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_no_error(error);
    g_autoptr(PgmSnapshot) back = pgm_snapshot_parse("baseline", text, strlen(text), &error);
    g_assert_no_error(error);
    assert_same(snapshot, back);
    assert_same(back, snapshot);
    g_assert_cmpstr(back->label, ==, "staging");
    g_assert_cmpstr(back->database, ==, snapshot->database);
    g_assert_cmpstr(back->server_version, ==, snapshot->server_version);
    g_assert_cmpstr(back->taken_at, ==, snapshot->taken_at);
    g_assert_cmpuint(back->unread->len, ==, 1);
    /* The same bytes again: a second snapshot makes no noise in a diff. */
    g_autofree char *again = pgm_snapshot_write(back, &error);
    g_assert_cmpstr(text, ==, again);
}

/* A baseline lies in a repository: what a foreign server or a subscription connects with is not in it. */
static void test_secrets(void)
{
    static const char *const statements[] = {
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (token 'hush')",
        "CREATE SERVER far FOREIGN DATA WRAPPER w OPTIONS (host 'far.example', pwd 'hush', credentials 'hush', uri "
        "'mongodb://guest:hush@far.example/x', conn 'host=far.example password = hush', page "
        "'http://far.example:80/@')",
        "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (\"user\" 'guest', sslkey 'hush', dsn 'x://u:hush@far')",
        "CREATE FOREIGN TABLE distant (id integer OPTIONS (key 'true')) SERVER far OPTIONS (secret 'hush', api_key "
        "'hush', key 'id', url 'https://u:hush@far.example/')",
        "CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:hush@nowhere/d' PUBLICATION p WITH (connect = false, "
        "slot_name = NONE, enabled = false, create_slot = false)",
        "ALTER SUBSCRIPTION s CONNECTION 'host=nowhere password=hush'",
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("secrets");
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
    {
        pgm_test_execute(database, statements[i]);
    }
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_no_error(error);
    g_assert_null(strstr(text, "hush"));
    g_assert_nonnull(strstr(text, "page=http://far.example:80/@"));
    g_assert_nonnull(strstr(text, "key=id"));
    g_assert_nonnull(strstr(text, "uri=(not shown)"));
    pgm_test_execute(database, "DROP SUBSCRIPTION s");
}

static void test_shape(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("shape");
    pgm_test_execute(database, "CREATE TABLE zebra (id uuid PRIMARY KEY, name text DEFAULT 'x')");
    pgm_test_execute(database, "CREATE TABLE apple (zebra_id uuid NOT NULL)");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_true(g_str_has_prefix(text, "format: 1\n"));
    pgm_assert_contains(text, "\nschemas:\n"
                              "  public:\n"
                              "    tables:\n"
                              "      apple:\n"
                              "        columns:\n"
                              "          zebra_id:\n"
                              "            type: uuid\n"
                              "            not_null: true\n"
                              "      zebra:\n"
                              "        columns:\n"
                              "          id:\n"
                              "            type: uuid\n"
                              "            not_null: true\n"
                              "          name:\n"
                              "            type: text\n");
}

static void assert_refused(const char *text, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_snapshot_parse("b.yaml", text, strlen(text), &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    pgm_assert_contains(error->message, message);
}

static void test_bad(void)
{
    assert_refused("", "b.yaml");
    assert_refused("just text\n", "b.yaml:1:1: this is not a baseline");
    assert_refused("database: x\n", "format: 1");
    assert_refused("format: 2\n", "format: 1");
    assert_refused("format: 1\nschemas:\n  public:\n    table:\n", "b.yaml:4:5: \"table\" is not known here");
    assert_refused("format: 1\nschemas:\n  public:\n    table:\n", "did you mean \"tables\"?");
    assert_refused("format: 1\nschemas:\n  public:\n    tables:\n      t:\n        columns:\n          a: uuid\n",
                   "b.yaml:7:14");
    assert_refused("format: 1\nschemas: [public]\n", "b.yaml:2:10");
    assert_refused("format: 1\nschemas:\n  public:\n    tables:\n      t:\n        columns:\n          a:\n"
                   "            type: uuid\n            not_null: maybe\n",
                   "b.yaml:9:23: true or false is expected here");
    assert_refused("format: 1\ndatabase: {a: b}\nlabel: [x]\n", "b.yaml:3:8");
}

static void test_missing_file(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_snapshot_load("/nonexistent/baseline.yaml", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
    pgm_assert_contains(error->message, "/nonexistent/baseline.yaml");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/baseline/round-trip", test_round_trip);
    g_test_add_func("/baseline/secrets", test_secrets);
    g_test_add_func("/baseline/shape", test_shape);
    g_test_add_func("/baseline/bad", test_bad);
    g_test_add_func("/baseline/missing-file", test_missing_file);
    return g_test_run();
}
