/* test_sessions.c - sessions and the lock tree, read beside real locks. */
#include "pgmedic/sessions.h"

#include "harness/server.h"
#include "harness/statement.h"

#include <string.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)

static PgmConnection *begin(PgmTestDatabase *database, const char *sql)
{
    PgmConnection *connection = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(GError) error = NULL;
    pgm_connection_command(connection, &error, "BEGIN");
    g_assert_no_error(error);
    pgm_connection_command(connection, &error, "%s", sql);
    g_assert_no_error(error);
    return connection;
}

static int pid_of(PgmConnection *connection)
{
    return pgm_connection_server(connection)->backend_pid;
}

static GPtrArray *read_sessions(PgmConnection *reader)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = pgm_sessions_read(reader, &error);
    g_assert_no_error(error);
    return rows;
}

static const PgmSessionRow *find(const GPtrArray *rows, int pid)
{
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        if (row->pid == pid && row->gid == NULL)
        {
            return row;
        }
    }
    return NULL;
}

/* Reads until PID waits. */
static GPtrArray *await_waiting(PgmConnection *reader, int pid)
{
    gint64 deadline = g_get_monotonic_time() + PATIENCE_US;
    for (;;)
    {
        GPtrArray *rows = read_sessions(reader);
        const PgmSessionRow *row = find(rows, pid);
        if (row != NULL && row->awaits != NULL && row->blockers->len > 0)
        {
            return rows;
        }
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_ptr_array_unref(rows);
        g_usleep(5000);
    }
}

static const PgmSessionRow *blocker_of(const GPtrArray *rows, const PgmSessionRow *row, guint i, gboolean holds,
                                       const char *mode)
{
    g_assert_cmpuint(row->blockers->len, >, i);
    const PgmSessionBlocker *blocker = g_ptr_array_index(row->blockers, i);
    g_assert_cmpint(blocker->holds, ==, holds);
    g_assert_cmpstr(blocker->mode, ==, mode);
    return g_ptr_array_index(rows, blocker->row);
}

/* The line of PID in the tree, which must be there once; DEPTH and the one above are checked. */
static void assert_line(const GPtrArray *rows, const GPtrArray *lines, int pid, int depth, int above)
{
    int found = 0;
    int last[32] = {0};
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLockTreeLine *line = g_ptr_array_index(lines, i);
        const PgmSessionRow *row = g_ptr_array_index(rows, line->row);
        last[line->depth] = row->pid;
        if (row->pid == pid && row->gid == NULL)
        {
            found++;
            g_assert_cmpint(line->depth, ==, depth);
            g_assert_cmpint(depth > 0 ? last[depth - 1] : 0, ==, above);
        }
    }
    g_assert_cmpint(found, ==, 1);
}

/* One forgot its transaction, an ALTER waits for it, and a reader waits in the queue behind the ALTER. */
static void test_chain(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("chain");
    pgm_test_execute(database, "CREATE TABLE documents (id int, t text)");
    pgm_test_execute(database, "CREATE SCHEMA \"Odd one\"");
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) forgot = begin(database, "INSERT INTO documents VALUES (1)");
    g_autoptr(PgmConnection) alter = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) select = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    PgmStatement *first = pgm_statement_start(alter, "ALTER TABLE documents ADD n int");
    g_ptr_array_unref(await_waiting(reader, pid_of(alter)));
    PgmStatement *second = pgm_statement_start(select, "SELECT count(*) FROM documents");
    g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(select));

    const PgmSessionRow *root = find(rows, pid_of(forgot));
    g_assert_cmpstr(root->state, ==, "idle in transaction");
    g_assert_cmpstr(root->query, ==, "INSERT INTO documents VALUES (1)");
    g_assert_cmpstr(root->backend_type, ==, "client backend");
    g_assert_cmpint(root->transaction_ms, >=, 0);
    g_assert_nonnull(root->backend_start);
    g_assert_nonnull(root->query_start);
    g_assert_null(root->awaits);
    g_assert_null(root->lacks);
    g_assert_true(root->superuser);
    g_assert_cmpint(root->blocks, ==, 1);
    g_assert_cmpint(root->behind, ==, 2);
    g_assert_cmpint(root->locks_all, ==, 1);
    const PgmSessionLock *held = g_ptr_array_index(root->locks, 0);
    g_assert_cmpstr(held->mode, ==, "ROW EXCLUSIVE");
    g_assert_cmpstr(held->thing, ==, "documents");

    const PgmSessionRow *waiter = find(rows, pid_of(alter));
    g_assert_cmpstr(waiter->awaits->mode, ==, "ACCESS EXCLUSIVE");
    g_assert_cmpstr(waiter->awaits->thing, ==, "documents");
    g_assert_cmpint(waiter->wait_ms, >=, 0);
    g_assert_cmpint(waiter->wait_estimated, ==, pgm_connection_server(reader)->version < 140000);
    g_assert_true(blocker_of(rows, waiter, 0, TRUE, "ROW EXCLUSIVE") == root);
    const PgmSessionRow *queued = find(rows, pid_of(select));
    g_assert_true(blocker_of(rows, queued, 0, FALSE, "ACCESS EXCLUSIVE") == waiter);

    g_autoptr(GPtrArray) lines = pgm_sessions_tree(rows);
    assert_line(rows, lines, pid_of(forgot), 0, 0);
    assert_line(rows, lines, pid_of(alter), 1, pid_of(forgot));
    assert_line(rows, lines, pid_of(select), 2, pid_of(alter));

    g_assert_true(pgm_connection_command(forgot, NULL, "ROLLBACK"));
    g_assert_null(pgm_statement_end(first));
    g_assert_null(pgm_statement_end(second));
}

