/* test_snapshot.c - what a snapshot says of a real schema, whole and of some relations within an open transaction. */
#include "harness/server.h"
#include "pgmedic/snapshot.h"

#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
    return snapshot;
}

static void assert_value(const PgmSnapshot *snapshot, const char *kind, const char *schema, const char *parent,
                         const char *name, const char *attribute, const char *expected)
{
    const PgmObject *object = pgm_snapshot_find(snapshot, kind, schema, parent, name);
    g_assert_nonnull(object);
    g_assert_cmpstr(pgm_object_value(object, attribute), ==, expected);
}

static void test_incident(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("snapshot", 10, 10);
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_assert_cmpstr(snapshot->database, ==, pgm_test_database_name(database));
    g_assert_null(strchr(snapshot->server_version, ' '));
    assert_value(snapshot, "column", "public", "documents", "id", "type", "uuid");
    assert_value(snapshot, "column", "public", "documents", "id", "not_null", "true");
    assert_value(snapshot, "column", "public", "documents", "id", "default", "gen_random_uuid()");
    assert_value(snapshot, "column", "public", "documents", "content", "not_null", NULL);
    assert_value(snapshot, "constraint", "public", "document_questions", "document_questions_document_id_fkey",
                 "definition", "FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE CASCADE");
    assert_value(snapshot, "index", "public", "documents", "ix_documents_status_created_at", "definition",
                 "btree (status, created_at)");
    g_assert_null(pgm_snapshot_find(snapshot, "table", "public", NULL, "pg_class"));
    g_assert_null(pgm_snapshot_find(snapshot, "schema", "", NULL, "pg_catalog"));
}

static void test_features(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("features");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    assert_value(snapshot, "column", "public", "plain", "made_at", "type", "timestamp(3) with time zone");
    assert_value(snapshot, "column", "public", "plain", "made_at", "position", "9");
    assert_value(snapshot, "column", "public", "plain", "id", "identity", "by default");
    assert_value(snapshot, "column", "public", "plain", "label", "collation", "pg_catalog.\"C\"");
    assert_value(snapshot, "column", "public", "plain", "payload", "storage", "external");
    assert_value(snapshot, "column", "public", "plain", "code", "statistics", "500");
    assert_value(snapshot, "column", "public", "plain", "code", "options", "n_distinct=12");
    assert_value(snapshot, "table", "public", NULL, "plain", "options", "fillfactor=70");
    assert_value(snapshot, "table", "public", NULL, "scratch", "persistence", "unlogged");
    assert_value(snapshot, "table", "public", NULL, "scratch", "row_security", "forced");
    assert_value(snapshot, "table", "audit", NULL, "log", "partition_key", "RANGE (at)");
    assert_value(snapshot, "table", "audit", NULL, "log_rest", "partition_bound", "DEFAULT");
    assert_value(snapshot, "table", "public", NULL, "bird", "inherits", "public.animal");
    assert_value(snapshot, "index", "public", "plain", "plain_lower", "definition",
                 "btree (lower(label) text_pattern_ops) WHERE flag");
    assert_value(snapshot, "index", "public", "plain", "plain_lower", "statistics", "1 300");
    assert_value(snapshot, "index", "Mixed Case", "Order", "Order USING btree (x)", "definition",
                 "btree (\"select\", \"weird \"\" name\")");
    assert_value(snapshot, "index", "audit", "log", "log_who_idx", "definition", "btree (who)");
    assert_value(snapshot, "index", "audit", "log_rest", "log_rest_who_idx", "partition_of", "audit.log_who_idx");
    assert_value(snapshot, "constraint", "Mixed Case", "Order", "old rows", "definition", "CHECK ((room > 0))");
    assert_value(snapshot, "constraint", "Mixed Case", "Order", "old rows", "not_valid", "true");
    assert_value(snapshot, "constraint", "Mixed Case", "Order", "Order_plain_id_fkey", "deferrable",
                 "initially deferred");
    assert_value(snapshot, "constraint", "Mixed Case", "Order", "Order_plain_id_fkey", "definition",
                 "FOREIGN KEY (plain_id) REFERENCES public.plain(id) ON DELETE CASCADE");
    const PgmObject *column = pgm_snapshot_find(snapshot, "column", "Mixed Case", "Order", "select");
    g_autofree char *display = pgm_object_display(column);
    g_assert_cmpstr(display, ==, "\"Mixed Case\".\"Order\".\"select\"");
}

