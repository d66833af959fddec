/* test_shipped.c - the shipped runbooks on a real server, phase by phase: what each check says before, between
 * and after, and that the rollback leaves the very schema that was there. */
#include "pgmedic/connection.h"
#include "pgmedic/runbook.h"

#include <unistd.h>

static const char *const incident =
    "CREATE TABLE document_templates (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, name varchar(200) NOT NULL);"
    "CREATE TABLE documents (id uuid DEFAULT gen_random_uuid() NOT NULL, parent_document_id uuid, template_id uuid,"
    " title varchar(300) NOT NULL, status varchar(20) DEFAULT 'draft' NOT NULL, created_at timestamptz DEFAULT now(),"
    " PRIMARY KEY (id), FOREIGN KEY (parent_document_id) REFERENCES documents (id),"
    " FOREIGN KEY (template_id) REFERENCES document_templates (id));"
    "CREATE INDEX ix_documents_parent_document_id ON documents (parent_document_id);"
    "CREATE INDEX ix_documents_status_created_at ON documents (status, created_at);"
    "CREATE TABLE document_questions (id uuid DEFAULT gen_random_uuid() NOT NULL, document_id uuid NOT NULL,"
    " question text NOT NULL, PRIMARY KEY (id), FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE);"
    "CREATE INDEX ix_document_questions_document_id ON document_questions (document_id)";

static const char *const rows =
    "INSERT INTO documents (id, parent_document_id, title) SELECT md5(g::text)::uuid,"
    " CASE WHEN g > 1 THEN md5((g / 2)::text)::uuid END, 't' FROM generate_series(1, 500) g;"
    "INSERT INTO document_questions (document_id, question) SELECT id, 'q' FROM documents";

/* Everything about the three tables that SQL can see, one text. */
static const char *const schema_text =
    "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
    " SELECT format('%s %s %s %s %s', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), "
    "attnotnull)"
    "   FROM pg_attribute WHERE attrelid IN ('documents'::regclass, 'document_questions'::regclass) AND attnum > 0"
    " UNION ALL SELECT format('%s %s %s', adrelid::regclass, adnum, pg_get_expr(adbin, adrelid)) FROM pg_attrdef"
    " UNION ALL SELECT format('%s %s %s', conname, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint"
    "  WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('%s %s', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index"
    "  WHERE indrelid IN ('documents'::regclass, 'document_questions'::regclass)) AS lines (line)";

typedef struct
{
    PgmConnection *connection;
    PgmRunbook *runbook;
    char *database;
} Theatre;

static PgmConnection *connect_to(const char *database)
{
    const char *text = g_getenv("PGM_TEST_CONNINFO");
    g_assert_nonnull(text);
    g_autoptr(GError) error = NULL;
    g_autofree char *with = database != NULL ? g_strdup_printf("%s dbname=%s", text, database) : g_strdup(text);
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(with, &error);
    g_assert_no_error(error);
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    return connection;
}

static void must(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(pgm_connection_command(connection, &error, "%s", sql));
    g_assert_no_error(error);
}

static void run_all(PgmConnection *connection, const char *script)
{
    g_autoptr(GPtrArray) statements = pgm_script_split(script, NULL, NULL);
    for (guint i = 0; i < statements->len; i++)
    {
        must(connection, ((PgmStatement *)statements->pdata[i])->sql);
    }
}

static Theatre *theatre_new(const char *runbook)
{
    Theatre *theatre = g_new0(Theatre, 1);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GError) error = NULL;
    const char *source = g_getenv("PGM_TEST_SOURCE");
    g_autofree char *path = g_strdup_printf("%s/runbooks/%s.yaml", source != NULL ? source : ".", runbook);
    theatre->runbook = pgm_runbook_load(path, findings, &error);
    g_assert_no_error(error);
    theatre->database = g_strdup_printf("runbook_%d_%d", (int)getpid(), g_test_rand_int_range(0, 1000000));
    g_autoptr(PgmConnection) first = connect_to(NULL);
    g_autofree char *create = g_strconcat("CREATE DATABASE ", theatre->database, NULL);
    must(first, create);
    theatre->connection = connect_to(theatre->database);
    return theatre;
}

