/* test_question.c - what may happen while a question is open or a statement runs: none of it is a commit. */
#include "harness/scene.h"

#include <string.h>

static const char setup[] = "CREATE TABLE t AS SELECT 1 AS v";
static const char value[] = "SELECT v FROM t";

/* A phase that sets v to 2, with SQL before its end, and limits. */
static PgmScene *scene_with(const char *sql, const char *limits)
{
    g_autofree char *yaml =
        g_strdup_printf("phases:\n"
                        "  - name: change\n"
                        "    title: Change the value\n"
                        "    lock: [t]\n"
                        "    sql: |\n"
                        "      UPDATE t SET v = 2;\n"
                        "      %s\n"
                        "    rollback_sql: UPDATE t SET v = 1;\n"
                        "    rollback_verify: [{name: it is one, sql: SELECT v FROM t, expect: 1}]\n"
                        "    done_when: {sql: SELECT v FROM t, expect: 2}\n"
                        "    verify: [{name: it is two, sql: SELECT v FROM t, expect: 2}]\n"
                        "    %s\n",
                        sql, limits);
    return pgm_scene_new("question", setup, yaml);
}

static void assert_aborted_by(const PgmScene *scene, const char *by)
{
    g_autoptr(PgmEvent) aborted = pgm_scene_newest(scene, PGM_EVENT_ABORTED);
    g_assert_nonnull(aborted);
    g_assert_cmpstr(pgm_event_text(aborted, "by"), ==, by);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_COMMIT_INTENT, NULL, NULL), ==, 0);
    pgm_scene_assert_value(scene, value, "1");
    pgm_scene_assert_no_cascade(scene);
}

static void test_deadline(void)
{
    g_autoptr(PgmScene) scene = scene_with("", "decide_within: 300ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_NONE);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_aborted_by(scene, "deadline");
    g_assert_cmpuint(scripted->withdrawn, ==, 1);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_FAILED], ==, 1);
}

/* Typed when the COMMIT question is closed already: it must not be taken for the answer to the next one. */
static void answer_late(PgmScripted *self, const PgmQuestion *question)
{
    guint *commit = self->user;
    if (question->kind == PGM_QUESTION_COMMIT)
    {
        *commit = question->id;
    }
    else if (question->kind == PGM_QUESTION_FAILED)
    {
        pgm_engine_answer(self->engine, *commit, PGM_DECISION_COMMIT, NULL);
        pgm_engine_answer(self->engine, *commit, PGM_DECISION_RETRY, NULL);
    }
}

static void test_late_answer(void)
{
    g_autoptr(PgmScene) scene = scene_with("", "decide_within: 300ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    guint commit = 0;
    scripted->on_question = answer_late;
    scripted->user = &commit;
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_NONE);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_aborted_by(scene, "deadline");
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_PHASE_BEGIN, NULL, NULL), ==, 1);
}

static void answer_amiss(PgmScripted *self, const PgmQuestion *question)
{
    if (question->kind == PGM_QUESTION_COMMIT)
    {
        pgm_engine_answer(self->engine, question->id, PGM_DECISION_CONTINUE, NULL);
        pgm_engine_answer(self->engine, question->id, PGM_DECISION_COMMITTED, NULL);
        pgm_engine_answer(self->engine, question->id + 1, PGM_DECISION_COMMIT, NULL);
        pgm_engine_answer(self->engine, question->id - 1, PGM_DECISION_COMMIT, NULL);
    }
}

static void test_answer_not_offered(void)
{
    g_autoptr(PgmScene) scene = scene_with("", "decide_within: 300ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    scripted->on_question = answer_amiss;
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_NONE);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    assert_aborted_by(scene, "deadline");
}

/* The server ends it */

static void terminate_once(PgmScripted *self, const PgmQuestion *question)
{
    const PgmScene *scene = self->user;
    if (question->kind == PGM_QUESTION_COMMIT && self->asked[PGM_QUESTION_COMMIT] == 1)
    {
        pgm_scene_assert_value(scene,
                               "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = "
                               "current_database() AND application_name = 'pgmedic run'",
                               "t");
    }
}

