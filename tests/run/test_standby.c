/* test_standby.c - on a standby nothing is armed, and what replay takes away is said in words. */
#include "harness/standby.h"
#include "pgmedic/health.h"
#include "pgmedic/reading.h"
#include "pgmedic/signal.h"
#include "pgmedic/snapshot.h"

#include <string.h>

static PgmCluster *primary;
static PgmStandby standby;

static PgmConnection *connect_to(const PgmConninfo *info, PgmPurpose purpose)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, purpose, &error);
    g_assert_no_error(error);
    return connection;
}

static PgmConnection *connect_primary(void)
{
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(primary, "postgres");
    return connect_to(info, PGM_PURPOSE_PLAIN);
}

static void execute(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    pgm_connection_command(connection, &error, "%s", sql);
    g_assert_no_error(error);
}

/* Until the standby has replayed all that the primary has written. */
static void catch_up(PgmConnection *writer, PgmConnection *reader)
{
    g_autofree char *place = pgm_connection_value(writer, "SELECT pg_current_wal_flush_lsn()", NULL);
    g_autofree char *sql = g_strdup_printf("SELECT pg_last_wal_replay_lsn() >= '%s'", place);
    for (gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;;)
    {
        g_autofree char *there = pgm_connection_value(reader, sql, NULL);
        if (g_strcmp0(there, "t") == 0)
        {
            return;
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(5000);
    }
}

/* Nothing is armed, and there is no record of it. */
static void test_never_armed(void)
{
    g_autoptr(PgmTarget) target = pgm_target_new("standby");
    pgm_conninfo_free(target->conninfo);
    target->conninfo = pgm_conninfo_copy(standby.info);
    g_autofree char *state = g_build_filename(standby.folder, "never", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(pgm_armed_begin(target, state, "postgres", &error));
    g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
    g_assert_nonnull(strstr(error->message, "is a standby"));
    g_assert_false(g_file_test(state, G_FILE_TEST_EXISTS));
}

/* Rows that an open result still sees are cleaned away: what has come stays, and it is said why no more does. */
static void test_reading(void)
{
    g_autoptr(PgmConnection) writer = connect_primary();
    g_autoptr(PgmConnection) observer = connect_to(standby.info, PGM_PURPOSE_PLAIN);
    execute(writer, "CREATE TABLE rows AS SELECT i FROM generate_series(1, 5000) i");
    catch_up(writer, observer);
    g_autoptr(PgmConnection) connection = connect_to(standby.info, PGM_PURPOSE_READ);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmReading) reading = pgm_reading_open(connection, "SELECT i FROM rows", &error);
    g_assert_no_error(error);
    g_assert_cmpint(pgm_reading_rows(reading), ==, 200);
    execute(writer, "DELETE FROM rows");
    execute(writer, "VACUUM rows");
    catch_up(writer, observer);
    g_assert_false(pgm_reading_fetch(reading, &error));
    g_assert_nonnull(strstr(error->message, "conflict with recovery"));
    g_assert_true(pgm_reading_is_whole(reading));
    g_assert_nonnull(strstr(pgm_reading_cut(reading), "conflict with recovery"));
    g_assert_cmpint(pgm_reading_rows(reading), ==, 200);
    g_autoptr(GPtrArray) rows = pgm_reading_take(reading, 199, 1, NULL);
    g_assert_cmpstr(((char **)rows->pdata[0])[0], ==, "200");
    execute(writer, "DROP TABLE rows");
    catch_up(writer, observer);
}

/* The schema is read while replay takes rows of the catalogs away: whole, or not at all and with the reason; and the
 * connection, unless the server has closed it, is as it was. */
static gpointer disturb(gpointer data)
{
    gint *stop = data;
    g_autoptr(PgmConnection) writer = connect_primary();
    while (g_atomic_int_get(stop) == 0)
    {
        execute(writer, "CREATE TABLE passing (a int PRIMARY KEY, b text DEFAULT 'x')");
        execute(writer, "DROP TABLE passing");
        execute(writer, "VACUUM pg_class, pg_attribute, pg_type, pg_index, pg_depend");
    }
    return NULL;
}

static void test_snapshot(void)
{
    g_autoptr(PgmConnection) writer = connect_primary();
    g_autoptr(PgmConnection) observer = connect_to(standby.info, PGM_PURPOSE_PLAIN);
    execute(writer, "DO $$BEGIN FOR i IN 1..50 LOOP EXECUTE format('CREATE TABLE kept_%s (id int PRIMARY KEY)', i); "
                    "END LOOP; END$$");
    catch_up(writer, observer);
    gint stop = 0;
    GThread *disturber = g_thread_new("disturb", disturb, &stop);
    for (int i = 0; i < 6; i++)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmConnection) connection = pgm_connection_open(standby.info, PGM_PURPOSE_INSPECT, &error);
        g_autoptr(PgmSnapshot) snapshot = connection != NULL ? pgm_snapshot_read(connection, &error) : NULL;
        g_assert_true((snapshot != NULL) == (error == NULL));
        if (error != NULL)
        {
            gboolean told = strstr(error->message, "recovery") != NULL;
            if (!told && !g_error_matches(error, PGM_ERROR, PGM_ERROR_LOST))
            {
                g_assert_no_error(error);
            }
            g_assert_true(connection == NULL || pgm_connection_is_lost(connection) ||
                          pgm_connection_transaction(connection) == ' ');
            continue;
        }
        g_assert_cmpint(pgm_connection_transaction(connection), ==, ' ');
        /* All fifty, or a line that says why not. */
        guint kept = 0;
        for (guint o = 0; o < snapshot->objects->len; o++)
        {
            const PgmObject *object = snapshot->objects->pdata[o];
            kept += g_str_equal(object->kind->name, "table") && strstr(object->name, "kept_") != NULL;
        }
        g_assert_true(kept == 50 || snapshot->unread->len > 0);
    }
    g_atomic_int_set(&stop, 1);
    g_thread_join(disturber);
    catch_up(writer, observer);
    g_autoptr(PgmConnection) connection = connect_to(standby.info, PGM_PURPOSE_INSPECT);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read(connection, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
}