/* Two hold what a third one wants: it stands below both. Two want one row: the second one queues behind the first. */
static void test_several(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("several");
    pgm_test_execute(database, "CREATE TABLE a (id int PRIMARY KEY, n int)");
    pgm_test_execute(database, "INSERT INTO a VALUES (1, 0)");
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) one = begin(database, "UPDATE a SET n = 1");
    g_autoptr(PgmConnection) two = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) three = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    PgmStatement *second = pgm_statement_start(two, "UPDATE a SET n = 2");
    g_ptr_array_unref(await_waiting(reader, pid_of(two)));
    PgmStatement *third = pgm_statement_start(three, "UPDATE a SET n = 3");
    {
        g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(three));
        const PgmSessionRow *waiter = find(rows, pid_of(two));
        g_assert_cmpstr(waiter->awaits->thing, ==, "row (0,1) of a");
        g_assert_null(waiter->awaits->mode);
        g_assert_true(blocker_of(rows, waiter, 0, TRUE, NULL) == find(rows, pid_of(one)));
        g_assert_true(blocker_of(rows, find(rows, pid_of(three)), 0, TRUE, NULL) == waiter);
    }
    g_autoptr(PgmConnection) four = begin(database, "SELECT * FROM a");
    g_autoptr(PgmConnection) five = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    PgmStatement *fifth = pgm_statement_start(five, "LOCK TABLE a"); /* refused outside a transaction */
    g_autofree char *refused = pgm_statement_end(fifth);
    g_assert_nonnull(refused);
    fifth = pgm_statement_start(five, "TRUNCATE a");
    g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(five));
    g_assert_cmpuint(find(rows, pid_of(five))->blockers->len, ==, 4);
    g_autoptr(GPtrArray) lines = pgm_sessions_tree(rows);
    int places = 0, again = 0;
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLockTreeLine *line = g_ptr_array_index(lines, i);
        if (((const PgmSessionRow *)g_ptr_array_index(rows, line->row))->pid == pid_of(five))
        {
            places++;
            again += line->again;
        }
    }
    g_assert_cmpint(places, ==, 4);
    g_assert_cmpint(again, ==, 3);
    g_assert_true(pgm_connection_command(one, NULL, "ROLLBACK"));
    g_assert_true(pgm_connection_command(four, NULL, "ROLLBACK"));
    g_assert_null(pgm_statement_end(second));
    g_assert_null(pgm_statement_end(third));
    g_assert_null(pgm_statement_end(fifth));
}

