/* scene.c - databases with a runbook to walk, and what their journals must hold. */
#include "scene.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pgmedic/cluster.h"
#include "pgmedic/file.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

enum
{
    AWAIT_MS = 10000,
    POLL_US = 5000,
};

static PgmRunbook *load_runbook(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
    PgmRunbook *runbook = pgm_runbook_load(path, findings, &error);
    g_assert_no_error(error);
    pgm_runbook_bind(runbook, none, &error);
    g_assert_no_error(error);
    return runbook;
}

static PgmScene *scene_begin(const PgmConninfo *info)
{
    g_autoptr(GError) error = NULL;
    PgmScene *scene = g_new0(PgmScene, 1);
    scene->target = pgm_target_new("test");
    pgm_conninfo_free(scene->target->conninfo);
    scene->target->conninfo = pgm_conninfo_copy(info);
    scene->state = g_dir_make_tmp("pgmedic-scene-XXXXXX", &error);
    g_assert_no_error(error);
    return scene;
}

PgmScene *pgm_scene_new_incident(const char *name)
{
    PgmTestDatabase *database = pgm_test_database_new_incident(name, 200, 600);
    PgmScene *scene = scene_begin(pgm_test_database_conninfo(database));
    g_autofree char *path = pgm_test_source_path("runbooks/uuid-to-varchar.yaml");
    scene->database = database;
    scene->target->baseline = pgm_test_source_path("tests/incident/staging.yaml");
    scene->runbook = load_runbook(path);
    return scene;
}

void pgm_scene_renew_state(PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_free(scene->state);
    scene->state = g_dir_make_tmp("pgmedic-scene-XXXXXX", &error);
    g_assert_no_error(error);
}

