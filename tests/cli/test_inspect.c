/* test_inspect.c - pgmedic inspect: the names that people type, patterns, and what is said where nothing is called so.
 */
#include "harness/program.h"
#include "harness/server.h"

#include <string.h>

static const char schema[] = "CREATE TABLE orders (id integer PRIMARY KEY, note text);"
                             "CREATE VIEW big_orders AS SELECT id FROM orders;"
                             "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                             "CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();"
                             "CREATE PROCEDURE settle(integer) LANGUAGE sql AS 'SELECT 1';"
                             "CREATE SCHEMA \"Mixed Case\"; CREATE TABLE \"Mixed Case\".\"Order\" (id integer);";

static PgmProgram *inspect(PgmTestDatabase *database, const char *name, const char *option)
{
    const char *const args[] = {"inspect", "-d", pgm_test_database_text(database), name, option, NULL};
    return pgm_program_run_pgmedic(args, NULL, NULL);
}

static void assert_shown(PgmTestDatabase *database, const char *name, const char *title)
{
    g_autoptr(PgmProgram) program = inspect(database, name, NULL);
    pgm_program_assert_exit(program, 0);
    g_assert_cmpstr(program->err, ==, "");
    g_autofree char *line = g_strndup(program->out, strcspn(program->out, "\n"));
    g_assert_cmpstr(line, ==, title);
}

static void test_names(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("inspect_names");
    g_free(pgm_test_psql(database, schema));
    assert_shown(database, "orders", "table public.orders");
    assert_shown(database, "PUBLIC.ORDERS", "table public.orders");
    assert_shown(database, "touch", "function public.touch()");
    assert_shown(database, "trigger touch", "trigger public.orders: touch");
    assert_shown(database, "settle", "procedure public.settle(integer)");
    assert_shown(database, "\"Order\"", "table \"Mixed Case\".\"Order\"");
    assert_shown(database, "Mixed Case.Order", "table \"Mixed Case\".\"Order\"");
}

static void test_patterns(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("inspect_patterns");
    g_free(pgm_test_psql(database, schema));
    g_autoptr(PgmProgram) some = inspect(database, "*order*", NULL);
    pgm_program_assert_exit(some, 0);
    g_assert_cmpstr(some->out, ==,
                    "  table                     orders  2 columns, 1 constraint, 1 index, 1 trigger\n"
                    "  view                      big_orders\n");
    g_autoptr(PgmProgram) qualified = inspect(database, "Mixed Case.*", NULL);
    pgm_program_assert_exit(qualified, 0);
    pgm_assert_contains(qualified->out, "\"Mixed Case\".\"Order\"  1 column\n");
    g_autoptr(PgmProgram) document = inspect(database, "*order*", "--json");
    pgm_program_assert_exit(document, 0);
    pgm_assert_contains(document->out, "\"name\" : \"big_orders\"");
    g_assert_null(strstr(document->out, "\"touch"));
    g_autoptr(PgmProgram) none = inspect(database, "no*", NULL);
    pgm_program_assert_exit(none, 2);
    pgm_assert_contains(none->err, "is called like \"no*\"");
}

static void test_nothing(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("inspect_nothing");
    g_free(pgm_test_psql(database, schema));
    g_autoptr(PgmProgram) program = inspect(database, "ordrs", NULL);
    pgm_program_assert_exit(program, 2);
    g_assert_cmpstr(program->out, ==, "");
    pgm_assert_contains(program->err, "there is no \"ordrs\" in ");
    pgm_assert_contains(program->err, "Did you mean \"orders\"?");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inspect/names", test_names);
    g_test_add_func("/inspect/patterns", test_patterns);
    g_test_add_func("/inspect/nothing", test_nothing);
    return g_test_run();
}
