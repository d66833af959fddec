/* test_locked.c - a snapshot beside sessions that hold or want ACCESS EXCLUSIVE, and beside ones that make and drop. */
#include "harness/server.h"
#include "pgmedic/drift.h"
#include "pgmedic/snapshot.h"

#include <gio/gio.h>
#include <string.h>

static PgmSnapshot *read_all(PgmTestDatabase *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    PgmSnapshot *snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
    return snapshot;
}

static PgmTestDatabase *locked_scene(void)
{
    PgmTestDatabase *database = pgm_test_database_new("locked");
    pgm_test_psql_file(database, "tests/catalog/locked.sql");
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    if (pgm_connection_server(connection)->version >= 140000)
    {
        pgm_test_execute(database, "CREATE FUNCTION body() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM held; END");
    }
    if (pgm_connection_server(connection)->version >= 150000)
    {
        pgm_test_execute(database, "CREATE PUBLICATION filtered FOR TABLE held WHERE (amount > 3)");
    }
    return database;
}

static const char waiting[] = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                              "WHERE NOT granted AND datname = current_database()";

static PgmConnection *hold(PgmTestDatabase *database, const char *lock)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    pgm_connection_command(holder, &error, "BEGIN");
    pgm_connection_command(holder, &error, "%s", lock);
    g_assert_no_error(error);
    return holder;
}

static const char *value(const PgmSnapshot *snapshot, const char *kind, const char *parent, const char *name,
                         const char *attribute)
{
    const PgmObject *object = pgm_snapshot_find(snapshot, kind, "public", parent, name);
    if (object == NULL)
    {
        g_ptr_array_add(snapshot->unread, NULL);
        g_autofree char *unread = g_strjoinv("; ", (char **)snapshot->unread->pdata);
        g_error("there is no %s %s (%s)", kind, name, unread);
    }
    return pgm_object_value(object, attribute);
}

/* Nothing is absent, and nothing is other than it is without the lock: at most it was not read. */
static guint count_unread(const PgmSnapshot *free, const PgmSnapshot *snapshot)
{
    guint unread = 0;
    g_assert_cmpuint(free->objects->len, ==, snapshot->objects->len);
    for (guint i = 0; i < free->objects->len; i++)
    {
        const PgmObject *expected = free->objects->pdata[i], *actual = snapshot->objects->pdata[i];
        for (int k = 0; k < PGM_KIND_MAX_ATTRIBUTES && expected->kind->attributes[k].name != NULL; k++)
        {
            if (actual->values[k] == pgm_unread)
            {
                unread++;
                continue;
            }
            g_assert_cmpstr(expected->values[k], ==, actual->values[k]);
        }
    }
    return unread;
}

static void assert_no_drift(const PgmSnapshot *expected, const PgmSnapshot *actual)
{
    g_autoptr(PgmDrift) drift = pgm_drift_compare(expected, actual, NULL);
    g_assert_cmpuint(drift->differences->len, ==, 0);
}