/* Not by GSubprocess, whose thread could hold a lock of GLib's just when the next child is forked. */
void pgm_scene_reset_incident(PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bindir = pgm_cluster_find_bindir(NULL);
    g_autofree char *psql = bindir != NULL ? g_build_filename(bindir, "psql", NULL) : g_strdup("psql");
    g_autofree char *schema = pgm_test_source_path("tests/incident/schema.sql");
    g_autofree char *data = pgm_test_source_path("tests/incident/data.sql");
    const char *const argv[] = {
        psql,
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-d",
        pgm_test_database_text(scene->database),
        "-c",
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND "
        "application_name LIKE 'pgmedic %'",
        "-c",
        "DROP TABLE public.document_questions, public.documents, public.document_templates, public.alembic_version",
        "-c",
        "SET pgmedic.documents = 200",
        "-c",
        "SET pgmedic.questions = 600",
        "-f",
        schema,
        "-f",
        data,
        NULL};
    int status = -1;
    g_spawn_sync(NULL, (char **)(gsize)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                 NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    pgm_scene_renew_state(scene);
}

static void write_runbook(PgmScene *scene, const char *yaml)
{
    g_autoptr(GError) error = NULL;
    scene->books = g_dir_make_tmp("pgmedic-books-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *folder = g_build_filename(scene->books, "runbooks", NULL);
    g_autofree char *path = g_build_filename(folder, "test.yaml", NULL);
    g_autofree char *text = g_strconcat("format: 1\nname: test\ntitle: A test\nseverity: P2\nsummary: A test\n"
                                        "backup: {scope: none, reason: a test}\n",
                                        yaml, NULL);
    g_assert_true(pgm_file_make_private_folder(folder, &error));
    g_assert_true(pgm_file_write(path, text, -1, 0600, &error));
    scene->runbook = load_runbook(path);
}

PgmScene *pgm_scene_new_at(const PgmConninfo *info, const char *yaml)
{
    PgmScene *scene = scene_begin(info);
    write_runbook(scene, yaml);
    return scene;
}

PgmScene *pgm_scene_new(const char *name, const char *setup, const char *yaml)
{
    PgmTestDatabase *database = pgm_test_database_new(name);
    PgmScene *scene = pgm_scene_new_at(pgm_test_database_conninfo(database), yaml);
    scene->database = database;
    g_free(pgm_test_psql(database, setup));
    return scene;
}

void pgm_scene_free(PgmScene *scene)
{
    if (scene == NULL)
    {
        return;
    }
    pgm_runbook_free(scene->runbook);
    pgm_target_free(scene->target);
    pgm_test_database_free(scene->database);
    g_free(scene->books);
    g_free(scene->state);
    g_free(scene);
}

void pgm_scene_redirect(PgmScene *scene, const char *keyword, const char *value)
{
    pgm_conninfo_set(scene->target->conninfo, keyword, value);
}

PgmEngineOptions pgm_scene_options(const PgmScene *scene)
{
    return (PgmEngineOptions){.target = scene->target, .mode = "test", .state_folder = scene->state};
}

/* What the journal holds */

char *pgm_scene_run_folder(const PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) runs = pgm_runs_list(scene->state, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(runs->len, <=, 1);
    return runs->len == 0 ? NULL : g_build_filename(scene->state, (char *)g_ptr_array_index(runs, 0), NULL);
}

static GPtrArray *scene_events(const PgmScene *scene)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = pgm_scene_run_folder(scene);
    g_assert_nonnull(folder);
    GPtrArray *events = pgm_journal_read(folder, NULL, &error);
    g_assert_no_error(error);
    return events;
}

PgmModel *pgm_scene_model(const PgmScene *scene)
{
    g_autoptr(GPtrArray) events = scene_events(scene);
    return pgm_model_from_events(events);
}

static gboolean event_fits(const PgmEvent *event, PgmEventKind kind, const char *field, const char *value)
{
    return pgm_event_kind(event) == kind && (field == NULL || g_strcmp0(pgm_event_text(event, field), value) == 0);
}

guint pgm_scene_count(const PgmScene *scene, PgmEventKind kind, const char *field, const char *value)
{
    g_autoptr(GPtrArray) events = scene_events(scene);
    guint count = 0;
    for (guint i = 0; i < events->len; i++)
    {
        count += event_fits(g_ptr_array_index(events, i), kind, field, value) ? 1 : 0;
    }
    return count;
}

PgmEvent *pgm_scene_newest(const PgmScene *scene, PgmEventKind kind)
{
    g_autoptr(GPtrArray) events = scene_events(scene);
    for (guint i = events->len; i > 0; i--)
    {
        const PgmEvent *event = g_ptr_array_index(events, i - 1);
        if (pgm_event_kind(event) == kind)
        {
            return pgm_event_copy(event);
        }
    }
    return NULL;
}

void pgm_scene_assert_no_phase_twice(const PgmScene *scene)
{
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        gboolean stands = FALSE;
        for (guint a = 0; a < phase->attempts->len; a++)
        {
            const PgmModelAttempt *attempt = g_ptr_array_index(phase->attempts, a);
            g_assert_cmpint(attempt->outcome, !=, PGM_PHASE_RUNNING);
            if (attempt->backward)
            {
                stands = stands && attempt->outcome != PGM_PHASE_COMMITTED;
                continue;
            }
            if (stands)
            {
                g_error("phase %s was begun again (attempt %u) after it had committed", phase->name, a + 1);
            }
            stands = attempt->outcome == PGM_PHASE_COMMITTED;
        }
    }
}

void pgm_scene_assert_no_cascade(const PgmScene *scene)
{
    g_autoptr(GPtrArray) events = scene_events(scene);
    for (guint i = 0; i < events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(events, i);
        const char *fields[] = {"sqlstate", "error", "message", "reason", "unproven"};
        for (guint f = 0; f < G_N_ELEMENTS(fields); f++)
        {
            const char *text = pgm_event_text(event, fields[f]);
            g_assert_true(text == NULL || strstr(text, "25P02") == NULL);
        }
    }
}

/* Acting */

