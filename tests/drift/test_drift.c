/* test_drift.c - what is told of two schemas that differ, and that nothing is told of two that do not. */
#include "harness/program.h"
#include "harness/server.h"
#include "pgmedic/cluster.h"
#include "pgmedic/drift.h"

#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    PgmSnapshot *snapshot = pgm_snapshot_read(pgm_test_database_reader(database), &error);
    g_assert_no_error(error);
    return snapshot;
}

/* One line a difference: "breaking missing documents.id" or "breaking documents.id type: uuid, not text". */
static char *describe(const PgmDrift *drift)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        g_assert_nonnull(difference->reason);
        g_string_append(text, pgm_severity_name(difference->severity));
        if (difference->kind == PGM_DIFFERENCE_CHANGED)
        {
            g_string_append_printf(text, " %s %s: %s, not %s\n", difference->display, difference->attribute,
                                   difference->actual_text, difference->expected_text);
        }
        else
        {
            const PgmObject *object = difference->expected != NULL ? difference->expected : difference->actual;
            g_string_append_printf(text, " %s %s %s\n", difference->expected != NULL ? "missing" : "extra",
                                   object->kind->name, difference->display);
        }
    }
    return g_string_free(text, FALSE);
}

/* What the changes of a test begin with: read once, copied for each. */
typedef struct
{
    PgmTestDatabase *database;
    PgmSnapshot *expected;
} Base;

static Base make_base(const char *before)
{
    Base base = {.database = pgm_test_database_new("drift")};
    g_free(pgm_test_psql(base.database, before));
    base.expected = read_all(base.database);
    return base;
}

static void base_clear(Base *base)
{
    pgm_snapshot_free(base->expected);
    pgm_test_database_free(base->database);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Base, base_clear)

/* IGNORE is a pattern or NULL. */
static void check_compared(const PgmSnapshot *expected, const PgmSnapshot *actual, const char *ignore,
                           const char *expected_drift)
{
    g_autoptr(GPtrArray) patterns = g_ptr_array_new();
    if (ignore != NULL)
    {
        g_ptr_array_add(patterns, (gpointer)(gsize)ignore);
    }
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, patterns);
    g_autofree char *text = describe(drift);
    g_assert_cmpstr(text, ==, expected_drift);
    g_assert_cmpint(drift->breaking + drift->risky + drift->cosmetic, ==, (int)drift->differences->len);
}

/* CHANGE is what happened since; EXPECTED_DRIFT is what must be told. */
static void check(const Base *base, const char *change, const char *expected_drift)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_copy(base->database);
    g_free(pgm_test_psql(database, change));
    g_autoptr(PgmSnapshot) actual = read_all(database);
    check_compared(base->expected, actual, NULL, expected_drift);
}

static void test_columns(void)
{
    g_auto(Base) base = make_base("CREATE TABLE t (a uuid, b text NOT NULL, c int DEFAULT 1, d int)");
    check(&base, "SELECT 1", "");
    check(&base, "ALTER TABLE t ALTER a TYPE varchar(36)", "breaking t.a type: character varying(36), not uuid\n");
    check(&base, "ALTER TABLE t DROP c", "breaking missing column t.c\n");
    check(&base, "ALTER TABLE t ADD e int", "cosmetic extra column t.e\n");
    check(&base, "ALTER TABLE t ADD e int NOT NULL", "breaking extra column t.e\n");
    check(&base, "ALTER TABLE t ADD e int NOT NULL DEFAULT 0", "cosmetic extra column t.e\n");
    check(&base, "ALTER TABLE t ALTER a SET NOT NULL", "breaking t.a not_null: not null, not nullable\n");
    check(&base, "ALTER TABLE t ALTER b DROP NOT NULL", "risky t.b not_null: nullable, not not null\n");
    check(&base, "ALTER TABLE t ALTER c DROP DEFAULT", "risky t.c default: none, not 1\n");
    check(&base, "ALTER TABLE t DROP a; ALTER TABLE t ADD a uuid",
          "cosmetic t column_order: b, c, d, a, not a, b, c, d\n");
}

