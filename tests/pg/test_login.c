/* test_login.c - a refused login is told in one sentence, with what to do, and without the password. */
#include "pgmedic/cluster.h"
#include "pgmedic/connection.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static PgmConninfo *target;

static char *refusal(const PgmConninfo *info)
{
    g_autoptr(GError) error = NULL;
    PgmConnection *connection = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_null(connection);
    g_assert_true(g_error_matches(error, PGM_ERROR, PGM_ERROR_CONNECT) ||
                  g_error_matches(error, PGM_ERROR, PGM_ERROR_LOGIN));
    g_assert_null(strchr(error->message, '\n'));
    g_assert_null(strstr(error->message, "hunter2"));
    g_test_message("%s", error->message);
    return g_strdup(error->message);
}

static void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
    {
        g_error("\"%s\" is not in \"%s\"", part, text);
    }
}

static void test_no_password(void)
{
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(target);
    g_autofree char *message = refusal(info);
    assert_contains(message, "the server asks for a password, and none was found; put the line ");
    g_autofree char *line = g_strdup_printf("%s:5432:postgres:app:PASSWORD", pgm_conninfo_get(target, "host"));
    assert_contains(message, line);
    assert_contains(message, "/nonexistent/pgpass (mode 0600)");
}

static void test_wrong_password(void)
{
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(target);
    pgm_conninfo_set(info, "password", "hunter2");
    g_autofree char *message = refusal(info);
    assert_contains(message, "password authentication failed for user \"app\"; correct the password");
}

static void test_right_password(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_conninfo_copy(target);
    pgm_conninfo_set(info, "password", "s3cret");
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_INSPECT, &error);
    g_assert_no_error(error);
    const PgmServer *server = pgm_connection_server(connection);
    g_assert_cmpstr(server->user, ==, "app");
    g_assert_false(server->superuser);
    g_assert_null(server->system_identifier); /* EXECUTE was revoked */
    g_assert_cmpint((int)strlen(server->timeline), ==, 8);

    /* The role's only place is taken. */
    g_autofree char *message = refusal(info);
    assert_contains(message, "too many connections for role \"app\"; wait until sessions end");
}

/* A server that accepts and then says nothing. */
static void test_silence(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {g_htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
    g_autofree char *text =
        g_strdup_printf("host=127.0.0.1 port=%d user=a dbname=b connect_timeout=2", g_ntohs(address.sin_port));
    g_autoptr(PgmConninfo) info = pgm_conninfo_new(text, NULL);
    g_autofree char *message = refusal(info);
    assert_contains(message, "the connection was accepted, but no answer within 2 s; the server stands still");
    close(fd);
}

static void prepare(PgmCluster *cluster)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    pgm_connection_command(connection, &error, "CREATE ROLE app LOGIN CONNECTION LIMIT 1 PASSWORD 's3cret'");
    g_assert_no_error(error);
    pgm_connection_command(connection, &error, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    g_assert_no_error(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("PGPASSWORD");
    g_autoptr(GError) error = NULL;
    g_autofree char *rules = g_strdup_printf("%s/pgm-test-hba-%d", g_get_tmp_dir(), getpid());
    g_assert_true(g_file_set_contents_full(rules, "local all postgres trust\nlocal all all scram-sha-256\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0644, &error));
    g_autofree char *settings = g_strdup_printf("hba_file = '%s'\n", rules);
    PgmCluster *cluster = pgm_cluster_start("pgm-test", settings, &error);
    g_assert_no_error(error);
    g_remove(rules);
    prepare(cluster);
    target = pgm_cluster_conninfo(cluster, "postgres");
    pgm_conninfo_set(target, "user", "app");
    pgm_conninfo_set(target, "passfile", "/nonexistent/pgpass");

    g_test_add_func("/login/no-password", test_no_password);
    g_test_add_func("/login/wrong-password", test_wrong_password);
    g_test_add_func("/login/right-password", test_right_password);
    g_test_add_func("/login/silence", test_silence);
    int failed = g_test_run();
    pgm_conninfo_free(target);
    pgm_cluster_stop(cluster, FALSE);
    return failed;
}
