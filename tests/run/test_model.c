/* The model: the journal read back gives what was seen live, in every state that a run can be left in. */
#include <string.h>

#include "harness/scripted_run.h"

static PgmEvent *event_with(PgmEventKind kind, const char *field, const char *value)
{
    return pgm_event_set_text(pgm_event_new(kind), field, value);
}

static void tell_forward(PgmTestRun *run, const char *phase, int attempt, PgmEvent *event)
{
    pgm_test_run_tell_phase(run, event, phase, "forward", attempt);
}

static void tell_locked(PgmTestRun *run, const char *phase, int attempt, const char *relation)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    g_ptr_array_add(relations, (gpointer)(gsize)relation);
    tell_forward(run, phase, attempt, pgm_event_set_texts(pgm_event_new(PGM_EVENT_LOCKED), "relations", relations));
}

static void tell_open(PgmTestRun *run, const char *phase, const char *direction, int attempt, const char *xid)
{
    PgmEvent *event = event_with(PGM_EVENT_TX_OPEN, "xid", xid);
    pgm_event_set_integer(event, "pid", 4711);
    pgm_event_set_text(event, "backend_start", "2026-11-21 08:25:12+00");
    pgm_event_set_text(event, "timeline", "00000001");
    pgm_test_run_tell_phase(run, event, phase, direction, attempt);
}

static void tell_check(PgmTestRun *run, const char *phase, int attempt, const char *moment, gboolean holds)
{
    PgmEvent *event = event_with(PGM_EVENT_VERIFICATION, "moment", moment);
    pgm_event_set_text(event, "name", "no row was lost");
    pgm_event_set_text(event, "expected", "20000");
    pgm_event_set_text(event, "answer", holds ? "20000" : "19999");
    tell_forward(run, phase, attempt, pgm_event_set_boolean(event, "holds", holds));
}

static void tell_intent(PgmTestRun *run, const char *phase, int attempt, const char *xid)
{
    PgmEvent *event = event_with(PGM_EVENT_COMMIT_INTENT, "xid", xid);
    pgm_event_set_text(event, "lsn", "0/1A2B3C");
    tell_forward(run, phase, attempt, pgm_event_set_boolean(event, "proven", TRUE));
}

static void tell_impact(PgmTestRun *run, const char *phase, int attempt)
{
    PgmEvent *event = pgm_event_set_integer(pgm_event_new(PGM_EVENT_IMPACT), "exclusive_ms", 4200);
    pgm_event_set_integer(event, "most_waiting", 7);
    tell_forward(run, phase, attempt, pgm_event_set_integer(event, "oldest_wait_ms", 2100));
}

static void commit_phase(PgmTestRun *run, const char *phase, int attempt)
{
    pgm_test_run_phase(run, phase, "forward", attempt, TRUE, "UPDATE a;UPDATE b", "UPDATE c");
    tell_open(run, phase, "forward", attempt, "748");
    tell_locked(run, phase, attempt, "documents");
    pgm_test_run_statement(run, phase, "forward", attempt, 0, NULL, FALSE);
    pgm_test_run_statement(run, phase, "forward", attempt, 1, "42704", TRUE);
    tell_check(run, phase, attempt, "before-commit", TRUE);
    tell_intent(run, phase, attempt, "748");
    tell_forward(run, phase, attempt, pgm_event_set_integer(pgm_event_new(PGM_EVENT_COMMITTED), "ms", 3));
    tell_impact(run, phase, attempt);
}

static void abort_phase(PgmTestRun *run, const char *phase, const char *direction, int attempt, const char *by)
{
    PgmEvent *event = event_with(PGM_EVENT_ABORTED, "reason", "nobody decided");
    pgm_test_run_tell_phase(run, pgm_event_set_text(event, "by", by), phase, direction, attempt);
}

/* Every field of a model as text, so that two can be compared and a difference be read. */

static void describe_checks(GString *out, const char *what, GPtrArray *checks)
{
    for (guint i = 0; i < checks->len; i++)
    {
        const PgmModelCheck *check = g_ptr_array_index(checks, i);
        g_string_append_printf(out, "  %s %s|%s|%s|%s|%s|%d\n", what, check->name, check->expected, check->answer,
                               check->error, check->moment, check->holds);
    }
}

static void describe_lines(GString *out, const char *what, GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
    {
        g_string_append_printf(out, "  %s %s\n", what, (const char *)g_ptr_array_index(lines, i));
    }
}

