/* What is wrong before a run: the real program says so on one screen, with the right exit code, and nothing is done. */
#include "harness/incident.h"

#include "pgmedic/cluster.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define UNATTENDED "--unattended --backup dump --commit verified "

/* Few enough lines to stand on a small screen, with all that is needed to go on. */
static void assert_one_screen(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint rows = 0;
    for (char **line = lines; *line != NULL; line++)
    {
        rows += (guint)g_utf8_strlen(*line, -1) / 80 + 1;
    }
    if (rows > 24)
    {
        g_error("%u rows of 80 columns:\n%s", rows, text);
    }
    for (const char *p = text; *p != '\0'; p++)
    {
        g_assert_true((guchar)*p >= ' ' || *p == '\n');
    }
}

static void assert_refused(const PgmTestIncident *incident, const char *command, const char *rest, int code,
                           const char *says)
{
    g_autoptr(PgmProgram) program = pgm_test_incident_run(incident, command, rest, "");
    pgm_program_assert_exit(program, code);
    pgm_assert_contains(program->err, says);
    assert_one_screen(program->err);
}

static void assert_types(const PgmTestIncident *incident, const char *expected)
{
    g_autofree char *types = pgm_test_incident_types(incident);
    g_assert_cmpstr(types, ==, expected);
}

static void test_no_server(void)
{
    g_autoptr(PgmTestIncident) incident =
        pgm_test_incident_new_around(NULL, "host=/nonexistent dbname=documents user=ann");
    static const char says[] = "documents@/nonexistent:5432";
    assert_refused(incident, "status", NULL, 3, says);
    assert_refused(incident, "drift", "--against tests/incident/staging.yaml", 3, says);
    assert_refused(incident, "snapshot", NULL, 3, says);
    assert_refused(incident, "run", UNATTENDED "uuid-to-varchar", 3, says);
    assert_refused(incident, "run", "--plain uuid-to-varchar", 3, says);
}

static void test_no_terminal(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("no_terminal", 50, 50);
    static const char *const dumb[] = {"TERM=dumb", "LC_ALL=C.UTF-8", NULL};
    assert_refused(incident, "run", "uuid-to-varchar", 2, "--plain");
    assert_refused(incident, "demo", NULL, 2, "--keep");
    g_autoptr(PgmScreen) screen =
        pgm_screen_new(24, 80,
                       (const char *const[]){"run", "-d", pgm_test_database_text(incident->database), "--runbooks",
                                             incident->runbooks, "uuid-to-varchar", NULL},
                       dumb);
    pgm_screen_assert_text(screen, "--plain");
    pgm_screen_assert_exit(screen, 2);
    g_autofree char *none = pgm_test_incident_run_folder(incident);
    g_assert_null(none);
}

/* A role that may read, but not alter: found before anything is begun, or, where no precondition asks, in the phase. */
static void test_privileges(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("privileges", 50, 50);
    const char *role = pgm_test_database_name(incident->database);
    g_autofree char *create = g_strdup_printf("CREATE ROLE %s LOGIN", role);
    g_autofree char *grant = g_strdup_printf("GRANT SELECT ON ALL TABLES IN SCHEMA public TO %s", role);
    g_autofree char *drop = g_strdup_printf("DROP OWNED BY %s", role);
    g_autofree char *drop_role = g_strdup_printf("DROP ROLE %s", role);
    pgm_test_execute(incident->database, create);
    pgm_test_execute(incident->database, grant);

    const PgmConninfo *info = pgm_test_database_conninfo(incident->database);
    g_autofree char *as = g_strdup_printf("-d postgresql://%s@/%s?host=%s&port=%s", role, role,
                                          pgm_conninfo_get(info, "host"), pgm_conninfo_get(info, "port"));
    g_autofree char *hotfix = g_strdup_printf("%s " UNATTENDED "uuid-to-varchar", as);
    g_autoptr(PgmProgram) refused = pgm_test_incident_run(incident, "run", hotfix, NULL);
    pgm_program_assert_exit(refused, 1);
    pgm_assert_contains(refused->out, "this role may alter both tables");
    pgm_assert_contains(refused->out, "Nothing was begun");
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    g_autofree char *name = g_path_get_basename(folder);
    g_autofree char *back = g_strdup_printf("--unattended %s", name);
    assert_refused(incident, "rollback", back, 2, "has nothing to roll back");
    g_autoptr(PgmProgram) runs = pgm_test_incident_run(incident, "runs", NULL, NULL);
    pgm_assert_contains(runs->out, "not-begun");

    g_autofree char *stamp =
        g_strdup_printf("%s " UNATTENDED "--set from=f867c7e3d51c --set to=774225e563ca stamp-head", as);
    g_autoptr(PgmProgram) failed = pgm_test_incident_run(incident, "run", stamp, NULL);
    g_assert_cmpint(failed->exit, !=, 0);
    pgm_test_assert_value(incident->database, "SELECT version_num FROM alembic_version", "f867c7e3d51c");

    g_autoptr(PgmProgram) status = pgm_test_incident_run(incident, "status", as, NULL);
    g_assert_cmpint(status->exit, <=, 1);
    pgm_assert_contains(status->out, "f867c7e3d51c");
    pgm_test_execute(incident->database, drop);
    pgm_test_execute(incident->database, drop_role);
    assert_types(incident, PGM_TEST_ALL_UUID);
}