static void test_tables(void)
{
    g_auto(Base) base = make_base("CREATE TABLE t (a int PRIMARY KEY, b int); CREATE INDEX t_b ON t (b)");
    check(&base, "DROP TABLE t", "breaking missing table t\n");
    check(&base, "CREATE SCHEMA s; CREATE TABLE s.u (a int PRIMARY KEY)", "cosmetic extra schema s\n");
    check(&base, "CREATE TABLE u (a int PRIMARY KEY)", "cosmetic extra table u\n");
    check(&base, "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "breaking t row_security: enabled, not off\n");
    check(&base, "COMMENT ON TABLE t IS 'x'", "cosmetic t comment: x, not none\n");
}

static void test_keys(void)
{
    g_auto(Base) base = make_base("CREATE TABLE t (a int PRIMARY KEY, b int CHECK (b > 0), c int REFERENCES t);"
                                  "CREATE INDEX t_b ON t (b); CREATE UNIQUE INDEX t_c ON t (c)");
    check(&base, "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE",
          "breaking missing constraint t.t_pkey\n"
          "risky missing constraint t.t_c_fkey\n");
    check(&base, "ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk", "cosmetic t.t_pkey name: pk, not t_pkey\n");
    check(&base, "ALTER INDEX t_b RENAME TO other", "cosmetic t_b name: other, not t_b\n");
    check(&base, "DROP INDEX t_b", "risky missing index t_b\n");
    check(&base, "DROP INDEX t_c", "breaking missing index t_c\n");
    check(&base, "CREATE INDEX more ON t (b, c)", "cosmetic extra index more\n");
    check(&base, "CREATE UNIQUE INDEX more ON t (b)", "risky extra index more\n");
    check(&base, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_b'::regclass",
          "risky t_b invalid: invalid, not valid\n");
    check(&base,
          "ALTER TABLE t DROP CONSTRAINT t_c_fkey; ALTER TABLE t ADD CONSTRAINT t_c_fkey FOREIGN KEY (c) REFERENCES t "
          "NOT VALID",
          "risky t.t_c_fkey not_valid: not valid, not valid\n");
    check(&base, "ALTER TABLE t DROP CONSTRAINT t_b_check; ALTER TABLE t ADD CONSTRAINT t_b_check CHECK (b > 1)",
          "risky t.t_b_check definition: CHECK ((b > 1)), not CHECK ((b > 0))\n");
}

/* Every further kind: one change, and what is told of it. */
static void test_other_kinds(void)
{
    static const char *const changes[][2] = {
        {"DROP TRIGGER touch ON serial_one", "risky missing trigger serial_one.touch\n"},
        {"ALTER TABLE serial_one ENABLE TRIGGER touch", "risky serial_one.touch enabled: enabled, not disabled\n"},
        {"DROP RULE keep ON scratch", "risky missing rule scratch.keep\n"},
        {"ALTER POLICY mine ON scratch USING (x > 5)", "breaking scratch.mine using: (x > 5), not (x > 0)\n"},
        {"REVOKE SELECT ON plain FROM PUBLIC",
         "risky plain.PUBLIC privileges: UPDATE (code), UPDATE (label), not SELECT, UPDATE (code), UPDATE (label)\n"},
        {"GRANT DELETE ON bird TO PUBLIC", "risky extra grant bird.PUBLIC\n"},
        {"DROP VIEW plain_view", "breaking missing view plain_view\n"},
        {"ALTER VIEW plain_view RESET (security_barrier)",
         "risky plain_view options: none, not security_barrier=true\n"},
        {"REFRESH MATERIALIZED VIEW plain_totals", "breaking plain_totals unpopulated: populated, not unpopulated\n"},
        {"DROP INDEX plain_totals_code", "breaking missing index plain_totals_code\n"},
        {"DROP SEQUENCE counter", "breaking missing sequence counter\n"},
        {"DROP FUNCTION \"Add\"", "breaking missing function \"Add\"(a integer, b integer)\n"},
        {"DROP AGGREGATE total(integer)", "breaking missing aggregate total(integer)\n"},
        {"ALTER TYPE mood ADD VALUE 'glad' BEFORE 'ok'",
         "breaking mood labels: 'sad', 'glad', 'ok', 'it''s fine', not 'sad', 'ok', 'it''s fine'\n"},
        {"ALTER DOMAIN positive DROP NOT NULL", "risky positive not_null: nullable, not not null\n"},
        {"ALTER TYPE pair DROP ATTRIBUTE a", "breaking pair columns: \"B\" text, not a integer, \"B\" text\n"},
        {"DROP TYPE float_range", "breaking missing range float_range\n"},
        {"DROP STATISTICS serial_stats", "cosmetic missing statistics serial_stats\n"},
        {"ALTER PUBLICATION changes SET (publish = 'insert')", "risky changes publishes: insert, not insert, update\n"},
        {"DROP EXTENSION plpgsql CASCADE", "breaking missing function touch()\n"
                                           "breaking missing extension plpgsql\n"
                                           "risky missing trigger serial_one.touch\n"},
        {"DROP TABLE serial_one CASCADE", "breaking missing table serial_one\n"
                                          "risky changes tables: public.plain, not public.plain, public.serial_one\n"
                                          "cosmetic missing statistics serial_stats\n"},
    };
    g_autofree char *path = pgm_test_source_path("tests/catalog/features.sql");
    g_autofree char *features = NULL;
    g_assert_true(g_file_get_contents(path, &features, NULL, NULL));
    g_auto(Base) base = make_base(features);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
    {
        check(&base, changes[i][0], changes[i][1]);
    }
}

static void test_ignore(void)
{
    g_auto(Base) base = make_base("CREATE SCHEMA audit; CREATE TABLE audit.log (a int); CREATE TABLE t (a int)");
    const char *change = "ALTER TABLE audit.log ADD b int; COMMENT ON TABLE t IS 'x'";
    g_free(pgm_test_psql(base.database, change));
    g_autoptr(PgmSnapshot) actual = read_all(base.database);
    check_compared(base.expected, actual, "table audit.*", "cosmetic t comment: x, not none\n");
    check_compared(base.expected, actual, "schema audit", "cosmetic t comment: x, not none\n");
    check_compared(base.expected, actual, "comment *", "cosmetic extra column audit.log.b\n");
    check_compared(base.expected, actual, "table public.t", "cosmetic extra column audit.log.b\n");
    check_compared(base.expected, actual, "* *", "");
    check_compared(base.expected, actual, "tab *",
                   "cosmetic t comment: x, not none\ncosmetic extra column audit.log.b\n");
}

/* What drift calls a matview, inspect calls a materialised view; a view's columns have their comments with the view. */
static void test_ignore_words(void)
{
    g_auto(Base) base = make_base("CREATE VIEW v AS SELECT 1 AS a; CREATE TABLE t (a int)");
    g_free(pgm_test_psql(base.database, "COMMENT ON COLUMN v.a IS 'x'; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a"));
    g_autoptr(PgmSnapshot) actual = read_all(base.database);
    check_compared(base.expected, actual, "comment *", "cosmetic extra matview m\n");
    const char *rest = "cosmetic v column_comments: ";
    g_autoptr(GPtrArray) patterns = g_ptr_array_new();
    g_ptr_array_add(patterns, (gpointer)(gsize) "materialised view m");
    g_autoptr(PgmDrift) drift = pgm_drift_compare(base.expected, actual, patterns);
    g_autofree char *text = describe(drift);
    g_assert_true(g_str_has_prefix(text, rest));
    g_assert_cmpuint(drift->differences->len, ==, 1);
}

static void test_unread(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unread");
    pgm_test_execute(database, "CREATE TABLE t (a int)");
    g_autoptr(PgmSnapshot) expected = read_all(database);
    pgm_test_execute(database, "CREATE INDEX t_a ON t (a)");
    g_autoptr(PgmSnapshot) actual = read_all(database);
    g_ptr_array_add(expected->unread, g_strdup("index: permission denied"));
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_assert_cmpuint(drift->differences->len, ==, 0);

    /* Nothing differs, and nothing is proved, unless what was not read does not matter. */
    static const char *const enough[] = {"index *", "* *"}, *const little[] = {"table *", "index t_*", "column *"};
    g_autoptr(GPtrArray) none = pgm_drift_uncompared(expected, actual, NULL);
    g_assert_cmpuint(none->len, ==, 1);
    for (guint i = 0; i < G_N_ELEMENTS(enough) + G_N_ELEMENTS(little); i++)
    {
        gboolean suffices = i < G_N_ELEMENTS(enough);
        g_autoptr(GPtrArray) ignore = g_ptr_array_new();
        g_ptr_array_add(ignore, (gpointer)(gsize)(suffices ? enough[i] : little[i - G_N_ELEMENTS(enough)]));
        g_autoptr(GPtrArray) left = pgm_drift_uncompared(expected, actual, ignore);
        g_assert_cmpuint(left->len, ==, suffices ? 0 : 1);
    }
    g_ptr_array_add(actual->unread, g_strdup("user_mapping.options: 1 of the user mappings hide their options"));
    g_ptr_array_add(actual->unread, g_strdup("public.t: locked by pid 7"));
    g_autoptr(GPtrArray) ignore = g_ptr_array_new();
    g_ptr_array_add(ignore, (gpointer)(gsize) "user_mapping *");
    g_ptr_array_add(ignore, (gpointer)(gsize) "index *");
    g_autoptr(GPtrArray) left = pgm_drift_uncompared(expected, actual, ignore);
    g_assert_cmpuint(left->len, ==, 1);
    g_assert_cmpstr(left->pdata[0], ==, "public.t: locked by pid 7");
}

/* What a dump of a server before 15 says of the schema public is, on a newer one, not what is usual there. */
static void test_public_of_versions(void)
{
    g_auto(Base) base = make_base("SELECT 1");
    if (atoi(base.expected->server_version) < 15)
    {
        g_test_skip("the server is as old as that itself");
        return;
    }
    pgm_test_execute(base.database, "GRANT CREATE ON SCHEMA public TO PUBLIC");
    g_autoptr(PgmSnapshot) actual = read_all(base.database);
    check_compared(base.expected, actual, NULL,
                   "risky public privileges: PUBLIC CREATE, USAGE; the owner CREATE, USAGE, not the usual ones\n");
    g_free(base.expected->server_version);
    base.expected->server_version = g_strdup("13.23");
    check_compared(base.expected, actual, NULL, "");
    /* hardened there, and usual here */
    g_autofree char *written = pgm_snapshot_write(actual, NULL);
    g_autoptr(GRegex) version = g_regex_new("server_version: '[^']*'", 0, 0, NULL);
    g_autofree char *older = g_regex_replace_literal(version, written, -1, 0, "server_version: '13.23'", 0, NULL);
    g_autofree char *hardened = g_strdup(older);
    char *create = strstr(hardened, "PUBLIC CREATE, USAGE");
    g_assert_nonnull(create);
    memmove(create + strlen("PUBLIC "), create + strlen("PUBLIC CREATE, "),
            strlen(create + strlen("PUBLIC CREATE, ")) + 1);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "hardened.yaml", NULL);
    g_assert_true(g_file_set_contents(path, hardened, -1, NULL));
    g_autoptr(PgmSnapshot) expected = pgm_snapshot_load(path, &error);
    g_assert_no_error(error);
    pgm_test_execute(base.database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    g_autoptr(PgmSnapshot) usual = read_all(base.database);
    check_compared(expected, usual, NULL, "");
}

/* NULL, and the test skipped, where the pg_dump at hand is older than the server. */
static char *dump(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = pgm_cluster_find_bindir(&error);
    g_assert_no_error(error);
    g_autofree char *beside = g_build_filename(folder, "pg_dump", NULL);
    const char *path = g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE) ? beside : "pg_dump";
    const char *const argv[] = {path, "--schema-only", "-d", pgm_test_database_text(database), NULL};
    g_autoptr(PgmProgram) program = pgm_program_run(argv, NULL, NULL);
    if (program->exit != 0 && strstr(program->err, "server version mismatch") != NULL)
    {
        g_test_skip("pg_dump is older than the server");
        return NULL;
    }
    pgm_program_assert_exit(program, 0);
    return g_steal_pointer(&program->out);
}