static void describe_attempt(GString *out, const PgmModelAttempt *attempt)
{
    g_string_append_printf(out, " attempt %d back %d outcome %d reason %s by %s %s..%s tx %d intent %d %d %s %s pid %d",
                           attempt->number, attempt->backward, attempt->outcome, attempt->reason, attempt->decided_by,
                           attempt->began_at, attempt->ended_at, attempt->transaction, attempt->intent,
                           attempt->intent_proven, attempt->xid, attempt->lsn, attempt->pid);
    g_string_append_printf(out, " %s %s impact %d %d %d\n", attempt->backend_start, attempt->timeline,
                           (int)attempt->exclusive_ms, (int)attempt->most_waiting, (int)attempt->oldest_wait_ms);
    for (guint i = 0; i < attempt->statements->len; i++)
    {
        const PgmModelStatement *statement = g_ptr_array_index(attempt->statements, i);
        g_string_append_printf(out, "  statement %s|%d|%s|%s|%s|%d|%d|%s|%s\n", statement->sql, statement->state,
                               statement->sqlstate, statement->message, statement->tag, (int)statement->rows,
                               (int)statement->ms, statement->began_at, statement->ended_at);
    }
    describe_checks(out, "check", attempt->checks);
    describe_lines(out, "changes", attempt->changes);
    describe_lines(out, "retry", attempt->retries);
    describe_lines(out, "locked", attempt->locked);
}

static char *describe(const PgmModel *model)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%s %s %s %s %s %s %s %s %s %s..%s armed %d backup %s outcome %s %s question %d\n",
                           model->run, model->runbook, model->title, model->database, model->host, model->port,
                           model->environment, model->operator_name, model->mode, model->began_at, model->ended_at,
                           model->armed, model->backup_how, model->outcome, model->message, model->question != NULL);
    describe_checks(out, "precondition", model->preconditions);
    for (guint i = 0; i < model->phases->len; i++)
    {
        const PgmModelPhase *phase = g_ptr_array_index(model->phases, i);
        g_string_append_printf(out, "phase %s %s %d %d %d\n", phase->name, phase->title, phase->state,
                               (int)phase->stall_limit_ms, (int)phase->decide_within_ms);
        describe_lines(out, "rollback", phase->rollback);
        for (guint j = 0; j < phase->attempts->len; j++)
        {
            describe_attempt(out, g_ptr_array_index(phase->attempts, j));
        }
    }
    for (guint i = 0; i < model->timeline_lines->len; i++)
    {
        const PgmTimelineLine *line = g_ptr_array_index(model->timeline_lines, i);
        g_string_append_printf(out, "%s %d %s\n", line->time, line->bad, line->text);
    }
    return g_string_free(out, FALSE);
}

/* What the tests below assert of one model, they assert of both. */
static void assert_fold_is_live(const PgmTestRun *run)
{
    g_autoptr(PgmModel) fold = pgm_test_run_fold(run);
    g_autofree char *told = describe(fold);
    g_autofree char *live = describe(run->live);
    g_assert_cmpstr(told, ==, live);
}

static const PgmModelPhase *phase_of(const PgmTestRun *run, const char *name)
{
    const PgmModelPhase *phase = pgm_model_phase(run->live, name);
    g_assert_nonnull(phase);
    return phase;
}

static void test_whole_run(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert analyze");
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_PENDING);
    PgmEvent *precondition = event_with(PGM_EVENT_PRECONDITION, "name", "the key is uuid");
    pgm_test_run_tell(run, pgm_event_set_boolean(precondition, "holds", TRUE));
    pgm_test_run_tell(run, event_with(PGM_EVENT_ARMED, "database", "documents"));
    PgmEvent *backup = event_with(PGM_EVENT_BACKUP, "how", "none");
    pgm_test_run_tell(run, pgm_event_set_text(backup, "text", "a copy exists"));
    commit_phase(run, "convert", 1);
    tell_check(run, "convert", 1, "after-commit", TRUE);
    commit_phase(run, "analyze", 1);
    pgm_test_run_end(run, "finished", "all is done");

    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase_of(run, "convert"));
    const PgmModelStatement *first = g_ptr_array_index(attempt->statements, 0);
    const PgmModelStatement *second = g_ptr_array_index(attempt->statements, 1);
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_COMMITTED);
    g_assert_cmpint(first->state, ==, PGM_STEP_OK);
    g_assert_cmpint(first->rows, ==, 3);
    g_assert_cmpint(first->ms, ==, 1234);
    g_assert_cmpint(second->state, ==, PGM_STEP_SKIPPED);
    g_assert_cmpstr(second->sqlstate, ==, "42704");
    g_assert_cmpint(second->rows, ==, -1);
    g_assert_cmpuint(attempt->checks->len, ==, 2);
    g_assert_cmpint(attempt->exclusive_ms, ==, 4200);
    g_assert_true(run->live->armed);
    g_assert_cmpuint(run->live->preconditions->len, ==, 1);
    g_assert_cmpstr(pgm_model_current(run->live)->name, ==, "analyze");
    g_assert_false(pgm_model_unknown(run->live));
    g_assert_false(pgm_model_unfinished(run->live));
    assert_fold_is_live(run);
}

