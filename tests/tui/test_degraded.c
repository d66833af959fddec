/* test_degraded.c - the console where things are bad: what each view says of what it cannot know, and that it goes on.
 */
#include "harness/pooler.h"
#include "harness/screen.h"
#include "harness/server.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A key, and what is on the screen then. */
typedef struct
{
    const char *key;
    const char *texts[8];
} Look;

static PgmScreen *open_console(const char *conninfo)
{
    static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR=1", NULL};
    return pgm_screen_new(30, 100, (const char *const[]){"-d", conninfo, NULL}, surroundings);
}

static void walk(PgmScreen *screen, const Look *looks, guint n)
{
    for (guint i = 0; i < n; i++)
    {
        pgm_screen_type(screen, looks[i].key);
        for (guint k = 0; k < G_N_ELEMENTS(looks[i].texts) && looks[i].texts[k] != NULL; k++)
        {
            pgm_screen_assert_text(screen, looks[i].texts[k]);
        }
    }
}

static void leave(PgmScreen *screen)
{
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
}

/* A role that may do nothing but connect: each panel names what it lacks, and shows all that anybody may read. */
static void test_unprivileged(void)
{
    static const Look looks[] = {
        {"1",
         {"alembic unknown: needs SELECT on", "public.alembic_version", "needs pg_read_all", "● connections",
          "● invalid indexes"}},
        {"2", {"document_questions"}},
        {"3", {"(not visible: needs"}},
        {"4", {"uuid-to-varchar"}},
        {"5", {"5 Run"}},
        {"6", {"6 Journal"}},
        {"1", {"● connections"}},
    };
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("unprivileged", 10, 10);
    const char *role = pgm_test_database_name(database);
    g_autofree char *create = g_strdup_printf("CREATE ROLE \"%s\" LOGIN", role);
    g_autofree char *drop = g_strdup_printf("DROP ROLE \"%s\"", role);
    pgm_test_execute(database, create);
    g_autofree char *conninfo = g_strdup_printf("%s user=%s", pgm_test_database_text(database), role);
    g_autoptr(PgmConnection) other = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    g_autoptr(PgmScreen) screen = open_console(conninfo);
    walk(screen, looks, G_N_ELEMENTS(looks));
    leave(screen);
    pgm_test_execute(database, drop);
}

/* A migration that hangs with its locks held: the rest is read, and who is in the way is said on the first screen. */
static void test_locked(void)
{
    static const Look looks[] = {
        {"1", {"? public.documents: locked by pid", "● connections", "f867c7e3d51c"}},
        {"2", {"documents", "views"}},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmTestDatabase) database = pgm_test_database_new_incident("hanging", 10, 10);
    pgm_test_execute(database, "CREATE VIEW held_view AS SELECT id FROM documents");
    g_autoptr(PgmConnection) holder = pgm_test_database_connect(database, PGM_PURPOSE_PLAIN);
    pgm_connection_command(holder, &error, "BEGIN");
    pgm_connection_command(holder, &error, "ALTER TABLE documents ADD summary text");
    g_assert_no_error(error);
    g_autoptr(PgmScreen) screen = open_console(pgm_test_database_text(database));
    walk(screen, looks, G_N_ELEMENTS(looks));
    pgm_screen_type(screen, "1");
    g_assert_true(pgm_connection_command(holder, &error, "ROLLBACK"));
    pgm_screen_type(screen, "2u1");
    pgm_screen_assert_gone(screen, "locked by pid");
    leave(screen);
}

static PgmCluster *cluster_with_console(PgmScreen **screen)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    g_autofree char *conninfo = g_strdup_printf("host=%s port=%d user=postgres dbname=postgres",
                                                pgm_cluster_folder(cluster), pgm_cluster_port(cluster));
    *screen = open_console(conninfo);
    pgm_screen_assert_text(*screen, "● connections");
    return cluster;
}

/* Somebody holds a system catalog: what stands behind that lock says whose it is, and goes on when it is gone. */
static void test_locked_catalog(void)
{
    g_autoptr(PgmScreen) screen = NULL;
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = cluster_with_console(&screen);
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) holder = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    pgm_connection_command(holder, &error,
                           "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text, "
                           "description text, type text, script text, checksum int, installed_by text, "
                           "installed_on timestamp, execution_time int, success boolean)");
    pgm_connection_command(holder, &error, "BEGIN");
    pgm_connection_command(holder, &error, "LOCK TABLE pg_authid");
    g_assert_no_error(error);
    g_autofree char *whose = g_strdup_printf("not read: the system catalog pg_authid is locked by pid %d (LOCK",
                                             pgm_connection_server(holder)->backend_pid);
    pgm_screen_type(screen, "3");
    pgm_screen_assert_text(screen, whose);
    pgm_screen_type(screen, "1");
    pgm_screen_assert_text(screen, "✗ not read: the system catalog");
    g_assert_true(pgm_connection_command(holder, NULL, "ROLLBACK"));
    pgm_screen_assert_gone(screen, "the system catalog");
    pgm_screen_type(screen, "3");
    pgm_screen_assert_gone(screen, "not read");
    leave(screen);
    g_clear_pointer(&holder, pgm_connection_close);
    pgm_cluster_stop(cluster, FALSE);
}

