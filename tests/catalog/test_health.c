/* test_health.c - the checks, against real trouble. */
#include "catalog/health_checks.h"
#include "harness/server.h"
#include "pgmedic/health.h"
#include "pgmedic/snapshot.h"

#include <gio/gio.h>
#include <string.h>

static GPtrArray *check(PgmConnection *connection, GPtrArray *thresholds)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *findings = pgm_health_check(connection, thresholds, &error);
    g_assert_no_error(error);
    guint shown = 0;
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        shown += pgm_health_checks[i].need != PGM_NEED_STANDBY || pgm_connection_server(connection)->standby;
    }
    g_assert_cmpuint(findings->len, ==, shown);
    return findings;
}

static const PgmHealthFinding *find(GPtrArray *findings, const char *name)
{
    for (guint i = 0; i < findings->len; i++)
    {
        const PgmHealthFinding *finding = g_ptr_array_index(findings, i);
        if (strcmp(finding->check, name) == 0)
        {
            return finding;
        }
    }
    g_error("there is no check named %s", name);
}

static void assert_finding(GPtrArray *findings, const char *name, PgmHealthLevel level, const char *summary)
{
    const PgmHealthFinding *finding = find(findings, name);
    if (finding->level != level || (summary != NULL && strstr(finding->summary, summary) == NULL))
    {
        g_error("%s is %s, \"%s\"; expected %s, \"%s\"", name, pgm_health_level_name(finding->level), finding->summary,
                pgm_health_level_name(level), summary);
    }
    g_assert_true((finding->advice != NULL) == (level != PGM_HEALTH_OK) || level == PGM_HEALTH_UNKNOWN);
}

static GPtrArray *threshold(const char *name, const char *warn, const char *fail)
{
    static PgmThreshold one;
    one = (PgmThreshold){(char *)(gsize)name, (char *)(gsize)warn, (char *)(gsize)fail, NULL};
    GPtrArray *thresholds = g_ptr_array_new();
    g_ptr_array_add(thresholds, &one);
    return thresholds;
}

static void test_healthy(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_ok");
    g_autoptr(PgmConnection) inspect = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(GPtrArray) findings = check(inspect, NULL);
    g_assert_cmpstr(((PgmHealthFinding *)findings->pdata[0])->check, ==, "connections");
    assert_finding(findings, "connections", PGM_HEALTH_OK, " of ");
    assert_finding(findings, "invalid indexes", PGM_HEALTH_OK, "none");
    assert_finding(findings, "unvalidated constraints", PGM_HEALTH_OK, "none");
    assert_finding(findings, "wraparound", PGM_HEALTH_OK, "0 %");
    assert_finding(findings, "replication", PGM_HEALTH_OK, "no standbys");
    assert_finding(findings, "primary keys", PGM_HEALTH_OK, "none");
    /* No check is without an answer on a server of today, for a superuser. */
    for (guint i = 0; i < findings->len; i++)
    {
        const PgmHealthFinding *finding = g_ptr_array_index(findings, i);
        if (finding->level == PGM_HEALTH_UNKNOWN)
        {
            g_error("%s: %s", finding->check, finding->summary);
        }
    }
    g_autofree char *timeout = pgm_connection_value(inspect, "SHOW statement_timeout", NULL);
    g_assert_cmpstr(timeout, ==, "10s"); /* a check's own limit ends with it */
}

