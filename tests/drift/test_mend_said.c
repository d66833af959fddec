/* test_mend_said.c - what is said of a mending statement: its lock, its hazard, that it stands alone, a guess, a
 * reason. */
#include "harness/server.h"
#include "pgmedic/drift.h"

#include <stdlib.h>
#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    PgmSnapshot *snapshot = pgm_snapshot_read(pgm_test_database_reader(database), &error);
    g_assert_no_error(error);
    return snapshot;
}

/* "LOCK[, alone]: SQL -- HAZARD [GUESS]", a line each. */
static char *script(GPtrArray *steps)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        g_string_append_printf(text, "%s%s: %s%s%s%s%s\n", step->lock != NULL ? step->lock : "no lock",
                               step->alone ? ", alone" : "", step->sql != NULL ? step->sql : "nothing",
                               step->hazard != NULL ? " -- " : "", step->hazard != NULL ? step->hazard : "",
                               step->guess != NULL ? " or " : "", step->guess != NULL ? step->guess : "");
    }
    return g_string_free(text, FALSE);
}

/* What makes the database as it is after BEFORE again, when CHANGE has happened. */
static char *said(PgmTestDatabase *database, const char *before, const char *change)
{
    g_autofree char *clean = g_strdup_printf(
        "SET client_min_messages = error; DROP TABLE IF EXISTS t, u, p CASCADE; DELETE FROM pg_catalog.pg_seclabel; %s",
        before);
    g_free(pgm_test_psql(database, clean));
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_free(pgm_test_psql(database, change));
    g_autoptr(PgmSnapshot) actual = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, actual);
    return script(steps);
}

static void check(PgmTestDatabase *database, const char *before, const char *change, const char *expected)
{
    g_autofree char *text = said(database, before, change);
    g_assert_cmpstr(text, ==, expected);
}

static int server_version(PgmTestDatabase *database)
{
    g_autofree char *text = pgm_test_value(database, "SELECT current_setting('server_version_num')::int / 10000");
    return atoi(text);
}

/* Nothing reads a whole table under a lock that stops others. */
static void test_online(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    check(database, "CREATE TABLE t (a int); CREATE INDEX t_a ON t (a)", "DROP INDEX t_a",
          "SHARE UPDATE EXCLUSIVE, alone: CREATE INDEX CONCURRENTLY t_a ON public.t USING btree (a) -- waits for every "
          "transaction that is open; broken off, it leaves an invalid index\n");
    check(database, "CREATE TABLE t (a int)", "CREATE INDEX t_a ON t (a)",
          "SHARE UPDATE EXCLUSIVE, alone: DROP INDEX CONCURRENTLY public.t_a\n");
    check(database, "CREATE TABLE t (a int UNIQUE)", "ALTER TABLE t DROP CONSTRAINT t_a_key",
          "SHARE UPDATE EXCLUSIVE, alone: CREATE UNIQUE INDEX CONCURRENTLY t_a_key ON public.t USING btree (a) -- "
          "fails on "
          "duplicates and then leaves an invalid index, to be dropped before another try\n"
          "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD CONSTRAINT t_a_key UNIQUE USING INDEX t_a_key\n");
    check(
        database, "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t CHECK (b > 0))",
        "ALTER TABLE t DROP CONSTRAINT t_b_fkey, DROP CONSTRAINT t_b_check",
        "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD CONSTRAINT t_b_check CHECK ((b > 0)) NOT VALID\n"
        "SHARE ROW EXCLUSIVE: ALTER TABLE public.t ADD CONSTRAINT t_b_fkey FOREIGN KEY (b) REFERENCES public.t(a) NOT "
        "VALID\n"
        "SHARE UPDATE EXCLUSIVE: ALTER TABLE public.t VALIDATE CONSTRAINT t_b_check -- reads the whole table, and "
        "fails "
        "where a row breaks the rule\n"
        "SHARE UPDATE EXCLUSIVE: ALTER TABLE public.t VALIDATE CONSTRAINT t_b_fkey -- reads the whole table, and fails "
        "where a row breaks the rule\n");
}

static void test_not_null(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    const char *older =
        "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD CONSTRAINT t_a_not_null CHECK (a IS NOT NULL) NOT VALID\n"
        "SHARE UPDATE EXCLUSIVE: ALTER TABLE public.t VALIDATE CONSTRAINT t_a_not_null -- reads the whole table, and "
        "fails where there is a null\n"
        "ACCESS EXCLUSIVE: ALTER TABLE public.t ALTER COLUMN a SET NOT NULL\n"
        "ACCESS EXCLUSIVE: ALTER TABLE public.t DROP CONSTRAINT t_a_not_null\n";
    const char *newer =
        "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD CONSTRAINT t_a_not_null NOT NULL a NOT VALID\n"
        "SHARE UPDATE EXCLUSIVE: ALTER TABLE public.t VALIDATE CONSTRAINT t_a_not_null -- reads the whole table, and "
        "fails where there is a null\n";
    check(database, "CREATE TABLE t (a int NOT NULL)", "ALTER TABLE t ALTER a DROP NOT NULL",
          server_version(database) < 18 ? older : newer);
}

