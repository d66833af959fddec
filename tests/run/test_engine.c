/* test_engine.c - the incident's hotfix walked by scripted operators, on a real server. */
#include "pgmedic/engine.h"

#include <glib/gstdio.h>
#include <string.h>

#include "harness/server.h"
#include "pgmedic/drift.h"
#include "pgmedic/error.h"
#include "pgmedic/journal.h"
#include "pgmedic/runs.h"

static const char *const key_type = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                                    "'public.documents'::regclass AND attname = 'id'";

typedef struct
{
    PgmTestDatabase *database;
    PgmTarget *target;
    PgmRunbook *runbook;
    char *state;
} Fixture;

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

static void setup(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *path = pgm_test_source_path("runbooks/uuid-to-varchar.yaml");
    fixture->database = pgm_test_database_new_incident("engine", 200, 600);
    fixture->target = pgm_target_new("test");
    pgm_conninfo_free(fixture->target->conninfo);
    fixture->target->conninfo = pgm_conninfo_copy(pgm_test_database_conninfo(fixture->database));
    fixture->target->baseline = pgm_test_source_path("tests/incident/staging.yaml");
    fixture->runbook = load_runbook(path);
    fixture->state = g_dir_make_tmp("pgmedic-engine-XXXXXX", NULL);
}

static void teardown(Fixture *fixture, gconstpointer data)
{
    (void)data;
    pgm_runbook_free(fixture->runbook);
    pgm_target_free(fixture->target);
    pgm_test_database_free(fixture->database);
    g_free(fixture->state);
}

static PgmEngineOptions options_of(const Fixture *fixture)
{
    return (PgmEngineOptions){.target = fixture->target, .mode = "test", .state_folder = fixture->state};
}

static void print_sentence(const PgmEvent *event, gpointer user)
{
    (void)user;
    g_autofree char *sentence = pgm_event_sentence(event);
    if (sentence != NULL)
    {
        g_test_message("%s", sentence);
    }
}

static PgmModel *read_model(const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, &error);
    g_assert_no_error(error);
    return pgm_model_from_events(events);
}