static void test_schema_trouble(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_schema");
    pgm_test_execute(database, "CREATE TABLE docs (id serial PRIMARY KEY, n int)");
    pgm_test_execute(database, "CREATE TABLE \"Odd\" (doc int REFERENCES docs)");
    pgm_test_execute(database, "INSERT INTO docs (n) VALUES (1), (1)");
    g_autoptr(PgmResult) failed = pgm_connection_query(pgm_test_database_connection(database),
                                                       "CREATE UNIQUE INDEX CONCURRENTLY docs_n ON docs (n)", &error);
    g_assert_null(failed);
    g_assert_true(pgm_sql_error_is(error, "23505"));
    pgm_test_execute(database, "ALTER TABLE docs ADD CONSTRAINT positive CHECK (n > 0) NOT VALID");
    pgm_test_execute(database, "ALTER TABLE \"Odd\" DISABLE TRIGGER ALL");
    pgm_test_execute(database, "CREATE INDEX docs_a ON docs (n) WHERE n > 1");
    pgm_test_execute(database, "CREATE INDEX docs_b ON docs (n) WHERE n > 1");
    pgm_test_execute(database, "SELECT setval('docs_id_seq', 2000000000)");
    g_autoptr(PgmConnection) inspect = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(GPtrArray) findings = check(inspect, NULL);
    assert_finding(findings, "invalid indexes", PGM_HEALTH_WARN, "1: docs_n");
    assert_finding(findings, "unvalidated constraints", PGM_HEALTH_WARN, "1: positive on docs");
    assert_finding(findings, "disabled triggers", PGM_HEALTH_WARN, " on \"Odd\"");
    assert_finding(findings, "duplicate indexes", PGM_HEALTH_WARN, "1: docs_b");
    assert_finding(findings, "unindexed foreign keys", PGM_HEALTH_WARN, "1: \"Odd_doc_fkey\" on \"Odd\"");
    assert_finding(findings, "primary keys", PGM_HEALTH_WARN, "1: \"Odd\"");
    assert_finding(findings, "sequences", PGM_HEALTH_FAIL, "docs_id_seq 93 %");

    pgm_test_execute(database, "CREATE INDEX ON \"Odd\" (doc)");
    pgm_test_execute(database, "DROP INDEX docs_n");
    pgm_test_execute(database, "ALTER TABLE docs VALIDATE CONSTRAINT positive");
    g_autoptr(GPtrArray) mended = check(inspect, NULL);
    assert_finding(mended, "unindexed foreign keys", PGM_HEALTH_OK, "none");
    assert_finding(mended, "invalid indexes", PGM_HEALTH_OK, "none");
    assert_finding(mended, "unvalidated constraints", PGM_HEALTH_OK, "none");
}

/* What is told has its schema; what cannot be dropped by itself is no duplicate; sequences run downwards too. */
static void test_schema_names(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_names");
    g_free(pgm_test_psql(
        database, "CREATE SCHEMA audit; CREATE SEQUENCE audit.down INCREMENT -1 MINVALUE -100; "
                  "SELECT setval('audit.down', -95); CREATE SEQUENCE up MAXVALUE 100; SELECT setval('up', 80); "
                  "CREATE DOMAIN audit.d AS int; ALTER DOMAIN audit.d ADD CONSTRAINT high CHECK (value > 9) NOT VALID; "
                  "CREATE TABLE t (id int PRIMARY KEY, n text, r int4range); CREATE INDEX t_l ON t (lower(n)); "
                  "CREATE INDEX t_lower_again ON t (lower(n)); CREATE INDEX t_r ON t USING gist (r); "
                  "ALTER TABLE t ADD CONSTRAINT apart EXCLUDE USING gist (r WITH &&); "
                  "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p "
                  "FOR VALUES FROM (0) TO (9); CREATE INDEX pa ON p (id, id); CREATE INDEX pb ON p (id, id)"));
    g_autoptr(GPtrArray) findings = check(pgm_test_database_reader(database), NULL);
    assert_finding(findings, "sequences", PGM_HEALTH_FAIL, "audit.down 95 %");
    assert_finding(findings, "unvalidated constraints", PGM_HEALTH_WARN, "1: high on domain audit.d");
    assert_finding(findings, "duplicate indexes", PGM_HEALTH_WARN, "2: pb, t_lower_again");
}