/* Poolers that give a session to each statement, too. */
static void test_pooler(gconstpointer mode)
{
    static const Look looks[] = {
        {"1", {"POOLER", "● connections", "No migration framework"}},
        {"2", {"1 object"}},
        {"3", {"Sessions"}},
    };
    g_autofree char *program = pgm_pooler_program();
    if (program == NULL)
    {
        g_test_skip("pgbouncer is not installed");
        return;
    }
    g_autoptr(GError) error = NULL;
    PgmPooler pooler = {0};
    pgm_pooler_start(&pooler, program, mode, 1);
    g_autoptr(PgmConninfo) direct = pgm_cluster_conninfo(pooler.cluster, "postgres");
    g_autoptr(PgmConnection) plain = pgm_connection_open(direct, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_connection_command(plain, NULL, "CREATE TABLE seen (id int PRIMARY KEY, CHECK (id > 0))"));
    g_autofree char *conninfo =
        g_strdup_printf("host=%s port=6432 user=postgres dbname=postgres", pgm_cluster_folder(pooler.cluster));
    g_autoptr(PgmScreen) screen = open_console(conninfo);
    walk(screen, looks, G_N_ELEMENTS(looks));
    leave(screen);

    /* The pool's only session comes next: nothing of ours is in it. */
    g_autoptr(PgmConnection) next = pgm_connection_open(pooler.info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autofree char *left = pgm_connection_value(
        next,
        "SELECT concat(current_setting('statement_timeout'), current_setting('default_transaction_read_only'), "
        "current_setting('search_path'), current_setting('pgmedic.locked', true), "
        "current_setting('pgmedic.relations', true), current_setting('pgmedic.key_low', true))",
        &error);
    g_assert_no_error(error);
    g_assert_cmpstr(left, ==, "0off\"$user\", public");
    g_clear_pointer(&next, pgm_connection_close);
    g_clear_pointer(&plain, pgm_connection_close);
    pgm_pooler_stop(&pooler);
}

static void pg_ctl(const PgmCluster *cluster, const char *action)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_build_filename(pgm_cluster_bindir(cluster), "pg_ctl", NULL);
    g_autofree char *data = g_build_filename(pgm_cluster_folder(cluster), "data", NULL);
    g_autofree char *command =
        g_strdup_printf("%s -D %s -m fast -w -s -l %s/again.log %s", program, data, data, action);
    g_auto(GStrv) words = NULL;
    const char *const as_owner[] = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", NULL};
    g_assert_true(g_shell_parse_argv(command, NULL, &words, &error));
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    for (int i = 0; getuid() == 0 && as_owner[i] != NULL; i++)
    {
        g_ptr_array_add(argv, (gpointer)(gsize)as_owner[i]);
    }
    for (int i = 0; words[i] != NULL; i++)
    {
        g_ptr_array_add(argv, words[i]);
    }
    g_ptr_array_add(argv, NULL);
    g_autoptr(GSubprocess) child =
        g_subprocess_newv((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_wait_check(child, NULL, &error));
}

/* The server goes, and comes back as a standby: the console says each, and never takes the old for the new. */
static void test_away_and_back(void)
{
    g_autoptr(PgmScreen) screen = NULL;
    PgmCluster *cluster = cluster_with_console(&screen);
    pg_ctl(cluster, "stop");
    pgm_screen_assert_text(screen, "NOT CONNECTED");
    /* Of "is the server running on this machine, and is its socket in that folder?": where a line ends depends on how
     * long the folder's name is. */
    pgm_screen_assert_text(screen, "running");
    pgm_screen_assert_text(screen, "socket");
    pgm_screen_assert_absent(screen, "● connections");
    pgm_screen_type(screen, "3");
    pgm_screen_assert_text(screen, "Not connected; trying again.");
    pgm_screen_type(screen, "1");
    g_autofree char *signal_file = g_build_filename(pgm_cluster_folder(cluster), "data", "standby.signal", NULL);
    g_assert_true(g_file_set_contents(signal_file, "", 0, NULL));
    g_assert_cmpint(g_chmod(signal_file, 0666), ==, 0);
    pg_ctl(cluster, "start");
    pgm_screen_assert_text(screen, "standby");
    pgm_screen_assert_text(screen, "▲ replay                cut off"); /* it has nobody to follow */
    pgm_screen_assert_text(screen, "standby, 0 bytes");
    pgm_screen_assert_gone(screen, "NOT CONNECTED");
    leave(screen);
    pg_ctl(cluster, "stop");
    pgm_cluster_stop(cluster, FALSE);
}

static GArray *backends(const PgmCluster *cluster)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autoptr(PgmResult) result = pgm_connection_query(
        connection,
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", &error);
    g_assert_no_error(error);
    GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    pid_t postmaster = pgm_cluster_pid(cluster);
    g_array_append_val(pids, postmaster);
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        pid_t pid = (pid_t)pgm_result_integer(result, row, 0);
        g_array_append_val(pids, pid);
    }
    return pids;
}

