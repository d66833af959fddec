/*
 * test_mend_retype.c - a column gets another type, with everything on it that PostgreSQL refuses to do that for.
 *
 * The incident first: it is mended, and nothing is left.
 */
#include "harness/server.h"
#include "pgmedic/drift.h"

#include <stdlib.h>
#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

/* What could not be run, and what is left: nothing. */
static GPtrArray *mend(PgmTestDatabase *database, const PgmSnapshot *expected)
{
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, before, NULL);
    g_assert_cmpuint(drift->differences->len, >, 0);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, before);
    GPtrArray *script = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET client_min_messages = error"));
    for (guint i = 0; i < steps->len; i++)
    {
        g_autoptr(GError) error = NULL;
        const PgmMend *step = steps->pdata[i];
        g_assert_nonnull(step->sql);
        g_test_message("%s", step->sql);
        g_assert_false(g_str_has_suffix(step->sql, " CASCADE"));
        pgm_connection_command(connection, &error, "%s", step->sql);
        g_assert_no_error(error);
        g_ptr_array_add(script, g_strdup(step->sql));
    }
    g_autoptr(PgmSnapshot) after = read_all(database);
    g_autoptr(PgmDrift) rest = pgm_drift_compare(expected, after, NULL);
    for (guint i = 0; i < rest->differences->len; i++)
    {
        const PgmDifference *difference = rest->differences->pdata[i];
        g_test_message("left: %s %s: %s, not %s", difference->display,
                       difference->attribute != NULL ? difference->attribute : "", difference->actual_text,
                       difference->expected_text);
    }
    g_assert_cmpuint(rest->differences->len, ==, 0);
    return script;
}

static guint count(GPtrArray *script, const char *prefix)
{
    guint found = 0;
    for (guint i = 0; i < script->len; i++)
    {
        found += g_str_has_prefix(script->pdata[i], prefix) ? 1 : 0;
    }
    return found;
}

/* One rewrite a table, foreign keys added without validating and validated afterwards, not a row lost. */
static void test_incident(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("incident", 50, 100);
    g_autofree char *path = pgm_test_source_path("tests/incident/staging.yaml");
    g_autoptr(PgmSnapshot) staging = pgm_snapshot_load(path, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) script = mend(database, staging);
    g_assert_cmpuint(count(script, "ALTER TABLE public.documents ALTER COLUMN"), ==, 1);
    g_assert_cmpuint(count(script, "ALTER TABLE public.document_questions ALTER COLUMN"), ==, 1);
    g_assert_cmpuint(count(script, "ALTER TABLE public.documents VALIDATE CONSTRAINT"), ==, 1);
    g_assert_cmpuint(count(script, "ALTER TABLE public.document_questions VALIDATE CONSTRAINT"), ==, 1);
    pgm_test_assert_value(database, "SELECT count(*) FROM documents", "50");
    pgm_test_assert_value(database, "SELECT count(*) FROM document_questions", "100");
    pgm_test_assert_value(
        database,
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'documents' AND column_name = 'id'",
        "character varying");
}

/* %s: the type of the keys, and a literal of it. */
static const char scene[] =
    "CREATE TABLE doc (id TYPE PRIMARY KEY DEFAULT LITERAL, parent TYPE REFERENCES doc, title text, \"Odd id\" TYPE);"
    "CREATE TABLE page (doc_id TYPE NOT NULL REFERENCES doc ON DELETE CASCADE, n int, other TYPE, UNIQUE (doc_id, n));"
    "CREATE TABLE note (doc_id TYPE REFERENCES doc (id), text text, copy text GENERATED ALWAYS AS (doc_id::text) "
    "STORED);"
    "CREATE INDEX doc_parent ON doc (parent) WHERE parent IS NOT NULL;"
    "CREATE INDEX doc_some ON doc (title) WHERE id <> LITERAL;"
    "CREATE INDEX doc_expression ON doc ((id::text), title);"
    "ALTER TABLE doc ADD CHECK (id <> LITERAL), ADD CHECK (title <> 'x');"
    "CREATE VIEW doc_view WITH (security_barrier) AS SELECT id, title FROM doc;"
    "CREATE VIEW a_view_on_it AS SELECT v.title FROM doc_view v WHERE v.id IS NOT NULL;"
    "CREATE VIEW where_view AS SELECT title FROM doc WHERE id <> LITERAL;"
    "CREATE VIEW other_view AS SELECT title FROM doc;"
    "CREATE MATERIALIZED VIEW doc_count AS SELECT doc_id, count(*) AS n FROM page GROUP BY doc_id;"
    "CREATE UNIQUE INDEX doc_count_id ON doc_count (doc_id);"
    "GRANT SELECT ON doc_view TO PUBLIC; GRANT SELECT (title) ON a_view_on_it TO PUBLIC;"
    "COMMENT ON VIEW doc_view IS 'which'; COMMENT ON VIEW a_view_on_it IS 'what';"
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER on_view INSTEAD OF INSERT ON doc_view FOR EACH ROW EXECUTE FUNCTION touch();"
    "CREATE RULE on_view AS ON DELETE TO a_view_on_it DO INSTEAD NOTHING;"
    "CREATE TRIGGER of_id BEFORE UPDATE OF id ON doc FOR EACH ROW EXECUTE FUNCTION touch();"
    "CREATE TRIGGER when_id BEFORE UPDATE ON doc FOR EACH ROW WHEN (NEW.id IS NOT NULL) EXECUTE FUNCTION touch();"
    "ALTER TABLE doc DISABLE TRIGGER when_id; COMMENT ON TRIGGER of_id ON doc IS 'why';"
    "CREATE RULE log AS ON UPDATE TO doc DO ALSO INSERT INTO note (doc_id) VALUES (NEW.id);"
    "CREATE POLICY own ON doc USING (id <> LITERAL);"
    "CREATE POLICY of_other ON page USING (EXISTS (SELECT FROM doc d WHERE d.id = page.doc_id));"
    "CREATE STATISTICS doc_statistics ON id, title FROM doc;"
    "CREATE PUBLICATION all_of_it FOR TABLE doc, page;"
    "INSERT INTO doc VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL, 'one'),"
    "('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', 'two');"
    "INSERT INTO page VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 1); REFRESH MATERIALIZED VIEW doc_count;";