static void test_prepared(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("prepared");
    pgm_test_execute(database, "CREATE TABLE orders (id int)");
    g_autofree char *gid = g_strdup_printf("it's %s", pgm_test_database_name(database));
    g_autofree char *literal = pgm_quote_literal(gid);
    g_autofree char *prepare = g_strdup_printf("PREPARE TRANSACTION %s", literal);
    g_autofree char *rollback = g_strdup_printf("ROLLBACK PREPARED %s", literal);
    g_autoptr(PgmConnection) manager = begin(database, "INSERT INTO orders VALUES (1)");
    g_assert_true(pgm_connection_command(manager, NULL, "%s", prepare));
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) other = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    PgmStatement *statement = pgm_statement_start(other, "TRUNCATE orders");
    g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(other));

    const PgmSessionRow *row = blocker_of(rows, find(rows, pid_of(other)), 0, TRUE, "ROW EXCLUSIVE");
    g_assert_cmpint(row->pid, ==, 0);
    g_assert_cmpstr(row->gid, ==, gid);
    g_assert_cmpstr(row->state, ==, "prepared");
    g_assert_cmpstr(row->database, ==, pgm_test_database_name(database));
    g_assert_cmpint(row->transaction_ms, >=, 0);
    g_autoptr(GPtrArray) lines = pgm_sessions_tree(rows);
    assert_line(rows, lines, pid_of(other), 1, 0);

    g_assert_true(pgm_connection_command(manager, NULL, "%s", rollback));
    g_assert_null(pgm_statement_end(statement));
}

static void test_advisory(void)
{
    static const char *const keys[][2] = {{"72707369", "advisory lock 72707369"},
                                          {"-5000000000", "advisory lock -5000000000"},
                                          {"7, -8", "advisory lock (7, -8)"},
                                          {"1885826404, 0", "the lock of a pgmedic run"}};
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("advisory");
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) waiter = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    {
        g_autofree char *take = g_strdup_printf("SELECT pg_advisory_lock(%s)", keys[i][0]);
        g_assert_true(pgm_connection_command(holder, NULL, "%s", take));
        PgmStatement *statement = pgm_statement_start(waiter, take);
        {
            g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(waiter));
            const PgmSessionRow *row = find(rows, pid_of(waiter));
            g_assert_cmpstr(row->awaits->thing, ==, keys[i][1]);
            const PgmSessionRow *root = blocker_of(rows, row, 0, TRUE, NULL);
            g_assert_cmpstr(((PgmSessionLock *)g_ptr_array_index(root->locks, 0))->thing, ==, keys[i][1]);
        }
        g_assert_true(pgm_connection_command(holder, NULL, "SELECT pg_advisory_unlock_all()"));
        g_assert_null(pgm_statement_end(statement));
        g_assert_true(pgm_connection_command(waiter, NULL, "SELECT pg_advisory_unlock_all()"));
    }
}

/* Each waits for the other, as long as deadlock_timeout lets them. */
static void test_circle(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("circle");
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) one = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) two = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    PgmConnection *const both[] = {one, two};
    for (guint i = 0; i < 2; i++)
    {
        g_assert_true(pgm_connection_command(both[i], NULL, "SET deadlock_timeout = '60s'"));
        g_assert_true(pgm_connection_command(both[i], NULL, "SELECT pg_advisory_lock(%u)", i + 1));
    }
    PgmStatement *first = pgm_statement_start(one, "SELECT pg_advisory_lock(2)");
    g_ptr_array_unref(await_waiting(reader, pid_of(one)));
    PgmStatement *second = pgm_statement_start(two, "SELECT pg_advisory_lock(1)");
    g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(two));
    g_assert_cmpint(find(rows, pid_of(one))->behind, ==, 1);
    g_autoptr(GPtrArray) lines = pgm_sessions_tree(rows);
    int in_circle = 0, seen = 0;
    for (guint i = 0; i < lines->len; i++)
    {
        const PgmLockTreeLine *line = g_ptr_array_index(lines, i);
        int pid = ((const PgmSessionRow *)g_ptr_array_index(rows, line->row))->pid;
        seen += pid == pid_of(one) || pid == pid_of(two);
        in_circle += line->cycle && pid == pid_of(one) && line->depth == 2;
    }
    g_assert_cmpint(seen, ==, 3); /* one, two below it, and one again: that closes the circle */
    g_assert_cmpint(in_circle, ==, 1);
    g_autofree char *ended = NULL;
    pgm_connection_cancel(two);
    ended = pgm_statement_end(second);
    g_assert_nonnull(ended);
    g_assert_true(pgm_connection_command(two, NULL, "SELECT pg_advisory_unlock_all()"));
    g_assert_null(pgm_statement_end(first));
}

