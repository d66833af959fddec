/* test_failure.c - statements, verifications, preconditions and privileges that do not hold. */
#include "harness/scene.h"

#include <string.h>

static PgmScene *scene_of(const char *sql, const char *verify, const char *more)
{
    g_autofree char *yaml = g_strdup_printf(
        "phases:\n"
        "  - name: make\n"
        "    title: Make a table\n"
        "    sql: |\n"
        "      CREATE TABLE made (v int);\n"
        "      %s\n"
        "    rollback_sql: DROP TABLE made;\n"
        "    rollback_verify: [{name: gone, sql: \"SELECT to_regclass('made') IS NULL\", expect: t}]\n"
        "    done_when: {sql: \"SELECT to_regclass('made') IS NOT NULL\", expect: t}\n"
        "    verify: [{name: first, sql: \"%s\", expect: 1}, {name: second, sql: SELECT 1, expect: 1}]\n"
        "    %s\n",
        sql, verify, more);
    return pgm_scene_new("failure", "SELECT 1", yaml);
}

static void assert_nothing_made(const PgmScene *scene, const char *by)
{
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_nonnull(aborted);
    g_assert_cmpstr(pgm_event_text(aborted, "by"), ==, by);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_COMMIT_INTENT, NULL, NULL), ==, 0);
    pgm_scene_assert_value(scene, "SELECT to_regclass('made') IS NULL", "t");
    pgm_scene_assert_no_cascade(scene);
}

static void test_statement(void)
{
    g_autoptr(PgmScene) scene = scene_of("SELECT 1/0;\n      INSERT INTO made VALUES (1);", "SELECT 1", "tolerate: []");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *message = NULL;
    g_assert_cmpint(pgm_scene_run(scene, scripted, &message), ==, PGM_OUTCOME_STOPPED);
    g_assert_nonnull(strstr(message, "division by zero"));
    assert_nothing_made(scene, "statement");
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_STATEMENT_RESULT, "sqlstate", "22012"), ==, 1);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_STATEMENT, NULL, NULL), ==, 2); /* the third was not tried */
}

/* One that answers wrongly, one that fails itself: the next one is asked all the same. */
static void test_verification(gconstpointer sql)
{
    g_autoptr(PgmScene) scene = scene_of("", sql, "tolerate: []");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_nothing_made(scene, "verification");
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_COMMIT], ==, 0);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_VERIFICATION, "name", "second"), ==, 1);
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(pgm_model_phase(model, "make"));
    const PgmModelCheck *second = g_ptr_array_index(attempt->checks, 1);
    g_assert_true(second->holds);
}

/* A verification that writes is refused by the server, not trusted to behave. */
static void test_verification_writes(void)
{
    g_autoptr(PgmScene) scene = scene_of("CREATE FUNCTION sneak() RETURNS int LANGUAGE sql AS 'INSERT INTO made VALUES "
                                         "(1) RETURNING v';",
                                         "SELECT sneak()", "tolerate: []");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_nothing_made(scene, "verification");
}

static void test_tolerated(void)
{
    g_autoptr(PgmScene) scene =
        scene_of("DROP TYPE nothing;\n      INSERT INTO made VALUES (7);\n      DROP INDEX nothing;",
                 "SELECT count(*) FROM made", "tolerate: [\"42704\"]");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scene_assert_value(scene, "SELECT v FROM made", "7");
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(pgm_model_phase(model, "make"));
    static const PgmStepState states[] = {PGM_STEP_OK, PGM_STEP_SKIPPED, PGM_STEP_OK, PGM_STEP_SKIPPED};
    g_assert_cmpuint(attempt->statements->len, ==, G_N_ELEMENTS(states));
    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    {
        const PgmModelStatement *statement = g_ptr_array_index(attempt->statements, i);
        g_assert_cmpint(statement->state, ==, states[i]);
        g_assert_cmpstr(statement->sqlstate, ==, states[i] == PGM_STEP_SKIPPED ? "42704" : NULL);
    }
    pgm_scene_assert_no_cascade(scene);
}