static const char scene_14[] = "CREATE FUNCTION atomic(i TYPE) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT "
                               "count(*) FROM doc WHERE id = i; END;"
                               "CREATE VIEW calls_it AS SELECT atomic(LITERAL) AS n;";
static const char scene_15[] = "CREATE PUBLICATION some_of_it FOR TABLE doc (id, title), page WHERE (doc_id <> "
                               "LITERAL), note WITH (publish = 'insert');";

static void make(PgmTestDatabase *database, int version, const char *type, const char *literal)
{
    const char *const parts[] = {scene, version >= 14 ? scene_14 : "", version >= 15 ? scene_15 : ""};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    {
        g_auto(GStrv) by_type = g_strsplit(parts[i], "TYPE", -1);
        g_autofree char *typed = g_strjoinv(type, by_type);
        g_auto(GStrv) by_literal = g_strsplit(typed, "LITERAL", -1);
        g_autofree char *sql = g_strjoinv(literal, by_literal);
        g_free(pgm_test_psql(database, sql));
    }
}

static void assert_rows(PgmTestDatabase *database)
{
    pgm_test_assert_value(
        database, "SELECT string_agg(d.title || p.title, ' ') FROM doc d JOIN doc p ON d.parent = p.id", "twoone");
    pgm_test_assert_value(database, "SELECT n FROM doc_count", "1");
}

static void test_everything_on_it(void)
{
    g_autoptr(PgmTestDatabase) first = pgm_test_database_new("uuid");
    g_autoptr(PgmTestDatabase) second = pgm_test_database_new("text");
    g_autofree char *version = pgm_test_value(first, "SELECT current_setting('server_version_num')::int / 10000");
    make(first, atoi(version), "uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid");
    make(second, atoi(version), "varchar(36)", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::varchar");
    g_autoptr(PgmSnapshot) of_uuid = read_all(first);
    g_autoptr(PgmSnapshot) of_text = read_all(second);
    g_autoptr(GPtrArray) there = mend(first, of_text);
    g_autoptr(GPtrArray) back = mend(second, of_uuid);
    assert_rows(first);
    assert_rows(second);
    /* What reads no key stays where it is. */
    g_assert_cmpuint(count(there, "DROP VIEW public.other_view"), ==, 0);
    g_assert_cmpuint(count(there, "ALTER TABLE public.doc ALTER COLUMN"), ==, 1);
    g_assert_cmpuint(count(there, "ALTER TABLE public.doc DROP CONSTRAINT doc_check1"), ==, 0);
}

/* A table's rows are in a composite column elsewhere, or its columns come from a type: said, and nothing broken. */
static void test_inherited(void)
{
    g_autoptr(PgmTestDatabase) first = pgm_test_database_new("heirs");
    g_autoptr(PgmTestDatabase) second = pgm_test_database_new("heirs_too");
    const char *const types[] = {"integer", "bigint"};
    PgmTestDatabase *const databases[] = {first, second};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
    {
        g_autofree char *sql = g_strdup_printf(
            "CREATE TABLE parent (a %s, b int); CREATE TABLE child (c int) INHERITS (parent);"
            "CREATE VIEW on_child AS SELECT a FROM child;"
            "CREATE TABLE parted (k int, v %s, PRIMARY KEY (k)) PARTITION BY RANGE (k);"
            "CREATE TABLE part_1 PARTITION OF parted FOR VALUES FROM (1) TO (10);"
            "CREATE TABLE part_rest PARTITION OF parted DEFAULT PARTITION BY LIST (k);"
            "CREATE TABLE part_leaf PARTITION OF part_rest DEFAULT; CREATE INDEX ON parted (v);"
            "CREATE VIEW on_leaf AS SELECT v FROM part_leaf; INSERT INTO parted VALUES (1, 1), (20, 2);",
            types[i], types[i]);
        g_free(pgm_test_psql(databases[i], sql));
    }
    g_autoptr(PgmSnapshot) expected = read_all(second);
    g_autoptr(GPtrArray) script = mend(first, expected);
    g_assert_cmpuint(count(script, "ALTER TABLE public.part"), ==, 1);
    pgm_test_assert_value(first, "SELECT sum(v) FROM parted", "3");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mend-retype/incident", test_incident);
    g_test_add_func("/mend-retype/everything-on-it", test_everything_on_it);
    g_test_add_func("/mend-retype/inherited", test_inherited);
    return g_test_run();
}