/* After each line of a phase, as if the machine had stopped there. */
static void test_crash_before_the_outcome_is_unknown(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    g_assert_false(pgm_model_unknown(run->live));
    g_assert_true(pgm_model_unfinished(run->live));
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a", "UPDATE b");
    g_assert_true(pgm_model_unknown(run->live));
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_RUNNING);
    tell_open(run, "convert", "forward", 1, "748");
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase_of(run, "convert"));
    g_assert_cmpint(attempt->pid, ==, 4711);
    g_assert_false(attempt->intent);
    g_assert_cmpint(attempt->exclusive_ms, ==, -1);
    g_assert_cmpint(attempt->most_waiting, ==, -1);
    tell_intent(run, "convert", 1, "748");
    g_assert_true(attempt->intent);
    g_assert_true(attempt->intent_proven);
    g_assert_cmpstr(attempt->lsn, ==, "0/1A2B3C");
    g_assert_true(pgm_model_unknown(run->live));
    assert_fold_is_live(run);
}

static void resume(PgmTestRun *run, const char *mode)
{
    PgmEvent *event = event_with(PGM_EVENT_RESUMED, "mode", mode);
    pgm_test_run_tell(run, pgm_event_set_text(event, "operator", "bob"));
}

static void resolve(PgmTestRun *run, const char *phase, const char *direction, int attempt, const char *outcome)
{
    PgmEvent *event = event_with(PGM_EVENT_RESOLVED, "outcome", outcome);
    pgm_event_set_text(event, "by", "xid");
    pgm_test_run_tell_phase(run, pgm_event_set_text(event, "detail", "transaction 748"), phase, direction, attempt);
}

static void test_resume_settles(void)
{
    static const char *const outcomes[] = {"committed", "aborted"};
    static const PgmPhaseState states[] = {PGM_PHASE_COMMITTED, PGM_PHASE_ABORTED};
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++)
    {
        g_autoptr(PgmTestRun) run = pgm_test_run_new();
        pgm_test_run_begin(run, "convert");
        pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a", "UPDATE b");
        tell_intent(run, "convert", 1, "748");
        pgm_test_run_end(run, "unknown", "the server is gone");
        g_assert_true(pgm_model_unfinished(run->live));
        resume(run, "resume");
        g_assert_null(run->live->outcome);
        g_assert_null(run->live->message);
        resolve(run, "convert", "forward", 1, outcomes[i]);
        g_assert_cmpint(phase_of(run, "convert")->state, ==, states[i]);
        g_assert_cmpstr(pgm_model_phase_attempt(phase_of(run, "convert"))->decided_by, ==, "xid");
        g_assert_false(pgm_model_unknown(run->live));
        assert_fold_is_live(run);
    }
}

static void test_aborted_then_retried(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a;UPDATE b", "UPDATE c");
    pgm_test_run_statement(run, "convert", "forward", 1, 0, "42804", FALSE);
    abort_phase(run, "convert", "forward", 1, "statement");
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_ABORTED);
    g_assert_false(pgm_model_unknown(run->live));
    commit_phase(run, "convert", 2);
    const PgmModelPhase *phase = phase_of(run, "convert");
    g_assert_cmpint(phase->state, ==, PGM_PHASE_COMMITTED);
    g_assert_cmpuint(phase->attempts->len, ==, 2);
    const PgmModelAttempt *first = g_ptr_array_index(phase->attempts, 0);
    g_assert_cmpint(first->outcome, ==, PGM_PHASE_ABORTED);
    g_assert_cmpstr(first->decided_by, ==, "statement");
    g_assert_cmpint(((const PgmModelStatement *)g_ptr_array_index(first->statements, 0))->state, ==, PGM_STEP_FAILED);
    g_assert_cmpint(((const PgmModelStatement *)g_ptr_array_index(first->statements, 1))->state, ==, PGM_STEP_PENDING);
    g_assert_cmpuint(phase->rollback->len, ==, 1);
    assert_fold_is_live(run);
}