static void test_not_tolerated(void)
{
    g_autoptr(PgmScene) scene = scene_of("DROP TYPE nothing;\n      SELECT 1/0;", "SELECT 1", "tolerate: [\"42704\"]");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_nothing_made(scene, "statement");
}

/* Before the first phase */

static const char two_phases[] =
    "preconditions: [{name: there is no c, sql: \"SELECT to_regclass('c') IS NULL\", expect: t}]\n"
    "phases:\n"
    "  - name: one\n"
    "    title: One\n"
    "    sql: CREATE TABLE a (v int);\n"
    "    rollback_sql: DROP TABLE a;\n"
    "    rollback_verify: [{name: gone, sql: \"SELECT to_regclass('a') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('a') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: empty, sql: SELECT count(*) FROM a, expect: 0}]\n"
    "  - name: two\n"
    "    title: Two\n"
    "    sql: CREATE TABLE b (v int);\n"
    "    rollback_sql: DROP TABLE b;\n"
    "    rollback_verify: [{name: gone, sql: \"SELECT to_regclass('b') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('b') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: empty, sql: SELECT count(*) FROM b, expect: 0}]\n";

static void assert_not_begun(const char *prepare, const char *said)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("failure", prepare, two_phases);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *message = NULL;
    g_assert_cmpint(pgm_scene_run(scene, scripted, &message), ==, PGM_OUTCOME_NOT_BEGUN);
    g_assert_nonnull(strstr(message, said));
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_ARM], ==, 0);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_PHASE_BEGIN, NULL, NULL), ==, 0);
}

static void test_precondition(void)
{
    assert_not_begun("CREATE TABLE c (v int)", "there is no c");
}

static void test_broken_pattern(void)
{
    assert_not_begun("CREATE TABLE b (v int)", "one: not applied; two: applied");
}

static void test_applied_already(gconstpointer consent)
{
    gboolean skip = GPOINTER_TO_INT(consent);
    g_autoptr(PgmScene) scene = pgm_scene_new("failure", "CREATE TABLE a (v int); CREATE TABLE c (v int)", two_phases);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_scripted_answer(scripted, PGM_QUESTION_SKIP_DONE, skip ? PGM_DECISION_SKIP : PGM_DECISION_STOP);
    PgmOutcome outcome = pgm_scene_run(scene, scripted, NULL);
    g_assert_cmpint(pgm_outcome_exit_code(outcome), ==, skip ? 0 : 4);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_PHASE_SKIPPED, NULL, NULL), ==, skip ? 1 : 0);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_PRECONDITION, NULL, NULL), ==, 0);
    pgm_scene_assert_value(scene, "SELECT to_regclass('b') IS NOT NULL", skip ? "t" : "f");
}

/* After COMMIT: somebody changed what was verified. */
static void meddle(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_COMMITTED && strcmp(pgm_event_text(event, "phase"), "one") == 0 &&
        strcmp(pgm_event_text(event, "direction"), "forward") == 0)
    {
        pgm_scene_execute(self->user, "INSERT INTO a VALUES (1)");
    }
}