static PgmOutcome act(PgmScene *scene, PgmOperator *operator_, PgmScripted *scripted, PgmSceneAct what, char **message)
{
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = pgm_scene_options(scene);
    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    g_autofree char *folder = pgm_scene_run_folder(scene);
    PgmOutcome outcome = PGM_OUTCOME_UNKNOWN;
    if (scripted != NULL)
    {
        scripted->engine = engine;
    }
    switch (what)
    {
    case PGM_SCENE_RUN:
        pgm_engine_run(engine, scene->runbook, &outcome, &error);
        break;
    case PGM_SCENE_RESUME:
        pgm_engine_resume(engine, folder, &outcome, &error);
        break;
    case PGM_SCENE_ROLLBACK:
        pgm_engine_rollback(engine, folder, &outcome, &error);
        break;
    }
    g_assert_no_error(error);
    if (message != NULL)
    {
        *message = g_strdup(pgm_engine_message(engine));
    }
    if (scripted != NULL)
    {
        scripted->engine = NULL;
    }
    return outcome;
}

PgmOutcome pgm_scene_run(PgmScene *scene, PgmScripted *scripted, char **message)
{
    return act(scene, &scripted->base, scripted, PGM_SCENE_RUN, message);
}

PgmOutcome pgm_scene_resume(PgmScene *scene, PgmScripted *scripted, char **message)
{
    return act(scene, &scripted->base, scripted, PGM_SCENE_RESUME, message);
}

PgmOutcome pgm_scene_rollback(PgmScene *scene, PgmScripted *scripted, char **message)
{
    return act(scene, &scripted->base, scripted, PGM_SCENE_ROLLBACK, message);
}

typedef struct
{
    guint lines;  /* still to be written */
    gint64 after; /* lines up to here are from before */
} Mortal;

static void count_down(const PgmEvent *event, gpointer user)
{
    Mortal *mortal = user;
    if (pgm_event_sequence(event) > mortal->after && --mortal->lines == 0)
    {
        kill(getpid(), SIGKILL);
    }
}

gboolean pgm_scene_act_and_die(PgmScene *scene, PgmSceneAct what, guint lines)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = pgm_scene_run_folder(scene);
    g_autoptr(GPtrArray) past = folder != NULL ? pgm_journal_read(folder, NULL, &error) : NULL;
    g_assert_no_error(error);
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0)
    {
        Mortal mortal = {.lines = lines, .after = past != NULL ? past->len : 0};
        PgmOperator *operator_ = pgm_operator_policy_new("none:a test", FALSE, count_down, &mortal, NULL);
        _exit(act(scene, operator_, NULL, what, NULL) == PGM_OUTCOME_FINISHED ? 0 : 1);
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    {
        return TRUE;
    }
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    return FALSE;
}

/* The database */

char *pgm_scene_value(const PgmScene *scene, const char *sql)
{
    g_autoptr(GError) error = NULL;
    const PgmConninfo *info =
        scene->database != NULL ? pgm_test_database_conninfo(scene->database) : scene->target->conninfo;
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    char *value = pgm_connection_value(connection, sql, &error);
    g_assert_no_error(error);
    return value;
}

void pgm_scene_execute(const PgmScene *scene, const char *sql)
{
    g_free(pgm_scene_value(scene, sql));
}

void pgm_scene_await(const PgmScene *scene, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    gint64 deadline = g_get_monotonic_time() + (gint64)AWAIT_MS * 1000;
    const PgmConninfo *info =
        scene->database != NULL ? pgm_test_database_conninfo(scene->database) : scene->target->conninfo;
    g_autoptr(PgmConnection) connection = pgm_connection_open(info, PGM_PURPOSE_PLAIN, &error);
    g_assert_no_error(error);
    for (;;)
    {
        g_autofree char *value = pgm_connection_value(connection, sql, &error);
        g_assert_no_error(error);
        if (g_strcmp0(value, expected) == 0)
        {
            return;
        }
        if (g_get_monotonic_time() > deadline)
        {
            g_error("%s\nstill answers %s, not %s", sql, value != NULL ? value : "null", expected);
        }
        g_usleep(POLL_US);
    }
}