static void test_rolled_back(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert analyze");
    commit_phase(run, "convert", 1);
    resume(run, "rollback");
    pgm_test_run_phase(run, "convert", "rollback", 2, TRUE, "UPDATE c", "");
    g_assert_true(pgm_model_unknown(run->live));
    abort_phase(run, "convert", "rollback", 2, "lock");
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_COMMITTED); /* it could not be undone: it stands */
    pgm_test_run_phase(run, "convert", "rollback", 3, TRUE, "UPDATE c", "");
    pgm_test_run_statement(run, "convert", "rollback", 3, 0, NULL, FALSE);
    pgm_test_run_tell_phase(run, pgm_event_new(PGM_EVENT_COMMITTED), "convert", "rollback", 3);
    pgm_test_run_end(run, "rolled-back", "undone");
    const PgmModelPhase *phase = phase_of(run, "convert");
    g_assert_cmpint(phase->state, ==, PGM_PHASE_ROLLED_BACK);
    g_assert_true(pgm_model_phase_attempt(phase)->backward);
    g_assert_cmpuint(phase->rollback->len, ==, 1); /* what it was undone with is still told */
    g_assert_false(pgm_model_unfinished(run->live));
    assert_fold_is_live(run);
}

/* Without a transaction an aborted phase may stand in part: its statements say which. */
static void test_autonomous_in_part(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "rebuild");
    pgm_test_run_phase(run, "rebuild", "forward", 1, FALSE, "CREATE INDEX a;CREATE INDEX b;CREATE INDEX c", "");
    pgm_test_run_statement(run, "rebuild", "forward", 1, 0, NULL, FALSE);
    pgm_test_run_statement(run, "rebuild", "forward", 1, 1, "53100", FALSE);
    abort_phase(run, "rebuild", "forward", 1, "statement");
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase_of(run, "rebuild"));
    static const PgmStepState states[] = {PGM_STEP_OK, PGM_STEP_FAILED, PGM_STEP_PENDING};
    g_assert_false(attempt->transaction);
    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    {
        g_assert_cmpint(((const PgmModelStatement *)g_ptr_array_index(attempt->statements, i))->state, ==, states[i]);
    }
    g_assert_cmpint(phase_of(run, "rebuild")->state, ==, PGM_PHASE_ABORTED);
    g_assert_true(pgm_model_phase_partial(phase_of(run, "rebuild")));
    assert_fold_is_live(run);

    pgm_test_run_phase(run, "rebuild", "forward", 2, FALSE, "CREATE INDEX a;CREATE INDEX b;CREATE INDEX c", "");
    pgm_test_run_statement(run, "rebuild", "forward", 2, 1, "53100", FALSE);
    abort_phase(run, "rebuild", "forward", 2, "statement");
    g_assert_true(pgm_model_phase_partial(phase_of(run, "rebuild"))); /* a still stands, from the first try */
    pgm_test_run_phase(run, "rebuild", "rollback", 3, FALSE, "DROP INDEX a", "");
    pgm_test_run_statement(run, "rebuild", "rollback", 3, 0, NULL, FALSE);
    pgm_test_run_tell_phase(run, pgm_event_new(PGM_EVENT_COMMITTED), "rebuild", "rollback", 3);
    g_assert_false(pgm_model_phase_partial(phase_of(run, "rebuild")));
    pgm_test_run_phase(run, "rebuild", "forward", 4, FALSE, "CREATE INDEX a", "");
    pgm_test_run_statement(run, "rebuild", "forward", 4, 0, "53100", FALSE);
    abort_phase(run, "rebuild", "forward", 4, "statement");
    g_assert_false(pgm_model_phase_partial(phase_of(run, "rebuild")));
    assert_fold_is_live(run);
}

static void test_locked_twice_is_told_once(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a", "");
    tell_locked(run, "convert", 1, "documents");
    tell_forward(run, "convert", 1, event_with(PGM_EVENT_LOCK_RETRY, "sqlstate", "40P01"));
    tell_locked(run, "convert", 1, "documents");
    const PgmModelAttempt *attempt = pgm_model_phase_attempt(phase_of(run, "convert"));
    g_assert_cmpuint(attempt->locked->len, ==, 1);
    g_assert_cmpuint(attempt->retries->len, ==, 1);
    assert_fold_is_live(run);
}

