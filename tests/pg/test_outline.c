/* test_outline.c - what statements do to relations and columns. */
#include "pgmedic/outline.h"

#include <string.h>

static char *render(const char *sql)
{
    g_autoptr(GPtrArray) found = pgm_outline_sql(sql);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++)
    {
        const PgmOutline *o = found->pdata[i];
        g_string_append_printf(text, "%s%d %s %s", i > 0 ? "; " : "", o->line, o->operation, o->relation);
        g_string_append_printf(text, "%s%s", o->column != NULL ? "." : "", o->column != NULL ? o->column : "");
        g_string_append_printf(text, "%s%s", o->type != NULL ? " " : "", o->type != NULL ? o->type : "");
        g_string_append_printf(text, "%s%s", o->referrer != NULL ? " < " : "", o->referrer != NULL ? o->referrer : "");
        g_string_append_printf(text, "%s%s", o->new_name != NULL ? " > " : "", o->new_name != NULL ? o->new_name : "");
        g_string_append(text, o->guarded ? " guarded" : "");
    }
    return g_string_free(text, FALSE);
}

typedef struct
{
    const char *sql;
    const char *expected;
} Case;

static void test_cases(void)
{
    static const Case cases[] = {
        {"CREATE TABLE a (\n id varchar(36) NOT NULL,\n b_id UUID DEFAULT f(1, 2) REFERENCES s.\"B\" (id),\n"
         " PRIMARY KEY (id),\n CONSTRAINT x FOREIGN KEY (id, b_id) REFERENCES c (p, q))",
         "1 create_table a; 2 create_table a.id character varying(36); 3 create_table a.b_id uuid; "
         "3 references s.B.id < a.b_id; 5 references c.p < a.id; 5 references c.q < a.b_id"},
        {"ALTER TABLE IF EXISTS ONLY t ADD COLUMN IF NOT EXISTS n numeric(10,2) NOT NULL, DROP m, "
         "ALTER COLUMN k SET DATA TYPE int8 USING k::int8, ALTER z DROP DEFAULT; ALTER TABLE t RENAME TO u;"
         "ALTER TABLE u RENAME COLUMN a TO b",
         "1 add_column t.n numeric(10,2) guarded; 1 drop_column t.m; 1 alter_column t.k bigint; "
         "1 alter_column t.z; 1 rename_table t > u; 1 rename_column u.a > b"},
        {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t USING btree (a, lower(b), c)",
         "1 create_index s.t guarded; 1 create_index s.t.a; 1 create_index s.t.c"},
        {"DROP TABLE IF EXISTS a, b.c CASCADE; DROP INDEX q", "1 drop_table a guarded; 1 drop_table b.c guarded"},
        {"WITH w AS (SELECT 1 FROM r) INSERT INTO t SELECT extract(year FROM d) FROM w JOIN x ON true, "
         "LATERAL f(1) WHERE a IS DISTINCT FROM b",
         "1 insert t; 1 use r; 1 use x"},
        {"UPDATE t SET a = 1 FROM u; DELETE FROM v; SELECT 'from q' -- from z\n FROM generate_series(1, 2)",
         "1 update t; 1 use u; 1 delete v"},
        {"CREATE OR REPLACE VIEW v AS SELECT * FROM a JOIN b USING (id)", "1 create_view v; 1 use a; 1 use b"},
        {"this is no SQL 'unterminated", ""},
        {"", ""},
        {"CREATE TABLE", ""},
        {"CREATE TABLE x (", "1 create_table x"},
        {"ALTER TABLE t ADD", ""},
        {"))))((((", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *text = render(cases[i].sql);
        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void test_types(void)
{
    static const char *const cases[][2] = {
        {"VARCHAR(36)", "character varying(36)"},
        {"int8", "bigint"},
        {"TIMESTAMP WITH TIME ZONE", "timestamp with time zone"},
        {"timestamptz", "timestamp with time zone"},
        {"uuid", "uuid"},
        {"char(3)", "character(3)"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *type = pgm_outline_type(cases[i][0]);
        g_assert_cmpstr(type, ==, cases[i][1]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outline/statements", test_cases);
    g_test_add_func("/outline/types", test_types);
    return g_test_run();
}