static void theatre_free(Theatre *theatre)
{
    pgm_connection_close(theatre->connection);
    g_autoptr(PgmConnection) last = connect_to(NULL);
    g_autofree char *drop = g_strconcat("DROP DATABASE ", theatre->database, NULL);
    must(last, drop);
    pgm_runbook_free(theatre->runbook);
    g_free(theatre->database);
    g_free(theatre);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Theatre, theatre_free)

static gboolean holds(Theatre *theatre, const PgmCheck *check, const char *same_as)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(theatre->connection, check->sql, &error);
    g_assert_no_error(error);
    g_autofree char *answer = pgm_check_answer(&check->expect, result);
    gboolean held = pgm_expectation_holds(&check->expect, result, same_as);
    g_test_message("%s: %s (%s)", check->name != NULL ? check->name : "done_when", answer, held ? "holds" : "fails");
    return held;
}

static void assert_all_hold(Theatre *theatre, const GPtrArray *checks)
{
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmCheck *check = checks->pdata[i];
        if (check->expect.kind != PGM_EXPECT_SAME)
        {
            g_assert_true(holds(theatre, check, NULL));
        }
    }
}

/* "1100": done_when of each phase. */
static void assert_done(Theatre *theatre, const char *expected)
{
    g_autoptr(GString) done = g_string_new(NULL);
    for (guint i = 0; i < theatre->runbook->phases->len; i++)
    {
        const PgmPhase *phase = theatre->runbook->phases->pdata[i];
        g_string_append_c(done, holds(theatre, phase->done_when, NULL) ? '1' : '0');
    }
    g_assert_cmpstr(done->str, ==, expected);
}

static void run_script(Theatre *theatre, const PgmScript *script, gboolean transaction)
{
    if (transaction)
    {
        must(theatre->connection, "BEGIN");
    }
    for (guint i = 0; i < script->statements->len; i++)
    {
        must(theatre->connection, ((PgmStatement *)script->statements->pdata[i])->sql);
    }
    if (transaction)
    {
        must(theatre->connection, "COMMIT");
    }
}

static char *schema(Theatre *theatre)
{
    g_autoptr(GError) error = NULL;
    char *text = pgm_connection_value(theatre->connection, schema_text, &error);
    g_assert_no_error(error);
    g_assert_nonnull(text);
    return text;
}

static void roll_back(Theatre *theatre)
{
    const PgmPhase *convert = pgm_runbook_phase(theatre->runbook, "convert");
    run_script(theatre, convert->rollback_script, TRUE);
    assert_all_hold(theatre, convert->rollback_verify);
    assert_done(theatre, "0000");
    assert_all_hold(theatre, theatre->runbook->preconditions);
}

/* Forward up to UNTIL phases, then back: after each the books agree, and at the end nothing has changed. */
static void walk(guint until, gboolean with_rows)
{
    static const char *const done[] = {"0000", "1000", "1100", "1110", "1111"};
    g_autoptr(Theatre) theatre = theatre_new("uuid-to-varchar");
    run_all(theatre->connection, incident);
    if (with_rows)
    {
        run_all(theatre->connection, rows);
    }
    must(theatre->connection, "ANALYZE");
    g_autofree char *before = schema(theatre);
    assert_all_hold(theatre, theatre->runbook->preconditions);
    assert_done(theatre, done[0]);
    for (guint i = 0; i < until; i++)
    {
        const PgmPhase *phase = theatre->runbook->phases->pdata[i];
        run_script(theatre, phase->script, phase->transaction);
        assert_all_hold(theatre, phase->verify);
        assert_done(theatre, done[i + 1]);
    }
    g_autofree char *converted = schema(theatre);
    g_assert_cmpstr(converted, !=, before);
    roll_back(theatre);
    g_autofree char *after = schema(theatre);
    g_assert_cmpstr(after, ==, before);
}

static void test_whole(void)
{
    walk(4, TRUE);
}

static void test_empty_tables(void)
{
    walk(4, FALSE);
}

static void test_back_from_each_phase(void)
{
    for (guint until = 1; until < 4; until++)
    {
        walk(until, TRUE);
    }
}

/* Autovacuum may analyze before its phase comes: the pattern of what is done must stay unbroken. */
static void test_early_analyze(void)
{
    g_autoptr(Theatre) theatre = theatre_new("uuid-to-varchar");
    run_all(theatre->connection, incident);
    run_all(theatre->connection, rows);
    const PgmPhase *convert = pgm_runbook_phase(theatre->runbook, "convert");
    run_script(theatre, convert->script, TRUE);
    must(theatre->connection, "ANALYZE");
    assert_done(theatre, "1000");
}

