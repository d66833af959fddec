/* test_commit.c - did it commit? The connection, or the server, goes at the worst of moments. */
#include <glib/gstdio.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "harness/proxy.h"
#include "harness/scene.h"
#include "pgmedic/cluster.h"

static const char runbook[] =
    "phases:\n"
    "  - name: make\n"
    "    title: Make a table\n"
    "    sql: |\n"
    "      CREATE TABLE made (id int PRIMARY KEY);\n"
    "      INSERT INTO made SELECT generate_series(1, 10);\n"
    "    rollback_sql: DROP TABLE made;\n"
    "    rollback_verify: [{name: it is gone, sql: \"SELECT to_regclass('made') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('made') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: ten rows, sql: SELECT count(*) FROM made, expect: 10}]\n";

static const char deferred[] = "phases:\n"
                               "  - name: break\n"
                               "    title: Break a deferred foreign key\n"
                               "    sql: INSERT INTO child VALUES (42);\n"
                               "    rollback_sql: DELETE FROM child WHERE id = 42;\n"
                               "    rollback_verify: [{name: it is gone, sql: SELECT count(*) FROM child, expect: 0}]\n"
                               "    done_when: {sql: SELECT count(*) FROM child, expect: 1}\n"
                               "    verify: [{name: it is there, sql: SELECT count(*) FROM child, expect: 1}]\n";

static const char made[] = "SELECT to_regclass('made') IS NOT NULL";

static PgmScene *scene_behind(PgmProxy **proxy)
{
    PgmScene *scene = pgm_scene_new("commit", "SELECT 1", runbook);
    *proxy = pgm_proxy_new(scene->target->conninfo);
    pgm_scene_redirect(scene, "host", pgm_proxy_folder(*proxy));
    return scene;
}

static void assert_resolved(const PgmScene *scene, const char *outcome, const char *by)
{
    g_autoptr(PgmEvent) resolved = pgm_scene_newest(scene, PGM_EVENT_RESOLVED);
    g_assert_nonnull(resolved);
    g_assert_cmpstr(pgm_event_text(resolved, "outcome"), ==, outcome);
    g_assert_cmpstr(pgm_event_text(resolved, "by"), ==, by);
    pgm_scene_assert_no_phase_twice(scene);
}

/* COMMIT never reached the server: aborted, by the word of the transaction's own id. The operator tries again. */
static void test_cut_before(gconstpointer cut)
{
    g_autoptr(PgmProxy) proxy = NULL;
    g_autoptr(PgmScene) scene = scene_behind(&proxy);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_proxy_arm(proxy, GPOINTER_TO_INT(cut), 0);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpuint(pgm_proxy_cuts(proxy), ==, 1);
    assert_resolved(scene, "aborted", "xid");
    pgm_scene_assert_value(scene, made, "f");
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, 1);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_PROBE], ==, 0);
    pgm_scene_assert_value(scene,
                           "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                           "pg_backend_pid() AND xact_start IS NOT NULL",
                           "0");
    g_assert_cmpint(pgm_scene_resume(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scene_assert_value(scene, made, "t");
}

static void test_cut_and_retried(void)
{
    g_autoptr(PgmProxy) proxy = NULL;
    g_autoptr(PgmScene) scene = scene_behind(&proxy);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_scripted_answer(scripted, PGM_QUESTION_FAILED, PGM_DECISION_RETRY);
    pgm_proxy_arm(proxy, PGM_CUT_BEFORE, 0);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    assert_resolved(scene, "aborted", "xid");
    pgm_scene_assert_value(scene, made, "t");
}

/* COMMIT was sent and nothing came back: committed, and the run goes on as if nothing had been. */
static void test_cut_after(gconstpointer cut)
{
    g_autoptr(PgmProxy) proxy = NULL;
    g_autoptr(PgmScene) scene = scene_behind(&proxy);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_proxy_arm(proxy, GPOINTER_TO_INT(cut), 0);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpuint(pgm_proxy_cuts(proxy), ==, 1);
    assert_resolved(scene, "committed", "xid");
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, 0);
    pgm_scene_assert_value(scene, "SELECT count(*) FROM made", "10");
}

/* The same on the way back. */
static void test_rollback_cut(gconstpointer cut)
{
    g_autoptr(PgmProxy) proxy = NULL;
    g_autoptr(PgmScene) scene = scene_behind(&proxy);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    gboolean before = GPOINTER_TO_INT(cut) == PGM_CUT_BEFORE;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scripted_answer(scripted, PGM_QUESTION_FAILED, PGM_DECISION_RETRY);
    pgm_proxy_arm(proxy, GPOINTER_TO_INT(cut), 0);
    g_assert_cmpint(pgm_scene_rollback(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpuint(pgm_proxy_cuts(proxy), ==, 1);
    assert_resolved(scene, before ? "aborted" : "committed", "xid");
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, before ? 1 : 0);
    pgm_scene_assert_value(scene, made, "f");
}

/* A deferred constraint fails at COMMIT: the connection lives, and the answer is a plain one. */
static void test_deferred_constraint(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("commit",
                                              "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int "
                                              "REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
                                              deferred);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_nonnull(aborted);
    g_assert_cmpstr(pgm_event_text(aborted, "sqlstate"), ==, "23503");
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_COMMIT_INTENT, NULL, NULL), ==, 1);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_RESOLVED, NULL, NULL), ==, 0);
    pgm_scene_assert_value(scene, "SELECT count(*) FROM child", "0");
}