/* The partitioned index is a shell until each partition has its own, built without stopping writers. */
static void test_partitions(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    check(
        database,
        "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p_1 PARTITION OF p DEFAULT; CREATE INDEX p_a ON p "
        "(a)",
        "DROP INDEX p_a",
        "SHARE: CREATE INDEX p_a ON ONLY public.p USING btree (a)\n"
        "SHARE UPDATE EXCLUSIVE, alone: CREATE INDEX CONCURRENTLY p_1_a_idx ON public.p_1 USING btree (a) -- waits for "
        "every transaction that is open; broken off, it leaves an invalid index\n"
        "no lock: ALTER INDEX public.p_a ATTACH PARTITION public.p_1_a_idx\n");
}

/* What a role keeps is not taken from it for a moment; with a privilege on the table that on its columns goes too. */
static void test_grants(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("mend_said_grants");
    check(database, "CREATE TABLE t (id int); GRANT SELECT, UPDATE (id) ON t TO PUBLIC", "GRANT DELETE ON t TO PUBLIC",
          "no lock: REVOKE DELETE ON public.t FROM PUBLIC\n"
          "no lock: GRANT UPDATE (id) ON public.t TO PUBLIC\n");
    check(database, "CREATE TABLE t (id int); GRANT SELECT, INSERT ON t TO PUBLIC", "REVOKE INSERT ON t FROM PUBLIC",
          "no lock: GRANT INSERT ON public.t TO PUBLIC\n");
}

static void test_lost(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    check(database, "CREATE TABLE t (a int)", "ALTER TABLE t ADD b int; CREATE TABLE u (a int)",
          "ACCESS EXCLUSIVE: ALTER TABLE public.t DROP COLUMN b -- the values in it are lost\n"
          "ACCESS EXCLUSIVE: DROP TABLE public.u -- its rows are lost, with everything in it\n");
    check(database, "CREATE TABLE t (a bigint)", "ALTER TABLE t ALTER a TYPE int",
          "ACCESS EXCLUSIVE: ALTER TABLE public.t ALTER COLUMN a TYPE bigint USING a::bigint -- rewrites the table and "
          "its "
          "indexes; fails where a value does not convert; ANALYZE it afterwards\n");
    /* A text that only grows is not rewritten. */
    check(database, "CREATE TABLE t (a varchar(20))", "ALTER TABLE t ALTER a TYPE varchar(10)",
          "ACCESS EXCLUSIVE: ALTER TABLE public.t ALTER COLUMN a TYPE character varying(20)\n");
    check(database, "CREATE TABLE t (a int) WITH (fillfactor = 50)", "ALTER TABLE t RESET (fillfactor)",
          "SHARE UPDATE EXCLUSIVE: ALTER TABLE public.t SET (fillfactor=50)\n");
}

/* The only extra one that is alike may be the missing one under another name. */
static void test_guess(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    check(database, "CREATE TABLE t (a int, b text)", "ALTER TABLE t RENAME b TO c",
          "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD COLUMN b text or ALTER TABLE public.t RENAME COLUMN c TO b\n"
          "ACCESS EXCLUSIVE: ALTER TABLE public.t DROP COLUMN c -- the values in it are lost\n");
    check(database, "CREATE TABLE t (a int, b text)", "ALTER TABLE t RENAME TO u",
          "no lock: CREATE TABLE public.t (a integer, b text) or ALTER TABLE public.u RENAME TO t\n"
          "ACCESS EXCLUSIVE: DROP TABLE public.u -- its rows are lost, with everything in it\n");
    /* Two that are alike: no guess. */
    check(database, "CREATE TABLE t (a int, b text)", "ALTER TABLE t RENAME b TO c; ALTER TABLE t ADD d text",
          "ACCESS EXCLUSIVE: ALTER TABLE public.t ADD COLUMN b text\n"
          "ACCESS EXCLUSIVE: ALTER TABLE public.t DROP COLUMN c -- the values in it are lost\n"
          "ACCESS EXCLUSIVE: ALTER TABLE public.t DROP COLUMN d -- the values in it are lost\n");
}