static void test_skipped_phase(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert analyze");
    tell_forward(run, "convert", 0, event_with(PGM_EVENT_PHASE_SKIPPED, "reason", "found applied"));
    g_assert_cmpint(phase_of(run, "convert")->state, ==, PGM_PHASE_SKIPPED);
    g_assert_cmpint(phase_of(run, "analyze")->state, ==, PGM_PHASE_PENDING);
    g_assert_null(pgm_model_phase_attempt(phase_of(run, "convert")));
    g_assert_null(pgm_model_current(run->live));
    assert_fold_is_live(run);
}

static void test_question_is_open_until_answered(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_tell(run, event_with(PGM_EVENT_QUESTION, "title", "Begin?"));
    g_assert_nonnull(run->live->question);
    assert_fold_is_live(run);
    pgm_test_run_tell(run, event_with(PGM_EVENT_ANSWER, "decision", "begin"));
    g_assert_null(run->live->question);
    pgm_test_run_tell(run, event_with(PGM_EVENT_QUESTION, "title", "Commit?"));
    resume(run, "resume");
    g_assert_null(run->live->question); /* whoever was asked is gone */
    assert_fold_is_live(run);
}

/* Progress is shown and gone: no journal knows it, and no line of the timeline. */
static void test_progress_leaves_no_trace(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_phase(run, "convert", "forward", 1, TRUE, "UPDATE a", "");
    tell_forward(run, "convert", 1, pgm_event_set_integer(pgm_event_new(PGM_EVENT_ACTIVITY), "percent", 40));
    g_assert_nonnull(run->live->activity);
    abort_phase(run, "convert", "forward", 1, "operator");
    g_assert_null(run->live->activity);
    assert_fold_is_live(run);
}

/* A journal may hold what this version does not expect: nothing of it may do harm. */
static void test_nonsense_is_borne(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    for (guint kind = 0; kind < PGM_EVENT_KINDS; kind++)
    {
        if (kind != PGM_EVENT_RUN)
        {
            pgm_test_run_tell_phase(run, pgm_event_new((PgmEventKind)kind), "no-such-phase", "forward", 1);
            pgm_test_run_tell_phase(run, pgm_event_new((PgmEventKind)kind), "convert", "forward", 1);
            PgmEvent *event = pgm_event_set_integer(pgm_event_new((PgmEventKind)kind), "index", -7);
            pgm_test_run_tell(run, event);
        }
    }
    g_assert_cmpuint(run->live->phases->len, ==, 1);
    assert_fold_is_live(run);
}

static void test_timeline_is_safe(void)
{
    g_autoptr(PgmTestRun) run = pgm_test_run_new();
    pgm_test_run_begin(run, "convert");
    pgm_test_run_tell(run, event_with(PGM_EVENT_NOTE, "text", "a\x1b[2Jb\nc \xe2\x80\xae"));
    const PgmTimelineLine *line = g_ptr_array_index(run->live->timeline_lines, run->live->timeline_lines->len - 1);
    g_assert_cmpstr(line->text, ==, "a\\x1b[2Jb c <U+202E>");
    g_assert_false(line->bad);
    tell_check(run, "convert", 1, "before-commit", FALSE);
    line = g_ptr_array_index(run->live->timeline_lines, run->live->timeline_lines->len - 1);
    g_assert_true(line->bad);
    g_assert_nonnull(strstr(line->text, "expected 20000, got 19999"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/whole-run", test_whole_run);
    g_test_add_func("/model/crash-before-the-outcome-is-unknown", test_crash_before_the_outcome_is_unknown);
    g_test_add_func("/model/resume-settles", test_resume_settles);
    g_test_add_func("/model/aborted-then-retried", test_aborted_then_retried);
    g_test_add_func("/model/rolled-back", test_rolled_back);
    g_test_add_func("/model/autonomous-in-part", test_autonomous_in_part);
    g_test_add_func("/model/locked-twice-is-told-once", test_locked_twice_is_told_once);
    g_test_add_func("/model/skipped-phase", test_skipped_phase);
    g_test_add_func("/model/question-is-open-until-answered", test_question_is_open_until_answered);
    g_test_add_func("/model/progress-leaves-no-trace", test_progress_leaves_no_trace);
    g_test_add_func("/model/nonsense-is-borne", test_nonsense_is_borne);
    g_test_add_func("/model/timeline-is-safe", test_timeline_is_safe);
    return g_test_run();
}