static void test_nonsense_runbooks(void)
{
    static const struct
    {
        const char *name, *text, *says;
    } cases[] = {
        {"empty", "", "empty.yaml"},
        {"prose", "this is not a runbook\n", "prose.yaml"},
        {"torn", "format: 1\nname: torn\nphases: [\n", "torn.yaml:"},
        {"keys", "format: 1\nname: keys\ntitel: typo\nseverity: P9\n", "titel"},
        {"future", "format: 7\nname: future\n", "future.yaml:1"},
        {"escape", "format: 1\nname: escape\ntitle: \"\\e]0;owned\\a\"\nsum\\x1b[2Jmary: x\n", "escape.yaml"},
        {"binary",
         "\x7f"
         "ELF\x02\x01\x01\x1b[2J",
         "binary.yaml"},
        {"deep",
         "format: 1\nname: deep\nphases: "
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
         "deep.yaml"},
    };
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("nonsense", 50, 50);
    g_free(incident->runbooks);
    incident->runbooks = g_build_filename(incident->folder, "runbooks", NULL);
    g_assert_cmpint(g_mkdir(incident->runbooks, 0700), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autofree char *base = g_strconcat(cases[i].name, ".yaml", NULL);
        g_autofree char *path = g_build_filename(incident->runbooks, base, NULL);
        g_autofree char *rest = g_strconcat(UNATTENDED, cases[i].name, NULL);
        g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
        g_assert_cmpint(g_chmod(path, 0600), ==, 0);
        assert_refused(incident, "run", rest, 2, cases[i].says);
        assert_refused(incident, "guide", cases[i].name, 2, cases[i].says);
    }
    assert_refused(incident, "run", UNATTENDED "no-such-runbook", 2, "no-such-runbook");

    /* Others could have written it: not run. */
    g_autofree char *open = g_build_filename(incident->runbooks, "empty.yaml", NULL);
    g_assert_cmpint(g_chmod(open, 0666), ==, 0);
    assert_refused(incident, "run", UNATTENDED "empty", 2, "empty.yaml");

    /* The console shows each with its errors, and runs none. */
    g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, 30, 100, NULL, NULL);
    pgm_screen_assert_text(screen, "3 breaking");
    pgm_screen_type(screen, "4");
    pgm_screen_assert_text(screen, "torn");
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
    g_autofree char *none = pgm_test_incident_run_folder(incident);
    g_assert_null(none);
}

static PgmProgram *pg_ctl(const PgmCluster *cluster, const char *const *words)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *program = g_build_filename(pgm_cluster_bindir(cluster), "pg_ctl", NULL);
    g_autofree char *data = g_build_filename(pgm_cluster_folder(cluster), "data", NULL);
    static const char *const step_down[] = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"};
    for (guint i = 0; geteuid() == 0 && i < G_N_ELEMENTS(step_down); i++)
    {
        g_ptr_array_add(argv, (gpointer)(guintptr)step_down[i]);
    }
    const char *const first[] = {program, "-D", data, "-w", "-s"};
    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
    {
        g_ptr_array_add(argv, (gpointer)(guintptr)first[i]);
    }
    for (; *words != NULL; words++)
    {
        g_ptr_array_add(argv, (gpointer)(guintptr)*words);
    }
    g_ptr_array_add(argv, NULL);
    return pgm_program_run((const char *const *)argv->pdata, NULL, NULL);
}

