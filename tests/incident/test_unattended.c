/* The incident mended unattended by the real program, and undone again, wholly and from each phase. */
#include "harness/incident.h"

#include <string.h>

#define HOTFIX "--unattended --backup dump --commit verified uuid-to-varchar"

static void assert_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
}

static void assert_phases(const PgmTestIncident *incident, const char *expected)
{
    g_autoptr(PgmModel) model = pgm_test_incident_model(incident);
    GString *states = g_string_new(NULL);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        g_string_append_printf(states, "%s%s", i > 0 ? " " : "", pgm_phase_state_name(phase->state));
    }
    g_assert_cmpstr(states->str, ==, expected);
    g_string_free(states, TRUE);
}

static void assert_types(const PgmTestIncident *incident, const char *expected)
{
    g_autofree char *types = pgm_test_incident_types(incident);
    g_assert_cmpstr(types, ==, expected);
}

static char *rollback(const PgmTestIncident *incident)
{
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    g_autofree char *run = g_path_get_basename(folder);
    return g_strdup_printf("--unattended %s", run);
}

static void test_there_and_back(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("unattended", 2000, 6000);
    g_autofree char *before = pgm_test_incident_schema(incident);
    g_autofree char *rows = pgm_test_value(incident->database, "SELECT md5(string_agg(d::text, '' ORDER BY id::text)) "
                                                               "FROM documents d");

    g_autoptr(PgmProgram) drifted =
        pgm_test_incident_run(incident, "drift", "--against tests/incident/staging.yaml", NULL);
    pgm_program_assert_exit(drifted, 1);
    g_autoptr(PgmProgram) run = pgm_test_incident_run(incident, "run", HOTFIX, NULL);
    pgm_program_assert_exit(run, 0);
    assert_types(incident, PGM_TEST_ALL_VARCHAR);
    assert_phases(incident, "committed committed committed committed");
    g_autoptr(PgmProgram) drift =
        pgm_test_incident_run(incident, "drift", "--against tests/incident/staging.yaml", NULL);
    pgm_program_assert_exit(drift, 0);
    g_autofree char *folder = pgm_test_incident_run_folder(incident);
    assert_file(folder, "report.md");
    assert_file(folder, "backup.dump");
    g_autofree char *hotfixed =
        pgm_test_value(incident->database, "SELECT md5(string_agg(d::text, '' ORDER BY id::text)) FROM documents d");
    g_assert_cmpstr(rows, ==, hotfixed);

    g_autofree char *name = g_path_get_basename(folder);
    g_autoptr(PgmProgram) runs = pgm_test_incident_run(incident, "runs", NULL, NULL);
    pgm_program_assert_exit(runs, 0);
    pgm_assert_contains(runs->out, name);
    pgm_assert_contains(runs->out, "finished");
    g_autoptr(PgmProgram) report = pgm_test_incident_run(incident, "report", name, NULL);
    pgm_program_assert_exit(report, 0);
    pgm_assert_contains(report->out, "# ");
    pgm_assert_contains(report->out, "ALTER TABLE document_questions");
    pgm_assert_contains(report->out, "no document was lost");
    pgm_assert_contains(report->out, "backup.dump");
    g_assert_null(strstr(report->out, "\x1b"));

    g_autofree char *back = rollback(incident);
    g_autoptr(PgmProgram) undone = pgm_test_incident_run(incident, "rollback", back, NULL);
    pgm_program_assert_exit(undone, 0);
    g_autofree char *after = pgm_test_incident_schema(incident);
    g_assert_cmpstr(before, ==, after);
    assert_types(incident, PGM_TEST_ALL_UUID);
    g_autofree char *restored =
        pgm_test_value(incident->database, "SELECT md5(string_agg(d::text, '' ORDER BY id::text)) FROM documents d");
    g_assert_cmpstr(rows, ==, restored);
}

/* Stopped after a phase, the run is undone to exactly what was there before. */
static void test_partial(gconstpointer phase)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("partial", 200, 600);
    g_autofree char *before = pgm_test_incident_schema(incident);
    g_autofree char *until = g_strdup_printf("--until %s " HOTFIX, (const char *)phase);
    g_autoptr(PgmProgram) run = pgm_test_incident_run(incident, "run", until, NULL);
    pgm_program_assert_exit(run, 4);
    assert_types(incident, PGM_TEST_ALL_VARCHAR);

    g_autofree char *back = rollback(incident);
    g_autoptr(PgmProgram) undone = pgm_test_incident_run(incident, "rollback", back, NULL);
    pgm_program_assert_exit(undone, 0);
    g_autofree char *after = pgm_test_incident_schema(incident);
    g_assert_cmpstr(before, ==, after);
}

/* What was left off is taken up, and ends where an uninterrupted run does. */
static void test_resume(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("resume", 200, 600);
    g_autoptr(PgmProgram) run = pgm_test_incident_run(incident, "run", "--until convert " HOTFIX, NULL);
    pgm_program_assert_exit(run, 4);
    assert_phases(incident, "committed pending pending pending");
    g_autoptr(PgmProgram) resumed =
        pgm_test_incident_run(incident, "resume", "--unattended --backup dump --commit verified", NULL);
    pgm_program_assert_exit(resumed, 0);
    assert_phases(incident, "committed committed committed committed");
    g_autoptr(PgmProgram) drift =
        pgm_test_incident_run(incident, "drift", "--against tests/incident/staging.yaml", NULL);
    pgm_program_assert_exit(drift, 0);
}

/* Nothing is guessed: without both words it does not start, and a second run finds nothing to do. */
static void test_refusals(void)
{
    g_autoptr(PgmTestIncident) incident = pgm_test_incident_new("refusals", 100, 300);
    static const char *const lacking[] = {
        "--unattended uuid-to-varchar", "--unattended --backup dump uuid-to-varchar",
        "--unattended --commit verified uuid-to-varchar",
        "--unattended --backup maybe --commit verified uuid-to-varchar",
        "--unattended --backup dump --commit verified --until no-such uuid-to-varchar"};
    for (guint i = 0; i < G_N_ELEMENTS(lacking); i++)
    {
        g_autoptr(PgmProgram) program = pgm_test_incident_run(incident, "run", lacking[i], NULL);
        pgm_program_assert_exit(program, 2);
        g_assert_cmpstr(program->err, !=, "");
    }
    assert_types(incident, PGM_TEST_ALL_UUID);
    g_autoptr(PgmProgram) rollback_without_run =
        pgm_test_incident_run(incident, "rollback", "--unattended --backup dump --commit verified", NULL);
    pgm_program_assert_exit(rollback_without_run, 2);
    g_autofree char *none = pgm_test_incident_run_folder(incident);
    g_assert_null(none);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/incident/unattended/there-and-back", test_there_and_back);
    g_test_add_data_func("/incident/unattended/until-convert", "convert", test_partial);
    g_test_add_data_func("/incident/unattended/until-rebuild-indexes", "rebuild-indexes", test_partial);
    g_test_add_data_func("/incident/unattended/until-validate", "validate", test_partial);
    g_test_add_func("/incident/unattended/resume", test_resume);
    g_test_add_func("/incident/unattended/refusals", test_refusals);
    return g_test_run();
}