static void test_after_commit(void)
{
    static const struct
    {
        PgmDecision decision;
        PgmOutcome outcome;
        const char *tables;
    } cases[] = {{PGM_DECISION_STOP, PGM_OUTCOME_STOPPED, "a"},
                 {PGM_DECISION_CONTINUE, PGM_OUTCOME_FINISHED, "a b"},
                 {PGM_DECISION_ROLLBACK_RUN, PGM_OUTCOME_ROLLED_BACK, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    {
        g_autoptr(PgmScene) scene = pgm_scene_new("failure", "SELECT 1", two_phases);
        g_autoptr(PgmScripted) scripted = pgm_scripted_new();
        scripted->on_event = meddle;
        scripted->user = scene;
        pgm_scripted_answer(scripted, PGM_QUESTION_AFTER, cases[i].decision);
        g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, cases[i].outcome);
        g_assert_cmpuint(scripted->asked[PGM_QUESTION_AFTER], ==, 1);
        pgm_scene_assert_value(scene,
                               "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE "
                               "schemaname = 'public'",
                               cases[i].tables);
    }
}

/* A role that may not */

static const char unprivileged[] =
    "phases:\n"
    "  - name: one\n"
    "    title: One\n"
    "    sql: CREATE TABLE own (v int);\n"
    "    rollback_sql: DROP TABLE own;\n"
    "    rollback_verify: [{name: gone, sql: \"SELECT to_regclass('own') IS NULL\", expect: t}]\n"
    "    done_when: {sql: \"SELECT to_regclass('own') IS NOT NULL\", expect: t}\n"
    "    verify: [{name: empty, sql: SELECT count(*) FROM own, expect: 0}]\n"
    "  - name: two\n"
    "    title: Two\n"
    "    sql: |\n"
    "      ALTER TABLE own ADD COLUMN w int;\n"
    "      ALTER TABLE theirs ADD COLUMN w int;\n"
    "    rollback_sql: ALTER TABLE own DROP COLUMN w;\n"
    "    rollback_verify: [{name: gone, sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = 'own'::regclass AND "
    "attname = 'w'\", expect: 0}]\n"
    "    done_when: {sql: \"SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('theirs') AND attname = "
    "'w'\", expect: 1}\n"
    "    verify: [{name: empty, sql: SELECT count(*) FROM own, expect: 0}]\n";

static void test_unprivileged(void)
{
    g_autoptr(PgmScene) scene = pgm_scene_new("failure", "CREATE TABLE theirs (v int); SELECT 1", unprivileged);
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_autofree char *role = g_strdup_printf("plain_%08x", g_random_int());
    g_autofree char *setup = g_strdup_printf(
        "CREATE ROLE %s LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO %s; GRANT SELECT ON theirs TO %s", role, role,
        role);
    g_autofree char *drop = g_strdup_printf("DROP OWNED BY %s; DROP ROLE %s", role, role);
    g_autofree char *message = NULL;
    g_free(pgm_test_psql(scene->database, setup));
    pgm_scene_redirect(scene, "user", role);
    pgm_scripted_answer(scripted, PGM_QUESTION_FAILED, PGM_DECISION_ROLLBACK_RUN);
    g_assert_cmpint(pgm_scene_run(scene, scripted, &message), ==, PGM_OUTCOME_ROLLED_BACK);
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_cmpstr(pgm_event_text(aborted, "phase"), ==, "two");
    g_assert_cmpstr(pgm_event_text(aborted, "sqlstate"), ==, "42501");
    g_assert_nonnull(strstr(pgm_event_text(aborted, "reason"), "theirs"));
    g_autoptr(PgmModel) model = pgm_scene_model(scene);
    g_assert_cmpint(pgm_model_phase(model, "one")->state, ==, PGM_PHASE_ROLLED_BACK);
    pgm_scene_assert_value(scene, "SELECT to_regclass('own') IS NULL", "t");
    pgm_scene_assert_no_cascade(scene);
    g_free(pgm_test_psql(scene->database, drop));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/failure/statement", test_statement);
    g_test_add_data_func("/failure/verification", "SELECT 2", test_verification);
    g_test_add_data_func("/failure/verification-error", "SELECT 1/0", test_verification);
    g_test_add_func("/failure/verification-writes", test_verification_writes);
    g_test_add_func("/failure/tolerated", test_tolerated);
    g_test_add_func("/failure/not-tolerated", test_not_tolerated);
    g_test_add_func("/failure/precondition", test_precondition);
    g_test_add_func("/failure/broken-pattern", test_broken_pattern);
    g_test_add_data_func("/failure/applied-already", GINT_TO_POINTER(TRUE), test_applied_already);
    g_test_add_data_func("/failure/applied-and-declined", GINT_TO_POINTER(FALSE), test_applied_already);
    g_test_add_func("/failure/after-commit", test_after_commit);
    g_test_add_func("/failure/unprivileged", test_unprivileged);
    return g_test_run();
}
