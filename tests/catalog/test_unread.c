/*
 * test_unread.c - what a role may not read is said to be not read, never to be absent; and what is rarely there at all:
 * a subscription to a publication that exists, security labels.
 */
#include "harness/roundtrip.h"

#include <stdlib.h>
#include <string.h>

/* A role that may log in and nothing else; it goes with the test. */
static const char role[] = "unread_plain";

static PgmSnapshot *read_as_role(const PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "user", role);
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    return snapshot;
}

static void assert_value(const PgmSnapshot *snapshot, const char *kind, const char *name, const char *attribute,
                         const char *expected)
{
    const PgmObject *object = pgm_snapshot_find(snapshot, kind, "", NULL, name);
    g_assert_nonnull(object);
    g_assert_cmpstr(pgm_object_value(object, attribute), ==, expected);
}

static const char *unread_line(const PgmSnapshot *snapshot, const char *beginning)
{
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        if (g_str_has_prefix(snapshot->unread->pdata[i], beginning))
        {
            return snapshot->unread->pdata[i];
        }
    }
    return NULL;
}

static void make_subscription(PgmTestDatabase *publisher, PgmTestDatabase *subscriber)
{
    pgm_test_execute(publisher, "CREATE TABLE t (id integer PRIMARY KEY)");
    pgm_test_execute(publisher, "CREATE PUBLICATION \"some, changes\" FOR TABLE t");
    pgm_test_execute(subscriber, "CREATE TABLE t (id integer PRIMARY KEY)");
    g_autofree char *conninfo = g_strdup_printf("%s password=hush", pgm_test_database_text(publisher));
    g_autofree char *literal = pgm_quote_literal(conninfo);
    g_autofree char *sql = g_strdup_printf(
        "CREATE SUBSCRIPTION incoming CONNECTION %s PUBLICATION \"some, changes\", other WITH (connect = "
        "false, slot_name = NONE, synchronous_commit = local)",
        literal);
    pgm_test_execute(subscriber, sql);
}

static void test_subscription(void)
{
    g_autoptr(PgmTestDatabase) publisher = pgm_test_database_new("publisher");
    g_autoptr(PgmTestDatabase) subscriber = pgm_test_database_new("subscriber");
    make_subscription(publisher, subscriber);
    g_autoptr(PgmSnapshot) here = pgm_test_snapshot(subscriber);
    assert_value(here, "subscription", "incoming", "disabled", "true");
    assert_value(here, "subscription", "incoming", "slot", NULL);
    /* 18 streams unless told not to. */
    assert_value(here, "subscription", "incoming", "options",
                 atoi(here->server_version) < 18 ? "synchronous_commit = local"
                                                 : "synchronous_commit = local, streaming = parallel");
    /* A subscription stands in a catalog of the whole server: it is no other database's. */
    g_autoptr(PgmSnapshot) there = pgm_test_snapshot(publisher);
    g_assert_null(pgm_snapshot_find(there, "subscription", "", NULL, "incoming"));
    g_autofree char *text = pgm_snapshot_write(here, NULL);
    g_assert_null(strstr(text, "hush"));
    g_autofree char *again = pgm_test_reread(here);
    g_assert_cmpstr(again, ==, "");
    g_autofree char *restored = pgm_test_restore(publisher, there);
    g_assert_cmpstr(restored, ==, "");
    /* While it is there the database cannot be dropped. */
    pgm_test_execute(subscriber, "DROP SUBSCRIPTION incoming");
}

/* No server brings a provider of labels: what one would have stored is stored by hand. */
static void test_security_label(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("labels");
    pgm_test_execute(database, "CREATE TABLE t (id integer)");
    g_free(pgm_test_psql(database, "SET allow_system_table_mods = on; INSERT INTO pg_seclabel SELECT 't'::regclass, "
                                   "'pg_class'::regclass, n, 'prov', 'secret ' || n FROM generate_series(0, 1) n"));
    g_autoptr(PgmSnapshot) snapshot = pgm_test_snapshot(database);
    const PgmKind *kind = pgm_kind_find("security_label");
    guint first;
    g_assert_cmpuint(pgm_snapshot_children(snapshot, kind, "", NULL, &first), ==, 2);
    g_autofree char *again = pgm_test_reread(snapshot);
    g_assert_cmpstr(again, ==, "");
    pgm_test_execute(database, "DROP TABLE t");
    g_free(pgm_test_psql(database, "SET allow_system_table_mods = on; DELETE FROM pg_seclabel"));
}

