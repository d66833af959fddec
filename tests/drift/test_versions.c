/*
 * test_versions.c - what only newer servers have: made, read, changed, seen, mended. Each from the major version on
 * that brought it; a server that was built without ICU has no ICU collations.
 */
#include "harness/roundtrip.h"

#include <stdlib.h>

typedef struct
{
    int since;
    const char *needs; /* SQL that answers "t" where the server can do it; NULL: it can */
    const char *create;
    const char *changes[10]; /* each from the state that CREATE left */
} Feature;

#define HAS_ICU                                                                                                        \
    "SELECT count(*) > 0 FROM pg_collation WHERE collprovider = 'i' AND collname = 'unicode' OR collname = "           \
    "'und-x-icu'"

static const Feature features[] = {
    {13,
     NULL,
     "CREATE TABLE t13 (a int, b int) PARTITION BY LIST (a);"
     "CREATE TABLE t13_1 PARTITION OF t13 FOR VALUES IN (1, NULL);"
     "CREATE FUNCTION f13() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
     "CREATE TRIGGER before_row BEFORE INSERT ON t13 FOR EACH ROW EXECUTE FUNCTION f13();"
     "CREATE STATISTICS s13 (mcv, ndistinct) ON a, b FROM t13; ALTER STATISTICS s13 SET STATISTICS 77;"
     "CREATE PUBLICATION p13 FOR TABLE t13 WITH (publish_via_partition_root = true);"
     "CREATE TABLE g13 (a int, b int GENERATED ALWAYS AS (a + 1) STORED);"
     "CREATE INDEX i13 ON g13 USING gist (int8range(a, a + 1)) WITH (buffering = on)",
     {"DROP TRIGGER before_row ON t13", "ALTER STATISTICS s13 SET STATISTICS -1",
      "ALTER PUBLICATION p13 SET (publish_via_partition_root = false)", "ALTER TABLE g13 ALTER b DROP EXPRESSION",
      "ALTER TABLE t13 DETACH PARTITION t13_1", "DROP INDEX i13"}},
    {14,
     NULL,
     "CREATE TABLE t14 (a text COMPRESSION pglz, b int, c int, d int4multirange);"
     "CREATE TYPE r14 AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = many14);"
     "CREATE TABLE u14 (one r14, many many14);"
     "CREATE PROCEDURE p14(IN a int, OUT b int, INOUT c text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1, c';"
     "CREATE FUNCTION f14(a int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a + 1; SELECT a + 2; END;"
     "CREATE FUNCTION g14(a int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a * 2;"
     "CREATE STATISTICS s14 ON (b + c), mod(b, 7) FROM t14;"
     "CREATE TABLE h14 (a int) PARTITION BY HASH (a);"
     "CREATE TABLE h14_0 PARTITION OF h14 FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
     {"ALTER TABLE t14 ALTER a SET COMPRESSION default", "ALTER TABLE t14 ALTER d TYPE int4range USING NULL",
      "DROP TABLE u14; DROP TYPE r14",
      "DROP TABLE u14; DROP TYPE r14; CREATE TYPE r14 AS RANGE (SUBTYPE = float8); CREATE TABLE u14 (one r14)",
      "DROP PROCEDURE p14", "DROP FUNCTION f14; CREATE FUNCTION f14(a int) RETURNS int LANGUAGE sql RETURN a",
      "DROP FUNCTION g14", "DROP STATISTICS s14", "DROP TABLE h14_0"}},
    {15,
     NULL,
     "CREATE TABLE t15 (id int PRIMARY KEY, a int, b int, c text, UNIQUE NULLS NOT DISTINCT (a, b));"
     "CREATE UNIQUE INDEX i15 ON t15 (b, c) NULLS NOT DISTINCT;"
     "CREATE SCHEMA s15; CREATE TABLE s15.t (id int PRIMARY KEY);"
     "CREATE TABLE f15 (id int, t int, x int, FOREIGN KEY (t) REFERENCES t15 ON DELETE SET NULL (t));"
     "CREATE VIEW v15 WITH (security_invoker = true) AS SELECT id FROM t15;"
     "CREATE PUBLICATION p15 FOR TABLE t15 (id, a, b) WHERE (id > 10 AND a IS NOT NULL)"
     " WITH (publish = 'insert'); CREATE PUBLICATION w15 FOR TABLE t15, TABLES IN SCHEMA s15;"
     "CREATE UNLOGGED SEQUENCE q15",
     {"ALTER TABLE t15 DROP CONSTRAINT t15_a_b_key, ADD UNIQUE (a, b)",
      "DROP INDEX i15; CREATE UNIQUE INDEX i15 ON t15 (b, c)", "DROP PUBLICATION p15",
      "ALTER PUBLICATION p15 SET TABLE t15", "ALTER PUBLICATION w15 DROP TABLES IN SCHEMA s15",
      "ALTER TABLE f15 DROP CONSTRAINT f15_t_fkey, ADD FOREIGN KEY (t) REFERENCES t15 ON DELETE SET NULL",
      "ALTER VIEW v15 RESET (security_invoker)", "ALTER SEQUENCE q15 SET LOGGED", "DROP TABLE t15 CASCADE"}},
    {15,
     HAS_ICU,
     "CREATE COLLATION c15 (provider = icu, locale = 'de-u-ks-level2', deterministic = false);"
     "CREATE TABLE k15 (a text COLLATE c15, b text)",
     {"ALTER TABLE k15 ALTER a TYPE text COLLATE \"C\"", "ALTER TABLE k15 ALTER b TYPE text COLLATE c15",
      "DROP TABLE k15; DROP COLLATION c15"}},
    {16,
     NULL,
     "CREATE TABLE t16 (a text STORAGE external, b bytea, n numeric DEFAULT 0x_ff + 1_000_000);"
     "CREATE FUNCTION f16() RETURNS text LANGUAGE sql RETURN SYSTEM_USER;"
     "CREATE VIEW v16 AS SELECT JSON_ARRAY(a, n) AS j, a IS JSON OBJECT AS o FROM t16",
     {"ALTER TABLE t16 ALTER a SET STORAGE default", "ALTER TABLE t16 ALTER n SET DEFAULT 1", "DROP FUNCTION f16",
      "CREATE OR REPLACE VIEW v16 AS SELECT JSON_ARRAY(a) AS j, a IS JSON AS o FROM t16"}},
    {16,
     HAS_ICU,
     "CREATE COLLATION c16 (provider = icu, locale = 'und', rules = '&a < g'); CREATE TABLE k16 (a text COLLATE c16)",
     {"ALTER TABLE k16 ALTER a TYPE text", "DROP TABLE k16; DROP COLLATION c16"}},
    {17,
     NULL,
     "CREATE TABLE t17 (id int GENERATED ALWAYS AS IDENTITY, a int) PARTITION BY RANGE (id);"
     "CREATE TABLE t17_1 PARTITION OF t17 FOR VALUES FROM (1) TO (100);"
     "CREATE COLLATION c17 (provider = builtin, locale = 'C.UTF-8'); CREATE TABLE k17 (a text COLLATE c17);"
     "CREATE TABLE g17 (a int, b int GENERATED ALWAYS AS (a + 1) STORED);"
     "CREATE TABLE x17 (a int4range, b int, EXCLUDE USING gist (a WITH =)) PARTITION BY RANGE (a);"
     "GRANT MAINTAIN, SELECT ON g17 TO PUBLIC;"
     "CREATE VIEW j17 AS SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (n int PATH '$'))",
     {"ALTER TABLE t17 ALTER id SET GENERATED BY DEFAULT", "ALTER TABLE t17 DETACH PARTITION t17_1; DROP TABLE t17_1",
      "ALTER TABLE k17 ALTER a TYPE text COLLATE \"C\"", "ALTER TABLE g17 ALTER b SET EXPRESSION AS (a + 2)",
      "REVOKE MAINTAIN ON g17 FROM PUBLIC", "ALTER TABLE x17 DROP CONSTRAINT x17_a_excl", "DROP VIEW j17",
      "ALTER TABLE g17 ALTER a SET STATISTICS 10", "DROP TABLE t17"}},
    {18,
     NULL,
     "CREATE TABLE t18 (a int, c int GENERATED ALWAYS AS (a) STORED, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);"
     "CREATE TABLE w18 (id int4range, during daterange, x int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS),"
     " UNIQUE (x, id, during WITHOUT OVERLAPS) DEFERRABLE);"
     "CREATE TABLE o18 (id int PRIMARY KEY, n int CONSTRAINT small CHECK (n < 10) NOT ENFORCED,"
     " p int REFERENCES o18 DEFERRABLE INITIALLY DEFERRED NOT ENFORCED);"
     "CREATE TABLE n18 (a int CONSTRAINT \"has A\" NOT NULL, b int CONSTRAINT lonely NOT NULL NO INHERIT, c int, d "
     "int);"
     "ALTER TABLE n18 ADD CONSTRAINT later NOT NULL c NOT VALID;"
     "COMMENT ON CONSTRAINT later ON n18 IS 'to be validated';"
     "CREATE TABLE n18_child () INHERITS (n18); CREATE TABLE m18 (a int NOT NULL);"
     "CREATE TABLE g18 (a int, b int GENERATED ALWAYS AS (a) STORED);"
     "CREATE PUBLICATION p18 FOR TABLE g18 WITH (publish_generated_columns = stored)",
     {"ALTER TABLE t18 DROP b", "ALTER TABLE t18 ALTER b SET EXPRESSION AS (a * 3)",
      "ALTER TABLE w18 DROP CONSTRAINT w18_pkey", "ALTER TABLE o18 DROP CONSTRAINT small",
      "ALTER TABLE o18 ALTER CONSTRAINT o18_p_fkey ENFORCED", "ALTER TABLE n18 VALIDATE CONSTRAINT later",
      "ALTER TABLE n18 ALTER a DROP NOT NULL", "ALTER TABLE n18 DROP CONSTRAINT lonely",
      "ALTER TABLE m18 RENAME CONSTRAINT m18_a_not_null TO mine",
      "ALTER PUBLICATION p18 SET (publish_generated_columns = none)"}},
    {18,
     NULL,
     "CREATE TABLE q18 (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));"
     "CREATE TABLE r18 (id int4range, during daterange, q int4range,"
     " FOREIGN KEY (q, PERIOD during) REFERENCES q18 (id, PERIOD during))",
     {"ALTER TABLE r18 DROP CONSTRAINT r18_q_during_fkey", "DROP TABLE r18", "DROP TABLE q18 CASCADE",
      "ALTER TABLE q18 DROP CONSTRAINT q18_pkey CASCADE"}},
};