/* A role and its password as the server wants them, and what the console says until it gets them. */
static void test_wrong_password(void)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) plain = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_assert_true(pgm_connection_command(plain, NULL, "CREATE ROLE sally LOGIN PASSWORD 'another'"));
    g_autofree char *rules = g_build_filename(pgm_cluster_folder(cluster), "data", "pg_hba.conf", NULL);
    g_assert_true(g_file_set_contents(rules, "local all sally scram-sha-256\nlocal all all trust\n", -1, NULL));
    g_assert_cmpint(g_chmod(rules, 0644), ==, 0);
    g_assert_true(pgm_connection_command(plain, NULL, "SELECT pg_reload_conf()"));
    g_autofree char *conninfo = g_strdup_printf("host=%s port=%d user=sally dbname=postgres",
                                                pgm_cluster_folder(cluster), pgm_cluster_port(cluster));
    static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR=1", "PGPASSWORD=right", NULL};
    g_autoptr(PgmScreen) screen = pgm_screen_new(30, 300, (const char *const[]){"-d", conninfo, NULL}, surroundings);
    pgm_screen_assert_text(screen, "NOT CONNECTED");
    pgm_screen_type(screen, "3");
    pgm_screen_assert_text(screen, "Not connected; trying again. It said: ");
    pgm_screen_assert_text(screen, "it came from PGPASSWORD: correct or unset that");
    pgm_screen_assert_text(screen, "Tried again every 30 s only");
    g_assert_true(pgm_connection_command(plain, NULL, "ALTER ROLE sally PASSWORD 'right'"));
    pgm_screen_type(screen, "u");
    pgm_screen_assert_text(screen, "sally/postgres@[local]");
    leave(screen);
    g_clear_pointer(&plain, pgm_connection_close);
    pgm_cluster_stop(cluster, FALSE);
}

/* A server that is going down lets nobody in any more; the page behind a panel says so too. */
static void test_shutting_down(void)
{
    g_autoptr(GError) error = NULL;
    PgmCluster *cluster = pgm_cluster_start("pgm-test", NULL, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) last = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autofree char *conninfo = g_strdup_printf("host=%s port=%d user=postgres dbname=postgres",
                                                pgm_cluster_folder(cluster), pgm_cluster_port(cluster));
    g_assert_cmpint(kill(pgm_cluster_pid(cluster), SIGTERM), ==, 0); /* when the last session has ended */
    static const char *const surroundings[] = {"LC_ALL=C.UTF-8", "NO_COLOR=1", NULL};
    /* A long folder's name must not break what is looked for. */
    g_autoptr(PgmScreen) screen = pgm_screen_new(30, 300, (const char *const[]){"-d", conninfo, NULL}, surroundings);
    pgm_screen_assert_text(screen, "NOT CONNECTED");
    pgm_screen_key(screen, PGM_SCREEN_UP);
    pgm_screen_key(screen, PGM_SCREEN_ENTER);
    pgm_screen_assert_text(screen, "┌ Health, worst first ");
    pgm_screen_assert_text(screen, "the database system is shutting down");
    pgm_screen_assert_text(screen, "The server has not been asked yet.");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 3);
    g_clear_pointer(&last, pgm_connection_close);
    pgm_cluster_stop(cluster, FALSE);
}

/* A server that stands still answers nothing, and breaks no connection: what is shown is told to be old, and every key
 * works. */
static void test_frozen(void)
{
    g_autoptr(PgmScreen) screen = NULL;
    PgmCluster *cluster = cluster_with_console(&screen);
    g_autoptr(GArray) pids = backends(cluster);
    for (guint i = 0; i < pids->len; i++)
    {
        g_assert_cmpint(kill(g_array_index(pids, pid_t, i), SIGSTOP), ==, 0);
    }
    pgm_screen_assert_text(screen, "no answer for ");
    pgm_screen_type(screen, "2");
    pgm_screen_assert_text(screen, "┌ Schema ");
    pgm_screen_type(screen, "?");
    pgm_screen_assert_text(screen, "Esc back");
    pgm_screen_key(screen, PGM_SCREEN_ESCAPE);
    for (guint i = 0; i < pids->len; i++)
    {
        kill(g_array_index(pids, pid_t, i), SIGCONT);
    }
    pgm_screen_assert_gone(screen, "no answer for ");
    leave(screen);
    pgm_cluster_stop(cluster, FALSE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/degraded/unprivileged", test_unprivileged);
    g_test_add_func("/degraded/locked", test_locked);
    g_test_add_func("/degraded/locked-catalog", test_locked_catalog);
    g_test_add_data_func("/degraded/pooler/transaction", "transaction", test_pooler);
    g_test_add_data_func("/degraded/pooler/statement", "statement", test_pooler);
    g_test_add_func("/degraded/away-and-back", test_away_and_back);
    g_test_add_func("/degraded/wrong-password", test_wrong_password);
    g_test_add_func("/degraded/shutting-down", test_shutting_down);
    g_test_add_func("/degraded/frozen", test_frozen);
    return g_test_run();
}