/* What a role without privileges sees: who blocks whom and on what, but not the statements. */
static void test_unprivileged(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("unprivileged");
    pgm_test_execute(database, "CREATE TABLE documents (id int)");
    g_autofree char *role = g_strdup_printf("role_%s", pgm_test_database_name(database));
    g_autofree char *create = g_strdup_printf("CREATE ROLE \"%s\" LOGIN", role);
    g_autofree char *grant = g_strdup_printf("GRANT pg_signal_backend TO \"%s\"", role);
    g_autofree char *drop = g_strdup_printf("DROP ROLE \"%s\"", role);
    pgm_test_execute(database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "user", role);
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(PgmConnection) reader = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
        g_assert_no_error(error);
        g_autoptr(PgmConnection) mine = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
        g_assert_no_error(error);
        g_autoptr(PgmConnection) holder = begin(database, "LOCK TABLE documents");
        g_autoptr(PgmConnection) waiter = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
        PgmStatement *statement = pgm_statement_start(waiter, "SELECT * FROM documents");
        {
            g_autoptr(GPtrArray) rows = await_waiting(reader, pid_of(waiter));
            const PgmSessionRow *row = find(rows, pid_of(waiter));
            g_assert_false(row->visible);
            g_assert_null(row->query);
            g_assert_null(row->backend_start);
            g_assert_cmpstr(row->user, ==, "postgres");
            g_assert_cmpstr(row->lacks, ==, "superuser");
            g_assert_cmpstr(row->awaits->thing, ==, "documents");
            g_assert_true(blocker_of(rows, row, 0, TRUE, "ACCESS EXCLUSIVE") == find(rows, pid_of(holder)));
            g_assert_true(find(rows, pid_of(mine))->visible);
            g_assert_null(find(rows, pid_of(mine))->lacks); /* a role may end its own sessions */
            g_assert_null(find(rows, pid_of(reader)));
        }
        g_autofree char *other = g_strdup_printf("CREATE ROLE \"%s2\" LOGIN", role);
        pgm_test_execute(database, other);
        pgm_conninfo_set(info, "user", role);
        g_autofree char *second = g_strdup_printf("%s2", role);
        pgm_conninfo_set(info, "user", second);
        g_autoptr(PgmConnection) theirs = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
        g_assert_no_error(error);
        g_autoptr(GPtrArray) before = read_sessions(reader);
        g_assert_cmpstr(find(before, pid_of(theirs))->lacks, ==, "pg_signal_backend");
        pgm_test_execute(database, grant);
        g_autoptr(GPtrArray) after = read_sessions(reader);
        g_assert_null(find(after, pid_of(theirs))->lacks);
        g_assert_cmpstr(find(after, pid_of(waiter))->lacks, ==, "superuser");
        g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
        g_assert_null(pgm_statement_end(statement));
    }
    g_autofree char *drop_second = g_strdup_printf("DROP ROLE \"%s2\"", role);
    pgm_test_execute(database, drop_second);
    pgm_test_execute(database, drop);
}

/* A session of pgmedic itself is told apart; the reader's own is not there. */
static void test_own(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("own");
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) run = pgm_test_database_connect(database, PGM_PURPOSE_RUN);
    g_autoptr(GPtrArray) rows = read_sessions(reader);
    g_assert_null(find(rows, pid_of(reader)));
    g_assert_true(find(rows, pid_of(run))->own);
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *row = g_ptr_array_index(rows, i);
        g_assert_cmpstr(row->backend_type, !=, "checkpointer");
    }
    g_autoptr(PgmConnection) other = begin(database, "SELECT 1");
    g_autoptr(GPtrArray) again = read_sessions(reader);
    g_assert_false(find(again, pid_of(other))->own);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sessions/chain", test_chain);
    g_test_add_func("/sessions/several", test_several);
    g_test_add_func("/sessions/prepared", test_prepared);
    g_test_add_func("/sessions/advisory", test_advisory);
    g_test_add_func("/sessions/circle", test_circle);
    g_test_add_func("/sessions/unprivileged", test_unprivileged);
    g_test_add_func("/sessions/own", test_own);
    return g_test_run();
}