/* A database of another encoding than ours is asked the same, and its schema is read whole. */
static void test_encoding(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_utf8");
    g_autofree char *name = g_strdup_printf("%s_latin1", pgm_test_database_name(database));
    g_autofree char *create =
        g_strdup_printf("CREATE DATABASE %s ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", name);
    g_autofree char *drop = g_strdup_printf("DROP DATABASE %s", name);
    pgm_test_execute(database, create);
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "dbname", name);
    g_autoptr(PgmConnection) plain = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_true(pgm_connection_command(plain, &error, "CREATE TABLE \"caf\u00e9\" (id int)"));
    g_clear_pointer(&plain, pgm_connection_close);
    g_autoptr(PgmConnection) inspect = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) findings = check(inspect, NULL);
    for (guint i = 0; i < findings->len; i++)
    {
        const PgmHealthFinding *finding = g_ptr_array_index(findings, i);
        assert_finding(findings, finding->check, finding->level == PGM_HEALTH_UNKNOWN ? PGM_HEALTH_OK : finding->level,
                       NULL);
    }
    assert_finding(findings, "primary keys", PGM_HEALTH_WARN, "1: \"caf\u00e9\"");
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_read(inspect, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->unread->len, ==, 0);
    g_clear_pointer(&inspect, pgm_connection_close);
    pgm_test_execute(database, drop);
}

static gpointer wait_for_lock(gpointer connection)
{
    g_autoptr(PgmResult) result = pgm_connection_query(connection, "SELECT count(*) FROM docs", NULL);
    return GINT_TO_POINTER(result != NULL);
}

static void test_sessions(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_sessions");
    pgm_test_execute(database, "CREATE TABLE docs (id int PRIMARY KEY)");
    g_autoptr(PgmConnection) inspect = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmConnection) waiter = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(holder, NULL, "LOCK TABLE docs"));
    GThread *thread = g_thread_new("waiter", wait_for_lock, waiter);
    g_assert_true(
        pgm_test_wait_value(database,
                            "SELECT count(*) FROM pg_locks l WHERE NOT granted AND relation = 'docs'::regclass "
                            "AND (current_setting('server_version_num')::int < 140000 OR "
                            "to_jsonb(l) ->> 'waitstart' IS NOT NULL)",
                            "1", 10000));
    /* The server is shared: others may wait, or be idle, besides ours. */
    g_autoptr(GPtrArray) at_once = threshold("lock-waits", "0ms", "1h");
    g_autoptr(GPtrArray) findings = check(inspect, at_once);
    assert_finding(findings, "lock waits", PGM_HEALTH_WARN, "00:00:");
    g_autoptr(GPtrArray) idle = threshold("idle in transaction", NULL, "0s");
    g_autoptr(GPtrArray) idling = check(inspect, idle);
    assert_finding(idling, "idle in transaction", PGM_HEALTH_FAIL, "pid ");
    g_autoptr(GPtrArray) nonsense = threshold("longest transaction", "5 parsecs", NULL);
    g_autoptr(GPtrArray) puzzled = check(inspect, nonsense);
    assert_finding(puzzled, "longest transaction", PGM_HEALTH_UNKNOWN, "\"5 parsecs\"");
    g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
    g_assert_true(GPOINTER_TO_INT(g_thread_join(thread)));
}

/* What a role may not see is said, with the grant that it lacks, and everything else is answered. */
static void test_unprivileged(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_nobody");
    pgm_test_execute(database, "DROP ROLE IF EXISTS health_nobody");
    pgm_test_execute(database, "CREATE ROLE health_nobody LOGIN");
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(pgm_test_database_conninfo(database));
    pgm_conninfo_set(info, "user", "health_nobody");
    g_autoptr(PgmConnection) inspect = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    pgm_test_execute(database, "CREATE SEQUENCE hidden");
    g_autoptr(GPtrArray) findings = check(inspect, NULL);
    assert_finding(findings, "sequences", PGM_HEALTH_UNKNOWN, "1 not read: needs SELECT on hidden");
    assert_finding(findings, "longest transaction", PGM_HEALTH_UNKNOWN, "needs pg_read_all_stats");
    assert_finding(findings, "configuration files", PGM_HEALTH_UNKNOWN, "needs EXECUTE");
    assert_finding(findings, "invalid indexes", PGM_HEALTH_OK, "none");
    assert_finding(findings, "connections", PGM_HEALTH_OK, " of ");
    g_clear_pointer(&inspect, pgm_connection_close);
    pgm_test_execute(database, "GRANT pg_monitor TO health_nobody");
    inspect = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) granted = check(inspect, NULL);
    g_assert_cmpint(find(granted, "longest transaction")->level, !=, PGM_HEALTH_UNKNOWN);
    g_clear_pointer(&inspect, pgm_connection_close);
    pgm_test_execute(database, "DROP ROLE health_nobody");
}

