/* walk.c - one run, seen from the console. */
#include "tui/walk.h"

#include "pgmedic/journal.h"
#include "pgmedic/runs.h"
#include "tui/inspector.h"
#include "tui/intervene.h"
#include "tui/librarian.h"
#include "tui/sql.h"

#include <string.h>

/* What the engine's thread says last. */
typedef struct
{
    gboolean ok;
    PgmOutcome outcome;
    GError *error;
} Ending;

static void ending_free(gpointer data)
{
    Ending *ending = data;
    g_clear_error(&ending->error);
    g_free(ending);
}

static void message_free(gpointer message)
{
    pgm_operator_message_free(message);
}

/* Everything in WALK that this thread reads was set before it began and stays until it has ended. */
static gpointer engine_main(gpointer data)
{
    PgmWalk *walk = data;
    Ending *ending = g_new0(Ending, 1);
    switch (walk->kind)
    {
    case PGM_TUI_RESUME:
        ending->ok = pgm_engine_resume(walk->engine, walk->given_folder, &ending->outcome, &ending->error);
        break;
    case PGM_TUI_ROLLBACK:
        ending->ok = pgm_engine_rollback(walk->engine, walk->given_folder, &ending->outcome, &ending->error);
        break;
    default:
        ending->ok = pgm_engine_run(walk->engine, walk->runbook, &ending->outcome, &ending->error);
    }
    PgmOperatorMessage *message = g_new0(PgmOperatorMessage, 1);
    message->kind = PGM_MESSAGE_OTHER;
    message->other = ending;
    message->free_other = ending_free;
    pgm_queue_push(walk->queue, message);
    return NULL;
}

/* The runbook as it was run stands in the run's folder; without it the walk goes on, only poorer to look at. */
static void read_record(PgmWalk *walk)
{
    g_autoptr(GPtrArray) events = pgm_journal_read(walk->folder, NULL, NULL);
    for (guint i = 0; events != NULL && i < events->len; i++)
    {
        const PgmEvent *event = g_ptr_array_index(events, i);
        pgm_model_apply(walk->model, event);
        walk->seen = MAX(walk->seen, pgm_event_sequence(event));
    }
    /* What the journal's last run said at its end is no longer so. */
    g_clear_pointer(&walk->model->outcome, g_free);
    walk->model->armed = FALSE;
    if (walk->model->runbook == NULL)
    {
        return;
    }
    g_autofree char *file = g_strconcat(walk->model->runbook, ".yaml", NULL);
    g_autofree char *path = g_build_filename(walk->folder, "runbooks", file, NULL);
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    walk->runbook = pgm_runbook_load(path, findings, NULL);
    walk->owns_runbook = TRUE;
    if (walk->runbook != NULL)
    {
        pgm_runbook_bind(walk->runbook, walk->model->parameters, NULL);
    }
}

PgmWalk *pgm_walk_start(PgmConsole *console, PgmTuiStart kind, PgmRunbook *runbook, gboolean take, const char *folder,
                        const char *diagnosis)
{
    PgmWalk *walk = g_new0(PgmWalk, 1);
    walk->kind = kind;
    walk->runbook = runbook;
    walk->owns_runbook = take;
    walk->folder = g_strdup(folder);
    walk->given_folder = g_strdup(folder);
    walk->chosen = -1;
    walk->model = pgm_model_new();
    walk->diagnosis = g_strdup(diagnosis);
    walk->target = pgm_target_copy(console->options->target);
    walk->queue = pgm_queue_new(message_free);
    walk->mailbox = pgm_operator_mailbox_new(walk->queue);
    walk->engine_options = (PgmEngineOptions){
        .target = walk->target,
        .mode = "console",
        .until = console->options->until,
        .diagnosis = walk->diagnosis,
        .state_folder = console->options->state_folder,
    };
    if (folder != NULL)
    {
        read_record(walk);
    }
    pgm_intervene_disarm(console, "a run begins");
    walk->engine = pgm_engine_new(walk->mailbox, &walk->engine_options);
    pgm_worker_tell(console->inspector, PGM_INSPECT_PAUSE, NULL, NULL, NULL);
    pgm_sql_make_way(console);
    walk->thread = g_thread_new("engine", engine_main, walk);
    return walk;
}

void pgm_walk_free(PgmWalk *walk)
{
    if (walk == NULL)
    {
        return;
    }
    g_thread_join(walk->thread);
    pgm_engine_free(walk->engine);
    g_free(walk->mailbox);
    pgm_queue_free(walk->queue);
    g_clear_pointer(&walk->question, pgm_question_free);
    pgm_model_free(walk->model);
    if (walk->owns_runbook)
    {
        g_clear_pointer(&walk->runbook, pgm_runbook_free);
    }
    pgm_target_free(walk->target);
    g_free(walk->folder);
    g_free(walk->given_folder);
    g_free(walk->diagnosis);
    g_free(walk->error);
    g_free(walk);
}

gboolean pgm_walk_is_live(const PgmWalk *walk)
{
    return walk != NULL && !walk->ended;
}