/* No statement, and why. */
static void test_no_way(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    check(database, "CREATE TABLE t (a int, b int)", "ALTER TABLE t DROP a; ALTER TABLE t ADD a int",
          "no lock: nothing -- a column only moves when its table is made anew and all rows are copied\n");
    check(database, "CREATE TABLE p (a int, b int) PARTITION BY LIST (a)",
          "DROP TABLE p; CREATE TABLE p (a int, b int) PARTITION BY LIST (b)",
          "no lock: nothing -- no ALTER changes how a table is partitioned: make a new one, and copy the rows\n");
    check(database, "CREATE TABLE p (a bigint) PARTITION BY LIST (a)",
          "DROP TABLE p; CREATE TABLE p (a int) PARTITION BY LIST (a)",
          "no lock: nothing -- no ALTER changes the type of what a table is partitioned by: make a new table, and copy "
          "the "
          "rows\n");
    check(database, "CREATE TABLE t (a bigint); CREATE TABLE u (b t)",
          "DROP TABLE u, t; CREATE TABLE t (a int); CREATE TABLE u (b t)",
          "no lock: nothing -- refused as long as u.b is of this table's row type\n");
}

/* No server brings a provider of labels: what was found in the catalog stands for it. */
static void test_security_label(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("said");
    const char *label = "INSERT INTO pg_catalog.pg_seclabel VALUES ('t'::regclass, 'pg_catalog.pg_class'::regclass, 1, "
                        "'some provider', 'it''s secret')";
    const char *none = "DELETE FROM pg_catalog.pg_seclabel";
    g_autofree char *before = g_strdup_printf("CREATE TABLE t (a int); %s", label);
    check(database, before, none,
          "SHARE UPDATE EXCLUSIVE: SECURITY LABEL FOR \"some provider\" ON COLUMN public.t.a IS 'it''s secret'\n");
    check(database, "CREATE TABLE t (a int)", label,
          "SHARE UPDATE EXCLUSIVE: SECURITY LABEL FOR \"some provider\" ON COLUMN public.t.a IS NULL\n");
    check(database, before, "UPDATE pg_catalog.pg_seclabel SET label = 'other'",
          "SHARE UPDATE EXCLUSIVE: SECURITY LABEL FOR \"some provider\" ON COLUMN public.t.a IS 'it''s secret'\n");
}

/* What is ignored is made again as it was, where it stands in the way. */
static void test_ignored(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("ignored");
    g_free(pgm_test_psql(database, "CREATE TABLE t (a bigint); CREATE VIEW v AS SELECT 1 AS x FROM t WHERE a > 1"));
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_free(pgm_test_psql(database, "DROP VIEW v; ALTER TABLE t ALTER a TYPE int; CREATE VIEW v AS SELECT a FROM t;"
                                   "CREATE VIEW more AS SELECT a FROM v"));
    g_autoptr(PgmSnapshot) actual = read_all(database);
    g_autoptr(GPtrArray) ignore = g_ptr_array_new();
    g_ptr_array_add(ignore, (gpointer)(gsize) "view *");
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, ignore);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, actual);
    g_autofree char *text = script(steps);
    g_assert_nonnull(strstr(text, "DROP VIEW public.more\nACCESS EXCLUSIVE: DROP VIEW public.v\n"));
    for (guint i = 0; i < steps->len; i++)
    {
        g_assert_cmpint(((const PgmMend *)steps->pdata[i])->transaction, ==, 1);
    }
    const char *view = strstr(text, "CREATE VIEW public.v AS");
    g_assert_nonnull(view);
    g_assert_nonnull(strstr(view, "CREATE VIEW public.more AS"));
    g_assert_null(strstr(text, "AS x"));
}