/* In a copy of MADE, which has the feature in it. */
static void check_change(PgmTestDatabase *made, const PgmSnapshot *expected, const char *change, GString *complaints)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_copy(made);
    g_free(pgm_test_psql(database, change));
    g_autofree char *rest = pgm_test_mend(database, expected, TRUE);
    if (rest[0] != '\0')
    {
        g_string_append_printf(complaints, "\nafter %s\n%s", change, rest);
    }
}

/* From an empty database too: what is read is all that it is made of. */
static void check_made(PgmTestDatabase *empty, const PgmSnapshot *expected, GString *complaints)
{
    g_autofree char *rest = pgm_test_mend(empty, expected, TRUE);
    if (rest[0] != '\0')
    {
        g_string_append_printf(complaints, "\nmade out of nothing:\n%s", rest);
    }
}

/* NULL: the server has it. */
static const char *why_not(const Feature *feature, PgmTestDatabase *database)
{
    g_autofree char *version = pgm_test_value(database, "SHOW server_version_num");
    if (atoi(version) / 10000 < feature->since)
    {
        return "the server is older";
    }
    g_autofree char *can = feature->needs != NULL ? pgm_test_value(database, feature->needs) : g_strdup("t");
    return g_strcmp0(can, "t") == 0 ? NULL : "the server was built without it";
}

static void test_feature(gconstpointer data)
{
    const Feature *feature = data;
    g_autoptr(PgmTestDatabase) empty = pgm_test_database_new("versions_made");
    const char *reason = why_not(feature, empty);
    if (reason != NULL)
    {
        g_test_skip(reason);
        return;
    }
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("versions");
    g_free(pgm_test_psql(database, feature->create));
    g_autoptr(PgmSnapshot) expected = pgm_test_snapshot(database);
    g_autoptr(GString) complaints = g_string_new(NULL);
    check_made(empty, expected, complaints);
    for (int i = 0; i < (int)G_N_ELEMENTS(feature->changes) && feature->changes[i] != NULL; i++)
    {
        check_change(database, expected, feature->changes[i], complaints);
    }
    if (complaints->len > 0)
    {
        g_test_message("%s", complaints->str);
        g_test_fail_printf("it is not mended");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(features); i++)
    {
        g_autofree char *path = g_strdup_printf("/versions/%d%s%u", features[i].since, "-", i);
        g_test_add_data_func(path, &features[i], test_feature);
    }
    return g_test_run();
}