/* Until the check `replay` says PART. A conflict with replay may cost a connection. */
static void await_replay(PgmHealthLevel level, const char *part)
{
    for (gint64 deadline = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;;)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgmConnection) inspect = pgm_connection_open(standby.info, PGM_PURPOSE_INSPECT, &error);
        g_autoptr(GPtrArray) findings = inspect != NULL ? pgm_health_check(inspect, NULL, &error) : NULL;
        for (guint i = 0; findings != NULL && i < findings->len; i++)
        {
            const PgmHealthFinding *finding = findings->pdata[i];
            if (strcmp(finding->check, "replay") == 0 && finding->level == level &&
                strstr(finding->summary, part) != NULL)
            {
                return;
            }
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(20000);
    }
}

/* All that was received is replayed, and yet nothing is up to date: nothing comes any more. */
static void test_cut_off(void)
{
    g_autoptr(PgmConnection) admin = connect_to(standby.info, PGM_PURPOSE_PLAIN);
    await_replay(PGM_HEALTH_OK, "up to date");
    execute(admin, "ALTER SYSTEM SET primary_conninfo = ''");
    execute(admin, "SELECT pg_reload_conf()");
    await_replay(PGM_HEALTH_WARN, "cut off: nothing is received");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autoptr(GError) error = NULL;
    primary = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    if (!pgm_standby_start(&standby, primary, "-c max_standby_streaming_delay=0 -c hot_standby_feedback=off"))
    {
        pgm_cluster_stop(primary, FALSE);
        g_print("1..0 # SKIP there is no pg_basebackup\n");
        return 0;
    }
    g_test_add_func("/standby/never-armed", test_never_armed);
    g_test_add_func("/standby/reading", test_reading);
    g_test_add_func("/standby/snapshot", test_snapshot);
    g_test_add_func("/standby/cut-off", test_cut_off);
    int failed = g_test_run();
    pgm_standby_stop(&standby);
    pgm_cluster_stop(primary, FALSE);
    return failed;
}