/* The operator does not answer (NONE), or answers COMMIT to a transaction that is gone. */
static void test_terminated(gconstpointer answer)
{
    g_autoptr(PgmScene) scene = scene_with("", "decide_within: 60s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    gint64 began = g_get_monotonic_time();
    scripted->on_question = terminate_once;
    scripted->user = scene;
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, (PgmDecision)GPOINTER_TO_INT(answer));
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_COMMIT);
    pgm_scripted_answer(scripted, PGM_QUESTION_FAILED, PGM_DECISION_RETRY);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC); /* heard at once, not at the deadline */
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_LOST, NULL, NULL), ==, 1);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_RESOLVED, "outcome", "aborted"), ==, 1);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_COMMITTED, NULL, NULL), ==, 1);
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_PROBE], ==, 0);
    pgm_scene_assert_value(scene, value, "2");
    pgm_scene_assert_no_phase_twice(scene);
}

static void test_idle_timeout(void)
{
    g_autoptr(PgmScene) scene =
        scene_with("SET LOCAL idle_in_transaction_session_timeout = '300ms';", "decide_within: 60s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    gint64 began = g_get_monotonic_time();
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_NONE);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC);
    g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_RESOLVED, "outcome", "aborted"), ==, 1);
    g_autoptr(PgmEvent) lost = pgm_scene_newest(scene, PGM_EVENT_LOST);
    g_assert_nonnull(lost);
    g_assert_nonnull(strstr(pgm_event_text(lost, "message"), "idle-in-transaction"));
    pgm_scene_assert_value(scene, value, "1");
}

/* Others wait */

typedef struct
{
    PgmScene *scene;
    GThread *waiter;
    char *read;
} Stall;

static gpointer wait_for_lock(gpointer data)
{
    Stall *stall = data;
    stall->read = pgm_scene_value(stall->scene, value);
    return NULL;
}

static void start_waiter(Stall *stall)
{
    if (stall->waiter == NULL)
    {
        stall->waiter = g_thread_new("waiter", wait_for_lock, stall);
    }
}

static void wait_at_statement(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_STATEMENT)
    {
        start_waiter(self->user);
    }
}

static void wait_at_question(PgmScripted *self, const PgmQuestion *question)
{
    if (question->kind == PGM_QUESTION_COMMIT)
    {
        start_waiter(self->user);
    }
}

static void test_stall(gconstpointer at_question)
{
    gboolean open = GPOINTER_TO_INT(at_question);
    g_autoptr(PgmScene) scene =
        scene_with(open ? "" : "SELECT pg_sleep(60);", "decide_within: 60s\n    stall_limit: 500ms");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    Stall stall = {.scene = scene};
    gint64 began = g_get_monotonic_time();
    scripted->user = &stall;
    scripted->on_event = open ? NULL : wait_at_statement;
    scripted->on_question = open ? wait_at_question : NULL;
    pgm_scripted_answer(scripted, PGM_QUESTION_COMMIT, PGM_DECISION_NONE);
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC);
    g_thread_join(stall.waiter);
    g_assert_cmpstr(stall.read, ==, "1"); /* it went on, and saw nothing of the phase */
    g_free(stall.read);
    assert_aborted_by(scene, "stall");
    g_autoptr(PgmEvent) impact = pgm_scene_newest(scene, PGM_EVENT_IMPACT);
    g_assert_nonnull(impact);
    g_assert_cmpint(pgm_event_integer(impact, "oldest_wait_ms"), >=, 500);
    g_assert_cmpint(pgm_event_integer(impact, "most_waiting"), ==, 1);
}

/* The operator breaks off */

static void request_at_statement(PgmScripted *self, const PgmEvent *event)
{
    if (pgm_event_kind(event) == PGM_EVENT_STATEMENT && pgm_event_integer(event, "index") == 1)
    {
        pgm_engine_request(self->engine, (PgmRequest)GPOINTER_TO_INT(self->user));
    }
}

static void test_request_at_statement(gconstpointer request)
{
    g_autoptr(PgmScene) scene = scene_with("SELECT pg_sleep(60);", "decide_within: 60s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    gint64 began = g_get_monotonic_time();
    gboolean quit = GPOINTER_TO_INT(request) == PGM_REQUEST_QUIT;
    scripted->user = GINT_TO_POINTER(GPOINTER_TO_INT(request));
    scripted->on_event = request_at_statement;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_STOPPED);
    g_assert_cmpint(g_get_monotonic_time() - began, <, 30 * G_USEC_PER_SEC);
    assert_aborted_by(scene, quit ? "signal" : "operator");
    g_assert_cmpuint(scripted->asked[PGM_QUESTION_COMMIT], ==, 0);
}