static void test_unattended_commits_everything(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = options_of(fixture);
    g_autofree PgmOperator *operator_ = pgm_operator_policy_new("dump", FALSE, print_sentence, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    PgmOutcome outcome;
    gboolean ended = pgm_engine_run(engine, fixture->runbook, &outcome, &error);
    g_assert_no_error(error);
    g_assert_true(ended);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
    pgm_test_assert_value(fixture->database, key_type, "character varying(36)");

    g_autoptr(PgmModel) model = read_model(pgm_engine_folder(engine));
    g_assert_cmpstr(model->outcome, ==, "finished");
    g_assert_cmpint(pgm_event_integer(model->drift, "breaking"), ==, 0);
    g_assert_cmpint(pgm_event_integer(model->drift, "risky"), ==, 0);
    for (guint i = 0; i < model->phases->len; i++)
    {
        g_assert_cmpint(((const PgmModelPhase *)g_ptr_array_index(model->phases, i))->state, ==, PGM_PHASE_COMMITTED);
    }
    g_autofree char *report = g_build_filename(pgm_engine_folder(engine), "report.md", NULL);
    g_assert_true(g_file_test(report, G_FILE_TEST_IS_REGULAR));
}

static void test_rollback_undoes_everything(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = options_of(fixture);
    g_autofree char *folder = NULL;
    PgmOutcome outcome;
    g_autofree PgmOperator *operator_ = pgm_operator_policy_new("none:a test", FALSE, print_sentence, NULL, &error);
    g_autoptr(PgmConnection) reader = pgm_test_database_connect(fixture->database, PGM_PURPOSE_INSPECT);
    g_autoptr(PgmSnapshot) before = pgm_snapshot_read(reader, &error);
    g_assert_no_error(error);
    {
        g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
        pgm_engine_run(engine, fixture->runbook, &outcome, &error);
        g_assert_no_error(error);
        g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
        folder = g_strdup(pgm_engine_folder(engine));
    }
    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    pgm_engine_rollback(engine, folder, &outcome, &error);
    g_assert_no_error(error);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
    pgm_test_assert_value(fixture->database, key_type, "uuid");
    g_autoptr(PgmSnapshot) after = pgm_snapshot_read(reader, &error);
    g_autoptr(PgmDrift) drift = pgm_drift_compare(before, after, NULL);
    g_assert_cmpuint(drift->differences->len, ==, 0);
}

/* Runs the hotfix to its end; returns the run's folder. */
static char *apply_hotfix(Fixture *fixture, PgmOperator *operator_)
{
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = options_of(fixture);
    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    PgmOutcome outcome;
    pgm_engine_run(engine, fixture->runbook, &outcome, &error);
    g_assert_no_error(error);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
    return g_strdup(pgm_engine_folder(engine));
}

static gboolean timeline_says(const char *folder, const char *text)
{
    g_autoptr(PgmModel) model = read_model(folder);
    for (guint i = 0; i < model->timeline_lines->len; i++)
    {
        if (strstr(((const PgmTimelineLine *)g_ptr_array_index(model->timeline_lines, i))->text, text) != NULL)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* What was written since forbids the way back: it is said beforehand, and trying changes nothing. */
static void test_rollback_forbidden(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = options_of(fixture);
    PgmOutcome outcome;
    g_autofree PgmOperator *operator_ = pgm_operator_policy_new("none:a test", FALSE, print_sentence, NULL, &error);
    g_autofree char *folder = apply_hotfix(fixture, operator_);
    pgm_test_execute(fixture->database, "INSERT INTO documents (id, title) VALUES ('not-a-uuid', 'x')");
    pgm_test_execute(fixture->database,
                     "CREATE TABLE document_share_links (document_id varchar(36) REFERENCES documents)");

    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    pgm_engine_rollback(engine, folder, &outcome, &error);
    g_assert_no_error(error);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_STOPPED);
    pgm_test_assert_value(fixture->database, key_type, "character varying(36)");
    g_assert_true(timeline_says(folder, "documents.id holds a value that is no uuid"));
    g_assert_true(timeline_says(folder, "document_share_links has come to reference documents"));
}

/* Between the two phases, what is missing is on record; a resumed run ends with nothing missing. */
static void test_until_and_resume(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    PgmEngineOptions options = options_of(fixture);
    options.until = "convert";
    PgmOutcome outcome;
    g_autofree PgmOperator *operator_ = pgm_operator_policy_new("none:a test", FALSE, print_sentence, NULL, &error);
    g_autofree char *folder = NULL;
    {
        g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
        pgm_engine_run(engine, fixture->runbook, &outcome, &error);
        g_assert_no_error(error);
        g_assert_cmpint(outcome, ==, PGM_OUTCOME_STOPPED);
        folder = g_strdup(pgm_engine_folder(engine));
    }
    g_autoptr(PgmModel) halfway = read_model(folder);
    g_assert_cmpuint(halfway->missing_indexes->len, ==, 3);
    g_assert_true(pgm_model_unfinished(halfway));

    options.until = NULL;
    g_autoptr(PgmEngine) engine = pgm_engine_new(operator_, &options);
    pgm_engine_resume(engine, folder, &outcome, &error);
    g_assert_no_error(error);
    g_assert_cmpint(outcome, ==, PGM_OUTCOME_FINISHED);
    g_autoptr(PgmModel) whole = read_model(folder);
    g_assert_cmpuint(whole->missing_indexes->len, ==, 0);
    g_assert_cmpuint(pgm_model_phase(whole, "convert")->attempts->len, ==, 1);
}

#define ENGINE_TEST(name, function) g_test_add("/engine/" name, Fixture, NULL, setup, function, teardown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ENGINE_TEST("unattended-commits-everything", test_unattended_commits_everything);
    ENGINE_TEST("rollback-undoes-everything", test_rollback_undoes_everything);
    ENGINE_TEST("rollback-forbidden", test_rollback_forbidden);
    ENGINE_TEST("until-and-resume", test_until_and_resume);
    return g_test_run();
}