/* The server itself */

typedef struct
{
    PgmCluster *cluster;
    PgmConninfo *info; /* not through the proxy */
    PgmProxy *proxy;
    PgmScene *scene;
} Crash;

static void crash_setup(Crash *crash, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    crash->cluster = pgm_cluster_start("pgmedic-crash", "fsync = on\nfull_page_writes = on\n", &error);
    g_assert_no_error(error);
    crash->info = pgm_cluster_conninfo(crash->cluster, "postgres");
    crash->scene = pgm_scene_new_at(crash->info, runbook);
    crash->proxy = pgm_proxy_new(crash->info);
    pgm_scene_redirect(crash->scene, "host", pgm_proxy_folder(crash->proxy));
}

static void crash_teardown(Crash *crash, gconstpointer data)
{
    (void)data;
    pgm_scene_free(crash->scene);
    pgm_proxy_free(crash->proxy);
    pgm_conninfo_free(crash->info);
    pgm_cluster_stop(crash->cluster, FALSE);
}

/* One backend killed -9: the postmaster ends all others, throws the shared memory away and recovers from the WAL. It
 * has begun to when another session ends: until then it may let somebody in. */
static void crash_server(gpointer user)
{
    const Crash *crash = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmConnection) victim = pgm_connection_open(crash->info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    g_autoptr(PgmConnection) witness = pgm_connection_open(crash->info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    kill(pgm_connection_server(victim)->backend_pid, SIGKILL);
    while (pgm_connection_command(witness, NULL, "SELECT 1")) /* until it is felt */
    {
    }
}

static void test_crash_at_commit(Crash *crash, gconstpointer cut)
{
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_proxy_at_cut(crash->proxy, crash_server, crash);
    pgm_proxy_arm(crash->proxy, GPOINTER_TO_INT(cut), 0);
    g_assert_cmpint(pgm_scene_run(crash->scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_resolved(crash->scene, "aborted", "xid");
    pgm_scene_assert_value(crash->scene, made, "f");
    g_assert_cmpint(pgm_scene_resume(crash->scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scene_assert_value(crash->scene, made, "t");
}

/* Crashed right after COMMIT was answered, and the answer was lost. */
static void crash_on_lost(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_LOST)
    {
        crash_server(self->user);
    }
}

static void test_crash_after_commit(Crash *crash, gconstpointer data)
{
    (void)data;
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    scripted->on_event = crash_on_lost;
    scripted->user = crash;
    pgm_proxy_arm(crash->proxy, PGM_CUT_AFTER, 0);
    g_assert_cmpint(pgm_scene_run(crash->scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    assert_resolved(crash->scene, "committed", "xid");
    pgm_scene_assert_value(crash->scene, "SELECT count(*) FROM made", "10");
}

static void step_down(gpointer data)
{
    const struct passwd *owner = data;
    if (owner != NULL &&
        (setgroups(1, &owner->pw_gid) != 0 || setgid(owner->pw_gid) != 0 || setuid(owner->pw_uid) != 0))
    {
        _exit(126);
    }
}

static void G_GNUC_NULL_TERMINATED pg_ctl(const Crash *crash, const char *word, ...)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, g_build_filename(pgm_cluster_bindir(crash->cluster), "pg_ctl", NULL));
    g_ptr_array_add(argv, g_strdup("-D"));
    g_ptr_array_add(argv, g_build_filename(pgm_cluster_folder(crash->cluster), "data", NULL));
    g_ptr_array_add(argv, g_strdup("-w"));
    g_ptr_array_add(argv, g_strdup("-s"));
    va_list words;
    va_start(words, word);
    for (; word != NULL; word = va_arg(words, const char *))
    {
        g_ptr_array_add(argv, g_strdup(word));
    }
    va_end(words);
    g_ptr_array_add(argv, NULL);
    int status = -1;
    g_spawn_sync("/", (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, step_down,
                 geteuid() == 0 ? getpwnam("postgres") : NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}

/* As a standby that is promoted: the same system, another timeline. */
static void become_standby(const Crash *crash)
{
    g_autofree char *signal_file = g_build_filename(pgm_cluster_folder(crash->cluster), "data", "standby.signal", NULL);
    pg_ctl(crash, "-m", "fast", "stop", NULL);
    g_assert_true(g_file_set_contents(signal_file, "", 0, NULL));
    g_assert_cmpint(g_chmod(signal_file, 0666), ==, 0);
    pg_ctl(crash, "-l", "/dev/null", "start", NULL);
}

/* Killed between COMMIT's intent and its outcome; meanwhile another server took over. The xid may be a stranger's: it
 * is not asked, the catalog is, and nobody but the operator decides. */
static void test_other_timeline(Crash *crash, gconstpointer data)
{
    gboolean committed = GPOINTER_TO_INT(data);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    guint line = 1;
    {
        g_autoptr(PgmScene) trial = pgm_scene_new_at(crash->info, runbook);
        g_assert_cmpint(pgm_scene_run(trial, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
        g_autoptr(PgmEvent) intent = pgm_scene_newest(trial, PGM_EVENT_COMMIT_INTENT);
        g_assert_nonnull(intent);
        line = (guint)pgm_event_sequence(intent);
        pgm_scene_execute(trial, "DROP TABLE made");
    }
    pgm_scene_redirect(crash->scene, "host", pgm_conninfo_get(crash->info, "host"));
    /* the policy of the child answers what the script above did, but for the COMMIT question, which it is not asked */
    g_assert_true(pgm_scene_act_and_die(crash->scene, PGM_SCENE_RUN, line - 2));
    g_assert_cmpuint(pgm_scene_count(crash->scene, PGM_EVENT_COMMIT_INTENT, NULL, NULL), ==, 1);
    g_assert_cmpuint(pgm_scene_count(crash->scene, PGM_EVENT_COMMITTED, NULL, NULL), ==, 0);
    become_standby(crash);

    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = pgm_scene_options(crash->scene);
    {
        g_autoptr(PgmEngine) engine = pgm_engine_new(&scripted->base, &options);
        g_autoptr(PgmScene) other = pgm_scene_new_at(crash->info, runbook);
        PgmOutcome outcome;
        g_assert_false(pgm_engine_run(engine, other->runbook, &outcome, &error));
        g_assert_error(error, PGM_ERROR, PGM_ERROR_REFUSED);
        g_assert_nonnull(strstr(error->message, "standby"));
        g_assert_cmpint(pgm_error_exit_code(error), ==, 3);
    }

    pg_ctl(crash, "promote", NULL);
    g_assert_cmpint(pgm_scene_resume(crash->scene, scripted, NULL), ==, PGM_OUTCOME_UNKNOWN);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_PROBE], ==, 1);
    g_assert_cmpuint(pgm_scene_count(crash->scene, PGM_EVENT_RESOLVED, NULL, NULL), ==, 0);
    if (committed)
    {
        pgm_scene_execute(crash->scene, "CREATE TABLE made AS SELECT generate_series(1, 10) AS id");
    }
    pgm_scripted_answer(scripted, PGM_QUESTION_PROBE, committed ? PGM_DECISION_COMMITTED : PGM_DECISION_NOT_COMMITTED);
    g_assert_cmpint(pgm_scene_resume(crash->scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    assert_resolved(crash->scene, committed ? "committed" : "aborted", "operator");
    pgm_scene_assert_value(crash->scene, "SELECT count(*) FROM made", "10");
}

#define CRASH_TEST(name, data, function)                                                                               \
    g_test_add("/commit/" name, Crash, GINT_TO_POINTER(data), crash_setup, function, crash_teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/commit/cut-before", GINT_TO_POINTER(PGM_CUT_BEFORE), test_cut_before);
    g_test_add_data_func("/commit/cut-hanging", GINT_TO_POINTER(PGM_CUT_HANG), test_cut_before);
    g_test_add_func("/commit/cut-and-retried", test_cut_and_retried);
    g_test_add_data_func("/commit/cut-after", GINT_TO_POINTER(PGM_CUT_AFTER), test_cut_after);
    g_test_add_data_func("/commit/cut-once-sent", GINT_TO_POINTER(PGM_CUT_SENT), test_cut_after);
    g_test_add_data_func("/commit/rollback-cut-before", GINT_TO_POINTER(PGM_CUT_BEFORE), test_rollback_cut);
    g_test_add_data_func("/commit/rollback-cut-after", GINT_TO_POINTER(PGM_CUT_AFTER), test_rollback_cut);
    g_test_add_func("/commit/deferred-constraint", test_deferred_constraint);
    CRASH_TEST("server-crashes-before", PGM_CUT_BEFORE, test_crash_at_commit);
    CRASH_TEST("server-crashes-after", 0, test_crash_after_commit);
    CRASH_TEST("other-timeline-not-committed", FALSE, test_other_timeline);
    CRASH_TEST("other-timeline-committed", TRUE, test_other_timeline);
    return g_test_run();
}
