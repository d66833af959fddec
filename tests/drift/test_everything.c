/* test_everything.c - one hard schema: written down, dumped, restored, made out of nothing, unmade; nothing differs. */
#include "harness/roundtrip.h"

static const char *const roles[] = {"everything_owner", "everything_reader"};

/* Roles are the server's, not the database's. */
static void make_roles(PgmTestDatabase *database)
{
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
    {
        g_autofree char *sql = g_strdup_printf("CREATE ROLE %s", roles[i]);
        pgm_test_execute(database, sql);
    }
}

static void drop_roles(PgmTestDatabase *database)
{
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++)
    {
        g_autofree char *sql = g_strdup_printf("DROP ROLE %s", roles[i]);
        pgm_test_execute(database, sql);
    }
}

static gboolean has_extensions(PgmTestDatabase *database)
{
    g_autofree char *count = pgm_test_value(
        database, "SELECT count(*) FROM pg_available_extensions WHERE name IN ('hstore', 'citext', 'pg_trgm', "
                  "'btree_gist', 'postgres_fdw', 'uuid-ossp')");
    return g_strcmp0(count, "6") == 0;
}

static void check(PgmTestDatabase *database)
{
    g_autoptr(PgmTestDatabase) empty = pgm_test_database_new("everything_made");
    g_autoptr(PgmSnapshot) nothing = pgm_test_snapshot(empty);
    g_autoptr(PgmSnapshot) snapshot = pgm_test_snapshot(database);
    g_assert_cmpuint(snapshot->objects->len, >, 150);
    g_autofree char *again = pgm_test_reread(snapshot);
    g_assert_cmpstr(again, ==, "");
    g_autofree char *restored = pgm_test_restore(database, snapshot);
    g_assert_cmpstr(restored, ==, "");
    g_autofree char *made = pgm_test_mend(empty, snapshot, TRUE);
    g_assert_cmpstr(made, ==, "");
    g_autofree char *unmade = pgm_test_mend(database, nothing, TRUE);
    g_assert_cmpstr(unmade, ==, "");
}

static void test_everything(void)
{
    g_autoptr(PgmTestDatabase) home = pgm_test_database_new("everything_roles");
    if (!has_extensions(home))
    {
        g_test_skip("the server has no contrib extensions");
        return;
    }
    make_roles(home);
    PgmTestDatabase *database = pgm_test_database_new("everything");
    pgm_test_psql_file(database, "tests/drift/everything.sql");
    check(database);
    pgm_test_database_free(database);
    drop_roles(home);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/everything/there-and-back", test_everything);
    return g_test_run();
}
