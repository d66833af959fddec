/* test_mend.c - what hangs together is changed or dropped, and mended one after the other; see test_mend_kinds.c. */
#include "harness/server.h"
#include "pgmedic/drift.h"

#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    PgmSnapshot *snapshot = pgm_snapshot_read(pgm_test_database_reader(database), &error);
    g_assert_no_error(error);
    return snapshot;
}

static char *describe(const PgmDrift *drift)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        g_string_append_printf(text, "%s %s: %s, not %s\n", difference->display,
                               difference->attribute != NULL ? difference->attribute : "", difference->actual_text,
                               difference->expected_text);
    }
    return g_string_free(text, FALSE);
}

/* The statements, one a line. */
static char *script(GPtrArray *steps)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        g_string_append_printf(text, "%s;\n", step->sql != NULL ? step->sql : "-- nothing");
    }
    return g_string_free(text, FALSE);
}

/* Runs them, each in the transaction that it belongs into; what failed is noted in COMPLAINTS. */
static void run(PgmTestDatabase *database, const char *change, GPtrArray *steps, GString *complaints)
{
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(connection, NULL, "SET check_function_bodies = off"));
    int transaction = 0;
    for (guint i = 0; i <= steps->len; i++)
    {
        g_autoptr(GError) error = NULL;
        const PgmMend *step = i < steps->len ? steps->pdata[i] : NULL;
        int next = step != NULL ? step->transaction : 0;
        if (next != transaction && ((transaction > 0 && !pgm_connection_command(connection, &error, "COMMIT")) ||
                                    (next > 0 && !pgm_connection_command(connection, &error, "BEGIN"))))
        {
            g_string_append_printf(complaints, "\nafter %s\n    a transaction failed: %s\n", change, error->message);
        }
        transaction = next;
        if (step == NULL)
        {
            break;
        }
        g_clear_error(&error);
        if (step->sql != NULL && !pgm_connection_command(connection, &error, "%s", step->sql))
        {
            g_string_append_printf(complaints, "\nafter %s\n    %s\n    failed: %s\n", change, step->sql,
                                   error->message);
        }
    }
}

/* From whatever CHANGE does, back to EXPECTED. */
static void check(PgmTestDatabase *database, const PgmSnapshot *expected, const char *change, GString *complaints)
{
    g_free(pgm_test_psql(database, change));
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, before, NULL);
    if (drift->differences->len == 0)
    {
        g_string_append_printf(complaints, "\nafter %s\n    no drift is seen\n", change);
    }
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, before);
    run(database, change, steps, complaints);
    g_autoptr(PgmSnapshot) after = read_all(database);
    g_autoptr(PgmDrift) rest = pgm_drift_compare(expected, after, NULL);
    if (rest->differences->len > 0)
    {
        g_autofree char *text = describe(rest);
        g_autofree char *all = script(steps);
        g_string_append_printf(complaints, "\nafter %s\n%s    left\n%s", change, all, text);
    }
}