/* STOP lets the phase in hand end as it would, and no other begin. */
static void test_stop_at_statement(void)
{
    g_autoptr(PgmScene) scene = scene_with("SELECT 1;", "decide_within: 60s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    scripted->user = GINT_TO_POINTER(PGM_REQUEST_STOP);
    scripted->on_event = request_at_statement;
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    pgm_scene_assert_value(scene, value, "2");
}

typedef struct
{
    PgmQuestionKind kind;
    gboolean reached;
} Quit;

static void quit_at(PgmScripted *self, const PgmQuestion *question)
{
    Quit *quit = self->user;
    if (question->kind == quit->kind)
    {
        quit->reached = TRUE;
        pgm_engine_request(self->engine, PGM_REQUEST_QUIT);
    }
}

/* At every question: without an answer, and with the default answer on the heels of the request. */
static void test_quit_at_questions(gconstpointer answered)
{
    static const PgmQuestionKind kinds[] = {PGM_QUESTION_ARM, PGM_QUESTION_PHASE, PGM_QUESTION_COMMIT,
                                            PGM_QUESTION_FAILED};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    {
        g_autoptr(PgmScene) scene =
            scene_with(kinds[i] == PGM_QUESTION_FAILED ? "SELECT 1/0;" : "", "decide_within: 60s");
        g_autoptr(PgmScripted) scripted = pgm_scripted_new();
        Quit quit = {.kind = kinds[i]};
        scripted->on_question = quit_at;
        scripted->user = &quit;
        pgm_scripted_answer(scripted, PGM_QUESTION_FAILED, PGM_DECISION_RETRY);
        if (!GPOINTER_TO_INT(answered))
        {
            g_queue_clear(&scripted->answers[kinds[i]]);
            pgm_scripted_answer(scripted, kinds[i], PGM_DECISION_NONE);
        }
        PgmOutcome outcome = pgm_scene_run(scene, scripted, NULL);
        g_assert_true(quit.reached);
        g_assert_cmpint(pgm_outcome_exit_code(outcome), ==, 4);
        g_assert_cmpuint(pgm_scene_count(scene, PGM_EVENT_COMMIT_INTENT, NULL, NULL), ==, 0);
        pgm_scene_assert_value(scene, value, "1");
    }
}

static void test_quit_at_rollback(void)
{
    g_autoptr(PgmScene) scene = scene_with("", "decide_within: 60s");
    g_autoptr(PgmScripted) scripted = pgm_scripted_new();
    g_assert_cmpint(pgm_scene_run(scene, scripted, NULL), ==, PGM_OUTCOME_FINISHED);
    Quit quit = {.kind = PGM_QUESTION_ROLLBACK};
    scripted->on_question = quit_at;
    scripted->user = &quit;
    PgmOutcome outcome = pgm_scene_rollback(scene, scripted, NULL);
    g_assert_true(quit.reached);
    g_assert_cmpint(pgm_outcome_exit_code(outcome), ==, 4);
    pgm_scene_assert_value(scene, value, "2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/question/deadline", test_deadline);
    g_test_add_func("/question/late-answer", test_late_answer);
    g_test_add_func("/question/answer-not-offered", test_answer_not_offered);
    g_test_add_data_func("/question/terminated", GINT_TO_POINTER(PGM_DECISION_NONE), test_terminated);
    g_test_add_data_func("/question/terminated-and-commit", GINT_TO_POINTER(PGM_DECISION_COMMIT), test_terminated);
    g_test_add_func("/question/idle-timeout", test_idle_timeout);
    g_test_add_data_func("/question/stall-while-running", GINT_TO_POINTER(FALSE), test_stall);
    g_test_add_data_func("/question/stall-while-open", GINT_TO_POINTER(TRUE), test_stall);
    g_test_add_data_func("/question/cancel", GINT_TO_POINTER(PGM_REQUEST_CANCEL), test_request_at_statement);
    g_test_add_data_func("/question/rollback-now", GINT_TO_POINTER(PGM_REQUEST_ROLLBACK_PHASE),
                         test_request_at_statement);
    g_test_add_data_func("/question/quit-while-running", GINT_TO_POINTER(PGM_REQUEST_QUIT), test_request_at_statement);
    g_test_add_func("/question/stop-while-running", test_stop_at_statement);
    g_test_add_data_func("/question/quit", GINT_TO_POINTER(FALSE), test_quit_at_questions);
    g_test_add_data_func("/question/quit-and-answer", GINT_TO_POINTER(TRUE), test_quit_at_questions);
    g_test_add_func("/question/quit-at-rollback", test_quit_at_rollback);
    return g_test_run();
}