/* What hangs on the columns is found before anything begins. */
static void test_preconditions_refuse(void)
{
    static const struct
    {
        const char *sql;
        const char *name; /* of the precondition that must fail, its beginning */
    } cases[] = {
        {"CREATE VIEW v AS SELECT title FROM documents WHERE id IS NOT NULL", "no view"},
        {"CREATE POLICY p ON documents USING (parent_document_id IS NULL)", "no view"},
        {"CREATE INDEX more ON documents (id, title)", "no view"},
        {"ALTER TABLE documents ADD CHECK (id <> parent_document_id)", "no view"},
        {"CREATE STATISTICS s ON id, status FROM documents", "no view"},
        {"CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(id) FROM documents; END", "no view"},
        {"CREATE TABLE keeps (d documents[])", "no view"},
        {"CREATE TABLE links (document_id uuid REFERENCES documents (id))", "exactly these foreign keys"},
        {"ALTER TABLE documents ALTER COLUMN id DROP DEFAULT", "of the three columns"},
        {"ALTER TABLE document_questions ALTER COLUMN document_id SET DEFAULT gen_random_uuid()",
         "of the three columns"},
        {"DROP INDEX ix_documents_status_created_at", "the indexes that"},
        {"CREATE TABLE child () INHERITS (documents)", "both are ordinary"},
    };
    g_autoptr(Theatre) theatre = theatre_new("uuid-to-varchar");
    run_all(theatre->connection, incident);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        must(theatre->connection, "BEGIN");
        must(theatre->connection, cases[i].sql);
        g_test_message("%s", cases[i].sql);
        guint failed = 0;
        for (guint k = 0; k < theatre->runbook->preconditions->len; k++)
        {
            const PgmCheck *check = theatre->runbook->preconditions->pdata[k];
            gboolean held = holds(theatre, check, NULL);
            g_assert_true(held != g_str_has_prefix(check->name, cases[i].name));
            failed += !held;
        }
        g_assert_cmpuint(failed, ==, 1);
        must(theatre->connection, "ROLLBACK");
    }
    assert_all_hold(theatre, theatre->runbook->preconditions);
}

static void test_stamp_head(void)
{
    g_autoptr(Theatre) theatre = theatre_new("stamp-head");
    must(theatre->connection, "CREATE TABLE \"My books\" (version_num varchar(32) PRIMARY KEY)");
    must(theatre->connection, "INSERT INTO \"My books\" VALUES ('f867c7e3d51c'), ('another')");
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static char table[] = "My books";
    static char from[] = "f867c7e3d51c";
    static char to[] = "it's new";
    g_hash_table_insert(values, g_strdup("table"), table);
    g_hash_table_insert(values, g_strdup("from"), from);
    g_hash_table_insert(values, g_strdup("to"), to);
    g_autoptr(GError) error = NULL;
    g_assert_true(pgm_runbook_bind(theatre->runbook, values, &error));
    g_assert_no_error(error);
    const PgmPhase *stamp = pgm_runbook_phase(theatre->runbook, "stamp");
    g_assert_cmpstr(stamp->lock->pdata[0], ==, "\"My books\"");
    g_assert_cmpstr(theatre->runbook->backup_tables->pdata[0], ==, "\"My books\"");
    assert_all_hold(theatre, theatre->runbook->preconditions);
    assert_done(theatre, "0");
    run_script(theatre, stamp->script, TRUE);
    assert_all_hold(theatre, stamp->verify);
    assert_done(theatre, "1");
    g_assert_false(holds(theatre, theatre->runbook->preconditions->pdata[1], NULL));
    run_script(theatre, stamp->rollback_script, TRUE);
    assert_all_hold(theatre, stamp->rollback_verify);
    assert_done(theatre, "0");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uuid-to-varchar/whole", test_whole);
    g_test_add_func("/uuid-to-varchar/empty-tables", test_empty_tables);
    g_test_add_func("/uuid-to-varchar/back-from-each-phase", test_back_from_each_phase);
    g_test_add_func("/uuid-to-varchar/early-analyze", test_early_analyze);
    g_test_add_func("/uuid-to-varchar/preconditions-refuse", test_preconditions_refuse);
    g_test_add_func("/stamp-head/forward-and-back", test_stamp_head);
    return g_test_run();
}