static const char *const changes[] = {
    "ALTER TABLE animal ALTER legs TYPE bigint",
    "ALTER TABLE animal ALTER name DROP NOT NULL",
    "ALTER TABLE \"Mixed Case\".\"Order\" ALTER \"weird \"\" name\" TYPE varchar(10) COLLATE \"POSIX\"",
    "ALTER TABLE plain ALTER code RESET (n_distinct), SET (autovacuum_enabled = false)",
    "ALTER TABLE serial_one DROP kind CASCADE",
    "DROP TABLE serial_one CASCADE",
    "DROP TABLE plain CASCADE",
    "DROP SCHEMA \"Mixed Case\" CASCADE",
    "DROP SCHEMA audit CASCADE",
    "ALTER TABLE audit.log DETACH PARTITION audit.log_2025; DROP TABLE audit.log_2025",
    "ALTER TABLE audit.log DETACH PARTITION audit.log_rest",
    "DROP TABLE bird",
    "ALTER TABLE bird NO INHERIT animal",
    "CREATE TABLE extra (a serial PRIMARY KEY); CREATE VIEW extra_view AS SELECT * FROM extra",
    "ALTER TABLE plain DROP CONSTRAINT plain_code_key",
    "ALTER TABLE plain DROP CONSTRAINT plain_pkey CASCADE",
    "ALTER TABLE plain DROP CONSTRAINT plain_amount_check",
    "ALTER TABLE \"Mixed Case\".\"Order\" DROP CONSTRAINT \"Order_plain_id_fkey\"",
    "ALTER TABLE \"Mixed Case\".\"Order\" ALTER CONSTRAINT \"Order_plain_id_fkey\" NOT DEFERRABLE",
    "ALTER TABLE \"Mixed Case\".\"Order\" RENAME CONSTRAINT no_heirs TO heirs",
    "ALTER TABLE audit.log DROP CONSTRAINT log_pkey CASCADE",
    "DROP INDEX plain_lower; DROP INDEX plain_tags; DROP INDEX plain_including",
    "DROP INDEX \"Mixed Case\".\"Order USING btree (x)\"",
    "DROP INDEX audit.log_who_idx",
    "ALTER INDEX plain_tags RENAME TO other; ALTER INDEX plain_lower ALTER COLUMN 1 SET STATISTICS -1",
    "DROP VIEW plain_view",
    "CREATE OR REPLACE VIEW plain_view AS SELECT id, code, lower(label) AS label FROM plain",
    "DROP VIEW plain_view; CREATE VIEW plain_view AS SELECT id FROM plain",
    "CREATE VIEW on_top AS SELECT * FROM plain_view",
    "DROP MATERIALIZED VIEW plain_totals",
    "DROP TRIGGER touch ON serial_one",
    "DROP FUNCTION \"Add\"",
    "CREATE OR REPLACE FUNCTION \"Add\"(a integer, b integer DEFAULT 3) RETURNS integer LANGUAGE sql AS 'SELECT a - b'",
    "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'it''s fine'); REVOKE USAGE ON TYPE mood FROM PUBLIC",
    "DROP TYPE mood",
    "DROP DOMAIN positive",
    "ALTER PUBLICATION changes SET (publish = 'insert'); ALTER PUBLICATION changes DROP TABLE serial_one",
    "REVOKE SELECT ON plain FROM PUBLIC; GRANT INSERT ON plain TO PUBLIC; GRANT SELECT (id) ON plain TO PUBLIC",
    "GRANT UPDATE, DELETE ON plain TO PUBLIC",
    "REVOKE ALL ON plain FROM PUBLIC; REVOKE ALL (code, label) ON plain FROM PUBLIC",
    "GRANT DELETE ON scratch TO CURRENT_USER; GRANT DELETE ON bird TO PUBLIC",
    "DROP OPERATOR === (pair, pair)",
    "DROP OPERATOR CLASS whole USING btree",
    "DROP OPERATOR FAMILY whole USING btree CASCADE",
    "DROP LANGUAGE pl_other; DROP FUNCTION pl_other_handler",
    "DROP TEXT SEARCH PARSER words CASCADE",
    "DROP TEXT SEARCH TEMPLATE plain_words CASCADE",
    "ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR word",
    "ALTER SERVER far OPTIONS (SET host 'near'); ALTER USER MAPPING FOR PUBLIC SERVER far OPTIONS (DROP \"user\")",
    "DROP FOREIGN TABLE distant",
    "ALTER FOREIGN TABLE distant OPTIONS (SET name 'E'); ALTER FOREIGN TABLE distant ALTER id OPTIONS (DROP name)",
    "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA audit REVOKE USAGE ON SEQUENCES FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION other(pair, pair) TO PUBLIC; REVOKE USAGE ON SCHEMA audit FROM PUBLIC",
    "GRANT CREATE ON SCHEMA audit TO PUBLIC; COMMENT ON SCHEMA audit IS NULL",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = %L', current_database(), '5MB'); END $$",
};

static void test_together(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("mend");
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    pgm_test_psql_file(database, "tests/catalog/features_rare.sql");
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_autoptr(GString) complaints = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
    {
        g_test_message("%s", changes[i]);
        check(database, expected, changes[i], complaints);
    }
    g_assert_cmpstr(complaints->str, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mend/together", test_together);
    return g_test_run();
}