static gboolean tells(const PgmSnapshot *snapshot, const char *pattern)
{
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        g_test_message("%s", (char *)snapshot->unread->pdata[i]);
        if (g_pattern_match_simple(pattern, snapshot->unread->pdata[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* What needs a locked relation is not read, whatever refers to it; all else is, of the same relation too. */
static void test_table(void)
{
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_assert_cmpuint(before->unread->len, ==, 0);
    g_autoptr(PgmConnection) holder = hold(database, "LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    static const struct
    {
        const char *kind, *parent, *name, *attribute;
        gboolean read;
    } rows[] = {
        {"column", "held", "id", "type", TRUE},
        {"column", "held", "amount", "default", TRUE},
        {"column", "held", "doubled", "generated", FALSE},
        {"column", "other", "what", "default", FALSE},
        {"index", "held", "held_pkey", "definition", TRUE},
        {"index", "held", "held_lower", "definition", FALSE},
        {"index", "other", "other_pkey", "definition", TRUE},
        {"index", "other", "other_what", "definition", FALSE},
        {"index", "held_matview", "held_matview_n", "definition", TRUE},
        {"constraint", "held", "held_pkey", "definition", TRUE},
        {"constraint", "held", "held_amount_check", "definition", FALSE},
        {"constraint", "held", "held_label_excl", "definition", FALSE},
        {"constraint", "other", "other_held_id_fkey", "definition", TRUE},
        {"constraint", "other", "other_id_check", "definition", TRUE},
        {"statistics", NULL, "held_statistics", "definition", FALSE},
        {"trigger", "held", "held_when", "definition", FALSE},
        {"trigger", "held", "held_plain", "definition", TRUE},
        {"rule", "held", "held_rule", "definition", FALSE},
        {"rule", "other", "other_rule", "definition", FALSE},
        {"policy", "held", "held_policy", "using", FALSE},
        {"policy", "held", "held_policy", "with_check", FALSE},
        {"policy", "other", "other_policy", "using", FALSE},
        {"policy", "other", "other_policy", "with_check", TRUE},
        {"view", NULL, "held_view", "definition", FALSE},
        {"view", NULL, "held_view", "columns", TRUE},
        {"view", NULL, "view_of_view", "definition", TRUE},
        {"view", NULL, "other_view", "definition", TRUE},
        {"view", NULL, "function_view", "definition", FALSE},
        {"matview", NULL, "held_matview", "definition", FALSE},
        {"function", NULL, "all_held()", "definition", TRUE},
        {"table", NULL, "parts", "partition_key", TRUE},
        {"table", NULL, "part", "partition_bound", TRUE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    {
        const char *found = value(snapshot, rows[i].kind, rows[i].parent, rows[i].name, rows[i].attribute);
        if ((found != pgm_unread) != rows[i].read)
        {
            g_error("%s %s: %s is %s", rows[i].kind, rows[i].name, rows[i].attribute, found);
        }
    }
    count_unread(before, snapshot);
    assert_no_drift(before, snapshot);
    assert_no_drift(snapshot, before);
    g_assert_true(tells(snapshot, "public.held: locked by pid * (LOCK TABLE held *, idle in transaction)*"));
    g_assert_true(tells(snapshot, "behind that lock: column held.doubled, *"));
    g_assert_false(tells(snapshot, "*each time*"));
}

/* Every relation at once, views too: nothing has to wait, and nothing is absent. */
static void test_everything(void)
{
    g_autoptr(PgmTestDatabase) database = locked_scene();
    pgm_test_psql_file(database, "tests/catalog/features.sql");
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmConnection) holder = hold(
        database, "DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON "
                  "n.oid = relnamespace WHERE relkind IN ('r', 'p', 'v') AND nspname !~ '^(pg_|information_)' LOOP "
                  "EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', r); END LOOP; END $$");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_assert_cmpuint(count_unread(before, snapshot), >, 20);
    g_assert_cmpuint(snapshot->unread->len, ==, 2);
    g_assert_true(tells(snapshot, "*, * and * more: locked by pid *"));
    g_assert_false(tells(snapshot, "*each time*"));
    assert_no_drift(before, snapshot);
}

/* Who merely waits for ACCESS EXCLUSIVE makes every reader behind it wait, too. */
static void test_waiting(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autoptr(PgmConnection) reader = hold(database, "LOCK TABLE held IN ACCESS SHARE MODE");
    g_autofree char *text =
        g_strdup_printf("psql -X -q -d '%s' -c 'ALTER TABLE held ADD more int'", pgm_test_database_text(database));
    g_auto(GStrv) words = NULL;
    g_assert_true(g_shell_parse_argv(text, NULL, &words, &error));
    g_autoptr(GSubprocess) waiter = g_subprocess_newv((const char *const *)words, G_SUBPROCESS_FLAGS_NONE, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_test_wait_value(database, waiting, "1", 5000));
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_assert_true(value(snapshot, "index", "held", "held_lower", "definition") == pgm_unread);
    g_assert_true(tells(snapshot, "public.held: pid * (ALTER TABLE held ADD more int) waits to lock it, *"));
    g_assert_true(pgm_connection_command(reader, &error, "COMMIT"));
    g_assert_true(g_subprocess_wait_check(waiter, NULL, &error));
    g_assert_no_error(error);
}

static void test_prepared(void)
{
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autofree char *most = pgm_test_value(database, "SHOW max_prepared_transactions");
    if (strcmp(most, "0") == 0)
    {
        g_test_skip("max_prepared_transactions is 0");
        return;
    }
    g_autoptr(PgmConnection) holder = hold(database, "LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
    g_assert_true(pgm_connection_command(holder, NULL, "PREPARE TRANSACTION 'forgotten'"));
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_assert_true(tells(snapshot, "public.held: locked by prepared transaction forgotten*"));
    pgm_test_execute(database, "ROLLBACK PREPARED 'forgotten'");
}

/* A transaction reads what it locked itself, even with others in the queue. */
static void test_own_lock(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autoptr(PgmConnection) holder = hold(database, "LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
    g_autofree char *text =
        g_strdup_printf("psql -X -q -d '%s' -c 'ALTER TABLE held ADD more int'", pgm_test_database_text(database));
    g_auto(GStrv) words = NULL;
    g_assert_true(g_shell_parse_argv(text, NULL, &words, &error));
    g_autoptr(GSubprocess) waiter =
        g_subprocess_newv((const char *const *)words, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_test_wait_value(database, waiting, "1", 5000));
    const char *const relations[] = {"public.held"};
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read_relations(holder, relations, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
    g_assert_cmpstr(value(snapshot, "index", "held", "held_lower", "definition"), ==,
                    "btree (lower(label)) WHERE (amount > (1)::numeric)");
    g_assert_true(pgm_connection_command(holder, &error, "ROLLBACK"));
    g_subprocess_wait(waiter, NULL, NULL);
}

/* A baseline taken beside a lock says what it does not know, and what is made of it claims nothing about that. */
static void test_baseline(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autoptr(PgmSnapshot) before = read_all(database);
    g_autoptr(PgmConnection) holder = hold(database, "LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
    g_autoptr(PgmSnapshot) snapshot = read_all(database);
    g_autofree char *text = pgm_snapshot_write(snapshot, &error);
    g_assert_no_error(error);
    g_autoptr(PgmSnapshot) parsed = pgm_snapshot_parse("baseline", text, strlen(text), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(count_unread(before, parsed), ==, count_unread(before, snapshot));
    assert_no_drift(parsed, before);

    g_assert_true(pgm_connection_command(holder, &error, "ROLLBACK"));
    pgm_test_execute(database, "DROP TABLE held CASCADE");
    g_autoptr(PgmSnapshot) after = read_all(database);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(parsed, after, NULL);
    g_assert_cmpuint(drift->differences->len, >, 0);
    g_autoptr(GPtrArray) steps = pgm_drift_mend(drift, parsed, after);
    gboolean withheld = FALSE;
    for (guint i = 0; i < steps->len; i++)
    {
        const PgmMend *step = steps->pdata[i];
        g_assert_true(step->sql == NULL || strstr(step->sql, "(not read)") == NULL);
        withheld = withheld || (step->sql == NULL && strstr(step->hazard, "could not be read") != NULL);
    }
    g_assert_true(withheld);
}

/* Without the catalogs there is nothing to read; that is said at once, and the connection is as good as before. */
static void test_catalog(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = locked_scene();
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) holder = hold(database, "LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE");
    g_assert_null(pgm_snapshot_read(connection, &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "locked a system catalog"));
    g_clear_error(&error);
    g_assert_true(pgm_connection_command(holder, &error, "ROLLBACK"));
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
}

static gpointer churn(gpointer data)
{
    PgmConnection *connection = data;
    while (pgm_connection_command(connection, NULL, "SELECT 1") &&
           pgm_connection_command(connection, NULL,
                                  "CREATE TABLE passing (id int PRIMARY KEY, n int CHECK (n > 0), t text)") &&
           pgm_connection_command(connection, NULL, "CREATE INDEX ON passing (lower(t)) WHERE n > 1") &&
           pgm_connection_command(connection, NULL, "CREATE VIEW passing_view AS SELECT id FROM passing") &&
           pgm_connection_command(connection, NULL, "DROP TABLE passing CASCADE"))
    {
    }
    return NULL;
}

/* Definitions are looked up in the present, for a list of the past: what is gone by then is no failure. */
static void test_churn(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = locked_scene();
    PgmConnection *churning = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    GThread *thread = g_thread_new("churn", churn, churning);
    g_autoptr(PgmConnection) connection = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    for (int i = 0; i < 30; i++)
    {
        g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read(connection, &error);
        g_assert_no_error(error);
        g_assert_nonnull(pgm_snapshot_find(snapshot, "table", "public", NULL, "held"));
    }
    pgm_test_execute(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                               "current_database() AND application_name <> '' AND pid <> pg_backend_pid() AND query ~ "
                               "'passing|SELECT 1'");
    g_thread_join(thread);
    pgm_connection_close(churning);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/locked/table", test_table);
    g_test_add_func("/locked/everything", test_everything);
    g_test_add_func("/locked/waiting", test_waiting);
    g_test_add_func("/locked/prepared", test_prepared);
    g_test_add_func("/locked/own-lock", test_own_lock);
    g_test_add_func("/locked/baseline", test_baseline);
    g_test_add_func("/locked/catalog", test_catalog);
    g_test_add_func("/locked/churn", test_churn);
    return g_test_run();
}
