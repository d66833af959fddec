/* test_activity.c - locks, waiters and progress, read beside real transactions that hold ACCESS EXCLUSIVE. */
#include "pgmedic/activity.h"

#include <string.h>

#define PATIENCE_US (30 * G_USEC_PER_SEC)

static PgmConninfo *database;

static PgmConninfo *conninfo(const char *name)
{
    g_autoptr(GError) error = NULL;
    const char *text = g_getenv("PGM_TEST_CONNINFO");
    g_assert_nonnull(text);
    PgmConninfo *info = pgm_conninfo_new(text, &error);
    g_assert_no_error(error);
    if (name != NULL)
    {
        pgm_conninfo_set(info, "dbname", name);
    }
    return info;
}

static PgmConnection *connect_as(PgmPurpose purpose, const char *user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(database);
    if (user != NULL)
    {
        pgm_conninfo_set(info, "user", user);
    }
    PgmConnection *connection = pgm_connection_open(info, purpose, &error);
    g_assert_no_error(error);
    return connection;
}

static void run(PgmConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmResult) result = pgm_connection_query(connection, sql, &error);
    g_assert_no_error(error);
}

static int pid_of(PgmConnection *connection)
{
    return pgm_connection_server(connection)->backend_pid;
}

/* A statement on its way, on a thread of its own. */
typedef struct
{
    PgmConnection *connection;
    const char *sql;
    GThread *thread;
} Statement;

static gpointer statement_thread(gpointer data)
{
    Statement *statement = data;
    g_autoptr(PgmResult) result = pgm_connection_query(statement->connection, statement->sql, NULL);
    return GINT_TO_POINTER(result != NULL);
}

static void statement_start(Statement *statement, PgmConnection *connection, const char *sql)
{
    statement->connection = connection;
    statement->sql = sql;
    statement->thread = g_thread_new("statement", statement_thread, statement);
}

static gboolean statement_end(Statement *statement)
{
    return GPOINTER_TO_INT(g_thread_join(statement->thread));
}

/* Never behind the locks it looks at: to wait for one would end in an error, after the 200 ms of a watch's
 * lock_timeout. */
static PgmActivity *look(PgmConnection *watch, int pid, PgmProgress *progress)
{
    g_autoptr(GError) error = NULL;
    PgmActivity *activity = pgm_activity_read_progress(watch, pid, progress, &error);
    g_assert_no_error(error);
    return activity;
}

/* Looks until that many sessions wait. */
static PgmActivity *await_waiting(PgmConnection *watch, int pid, guint n)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    for (;;)
    {
        PgmActivity *activity = look(watch, pid, NULL);
        if (activity->waiting->len >= n)
        {
            return activity;
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        pgm_activity_free(activity);
        g_usleep(5000);
    }
}

static const PgmSession *find_session(GPtrArray *sessions, int pid)
{
    for (guint i = 0; i < sessions->len; i++)
    {
        const PgmSession *session = g_ptr_array_index(sessions, i);
        if (session->pid == pid)
        {
            return session;
        }
    }
    return NULL;
}

static void test_nobody(void)
{
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) idle = connect_as(PGM_PURPOSE_RUN, NULL);
    g_autoptr(PgmActivity) activity = look(watch, pid_of(idle), NULL);
    g_assert_cmpuint(activity->held->len, ==, 0);
    g_assert_cmpuint(activity->waiting->len, ==, 0);
    g_assert_cmpuint(activity->blockers->len, ==, 0);
    g_assert_cmpint(activity->percent, ==, -1);
    g_assert_null(activity->phase_text);

    g_autoptr(PgmActivity) gone = look(watch, 1, NULL);
    g_assert_cmpuint(gone->held->len, ==, 0);
    g_assert_null(gone->wait_event);
}