static PgmCluster *start_with_passwords(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *rules = g_strdup_printf("/tmp/pgmedic-test-hba-%d", (int)getpid());
    g_assert_true(g_file_set_contents_full(rules, "local all postgres trust\nlocal all all scram-sha-256\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0644, &error));
    g_autofree char *settings = g_strdup_printf("hba_file = '%s'\n", rules);
    PgmCluster *cluster = pgm_cluster_start("pgmedic-test", settings, &error);
    g_assert_no_error(error);
    return cluster;
}

static void execute(const PgmCluster *cluster, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConninfo) info = pgm_cluster_conninfo(cluster, "postgres");
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    pgm_connection_command(connection, &error, "%s", sql);
    g_assert_no_error(error);
}

/* Wrong passwords; a right one appears nowhere; then the same server as a standby. */
static void test_passwords_and_standby(void)
{
    PgmCluster *cluster = start_with_passwords();
    execute(cluster, "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'correct-horse'");
    execute(cluster, "CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY)");
    execute(cluster, "INSERT INTO public.alembic_version VALUES ('f867c7e3d51c')");
    g_autofree char *app = g_strdup_printf("host=%s port=%d dbname=postgres user=app", pgm_cluster_folder(cluster),
                                           pgm_cluster_port(cluster));
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new_around(NULL, app);
    g_autofree char *passwords = g_build_filename(incident->folder, "passwords", NULL);
    g_autofree char *passfile = g_strconcat("PGPASSFILE=", passwords, NULL);
    g_strfreev(incident->surroundings);
    g_autofree char *state = g_strconcat("XDG_STATE_HOME=", incident->folder, NULL);
    incident->surroundings = g_strdupv((char *[]){state, passfile, (char[]){"LC_ALL=C.UTF-8"}, NULL});

    assert_refused(incident, "status", NULL, 3, "the server asks for a password, and none was found");
    g_assert_true(g_file_set_contents(passwords, "*:*:*:*:wrong-horse\n", -1, NULL));
    g_assert_cmpint(g_chmod(passwords, 0600), ==, 0);
    assert_refused(incident, "run", "--plain stamp-head --set from=f867c7e3d51c --set to=774225e563ca", 3,
                   "password authentication failed for user \"app\"");
    g_autoptr(PgmProgram) wrong = pgm_test_incident_run(incident, "status", NULL, NULL);
    g_assert_null(strstr(wrong->err, "wrong-horse"));

    g_assert_true(g_file_set_contents(passwords, "*:*:*:*:correct-horse\n", -1, NULL));
    g_assert_cmpint(g_chmod(passwords, 0600), ==, 0);
    g_autoptr(PgmProgram) stamp = pgm_test_incident_run(
        incident, "run", UNATTENDED "--set from=f867c7e3d51c --set to=774225e563ca stamp-head", NULL);
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    g_assert_nonnull(folder);
    const char *const grep[] = {"grep", "-rl", "correct-horse", folder, NULL};
    g_autoptr(PgmProgram) leaks = pgm_program_run(grep, NULL, NULL);
    g_assert_cmpstr(leaks->out, ==, "");
    g_assert_null(strstr(stamp->out, "correct-horse"));
    g_assert_null(strstr(stamp->err, "correct-horse"));

    g_autofree char *signal_file = g_build_filename(pgm_cluster_folder(cluster), "data", "standby.signal", NULL);
    g_autoptr(PgmProgram) stop = pg_ctl(cluster, (const char *const[]){"-m", "fast", "stop", NULL});
    pgm_program_assert_exit(stop, 0);
    g_assert_true(g_file_set_contents(signal_file, "", 0, NULL));
    g_assert_cmpint(g_chmod(signal_file, 0666), ==, 0);
    g_autoptr(PgmProgram) start = pg_ctl(cluster, (const char *const[]){"-l", "/dev/null", "start", NULL});
    pgm_program_assert_exit(start, 0);
    assert_refused(incident, "run", UNATTENDED "--set from=774225e563ca --set to=f867c7e3d51c stamp-head", 3,
                   "standby");
    assert_refused(incident, "run", "--plain --set from=774225e563ca --set to=f867c7e3d51c stamp-head", 3, "standby");
    g_autoptr(PgmProgram) status = pgm_test_incident_run(incident, "status", NULL, NULL);
    g_assert_cmpint(status->exit, <=, 1);
    pgm_assert_contains(status->out, "standby");
    g_autoptr(PgmScreen) screen = pgm_test_incident_open(incident, 30, 100, NULL, NULL);
    pgm_screen_assert_text(screen, "standby");
    pgm_screen_type(screen, "q");
    pgm_screen_assert_exit(screen, 0);
    pgm_cluster_stop(cluster, FALSE);
    g_autofree char *rules = g_strdup_printf("/tmp/pgmedic-test-hba-%d", (int)getpid());
    g_remove(rules);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident/bad-input/no-server", test_no_server);
    g_test_add_func("/incident/bad-input/no-terminal", test_no_terminal);
    g_test_add_func("/incident/bad-input/privileges", test_privileges);
    g_test_add_func("/incident/bad-input/nonsense-runbooks", test_nonsense_runbooks);
    g_test_add_func("/incident/bad-input/passwords-and-standby", test_passwords_and_standby);
    return g_test_run();
}