gboolean pgm_walk_is_armed(const PgmWalk *walk)
{
    return pgm_walk_is_live(walk) && walk->model->armed;
}

int pgm_walk_exit_code(const PgmWalk *walk)
{
    if (walk->error != NULL)
    {
        return walk->error_code;
    }
    return walk->outcome == PGM_OUTCOME_NOT_BEGUN && walk->stop_asked ? pgm_outcome_exit_code(PGM_OUTCOME_STOPPED)
                                                                      : pgm_outcome_exit_code(walk->outcome);
}

const PgmPhase *pgm_walk_phase(const PgmWalk *walk, const char *name)
{
    return walk->runbook != NULL && name != NULL ? pgm_runbook_phase(walk->runbook, name) : NULL;
}

static void close_question(PgmWalk *walk)
{
    g_clear_pointer(&walk->question, pgm_question_free);
    walk->chosen = -1;
    walk->question_drawn = FALSE;
}

void pgm_walk_answer(PgmWalk *walk, PgmDecision decision, const char *text)
{
    if (walk->question == NULL)
    {
        return;
    }
    walk->stop_asked |= decision == PGM_DECISION_STOP;
    pgm_engine_answer(walk->engine, walk->question->id, decision, text);
    close_question(walk);
}

void pgm_walk_request(PgmWalk *walk, PgmRequest request)
{
    walk->stop_asked |= request == PGM_REQUEST_QUIT;
    pgm_engine_request(walk->engine, request);
}

/* What the clock of this screen needs beside the model. */
static void note_times(PgmWalk *walk, const PgmEvent *event)
{
    switch (pgm_event_kind(event))
    {
    case PGM_EVENT_RUN:
        g_free(walk->folder);
        walk->folder = g_strdup(pgm_engine_folder(walk->engine));
        break;
    case PGM_EVENT_STATEMENT:
        walk->statement_began = g_get_monotonic_time();
        break;
    case PGM_EVENT_STATEMENT_RESULT:
        walk->statement_began = 0;
        break;
    case PGM_EVENT_PHASE_BEGIN:
        walk->phase_locked = 0;
        break;
    case PGM_EVENT_LOCKED:
        walk->phase_locked = g_get_monotonic_time();
        break;
    case PGM_EVENT_COMMITTED:
    case PGM_EVENT_ABORTED:
    case PGM_EVENT_LOST:
        walk->phase_locked = 0;
        walk->statement_began = 0;
        break;
    default:
        break;
    }
}

static void take_event(PgmWalk *walk, const PgmEvent *event)
{
    gint64 sequence = pgm_event_sequence(event);
    if (sequence > 0 && sequence <= walk->seen)
    {
        return; /* from the journal, and known already */
    }
    walk->seen = MAX(walk->seen, sequence);
    pgm_model_apply(walk->model, event);
    note_times(walk, event);
}

static void take_ending(PgmWalk *walk, PgmConsole *console, const Ending *ending)
{
    walk->ended = TRUE;
    walk->outcome = ending->outcome;
    walk->asks_stop = FALSE;
    if (!ending->ok)
    {
        walk->error = g_strdup(ending->error != NULL ? ending->error->message : "the engine stopped");
        walk->error_code = ending->error != NULL ? pgm_error_exit_code(ending->error) : 5;
    }
    if (pgm_engine_folder(walk->engine) != NULL)
    {
        g_free(walk->folder);
        walk->folder = g_strdup(pgm_engine_folder(walk->engine));
    }
    close_question(walk);
    pgm_worker_tell(console->inspector, PGM_INSPECT_GO_ON, NULL, NULL, NULL);
    pgm_worker_tell(console->librarian, PGM_LIBRARY_RUNS, NULL, NULL, NULL);
}

static void take_message(PgmWalk *walk, PgmConsole *console, PgmOperatorMessage *message)
{
    gboolean news;
    switch (message->kind)
    {
    case PGM_MESSAGE_EVENT:
        news = pgm_event_sequence(message->event) == 0 || pgm_event_sequence(message->event) > walk->seen;
        take_event(walk, message->event);
        if (news && pgm_event_kind(message->event) == PGM_EVENT_SESSION_OUTCOME)
        {
            pgm_intervene_outcome(console, message->event);
        }
        break;
    case PGM_MESSAGE_QUESTION:
        close_question(walk);
        walk->question = g_steal_pointer(&message->question);
        pgm_question_begin(console);
        break;
    case PGM_MESSAGE_WITHDRAW:
        if (walk->question != NULL && walk->question->id == message->question_id)
        {
            close_question(walk);
            pgm_question_withdrawn(console);
            pgm_console_say(console, "%s", message->text != NULL ? message->text : "the question is closed");
        }
        break;
    case PGM_MESSAGE_OTHER:
        take_ending(walk, console, message->other);
        pgm_question_withdrawn(console);
        break;
    }
}

void pgm_walk_listen(PgmWalk *walk, PgmConsole *console)
{
    PgmOperatorMessage *message;
    while ((message = pgm_queue_pop(walk->queue)) != NULL)
    {
        take_message(walk, console, message);
        pgm_operator_message_free(message);
    }
}
