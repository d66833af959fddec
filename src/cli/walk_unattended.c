/* walk_unattended.c - a run that nobody watches: progress on standard error, the outcome on standard output. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>

#include "cli/document.h"
#include "cli/engine_thread.h"
#include "pgmedic/error.h"
#include "pgmedic/text.h"

typedef struct
{
    gboolean quiet;
    guint past; /* events of the journal that are told again */
} Progress;

/* On the engine's thread. */
static void tell(const PgmEvent *event, gpointer user)
{
    Progress *progress = user;
    if (progress->past > 0)
    {
        progress->past--;
        return;
    }
    PgmEventKind kind = pgm_event_kind(event);
    if (progress->quiet || kind == PGM_EVENT_QUESTION || kind == PGM_EVENT_ANSWER)
    {
        return;
    }
    g_autofree char *sentence = pgm_event_sentence(event);
    if (sentence != NULL)
    {
        fprintf(stderr, "%s\n", sentence);
    }
}

/* TRUE: a signal asked for the end. */
static gboolean wait_for_end(PgmEngineThread *thread, int signals)
{
    gboolean left = FALSE;
    for (;;)
    {
        struct pollfd fds[] = {{.fd = pgm_engine_thread_fd(thread), .events = POLLIN},
                               {.fd = signals, .events = POLLIN}};
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0)
        {
            continue;
        }
        if (fds[0].revents != 0)
        {
            return left;
        }
        int number = pgm_signals_take(signals);
        if (number != 0 && number != SIGTSTP && !left)
        {
            left = TRUE;
            fprintf(stderr, "%s: what is open is rolled back, and the run ends\n", g_strsignal(number));
            pgm_engine_request(pgm_engine_thread_engine(thread), PGM_REQUEST_QUIT);
        }
    }
}

static gboolean write_end(const PgmInvocation *invocation, const PgmWalkEnd *end, GError **error)
{
    if (invocation->json)
    {
        g_autoptr(JsonBuilder) json = pgm_document_new();
        pgm_document_text(json, "run", end->run);
        pgm_document_text(json, "folder", end->folder);
        pgm_document_text(json, "outcome", end->outcome);
        pgm_document_text(json, "message", end->message);
        pgm_document_text(json, "report", end->report);
        pgm_document_integer(json, "exit", end->code);
        return pgm_document_write(json, invocation, error);
    }
    if (end->run == NULL)
    {
        return TRUE;
    }
    g_autofree char *message = pgm_text_safe(end->message != NULL ? end->message : "", -1);
    g_autofree char *text = g_strdup_printf("run %s: %s: %s\n%s%s%s", end->run, end->outcome, message,
                                            end->report != NULL ? "report: " : "",
                                            end->report != NULL ? end->report : "", end->report != NULL ? "\n" : "");
    return pgm_invocation_write(invocation, text, error);
}

int pgm_walk_unattended(const PgmInvocation *invocation, const PgmWalkOrder *order, GError **error)
{
    Progress progress = {invocation->quiet, order->past};
    gboolean rollback = g_strcmp0(invocation->on_failure, "rollback") == 0;
    /* Where no backup can be asked for, none is declined by this either. */
    const char *backup = invocation->backup != NULL ? invocation->backup : "dump";
    g_autofree PgmOperator *policy = pgm_operator_policy_new(backup, rollback, tell, &progress, error);
    if (policy == NULL)
    {
        return 2;
    }
    int signals = pgm_signals_open();
    PgmEngineThread *thread = pgm_engine_thread_start(order, policy, "unattended");
    gboolean left = wait_for_end(thread, signals);
    PgmWalkEnd end = {0};
    gboolean ok = pgm_engine_thread_end(thread, left, &end, error);
    int code = ok ? end.code : pgm_error_exit_code(error != NULL ? *error : NULL);
    end.code = code;
    g_autoptr(GError) unwritten = NULL;
    if (!write_end(invocation, &end, &unwritten)) /* what became of the run counts for more */
    {
        fprintf(stderr, "pgmedic: %s\n", unwritten->message);
    }
    pgm_walk_end_clear(&end);
    pgm_signals_close(signals);
    return code;
}