static void make_hidden(PgmTestDatabase *database)
{
    pgm_test_execute(database, "CREATE FOREIGN DATA WRAPPER nowhere");
    pgm_test_execute(database, "CREATE SERVER far FOREIGN DATA WRAPPER nowhere");
    pgm_test_execute(database, "CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (\"user\" 'u')");
    pgm_test_execute(database, "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (\"user\" 'p', password 'hush')");
    pgm_test_execute(database, "CREATE SCHEMA closed");
    pgm_test_execute(database, "CREATE TABLE closed.t (id integer PRIMARY KEY, secret text DEFAULT 'x')");
    pgm_test_execute(database, "REVOKE ALL ON SCHEMA closed FROM PUBLIC");
}

/* The role sees every definition; whose options the server hides is told, and no drift is made of it. */
static void test_role(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unread");
    g_autofree char *create = g_strdup_printf("CREATE ROLE %s LOGIN", role);
    g_autofree char *drop = g_strdup_printf("DROP ROLE %s", role);
    pgm_test_execute(database, create);
    make_hidden(database);
    g_autoptr(PgmSnapshot) all = pgm_test_snapshot(database);
    g_autoptr(PgmSnapshot) seen = read_as_role(database);
    g_assert_cmpuint(seen->objects->len, ==, all->objects->len);
    /* Before 14 nobody but a superuser reads anything of a subscription. */
    gboolean old = atoi(seen->server_version) < 14;
    g_assert_cmpuint(seen->unread->len, ==, old ? 2 : 1);
    g_assert_true((unread_line(seen, "subscription: ") != NULL) == old);
    g_assert_cmpstr(unread_line(seen, "user_mapping"), ==,
                    "user_mapping.options: 2 of the user mappings hide their options from this role");
    g_autofree char *differences = pgm_test_differences(all, seen);
    g_assert_cmpstr(differences, ==, "");
    g_autofree char *other_way = pgm_test_differences(seen, all);
    g_assert_cmpstr(other_way, ==, "");
    pgm_test_execute(database, drop);
}

/* Where somebody closed a catalog, its kind is not read, all others are, and nothing of it is missing. */
static void test_closed_catalogs(void)
{
    static const char *const catalogs[][2] = {
        {"pg_subscription", "subscription"}, {"pg_policy", "policy"},           {"pg_enum", "enum"},
        {"pg_trigger", "trigger"},           {"pg_publication", "publication"}, {"pg_seclabel", "security_label"}};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("closed");
    g_autofree char *create = g_strdup_printf("CREATE ROLE %s LOGIN", role);
    g_autofree char *drop = g_strdup_printf("DROP OWNED BY %s; DROP ROLE %s", role, role);
    pgm_test_execute(database, create);
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    g_autoptr(PgmSnapshot) all = pgm_test_snapshot(database);
    for (guint i = 0; i < G_N_ELEMENTS(catalogs); i++)
    {
        g_autofree char *close = g_strdup_printf("REVOKE SELECT ON pg_catalog.%s FROM PUBLIC", catalogs[i][0]);
        pgm_test_execute(database, close);
    }
    g_autoptr(PgmSnapshot) seen = read_as_role(database);
    for (guint i = 0; i < G_N_ELEMENTS(catalogs); i++)
    {
        g_autofree char *head = g_strconcat(catalogs[i][1], ":", NULL);
        g_test_message("%s %s", head, unread_line(seen, head));
        g_assert_nonnull(unread_line(seen, head));
    }
    g_assert_cmpuint(seen->unread->len, ==, G_N_ELEMENTS(catalogs));
    g_assert_nonnull(pgm_snapshot_find(seen, "column", "public", "plain", "code"));
    g_autofree char *differences = pgm_test_differences(all, seen);
    g_assert_cmpstr(differences, ==, "");
    g_free(pgm_test_psql(database, drop));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unread/subscription", test_subscription);
    g_test_add_func("/unread/security-label", test_security_label);
    g_test_add_func("/unread/role", test_role);
    g_test_add_func("/unread/closed-catalogs", test_closed_catalogs);
    return g_test_run();
}
