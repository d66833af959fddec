/* test_script.c - splitting, filling in and judging SQL, also SQL that was written to do harm. */
#include "pgmedic/error.h"
#include "pgmedic/script.h"

#include <string.h>

/* "1:SELECT 1|3:SELECT 2": every statement with its line; or the error's message. */
static char *split_text(const char *sql, gboolean *parsed)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) statements = pgm_script_split(sql, parsed, &error);
    if (statements == NULL)
    {
        g_assert_error(error, PGM_ERROR, PGM_ERROR_INVALID);
        return g_strdup(error->message);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < statements->len; i++)
    {
        const PgmStatement *statement = statements->pdata[i];
        g_string_append_printf(out, "%s%d:%s", i > 0 ? "|" : "", statement->line, statement->sql);
    }
    return g_strdup(out->str);
}

static void test_split(void)
{
    static const struct
    {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"", ""},
        {"-- nothing but a comment\n;\n;", ""},
        {"SELECT 1", "1:SELECT 1"},
        {"-- first\nSELECT 1;\n\n/* second */ SELECT ';' -- end\n;", "2:SELECT 1|4:SELECT ';'"},
        {"SELECT /* inside */ 1;", "1:SELECT /* inside */ 1"},
        {"SELECT 1 -- a; b\n + 2;", "1:SELECT 1 -- a; b\n + 2"},
        {"DO $x$ BEGIN; PERFORM 1; END $x$;\nSELECT 2", "1:DO $x$ BEGIN; PERFORM 1; END $x$|2:SELECT 2"},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;SELECT 3",
         "1:CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END|1:SELECT 3"},
        {"SELECT 'é';\nSELECT \"ü;\" FROM t", "1:SELECT 'é'|2:SELECT \"ü;\" FROM t"},
        {"SELECT 'a\nb';\nSELECT 2", "1:SELECT 'a\nb'|3:SELECT 2"},
        {"SELECT U&\"d\\0061t\" /* c */ ;SELECT 2", "1:SELECT U&\"d\\0061t\"|1:SELECT 2"},
        {"SELECT 1;\nSELECT 'open", "line 2: unterminated quoted string at or near \"'open\""},
        {"SELECT 1;\n\\d documents", "line 2: backslash commands belong to psql; write plain SQL"},
        {"COPY t FROM STDIN;\n1\n\\.\n",
         "line 1: COPY from or to the client is not possible here; use INSERT or a query"},
        {"SELECT '\\d'; COPY t FROM '/tmp/x'", "1:SELECT '\\d'|1:COPY t FROM '/tmp/x'"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *found = split_text(cases[i].sql, NULL);
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

static void test_split_unknown_grammar(void)
{
    gboolean parsed = TRUE;
    g_autofree char *found = split_text("SELECT 1;\nFROBNICATE TABLE t;\nSELECT ';'", &parsed);
    g_assert_cmpstr(found, ==, "1:SELECT 1|2:FROBNICATE TABLE t|3:SELECT ';'");
    g_assert_false(parsed);
    g_autofree char *fine = split_text("SELECT 1", &parsed);
    g_assert_true(parsed);
    g_autoptr(GError) error = NULL;
    g_assert_false(pgm_script_parse("SELECT 'é';\n\nSELEC 1", &error));
    g_assert_cmpstr(error->message, ==, "line 3: syntax error at or near \"SELEC\"");
}

/* HEAD, then N times OPEN, MIDDLE, N times CLOSE. */
static char *nested(const char *head, const char *open, const char *middle, const char *close, int n)
{
    GString *sql = g_string_new(head);
    for (int i = 0; i < n; i++)
    {
        g_string_append(sql, open);
    }
    g_string_append(sql, middle);
    for (int i = 0; i < n; i++)
    {
        g_string_append(sql, close);
    }
    return g_string_free(sql, FALSE);
}

static void test_deep(void)
{
    g_autofree char *parentheses = nested("SELECT ", "(", "1", ")", 100000);
    g_autofree char *negations = nested("SELECT ", "NOT ", "true", "", 100000);
    g_autofree char *sum = nested("SELECT ", "1+", "1 FROM t", "", 100000);
    g_autofree char *selects = nested("SELECT * FROM ", "(SELECT * FROM ", "t", ") AS x", 3000);
    const char *refused[] = {parentheses, negations};
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
    {
        gboolean parsed = TRUE;
        g_autofree char *found = split_text(refused[i], &parsed);
        g_assert_false(parsed);
        g_autoptr(GError) error = NULL;
        g_assert_false(pgm_script_parse(refused[i], &error));
        g_assert_nonnull(strstr(error->message, "memory exhausted"));
    }
    g_autofree char *split = split_text(sum, NULL);
    g_assert_cmpstr(split + 2, ==, sum);
    const char *trees[] = {parentheses, negations, sum, selects};
    for (guint i = 0; i < G_N_ELEMENTS(trees); i++)
    {
        g_autoptr(GPtrArray) relations = pgm_script_relations(trees[i]);
        g_assert_cmpuint(relations->len, <=, 1);
    }
    g_autoptr(GPtrArray) still_works = pgm_script_relations("SELECT 1 FROM a");
    g_assert_cmpuint(still_works->len, ==, 1);
}

static char *joined(GPtrArray *names)
{
    g_ptr_array_add(names, NULL);
    char *text = g_strjoinv(" ", (char **)names->pdata);
    g_ptr_array_unref(names);
    return text;
}

static void test_variables(void)
{
    static const struct
    {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"SELECT :a, :'b', :\"c\", :a", "a b c"},
        {"SELECT x::text, 'y'::regclass, :'t'::regclass", "t"},
        {"SELECT ':no', \":no\", $$ :no $$, $x$ :'no' $x$ -- :no\n /* :no */", ""},
        {"SELECT a[1:2], b[1 : n], 'it'':no'", ""},
        {"SELECT : a, : 'b', :'b c', :''", ""},
        {"SELECT :from, :table, :\"select\"", "from table select"},
        {"SELECT :a:b:'c'", "a b c"},
        {"SELECT E'\\':no', U&\":no\"", ""},
        {"UPDATE t SET a = :x WHERE b=:'y';DROP TABLE :\"z\"", "x y z"},
        {"SELECT 'open :no", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *found = joined(pgm_script_variables(cases[i].sql));
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

static void test_substitute(void)
{
    PgmVariable table = {"My \"T\"; DROP", FALSE};
    PgmVariable text = {"O'Brien\\", FALSE};
    PgmVariable number = {"-5", TRUE};
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(values, g_strdup("t"), &table);
    g_hash_table_insert(values, g_strdup("v"), &text);
    g_hash_table_insert(values, g_strdup("n"), &number);
    static const struct
    {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"SELECT 1", "SELECT 1"},
        {"SELECT * FROM :\"t\" -- :t", "SELECT * FROM \"My \"\"T\"\"; DROP\" -- :t"},
        {"SELECT 1-:n, ':n'", "SELECT 1- -5, ':n'"},
        {"SELECT 1;\nSELECT :v",
         "line 2: \":v\" would reach SQL unquoted; write :'v' for a value or :\"v\" for a name"},
        {"SELECT :'w'", "line 1: the parameter \"w\" has no value (for an array slice, put a blank after the colon)"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(GError) error = NULL;
        g_autofree char *found = pgm_script_substitute(cases[i].sql, values, &error);
        g_assert_cmpstr(found != NULL ? found : error->message, ==, cases[i].expected);
    }
    g_autofree char *literal = pgm_script_substitute("SELECT :'v'", values, NULL);
    gboolean parsed = FALSE;
    g_autofree char *statements = split_text(literal, &parsed);
    g_assert_true(parsed);
    g_assert_nonnull(strstr(literal, "O''Brien"));
}

/* The rules found in one statement, blank-separated. */
static char *check_text(const char *sql, gboolean transaction)
{
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GPtrArray) statements = pgm_script_split(sql, NULL, NULL);
    g_assert_nonnull(statements);
    pgm_script_check(statements, transaction, "x.sql", 10, findings);
    GPtrArray *rules = g_ptr_array_new();
    for (guint i = 0; i < pgm_findings_count(findings); i++)
    {
        g_ptr_array_add(rules, pgm_findings_at(findings, i)->rule);
    }
    return joined(rules);
}

static void test_check(void)
{
    static const struct
    {
        const char *sql;
        const char *always;         /* the rule, also without a transaction */
        const char *in_transaction; /* the rule in one */
    } cases[] = {
        {"BEGIN", "transaction-command", NULL},
        {"start transaction", "transaction-command", NULL},
        {"/* x */ COMMIT", "transaction-command", NULL},
        {"END", "transaction-command", NULL},
        {"ROLLBACK TO SAVEPOINT a", "transaction-command", NULL},
        {"ABORT", "transaction-command", NULL},
        {"SAVEPOINT a", "transaction-command", NULL},
        {"RELEASE a", "transaction-command", NULL},
        {"PREPARE TRANSACTION 'x'", "transaction-command", NULL},
        {"SET TRANSACTION READ ONLY", "transaction-command", NULL},
        {"PREPARE p AS SELECT 1", "", ""},
        {"DISCARD ALL", "session-state", NULL},
        {"RESET search_path", "session-state", NULL},
        {"SET ROLE boss", "session-role", NULL},
        {"SET LOCAL ROLE boss", "session-role", NULL},
        {"SET SESSION AUTHORIZATION boss", "session-role", NULL},
        {"SET lock_timeout = 0", "session-setting", NULL},
        {"SET SESSION lock_timeout = 0", "session-setting", NULL},
        {"SET LOCAL lock_timeout = 0", "", ""},
        {"SET CONSTRAINTS ALL DEFERRED", "", ""},
        {"SELECT set_config('a.b', 'x', false)", "session-setting", NULL},
        {"SELECT pg_catalog.set_config('a.b', f(1, 2), (false))", "session-setting", NULL},
        {"SELECT set_config('a.b', f(1, false), true)", "", ""},
        {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "", "outside-transaction"},
        {"CREATE INDEX i ON t (a)", "", ""},
        {"DROP INDEX CONCURRENTLY i", "", "outside-transaction"},
        {"REINDEX TABLE CONCURRENTLY t", "", "outside-transaction"},
        {"REINDEX (CONCURRENTLY) INDEX i", "", "outside-transaction"},
        {"REINDEX TABLE t", "", ""},
        {"VACUUM t", "", "outside-transaction"},
        {"ALTER SYSTEM SET a = 1", "", "outside-transaction"},
        {"CREATE DATABASE x", "", "outside-transaction"},
        {"DROP TABLESPACE x", "", "outside-transaction"},
        {"CLUSTER", "", "outside-transaction"},
        {"CLUSTER t USING i", "", ""},
        {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "", "outside-transaction"},
        {"FROBNICATE t; COMMIT", "transaction-command", NULL},
        {"DO $$ BEGIN COMMIT; END $$", "", ""},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *outside = check_text(cases[i].sql, FALSE);
        g_autofree char *inside = check_text(cases[i].sql, TRUE);
        const char *in_transaction = cases[i].in_transaction != NULL ? cases[i].in_transaction : cases[i].always;
        g_test_message("%s", cases[i].sql);
        g_assert_cmpstr(outside, ==, cases[i].always);
        g_assert_cmpstr(inside, ==, in_transaction);
    }
}

static void test_check_place(void)
{
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GPtrArray) statements = pgm_script_split("SELECT 1;\n\nSET ROLE boss;", NULL, NULL);
    pgm_script_check(statements, TRUE, "x.sql", 10, findings);
    const PgmFinding *finding = pgm_findings_at(findings, 0);
    g_assert_cmpstr(finding->file, ==, "x.sql");
    g_assert_cmpint(finding->line, ==, 12);
    g_assert_cmpstr(finding->message, ==,
                    "SET ROLE BOSS: the run works as one role from beginning to end; connect as that role instead");
}

static void test_relations(void)
{
    static const struct
    {
        const char *sql;
        const char *expected;
    } cases[] = {
        {"SELECT * FROM Documents d JOIN public.\"My T\" ON true", "documents public.My T"},
        {"ALTER TABLE admin_activities ALTER COLUMN amount DROP DEFAULT", "admin_activities"},
        {"CREATE TABLE a (x int REFERENCES b (x), FOREIGN KEY (x) REFERENCES s.c (y))", "a b s.c"},
        {"WITH x AS (SELECT * FROM a) INSERT INTO b SELECT * FROM x WHERE EXISTS (SELECT FROM a)", "a b"},
        {"CREATE INDEX i ON t (a)", "t"},
        {"DROP TABLE a, s.b", "a s.b"},
        {"TRUNCATE a, b", "a b"},
        {"SELEC 1 FROM a", ""},
        {"", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *found = joined(pgm_script_relations(cases[i].sql));
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script/split", test_split);
    g_test_add_func("/script/split-unknown-grammar", test_split_unknown_grammar);
    g_test_add_func("/script/deep", test_deep);
    g_test_add_func("/script/variables", test_variables);
    g_test_add_func("/script/substitute", test_substitute);
    g_test_add_func("/script/check", test_check);
    g_test_add_func("/script/check-place", test_check_place);
    g_test_add_func("/script/relations", test_relations);
    return g_test_run();
}