/* A check that cannot get through does not hold up the others. */
static void test_stuck(void)
{
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new("health_stuck");
    g_autoptr(PgmConnection) inspect = pgm_test_database_connect(database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_assert_true(pgm_connection_command(holder, NULL, "BEGIN"));
    g_assert_true(pgm_connection_command(holder, NULL, "LOCK TABLE pg_catalog.pg_sequence"));
    g_autoptr(GPtrArray) findings = check(inspect, NULL);
    assert_finding(findings, "sequences", PGM_HEALTH_UNKNOWN, "waits behind a lock");
    assert_finding(findings, "unindexed foreign keys", PGM_HEALTH_OK, "none");
    g_assert_true(pgm_connection_command(inspect, NULL, "SET lock_timeout = 0"));
    g_autoptr(GHashTable) late = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) first = pgm_health_ask(inspect, NULL, FALSE, late, NULL);
    assert_finding(first, "sequences", PGM_HEALTH_UNKNOWN, "asked after the others");
    assert_finding(first, "unindexed foreign keys", PGM_HEALTH_OK, "none");
    g_assert_true(g_hash_table_contains(late, "sequences"));
    g_assert_cmpuint(g_hash_table_size(late), ==, 1);
    g_autoptr(GPtrArray) slow = check(inspect, NULL);
    assert_finding(slow, "sequences", PGM_HEALTH_UNKNOWN, "no answer within 3 s");
    assert_finding(slow, "uptime", find(slow, "uptime")->level, ":");
    g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
}

static void test_thresholds(void)
{
    static const struct
    {
        const char *text;
        PgmHealthUnit unit;
        double value; /* -1: refused */
    } cases[] = {
        {"80%", PGM_UNIT_PERCENT, 80},     {"80", PGM_UNIT_PERCENT, 80},          {"5min", PGM_UNIT_SECONDS, 300},
        {"1.5 h", PGM_UNIT_SECONDS, 5400}, {"250ms", PGM_UNIT_SECONDS, 0.25},     {"2GB", PGM_UNIT_BYTES, 2147483648.0},
        {"3", PGM_UNIT_COUNT, 3},          {"3", PGM_UNIT_SECONDS, -1},           {"", PGM_UNIT_COUNT, -1},
        {"-1", PGM_UNIT_COUNT, -1},        {"5 min or so", PGM_UNIT_SECONDS, -1}, {"80%", PGM_UNIT_BYTES, -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        double value = -1;
        g_assert_true(pgm_health_parse_threshold(cases[i].text, cases[i].unit, &value) == (cases[i].value >= 0));
        g_assert_cmpfloat(value, ==, cases[i].value);
    }
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        const PgmHealthCheck *one = &pgm_health_checks[i];
        double value;
        g_assert_true(one->warn == NULL || pgm_health_parse_threshold(one->warn, one->unit, &value));
        g_assert_true(one->fail == NULL || pgm_health_parse_threshold(one->fail, one->unit, &value));
        g_assert_nonnull(one->advice);
    }
}

/* A web server: one thread, one socket, each connection gets the next of the given answers. */
typedef struct
{
    GSocket *socket;
    const char *const *answers;
    guint count;
} Web;

static gpointer serve(gpointer data)
{
    const Web *web = data;
    for (guint i = 0; i < web->count; i++)
    {
        g_autoptr(GSocket) client = g_socket_accept(web->socket, NULL, NULL);
        g_assert_nonnull(client);
        g_autoptr(GString) request = g_string_new(NULL);
        char part[2048];
        gssize got = 0;
        while (strstr(request->str, "\r\n\r\n") == NULL &&
               (got = g_socket_receive(client, part, sizeof part, NULL, NULL)) > 0)
        {
            g_string_append_len(request, part, got);
        }
        const char *answer = web->answers[i];
        for (gssize sent; *answer != '\0'; answer += sent)
        {
            sent = g_socket_send(client, answer, strlen(answer), NULL, NULL);
            if (sent <= 0)
            {
                break; /* it has heard enough */
            }
        }
        g_socket_close(client, NULL);
    }
    return NULL;
}

