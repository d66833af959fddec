/* operator_plain.c - the operator who reads and types in the plain terminal: the walk without curses. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/engine_thread.h"
#include "cli/plain_input.h"
#include "cli/plain_print.h"
#include "pgmedic/error.h"
#include "pgmedic/journal.h"
#include "pgmedic/text.h"

enum
{
    PROGRESS_EVERY_US = 2 * G_USEC_PER_SEC,
};

typedef struct
{
    const PgmWalkOrder *order;
    gboolean quiet;
    PgmPlainInput *input;
    PgmQueue *queue;
    PgmEngineThread *thread;
    PgmEngine *engine;
    PgmQuestion *question;    /* open; NULL */
    const PgmChoice *pending; /* chosen, and its text is being typed; NULL */
    char *shown_phase;        /* whose SQL stands on the screen in full */
    guint past;               /* events of the journal that are told again */
    gint64 last_progress;
    gboolean leaving; /* QUIT was asked for: nothing more is asked or answered */
} Plain;

static void say(Plain *plain, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(Plain *plain, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *raw = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *safe = pgm_text_safe_lines(raw, -1);
    pgm_plain_input_hide(plain->input);
    printf("%s\n", safe);
    pgm_plain_input_show(plain->input);
}

static void leave(Plain *plain, const char *why)
{
    if (plain->leaving)
    {
        return;
    }
    plain->leaving = TRUE;
    pgm_plain_input_withdraw(plain->input);
    g_clear_pointer(&plain->question, pgm_question_free);
    plain->pending = NULL;
    say(plain, "%s: what is open is rolled back, and the run ends", why);
    pgm_engine_request(plain->engine, PGM_REQUEST_QUIT);
}

/* Asking */

/* Enter alone never writes: it takes a suggestion that stops, skips or saves. */
static gboolean enter_suffices(const PgmQuestion *question)
{
    const PgmChoice *choice =
        question->highlighted < question->choices->len ? question->choices->pdata[question->highlighted] : NULL;
    return choice != NULL && choice->text_prompt == NULL &&
           (choice->decision == PGM_DECISION_STOP || choice->decision == PGM_DECISION_SKIP ||
            choice->decision == PGM_DECISION_DUMP);
}

static char *keys_of(const PgmQuestion *question)
{
    g_autoptr(GString) keys = g_string_new(NULL);
    for (guint i = 0; i < question->choices->len; i++)
    {
        const PgmChoice *choice = question->choices->pdata[i];
        if (question->expected == NULL || choice->decision != PGM_DECISION_TEXT)
        {
            g_string_append_printf(keys, "%s%c", keys->len > 0 ? "/" : "", choice->key);
        }
    }
    return g_strdup(keys->str);
}

static char *prompt_text(const Plain *plain)
{
    const PgmQuestion *question = plain->question;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *keys = keys_of(question);
    if (plain->pending != NULL)
    {
        g_autofree char *wanted = pgm_text_safe(plain->pending->text_prompt, -1);
        g_string_append(out, wanted);
    }
    else if (question->expected != NULL)
    {
        g_string_append_printf(out, "the database's name, or %s", keys);
    }
    else
    {
        g_string_append(out, keys);
    }
    if (question->deadline >= 0)
    {
        gint64 left = MAX(question->deadline - g_get_monotonic_time(), 0) / G_USEC_PER_SEC;
        g_autofree char *then = pgm_text_safe(question->at_deadline, -1);
        g_string_append_printf(out, " (%s in %d:%02d)", then, (int)(left / 60), (int)(left % 60));
    }
    g_string_append(out, " > ");
    return g_strdup(out->str);
}

static void prompt(Plain *plain)
{
    g_autofree char *text = prompt_text(plain);
    pgm_plain_input_prompt(plain->input, text);
}

static void show_phase_sql(Plain *plain, const char *name)
{
    const PgmPhase *phase =
        plain->order->runbook != NULL && name != NULL ? pgm_runbook_phase(plain->order->runbook, name) : NULL;
    if (phase == NULL)
    {
        return;
    }
    pgm_plain_print_phase(phase);
    g_free(plain->shown_phase);
    plain->shown_phase = g_strdup(name);
}

static void take_question(Plain *plain, PgmQuestion *question)
{
    pgm_plain_input_withdraw(plain->input);
    g_clear_pointer(&plain->question, pgm_question_free);
    plain->pending = NULL;
    if (plain->leaving)
    {
        pgm_question_free(question);
        return;
    }
    plain->question = question;
    if (question->kind == PGM_QUESTION_PHASE)
    {
        show_phase_sql(plain, question->phase);
    }
    pgm_plain_print_question(question, enter_suffices(question));
    if (question->phase != NULL && plain->order->runbook != NULL)
    {
        printf("  (sql shows the phase's SQL and its rollback again)\n");
    }
    prompt(plain);
}

static void answer(Plain *plain, const PgmChoice *choice, const char *text)
{
    guint id = plain->question->id;
    PgmDecision decision = choice->decision;
    g_clear_pointer(&plain->question, pgm_question_free);
    plain->pending = NULL;
    pgm_engine_answer(plain->engine, id, decision, text);
}

static const PgmChoice *choice_for(const PgmQuestion *question, const char *word)
{
    for (guint i = 0; i < question->choices->len; i++)
    {
        const PgmChoice *choice = question->choices->pdata[i];
        const char key[2] = {choice->key, '\0'};
        if (g_ascii_strcasecmp(word, key) == 0 || g_ascii_strcasecmp(word, choice->label) == 0 ||
            g_ascii_strcasecmp(word, pgm_decision_name(choice->decision)) == 0)
        {
            return choice;
        }
    }
    return NULL;
}

static void take_pending_text(Plain *plain, const char *text)
{
    const PgmQuestion *question = plain->question;
    if (text[0] == '\0')
    {
        plain->pending = NULL;
        say(plain, "nothing was typed");
        prompt(plain);
    }
    else if (question->expected != NULL && !g_str_equal(text, question->expected))
    {
        say(plain, "that is not the name; it is %s", question->expected);
        prompt(plain);
    }
    else
    {
        answer(plain, plain->pending, text);
    }
}

static void take_word(Plain *plain, const char *word)
{
    const PgmQuestion *question = plain->question;
    const PgmChoice *choice = NULL;
    if (question->expected != NULL && g_str_equal(word, question->expected))
    {
        for (guint i = 0; i < question->choices->len; i++)
        {
            choice = question->choices->pdata[i];
            if (choice->decision == PGM_DECISION_TEXT)
            {
                answer(plain, choice, word);
                return;
            }
        }
    }
    choice = word[0] == '\0' && enter_suffices(question) ? question->choices->pdata[question->highlighted]
                                                         : choice_for(question, word);
    if (choice == NULL)
    {
        g_autofree char *keys = keys_of(question);
        if (question->phase != NULL && g_ascii_strcasecmp(word, "sql") == 0)
        {
            show_phase_sql(plain, question->phase);
        }
        else if (question->expected != NULL)
        {
            say(plain, "not understood: type %s, or %s", question->expected, keys);
        }
        else
        {
            say(plain, "not understood: type one of %s, then Enter", keys);
        }
        prompt(plain);
    }
    else if (choice->text_prompt != NULL)
    {
        plain->pending = choice;
        prompt(plain);
    }
    else
    {
        answer(plain, choice, NULL);
    }
}

/* A word typed while nothing is asked: the engine is at work. */
static void take_request(Plain *plain, const char *word)
{
    if (g_ascii_strcasecmp(word, "x") == 0)
    {
        say(plain, "cancelling: the statement is cancelled, and its phase rolled back");
        pgm_engine_request(plain->engine, PGM_REQUEST_CANCEL);
    }
    else if (g_ascii_strcasecmp(word, "s") == 0)
    {
        say(plain, "it stops before the next phase");
        pgm_engine_request(plain->engine, PGM_REQUEST_STOP);
    }
    else if (g_ascii_strcasecmp(word, "r") == 0)
    {
        say(plain, "rolling this phase back");
        pgm_engine_request(plain->engine, PGM_REQUEST_ROLLBACK_PHASE);
    }
    else if (word[0] != '\0')
    {
        say(plain, "nothing is asked now; x cancels the statement, r rolls this phase back, s stops before the next");
    }
}

static void take_input(Plain *plain, gboolean readable)
{
    for (;;)
    {
        g_autofree char *line = NULL;
        PgmInputState state = pgm_plain_input_take(plain->input, readable, &line);
        readable = FALSE;
        if (state == PGM_INPUT_NONE)
        {
            return;
        }
        if (state == PGM_INPUT_END)
        {
            leave(plain, "end of input");
            return;
        }
        g_strstrip(line);
        if (plain->leaving)
        {
            return;
        }
        if (plain->question == NULL)
        {
            take_request(plain, line);
        }
        else if (plain->pending != NULL)
        {
            take_pending_text(plain, line);
        }
        else
        {
            take_word(plain, line);
        }
        /* The lines of a pipe wait for the next question; those of a terminal have been looked at. */
        if (plain->question == NULL)
        {
            return;
        }
    }
}

/* Hearing */

static void tell_progress(Plain *plain, const PgmEvent *event)
{
    gint64 now = g_get_monotonic_time();
    if (plain->quiet || now - plain->last_progress < PROGRESS_EVERY_US)
    {
        return;
    }
    g_autofree char *line = pgm_plain_progress(event);
    if (line != NULL)
    {
        plain->last_progress = now;
        printf("%s\n", line);
    }
}

static void hear_event(Plain *plain, const PgmEvent *event)
{
    if (plain->past > 0)
    {
        plain->past--; /* the journal so far */
        return;
    }
    PgmEventKind kind = pgm_event_kind(event);
    pgm_plain_input_hide(plain->input);
    if (kind == PGM_EVENT_ACTIVITY || kind == PGM_EVENT_BACKUP_PROGRESS)
    {
        tell_progress(plain, event);
    }
    else
    {
        pgm_plain_print_event(event);
        plain->last_progress = kind == PGM_EVENT_STATEMENT ? g_get_monotonic_time() : plain->last_progress;
    }
    if (kind == PGM_EVENT_PHASE_BEGIN)
    {
        const char *phase = pgm_event_text(event, "phase");
        gboolean backward = g_strcmp0(pgm_event_text(event, "direction"), "rollback") == 0;
        if (backward || g_strcmp0(phase, plain->shown_phase) != 0)
        {
            pgm_plain_print_begin(event);
        }
        if (pgm_plain_input_is_terminal(plain->input))
        {
            printf("  (x Enter cancels, s Enter stops before the next phase, Ctrl-C rolls back and ends)\n");
        }
    }
    pgm_plain_input_show(plain->input);
}

static void hear_withdrawal(Plain *plain, const PgmOperatorMessage *message)
{
    if (plain->question == NULL || plain->question->id != message->question_id)
    {
        return;
    }
    pgm_plain_input_withdraw(plain->input);
    g_clear_pointer(&plain->question, pgm_question_free);
    plain->pending = NULL;
    say(plain, "the question is withdrawn: %s", message->text != NULL ? message->text : "it is settled");
}

static void hear(Plain *plain)
{
    PgmOperatorMessage *message;
    while ((message = pgm_queue_pop(plain->queue)) != NULL)
    {
        switch (message->kind)
        {
        case PGM_MESSAGE_EVENT:
            hear_event(plain, message->event);
            break;
        case PGM_MESSAGE_QUESTION:
            take_question(plain, g_steal_pointer(&message->question));
            break;
        case PGM_MESSAGE_WITHDRAW:
            hear_withdrawal(plain, message);
            break;
        case PGM_MESSAGE_OTHER:
            break;
        }
        pgm_operator_message_free(message);
    }
    fflush(stdout);
}

static void hear_signal(Plain *plain, int signals)
{
    int number = pgm_signals_take(signals);
    if (number == SIGTSTP)
    {
        say(plain, "a run is not suspended: its locks would stay. Ctrl-C rolls back what is open and ends");
    }
    else if (number != 0)
    {
        leave(plain, g_strsignal(number));
    }
}

/* Until the next whole second of the countdown. */
static int next_tick_ms(const Plain *plain)
{
    if (plain->question == NULL || plain->question->deadline < 0)
    {
        return -1;
    }
    gint64 left = plain->question->deadline - g_get_monotonic_time();
    return left <= 0 ? -1 : (int)(left % G_USEC_PER_SEC / 1000) + 1;
}

static void walk(Plain *plain, int signals)
{
    gboolean ended = FALSE;
    while (!ended)
    {
        int input = plain->leaving ? -1 : pgm_plain_input_fd(plain->input);
        struct pollfd fds[] = {{.fd = pgm_queue_fd(plain->queue), .events = POLLIN},
                               {.fd = signals, .events = POLLIN},
                               {.fd = pgm_engine_thread_fd(plain->thread), .events = POLLIN},
                               {.fd = input, .events = POLLIN}};
        if (poll(fds, G_N_ELEMENTS(fds), next_tick_ms(plain)) < 0)
        {
            continue;
        }
        ended = fds[2].revents != 0;
        if (fds[1].revents != 0)
        {
            hear_signal(plain, signals);
        }
        guint before = plain->question != NULL ? plain->question->id : 0;
        hear(plain);
        gboolean asked_anew = plain->question != NULL && plain->question->id != before;
        /* What was typed before the question stood there was not meant for it. */
        gboolean stale = asked_anew && pgm_plain_input_is_terminal(plain->input);
        if (!plain->leaving && !stale && (fds[3].revents != 0 || asked_anew))
        {
            take_input(plain, fds[3].revents != 0);
        }
        if (plain->question != NULL)
        {
            g_autofree char *text = prompt_text(plain);
            pgm_plain_input_change_prompt(plain->input, text);
        }
    }
    hear(plain); /* what was said before the end */
}

static void free_message(gpointer message)
{
    pgm_operator_message_free(message);
}

static gboolean anything_committed(const char *folder)
{
    g_autoptr(GPtrArray) events = pgm_journal_read(folder, NULL, NULL);
    g_autoptr(PgmModel) model = events != NULL ? pgm_model_from_events(events) : NULL;
    for (guint i = 0; model != NULL && i < model->phases->len; i++)
    {
        if (((const PgmModelPhase *)model->phases->pdata[i])->state == PGM_PHASE_COMMITTED)
        {
            return TRUE;
        }
    }
    return FALSE;
}

static void tell_end(const PgmWalkEnd *end)
{
    if (end->run == NULL)
    {
        return;
    }
    g_autofree char *run = pgm_text_safe(end->run, -1);
    g_autofree char *report = end->report != NULL ? pgm_text_safe(end->report, -1) : NULL;
    printf("\nrun %s: %s\n", run, end->outcome);
    if (report != NULL)
    {
        printf("report: %s\n", report);
    }
    if (end->code >= 4)
    {
        printf("to take it up again: pgmedic resume %s\n", run);
    }
    if (end->code >= 4 && anything_committed(end->folder))
    {
        printf("to undo what it committed: pgmedic rollback %s\n", run);
    }
}

int pgm_walk_plain(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error)
{
    int signals = pgm_signals_open();
    g_autoptr(PgmQueue) queue = pgm_queue_new(free_message);
    g_autoptr(PgmPlainInput) input = pgm_plain_input_new();
    g_autofree PgmOperator *mailbox = pgm_operator_mailbox_new(queue);
    Plain plain = {.order = order, .quiet = invocation->quiet, .input = input, .queue = queue, .past = order->past};
    plain.thread = pgm_engine_thread_start(order, mailbox, "plain");
    plain.engine = pgm_engine_thread_engine(plain.thread);
    walk(&plain, signals);
    pgm_plain_input_withdraw(input);
    PgmWalkEnd end = {0};
    gboolean ok = pgm_engine_thread_end(plain.thread, plain.leaving, &end, error);
    tell_end(&end);
    fflush(stdout);
    int code = ok ? end.code : pgm_error_exit_code(error != NULL ? *error : NULL);
    pgm_walk_end_clear(&end);
    g_clear_pointer(&plain.question, pgm_question_free);
    g_free(plain.shown_phase);
    pgm_signals_close(signals);
    return code;
}