/* Columns stand in their order, not by name, and only theirs are a relation's children. */
/* A role's own settings change how a definition is printed, not what it is; the session keeps them. */
static void test_settings(void)
{
    static const char odd[] =
        "SET quote_all_identifiers = on; SET extra_float_digits = -9; SET DateStyle = 'SQL, DMY'; SET TimeZone = "
        "'Asia/Kolkata'; "
        "SET IntervalStyle = sql_standard; SET bytea_output = escape; SET standard_conforming_strings = off; "
        "SET escape_string_warning = off; SET default_transaction_isolation = serializable; SET row_security = off; "
        "SET search_path = public, audit; SET backslash_quote = off; SET xmlbinary = hex; SET lock_timeout = 1";
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("settings");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    g_free(pgm_test_psql(database, "CREATE TABLE printed (f float8 DEFAULT 0.1234567890123456, at timestamptz DEFAULT "
                                   "'2026-11-22 08:00+00', i interval DEFAULT '1 day 2 h', b bytea DEFAULT '\\x00ff', "
                                   "t text DEFAULT E'a\\\\b''c', \"order\" date CHECK (\"order\" > '2026-02-01'))"));
    g_autoptr(PgmSnapshot) usual = read_all(database);
    g_autoptr(PgmConnection) session = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_auto(GStrv) settings = g_strsplit(odd, "; ", -1);
    for (guint i = 0; settings[i] != NULL; i++)
    {
        g_assert_true(pgm_connection_command(session, &error, "%s", settings[i]));
    }
    g_autoptr(PgmSnapshot) unusual = pgm_snapshot_read(session, &error);
    g_assert_no_error(error);
    g_free(unusual->taken_at);
    unusual->taken_at = g_strdup(usual->taken_at);
    g_autofree char *expected = pgm_snapshot_write(usual, &error);
    g_autofree char *written = pgm_snapshot_write(unusual, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(written, ==, expected);
    g_autofree char *kept = pgm_connection_value(session, "SHOW quote_all_identifiers", &error);
    g_assert_cmpstr(kept, ==, "on");
}

static gpointer read_on(gpointer connection)
{
    g_autoptr(GError) error = NULL;
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

/* A function that is dropped after the transaction's snapshot has listed it has no argument types any more. The read is
 * held up before that by a lock on a catalog that an earlier kind needs. */
static void test_dropped_meanwhile(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("meanwhile");
    pgm_test_execute(database, "CREATE FUNCTION gone(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    pgm_test_execute(database, "CREATE FUNCTION stays(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'");
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) inspect = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(holder, NULL, "LOCK TABLE pg_catalog.pg_sequence IN ACCESS EXCLUSIVE MODE"));
    g_assert_true(pgm_connection_command(holder, NULL, "DROP FUNCTION gone"));
    GThread *thread = g_thread_new("reader", read_on, inspect);
    pgm_test_wait_value(
        database, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'pg_sequence'::regclass", "1", 2000);
    g_assert_true(pgm_connection_command(holder, NULL, "COMMIT"));
    g_autoptr(PgmSnapshot) snapshot = g_thread_join(thread);
    if (snapshot->unread->len > 0 && g_str_has_prefix(snapshot->unread->pdata[0], "sequence: "))
    {
        g_test_skip("the machine was too slow: the read has not waited for the lock's end");
        return;
    }
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
    g_assert_null(pgm_snapshot_find(snapshot, "function", "public", NULL, "gone(a integer)"));
    g_assert_nonnull(pgm_snapshot_find(snapshot, "function", "public", NULL, "stays(a integer)"));
}

static void test_children(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("children");
    pgm_test_execute(database, "CREATE TABLE a (z int, y int, x int)");
    pgm_test_execute(database, "CREATE TABLE b (one int)");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    guint first;
    g_assert_cmpuint(pgm_snapshot_children(snapshot, pgm_kind_find("column"), "public", "a", &first), ==, 3);
    const char *const names[] = {"z", "y", "x"};
    for (guint i = 0; i < 3; i++)
    {
        const PgmObject *column = snapshot->objects->pdata[first + i];
        g_assert_cmpstr(column->name, ==, names[i]);
    }
    g_assert_cmpuint(pgm_snapshot_children(snapshot, pgm_kind_find("table"), "public", NULL, &first), ==, 2);
    g_assert_cmpuint(pgm_snapshot_children(snapshot, pgm_kind_find("column"), "public", "c", &first), ==, 0);
}

/* The uncommitted change of a transaction that holds ACCESS EXCLUSIVE is seen, and the transaction left as it was. */
static void test_relations_in_transaction(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("relations", 10, 10);
    g_autoptr(PgmConnection) run = pgm_test_database_connect(database, PGM_PURPOSE_RUN);
    pgm_connection_command(run, &error, "SET search_path = public");
    pgm_connection_command(run, &error, "BEGIN");
    pgm_connection_command(run, &error, "SET LOCAL search_path = public, pg_temp");
    pgm_connection_command(run, &error, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
    pgm_connection_command(run, &error, "ALTER TABLE documents ALTER COLUMN title TYPE text");
    pgm_connection_command(run, &error, "DROP INDEX ix_documents_status_created_at");
    g_assert_no_error(error);
    const char *const relations[] = {"documents", "public.document_templates", "gone"};
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read_relations(run, relations, 3, &error);
    g_assert_no_error(error);
    assert_value(snapshot, "column", "public", "documents", "title", "type", "text");
    assert_value(snapshot, "constraint", "public", "documents", "documents_template_id_fkey", "definition",
                 "FOREIGN KEY (template_id) REFERENCES public.document_templates(id)");
    g_assert_nonnull(pgm_snapshot_find(snapshot, "table", "public", NULL, "document_templates"));
    g_assert_null(pgm_snapshot_find(snapshot, "table", "public", NULL, "document_questions"));
    g_assert_null(pgm_snapshot_find(snapshot, "index", "public", "documents", "ix_documents_status_created_at"));
    g_assert_cmpint(pgm_connection_transaction(run), ==, '*');
    g_autofree char *path = pgm_connection_value(run, "SHOW search_path", &error);
    g_assert_cmpstr(path, ==, "public, pg_temp");

    /* A read that fails does not take the transaction with it. */
    const char *const nonsense[] = {"a.b.c.d.e"};
    g_assert_null(pgm_snapshot_read_relations(run, nonsense, 1, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_cmpint(pgm_connection_transaction(run), ==, '*');
    g_assert_true(pgm_connection_command(run, &error, "COMMIT"));
    g_assert_no_error(error);
    pgm_test_assert_value(database,
                          "SELECT atttypid::regtype::text FROM pg_attribute WHERE attrelid = 'documents'::regclass "
                          "AND attname = 'title'",
                          "text");
}

static void test_relations_alone(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("alone", 10, 10);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    const char *const relations[] = {"public.documents"};
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read_relations(connection, relations, 1, &error);
    g_assert_no_error(error);
    g_assert_nonnull(pgm_snapshot_find(snapshot, "column", "public", "documents", "id"));
    g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot/incident", test_incident);
    g_test_add_func("/snapshot/features", test_features);
    g_test_add_func("/snapshot/settings", test_settings);
    g_test_add_func("/snapshot/dropped-meanwhile", test_dropped_meanwhile);
    g_test_add_func("/snapshot/children", test_children);
    g_test_add_func("/snapshot/relations-in-transaction", test_relations_in_transaction);
    g_test_add_func("/snapshot/relations-alone", test_relations_alone);
    return g_test_run();
}