static guint16 listen_on_loopback(Web *web)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
    web->socket = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_assert_true(g_socket_bind(web->socket, any, TRUE, NULL) && g_socket_listen(web->socket, NULL));
    g_autoptr(GSocketAddress) bound = g_socket_get_local_address(web->socket, NULL);
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
}

#define HEAD "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"

static void test_endpoint(void)
{
    Web web = {0};
    guint16 port = listen_on_loopback(&web);
    g_autofree char *url = g_strdup_printf("http://user:secret@127.0.0.1:%d/health?token=secret", port);
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    char key[] = "status", value[] = "healthy", second_key[] = "up", second_value[] = "true";
    g_ptr_array_add(keys, key);
    g_ptr_array_add(values, value);
    g_ptr_array_add(keys, second_key);
    g_ptr_array_add(values, second_value);
    PgmEndpoint endpoint = {url, 200, 3, keys, values};
    static const char *const good = HEAD "{\"status\": \"healthy\", \"up\": true}";
    g_autofree char *blanks = g_strnfill(257 * 1024, ' ');
    g_autofree char *endless = g_strconcat(HEAD, blanks, NULL);
    const struct
    {
        const char *answers[3];
        PgmHealthLevel level;
        const char *words;
    } cases[] = {
        {{good, good, good}, PGM_HEALTH_OK, "/health healthy 3 of 3, "},
        {{good, HEAD "{\"status\": \"ill\", \"up\": true}", good},
         PGM_HEALTH_WARN,
         "healthy 2 of 3: status is ill, not healthy"},
        {{"HTTP/1.0 503 No\r\n\r\n", "HTTP/1.0 503 No\r\n\r\n", HEAD "[]"}, PGM_HEALTH_FAIL, "not a JSON object"},
        {{HEAD "{}", HEAD "{}", "HTTP/1.0 503 No\r\n\r\n"}, PGM_HEALTH_FAIL, "answered 503, not 200"},
        {{good, good, endless}, PGM_HEALTH_WARN, "healthy 2 of 3: its answer is longer than 256 kB"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        web.answers = cases[i].answers;
        web.count = G_N_ELEMENTS(cases[i].answers);
        GThread *thread = g_thread_new("web", serve, &web);
        PgmHealthFinding *finding = pgm_health_endpoint(&endpoint);
        g_assert_cmpint(finding->level, ==, cases[i].level);
        g_assert_nonnull(strstr(finding->summary, cases[i].words));
        g_assert_null(strstr(finding->summary, "secret"));
        pgm_health_finding_free(finding);
        g_thread_join(thread);
    }
    g_socket_close(web.socket, NULL);
    g_object_unref(web.socket);
    PgmHealthFinding *nobody = pgm_health_endpoint(&endpoint);
    g_assert_cmpint(nobody->level, ==, PGM_HEALTH_FAIL);
    g_assert_nonnull(strstr(nobody->summary, "healthy 0 of 3: "));
    pgm_health_finding_free(nobody);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("no_proxy", "127.0.0.1", TRUE);
    g_test_add_func("/health/healthy", test_healthy);
    g_test_add_func("/health/schema", test_schema_trouble);
    g_test_add_func("/health/names", test_schema_names);
    g_test_add_func("/health/encoding", test_encoding);
    g_test_add_func("/health/sessions", test_sessions);
    g_test_add_func("/health/unprivileged", test_unprivileged);
    g_test_add_func("/health/stuck", test_stuck);
    g_test_add_func("/health/thresholds", test_thresholds);
    g_test_add_func("/health/endpoint", test_endpoint);
    return g_test_run();
}