static void test_waiting(void)
{
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) holder = connect_as(PGM_PURPOSE_RUN, NULL);
    g_autoptr(PgmConnection) first = connect_as(PGM_PURPOSE_PLAIN, NULL);
    g_autoptr(PgmConnection) second = connect_as(PGM_PURPOSE_PLAIN, NULL);
    g_autoptr(PgmConnection) third = connect_as(PGM_PURPOSE_PLAIN, NULL);
    Statement one, two, three;
    run(holder, "BEGIN");
    run(holder, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
    run(holder, "SELECT count(*) FROM \"odd \"\"name\"");
    run(first, "BEGIN");
    run(first, "LOCK TABLE other IN ACCESS EXCLUSIVE MODE");
    statement_start(&one, first, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
    pgm_activity_free(await_waiting(watch, pid_of(holder), 1));
    statement_start(&two, second, "SELECT count(*) FROM documents"); /* in the queue behind FIRST too */
    statement_start(&three, third, "SELECT count(*) FROM other");    /* behind FIRST alone */
    g_autoptr(PgmActivity) activity = await_waiting(watch, pid_of(holder), 3);

    g_assert_cmpuint(activity->waiting->len, ==, 3);
    const PgmSession *longest = g_ptr_array_index(activity->waiting, 0);
    g_assert_cmpint(longest->pid, ==, pid_of(first));
    g_assert_cmpint(longest->wait_ms, >, 0);
    g_assert_cmpint(longest->transaction_ms, >=, longest->wait_ms);
    g_assert_cmpint(activity->oldest_wait_ms, ==, longest->wait_ms);
    g_assert_cmpstr(longest->state, ==, "active");
    g_assert_cmpstr(longest->query, ==, one.sql);
    g_assert_nonnull(find_session(activity->waiting, pid_of(second)));
    g_assert_nonnull(find_session(activity->waiting, pid_of(third)));

    g_assert_cmpuint(activity->held->len, ==, 2);
    const PgmHeldLock *strongest = g_ptr_array_index(activity->held, 0);
    g_assert_cmpstr(strongest->mode, ==, "ACCESS EXCLUSIVE");
    g_assert_cmpstr(strongest->relation, ==, "documents");
    const PgmHeldLock *weakest = g_ptr_array_index(activity->held, 1);
    g_assert_cmpstr(weakest->mode, ==, "ACCESS SHARE");
    g_assert_cmpstr(weakest->relation, ==, "\"odd \"\"name\"");

    g_autoptr(PgmActivity) waiter = look(watch, pid_of(first), NULL);
    g_assert_cmpuint(waiter->blockers->len, ==, 1);
    g_assert_cmpint(((PgmSession *)waiter->blockers->pdata[0])->pid, ==, pid_of(holder));
    g_assert_cmpstr(waiter->wait_event, ==, "Lock/relation");

    run(holder, "ROLLBACK");
    g_assert_true(statement_end(&one));
    run(first, "ROLLBACK");
    g_assert_true(statement_end(&two));
    g_assert_true(statement_end(&three));
}

static void test_blockers(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) reader = connect_as(PGM_PURPOSE_PLAIN, NULL);
    const char *const names[] = {"documents", "public.other"};
    g_autoptr(GPtrArray) none = pgm_activity_blockers(watch, names, 2, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(none->len, ==, 0);

    run(reader, "BEGIN");
    run(reader, "SELECT count(*) FROM documents");
    g_autoptr(GPtrArray) blockers = pgm_activity_blockers(watch, names, 2, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(blockers->len, ==, 1);
    const PgmSession *session = g_ptr_array_index(blockers, 0);
    g_assert_cmpint(session->pid, ==, pid_of(reader));
    g_assert_cmpstr(session->state, ==, "idle in transaction");
    g_assert_cmpint(session->transaction_ms, >=, 0);
    const char *const stranger[] = {"no_such_table", "odd \"name"};
    g_autoptr(GPtrArray) still_none = pgm_activity_blockers(watch, stranger, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(still_none->len, ==, 0);
    run(reader, "ROLLBACK");
}

static void test_prepared(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) preparer = connect_as(PGM_PURPOSE_PLAIN, NULL);
    g_autoptr(PgmConnection) waiter = connect_as(PGM_PURPOSE_RUN, NULL);
    Statement wait;
    run(preparer, "BEGIN");
    run(preparer, "DELETE FROM other");
    run(preparer, "PREPARE TRANSACTION 'forgotten'");
    const char *const names[] = {"other"};
    g_autoptr(GPtrArray) blockers = pgm_activity_blockers(watch, names, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(blockers->len, ==, 1);
    g_assert_cmpint(((PgmSession *)blockers->pdata[0])->pid, ==, 0);
    g_assert_cmpstr(((PgmSession *)blockers->pdata[0])->query, ==, "forgotten");

    statement_start(&wait, waiter, "TRUNCATE other");
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    g_autoptr(PgmActivity) activity = look(watch, pid_of(waiter), NULL);
    while (activity->blockers->len == 0 && g_get_monotonic_time() < deadline)
    {
        g_usleep(5000);
        g_clear_pointer(&activity, pgm_activity_free);
        activity = look(watch, pid_of(waiter), NULL);
    }
    g_assert_cmpuint(activity->blockers->len, ==, 1);
    const PgmSession *session = g_ptr_array_index(activity->blockers, 0);
    g_assert_cmpint(session->pid, ==, 0);
    g_assert_cmpstr(session->state, ==, "prepared transaction");
    g_assert_cmpstr(session->query, ==, "forgotten");
    run(preparer, "ROLLBACK PREPARED 'forgotten'");
    g_assert_true(statement_end(&wait));
}

/* Watches one ALTER that rewrites documents. */
static void watch_rewrite(PgmConnection *watch, PgmConnection *alterer, PgmProgress *progress, const char *sql)
{
    Statement alter;
    statement_start(&alter, alterer, sql);
    int looks = 0, first = -1, last = -1;
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    gboolean begun = FALSE;
    for (;;)
    {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_autoptr(PgmActivity) activity = look(watch, pid_of(alterer), progress);
        g_assert_cmpuint(activity->held->len, >=, 1);
        if (activity->phase_text != NULL)
        {
            begun = TRUE;
            g_assert_cmpstr(activity->phase_text, ==, "rewriting documents");
            g_assert_cmpint(activity->total_bytes, >, 1000000);
            g_assert_cmpint(activity->percent, >=, last);
            g_assert_cmpint(activity->percent, <=, 99);
            first = first < 0 ? activity->percent : first;
            last = activity->percent;
            looks++;
        }
        else if (begun)
        {
            break;
        }
        g_usleep(10000);
    }
    g_assert_true(statement_end(&alter));
    g_assert_cmpint(looks, >=, 2);
    g_assert_cmpint(first, <, last);
    g_assert_cmpint(last, >, 60);
}

static void rewrite_watched_by(const char *user)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, user);
    g_autoptr(PgmConnection) alterer = connect_as(PGM_PURPOSE_RUN, user);
    const char *const names[] = {"documents"};
    g_autoptr(PgmProgress) progress = pgm_progress_new(watch, names, 1, &error);
    g_assert_no_error(error);
    run(alterer, "BEGIN");
    run(alterer, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
    watch_rewrite(watch, alterer, progress, "ALTER TABLE documents ALTER COLUMN id TYPE varchar(36) USING id::text");
    /* What the first one wrote is not counted for the second. */
    watch_rewrite(watch, alterer, progress, "ALTER TABLE documents ALTER COLUMN id TYPE varchar(40) USING id || ''");
    run(alterer, "ROLLBACK");
}

static void test_rewrite(void)
{
    rewrite_watched_by(NULL);
}

/* Without pg_stat_file: by the growth of the WAL. */
static void test_rewrite_unprivileged(void)
{
    rewrite_watched_by("activity_owner");
}

/* Nothing was asked before the lock: the catalog's page counts do. */
static void test_rewrite_estimated(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) alterer = connect_as(PGM_PURPOSE_RUN, NULL);
    run(alterer, "BEGIN");
    run(alterer, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
    const char *const names[] = {"documents"};
    g_autoptr(PgmProgress) progress = pgm_progress_new(watch, names, 1, &error); /* waits its lock_timeout, gives up */
    g_assert_no_error(error);
    watch_rewrite(watch, alterer, progress, "ALTER TABLE documents ALTER COLUMN id TYPE varchar(36) USING id::text");
    run(alterer, "ROLLBACK");
}

static void test_index(void)
{
    g_autoptr(PgmConnection) watch = connect_as(PGM_PURPOSE_WATCH, NULL);
    g_autoptr(PgmConnection) writer = connect_as(PGM_PURPOSE_PLAIN, NULL);
    g_autoptr(PgmConnection) builder = connect_as(PGM_PURPOSE_RUN, NULL);
    Statement build;
    run(writer, "BEGIN");
    run(writer, "INSERT INTO other VALUES (1)");
    statement_start(&build, builder, "CREATE INDEX CONCURRENTLY other_n ON other (n)");
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    g_autoptr(PgmActivity) activity = look(watch, pid_of(builder), NULL);
    while ((activity->blockers->len == 0 || activity->phase_text == NULL) && g_get_monotonic_time() < deadline)
    {
        g_usleep(5000);
        g_clear_pointer(&activity, pgm_activity_free);
        activity = look(watch, pid_of(builder), NULL);
    }
    g_assert_cmpstr(activity->phase_text, ==, "building index other_n on other: waiting for older writers");
    g_assert_cmpint(activity->percent, ==, 0);
    g_assert_cmpint(((PgmSession *)activity->blockers->pdata[0])->pid, ==, pid_of(writer));
    run(writer, "ROLLBACK");
    g_assert_true(statement_end(&build));
}

static void create_database(void)
{
    g_autoptr(PgmConninfo) maintenance = conninfo(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) connection = pgm_connection_open(maintenance, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    run(connection, "DROP DATABASE IF EXISTS test_activity");
    run(connection, "DROP ROLE IF EXISTS activity_owner");
    run(connection, "CREATE DATABASE test_activity");
    run(connection, "CREATE ROLE activity_owner LOGIN");
    database = conninfo("test_activity");
    g_autoptr(PgmConnection) builder = connect_as(PGM_PURPOSE_PLAIN, NULL);
    run(builder, "GRANT CREATE ON SCHEMA public TO activity_owner");
    run(builder, "CREATE TABLE other (n int)");
    run(builder, "CREATE TABLE \"odd \"\"name\" (n int)");
    run(builder, "CREATE TABLE documents (id uuid PRIMARY KEY, parent uuid, title text)");
    run(builder, "INSERT INTO documents SELECT gen_random_uuid(), gen_random_uuid(), repeat(md5(n::text), 4) "
                 "FROM generate_series(1, 150000) AS n");
    run(builder, "CREATE INDEX ON documents (parent)");
    run(builder, "ALTER TABLE documents OWNER TO activity_owner");
    run(builder, "VACUUM ANALYZE documents");
}

static void drop_database(void)
{
    g_clear_pointer(&database, pgm_conninfo_free);
    g_autoptr(PgmConninfo) maintenance = conninfo(NULL);
    g_autoptr(PgmConnection) connection = pgm_connection_open(maintenance, PGM_PURPOSE_PLAIN, NULL);
    run(connection, "DROP DATABASE test_activity WITH (FORCE)");
    run(connection, "DROP ROLE activity_owner");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    create_database();
    g_test_add_func("/activity/nobody", test_nobody);
    g_test_add_func("/activity/waiting", test_waiting);
    g_test_add_func("/activity/blockers", test_blockers);
    g_test_add_func("/activity/prepared", test_prepared);
    g_test_add_func("/activity/rewrite", test_rewrite);
    g_test_add_func("/activity/rewrite-unprivileged", test_rewrite_unprivileged);
    g_test_add_func("/activity/rewrite-estimated", test_rewrite_estimated);
    g_test_add_func("/activity/index", test_index);
    int result = g_test_run();
    drop_database();
    return result;
}