/* What is rarely made: changed all at once, and what is told of it. */
static void test_rare_kinds(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("rare");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    pgm_test_psql_file(database, "tests/catalog/features_rare.sql");
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_free(pgm_test_psql(
        database,
        "DROP OPERATOR === (pair, pair);"
        "ALTER OPERATOR FAMILY loose USING btree DROP FUNCTION 1 (int2, int4);"
        "DROP OPERATOR CLASS whole USING btree;"
        "DROP COLLATION plain_c; DROP CONVERSION from_latin1; DROP CAST (integer AS pair);"
        "DROP LANGUAGE pl_other; DROP ACCESS METHOD heap_too;"
        "ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR word;"
        "ALTER TEXT SEARCH DICTIONARY words (accept = true);"
        "ALTER SERVER far OPTIONS (SET host 'near.example'); DROP USER MAPPING FOR PUBLIC SERVER far;"
        "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;"
        "GRANT EXECUTE ON FUNCTION other(pair, pair) TO PUBLIC;"
        "REVOKE USAGE ON SCHEMA audit FROM PUBLIC; GRANT USAGE ON TYPE mood TO PUBLIC;"
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '5MB'); END $$"));
    g_autoptr(PgmSnapshot) actual = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_autofree char *text = describe(drift);
    g_assert_cmpstr(
        text, ==,
        "breaking missing operator === (public.pair, public.pair)\n"
        "breaking missing collation plain_c\n"
        "breaking words definition: TEMPLATE = public.plain_words, accept = 'true', not TEMPLATE = public.plain_words, "
        "accept = 'false'\n"
        "breaking missing language pl_other\n"
        "breaking missing cast (integer AS public.pair)\n"
        "breaking missing access_method heap_too\n"
        "risky audit privileges: the usual ones, not PUBLIC USAGE; the owner CREATE, USAGE\n"
        "risky other(a public.pair, b public.pair) privileges: the usual ones, not the owner EXECUTE\n"
        "risky mood privileges: the usual ones, not the owner USAGE\n"
        "risky loose USING btree members: none, not FUNCTION 1 (smallint, integer) btint24cmp(smallint,integer)\n"
        "risky missing operator_class whole USING btree\n"
        "risky missing conversion from_latin1\n"
        "risky words mappings: asciiword WITH public.words, simple, not asciiword WITH public.words, simple; word WITH "
        "public.words, simple\n"
        "risky far options: host=near.example, password=(not shown), not host=far.example, password=(not shown)\n"
        "risky missing user_mapping PUBLIC SERVER far\n"
        "risky missing default_privileges ON TABLES\n"
        "risky database settings: work_mem=5MB, not none\n");
    const PgmObject *server = pgm_snapshot_find(expected, "foreign_server", "", NULL, "far");
    g_assert_nonnull(server);
    g_assert_cmpstr(pgm_object_value(server, "options"), ==, "host=far.example, password=(not shown)");
}

/* Dump and restore is no drift. */
static void test_dump_restore(void)
{
    g_autoptr(PgmTestDatabase) original = pgm_test_database_new("original");
    pgm_test_psql_file(original, "tests/catalog/features.sql");
    pgm_test_psql_file(original, "tests/catalog/features_rare.sql");
    g_autofree char *sql = dump(original);
    if (sql == NULL)
    {
        return;
    }
    g_autoptr(PgmTestDatabase) copy = pgm_test_database_new("copy");
    g_free(pgm_test_psql(copy, sql));
    g_autoptr(PgmSnapshot) expected = read_all(original);
    g_autoptr(PgmSnapshot) actual = read_all(copy);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_autofree char *text = describe(drift);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(expected->objects->len, ==, actual->objects->len);
}

/* The server writes some expressions otherwise once they were read back from what it wrote. */
static void test_rewritten(void)
{
    static const char *const first[] = {
        "CREATE TABLE t (kind varchar(9) CHECK (kind IN ('a', 'b)', 'it''s [x]', 'c, d')), at timestamptz, n text)",
        "CREATE INDEX t_some ON t (n) WHERE kind IN ('a', 'b', '(ARRAY[')",
        "CREATE VIEW v AS SELECT EXTRACT('YEAR' FROM at) AS y FROM t WHERE kind::bpchar IN (n::bpchar, 'z')"};
    g_autoptr(PgmTestDatabase) original = pgm_test_database_new("rewritten");
    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
    {
        pgm_test_execute(original, first[i]);
    }
    g_autoptr(PgmSnapshot) expected = read_all(original);
    pgm_test_execute(original, "DO $$ DECLARE i text := pg_get_indexdef('t_some'::regclass); BEGIN "
                               "DROP INDEX t_some; EXECUTE i; "
                               "EXECUTE 'CREATE OR REPLACE VIEW v AS ' || pg_get_viewdef('v'::regclass); END $$");
    pgm_test_execute(original, "DO $$ DECLARE c text := pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = "
                               "'t_kind_check'; BEGIN ALTER TABLE t DROP CONSTRAINT t_kind_check; "
                               "EXECUTE 'ALTER TABLE t ADD CONSTRAINT t_kind_check ' || c; END $$");
    g_autoptr(PgmSnapshot) actual = read_all(original);
    const PgmObject *check = pgm_snapshot_find(expected, "constraint", "public", "t", "t_kind_check");
    const PgmObject *again = pgm_snapshot_find(actual, "constraint", "public", "t", "t_kind_check");
    g_assert_cmpstr(pgm_object_value(check, "definition"), !=, pgm_object_value(again, "definition"));
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_autofree char *text = describe(drift);
    g_assert_cmpstr(text, ==, "");

    pgm_test_execute(original, "ALTER TABLE t DROP CONSTRAINT t_kind_check, "
                               "ADD CONSTRAINT t_kind_check CHECK (kind IN ('a', 'b)', 'it''s [x]', 'c', 'd'))");
    g_autoptr(PgmSnapshot) other = read_all(original);
    g_autoptr(PgmDrift) changed = pgm_drift_compare(expected, other, NULL);
    g_assert_cmpuint(changed->differences->len, ==, 1);
}

/* The incident: three columns, and nothing else; the hotfix as executed mends them. */
static void test_incident(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("incident", 20, 20);
    g_autofree char *path = pgm_test_source_path("tests/incident/staging.yaml");
    g_autoptr(PgmSnapshot) staging = pgm_snapshot_load(path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(staging->label, ==, "staging");
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(staging, before, NULL);
    g_autofree char *text = describe(drift);
    g_assert_cmpstr(text, ==,
                    "breaking document_questions.document_id type: uuid, not character varying(36)\n"
                    "breaking documents.id type: uuid, not character varying(36)\n"
                    "breaking documents.parent_document_id type: uuid, not character varying(36)\n");
    pgm_test_psql_file(database, "tests/incident/hotfix-as-executed.sql");
    g_autoptr(PgmSnapshot) after = read_all(database);
    g_autoptr(PgmDrift) none = pgm_drift_compare(staging, after, NULL);
    g_autofree char *nothing = describe(none);
    g_assert_cmpstr(nothing, ==, "");
}

static void test_within(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("within");
    g_free(pgm_test_psql(database,
                         "CREATE TABLE documents (id uuid PRIMARY KEY, parent_document_id varchar(36));"
                         "CREATE TABLE categories (id bigint PRIMARY KEY);"
                         "CREATE TABLE pages (document_id varchar(36), category_id integer REFERENCES categories,"
                         "\"Odd\" integer, session_id text, own_document_id uuid)"));
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_autoptr(GPtrArray) found = pgm_drift_within(snapshot, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++)
    {
        const PgmMismatch *mismatch = found->pdata[i];
        g_autofree char *column = pgm_object_display(mismatch->column);
        g_autofree char *key = pgm_object_display(mismatch->key);
        g_string_append_printf(text, "%s %s%s\n", column, key, mismatch->constraint != NULL ? " by a foreign key" : "");
        g_assert_nonnull(strstr(mismatch->text, pgm_object_value(mismatch->column, "type")));
    }
    g_assert_cmpstr(text->str, ==,
                    "pages.category_id categories.id by a foreign key\n"
                    "documents.parent_document_id documents.id\n"
                    "pages.document_id documents.id\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drift/columns", test_columns);
    g_test_add_func("/drift/tables", test_tables);
    g_test_add_func("/drift/keys", test_keys);
    g_test_add_func("/drift/other-kinds", test_other_kinds);
    g_test_add_func("/drift/rare-kinds", test_rare_kinds);
    g_test_add_func("/drift/public-of-versions", test_public_of_versions);
    g_test_add_func("/drift/ignore", test_ignore);
    g_test_add_func("/drift/ignore-words", test_ignore_words);
    g_test_add_func("/drift/unread", test_unread);
    g_test_add_func("/drift/dump-restore", test_dump_restore);
    g_test_add_func("/drift/rewritten", test_rewritten);
    g_test_add_func("/drift/within", test_within);
    g_test_add_func("/drift/incident", test_incident);
    return g_test_run();
}