/* What is dropped and made again is not seen gone, with what it is owned by and who may; nothing else is held up. */
static void test_transactions(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("together");
    g_free(pgm_test_psql(database,
                         "CREATE TABLE t (a int, b int); CREATE TABLE o (a int); CREATE VIEW \"v\n;\" AS "
                         "SELECT 1 AS a, 2 AS b FROM t; GRANT SELECT ON \"v\n;\" TO PUBLIC; CREATE POLICY p ON o AS "
                         "RESTRICTIVE USING (true); CREATE INDEX o_a ON o (a)"));
    g_autoptr(PgmSnapshot) expected = read_all(database);
    g_free(pgm_test_psql(database,
                         "DROP VIEW \"v\n;\"; CREATE VIEW \"v\n;\" AS SELECT 2 AS b FROM t; DROP POLICY p ON o;"
                         "CREATE POLICY p ON o USING (true); DROP INDEX o_a; CREATE INDEX o_a ON o (a DESC)"));
    g_autoptr(PgmSnapshot) actual = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, expected, actual);
    g_autoptr(GPtrArray) lines = pgm_drift_mend_script(steps);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
    {
        g_string_append_printf(text, "%s\n", ((const PgmMendLine *)lines->pdata[i])->text);
    }
    g_assert_cmpstr(text->str, ==,
                    "-- locks SHARE UPDATE EXCLUSIVE, outside a transaction\n"
                    "-- queries do without it until it is made again\n"
                    "DROP INDEX CONCURRENTLY public.o_a;\n"
                    "-- locks SHARE UPDATE EXCLUSIVE, outside a transaction\n"
                    "-- waits for every transaction that is open; broken off, it leaves an invalid index\n"
                    "CREATE INDEX CONCURRENTLY o_a ON public.o USING btree (a);\n"
                    "-- in one transaction, so that nothing is seen gone; what uses it waits until COMMIT\n"
                    "BEGIN;\n"
                    "-- locks ACCESS EXCLUSIVE\n"
                    "DROP VIEW public.\"v\n;\";\n"
                    "CREATE VIEW public.\"v\n;\" AS SELECT 1 AS a,\n    2 AS b\n   FROM public.t;\n"
                    "GRANT SELECT ON public.\"v\n;\" TO PUBLIC;\n"
                    "COMMIT;\n"
                    "-- in one transaction, so that nothing is seen gone; what uses it waits until COMMIT\n"
                    "BEGIN;\n"
                    "-- locks ACCESS EXCLUSIVE\n"
                    "DROP POLICY p ON public.o;\n"
                    "-- locks ACCESS EXCLUSIVE\n"
                    "CREATE POLICY p ON public.o AS RESTRICTIVE FOR ALL TO PUBLIC USING (true);\n"
                    "COMMIT;\n");
}

static PgmSnapshot *parse(const char *version, const char *definition)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf(
        "format: 1\ndatabase: d\nserver_version: '%s'\ntaken_at: '2026-11-20T09:00:00Z'\n"
        "schemas:\n  public:\n    views:\n      v:\n        definition: '%s'\n        columns: a integer\n",
        version, definition);
    PgmSnapshot *snapshot = pgm_snapshot_parse("v", text, strlen(text), &error);
    g_assert_no_error(error);
    return snapshot;
}

/* How many differences there are between what two servers print, and whether it is said that they may print it so. */
static guint between(const char *first, const char *one, const char *second, const char *other)
{
    g_autoptr(PgmSnapshot) expected = parse(first, one);
    g_autoptr(PgmSnapshot) actual = parse(second, other);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    for (guint i = 0; i < drift->differences->len; i++)
    {
        const PgmDifference *difference = drift->differences->pdata[i];
        gboolean same_version = atoi(first) == atoi(second);
        g_assert_cmpint(strstr(difference->reason, "print") == NULL, ==, same_version);
    }
    return drift->differences->len;
}

static void test_versions(void)
{
    const char *with = " SELECT t.a,\n    upper(t.b) AS b\n   FROM public.t\n  WHERE t.c;";
    const char *without = " SELECT a,\n    upper(b) AS b\n   FROM public.t\n  WHERE c;";
    g_assert_cmpuint(between("15.3", with, "16.1", without), ==, 0);
    g_assert_cmpuint(between("18.1", without, "13.9", with), ==, 0);
    g_assert_cmpuint(between("15.3", with, "15.9", without), ==, 1);
    g_assert_cmpuint(between("16.1", with, "18.1", without), ==, 1);
    g_assert_cmpuint(
        between("15.3", " SELECT t.a,\n    t.b\n   FROM public.t;", "16.1", " SELECT b,\n    a\n   FROM public.t;"), ==,
        1);
    g_assert_cmpuint(between("15.3", " SELECT t.a,\n    u.b\n   FROM public.t,\n    public.u;", "16.1",
                             " SELECT a,\n    b\n   FROM public.t,\n    public.u;"),
                     ==, 1);
    g_assert_cmpuint(between("15.3", " SELECT t.a\n   FROM public.t;", "16.1", " SELECT a\n   FROM public.tt;"), ==, 1);
    g_assert_cmpuint(
        between("15.3", " SELECT \"T x\".a\n   FROM public.\"T x\";", "16.1", " SELECT a\n   FROM public.\"T x\";"), ==,
        0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mend-said/online", test_online);
    g_test_add_func("/mend-said/not-null", test_not_null);
    g_test_add_func("/mend-said/partitions", test_partitions);
    g_test_add_func("/mend-said/grants", test_grants);
    g_test_add_func("/mend-said/lost", test_lost);
    g_test_add_func("/mend-said/guess", test_guess);
    g_test_add_func("/mend-said/no-way", test_no_way);
    g_test_add_func("/mend-said/transactions", test_transactions);
    g_test_add_func("/mend-said/security-label", test_security_label);
    g_test_add_func("/mend-said/ignored", test_ignored);
    g_test_add_func("/mend-said/versions", test_versions);
    return g_test_run();
}
