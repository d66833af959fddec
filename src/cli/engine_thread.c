/* engine_thread.c - the engine on a thread of its own, and the signals that the other one hears. */
#include "cli/engine_thread.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct PgmEngineThread
{
    const PgmWalkOrder *order;
    PgmEngineOptions options;
    PgmEngine *engine;
    GThread *thread;
    int ended; /* an eventfd */
    gboolean ok;
    PgmOutcome outcome;
    GError *error;
};

static gpointer engine_main(gpointer data)
{
    PgmEngineThread *self = data;
    const PgmWalkOrder *order = self->order;
    switch (order->kind)
    {
    case PGM_WALK_RUN:
        self->ok = pgm_engine_run(self->engine, order->runbook, &self->outcome, &self->error);
        break;
    case PGM_WALK_RESUME:
        self->ok = pgm_engine_resume(self->engine, order->folder, &self->outcome, &self->error);
        break;
    case PGM_WALK_ROLLBACK:
        self->ok = pgm_engine_rollback(self->engine, order->folder, &self->outcome, &self->error);
        break;
    }
    eventfd_write(self->ended, 1);
    return NULL;
}

PgmEngineThread *pgm_engine_thread_start(const PgmWalkOrder *order, PgmOperator *asked, const char *mode)
{
    PgmEngineThread *self = g_new0(PgmEngineThread, 1);
    self->order = order;
    self->options =
        (PgmEngineOptions){.target = order->target, .mode = mode, .until = order->until, .diagnosis = order->diagnosis};
    self->engine = pgm_engine_new(asked, &self->options);
    self->ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->thread = g_thread_new("engine", engine_main, self);
    return self;
}

int pgm_engine_thread_fd(const PgmEngineThread *thread)
{
    return thread->ended;
}

PgmEngine *pgm_engine_thread_engine(PgmEngineThread *thread)
{
    return thread->engine;
}

gboolean pgm_engine_thread_end(PgmEngineThread *thread, gboolean left, PgmWalkEnd *end, GError **error)
{
    g_thread_join(thread->thread);
    const char *folder = pgm_engine_folder(thread->engine);
    *end = (PgmWalkEnd){.folder = g_strdup(folder), .outcome = pgm_outcome_name(thread->outcome)};
    if (thread->order->kind == PGM_WALK_ROLLBACK && thread->outcome == PGM_OUTCOME_FINISHED)
    {
        end->outcome = pgm_outcome_name(PGM_OUTCOME_ROLLED_BACK); /* that it was asked for changes only the exit code */
    }
    end->run = folder != NULL ? g_path_get_basename(folder) : NULL;
    g_autofree char *report = folder != NULL ? g_build_filename(folder, "report.md", NULL) : NULL;
    end->report = report != NULL && g_file_test(report, G_FILE_TEST_EXISTS) ? g_steal_pointer(&report) : NULL;
    end->message = g_strdup(pgm_engine_message(thread->engine));
    end->code = pgm_outcome_exit_code(thread->outcome);
    if (left && thread->outcome == PGM_OUTCOME_NOT_BEGUN)
    {
        end->code = 4;
    }
    gboolean ok = thread->ok;
    if (!ok)
    {
        g_propagate_error(error, g_steal_pointer(&thread->error));
    }
    pgm_engine_free(thread->engine);
    close(thread->ended);
    g_free(thread);
    return ok;
}

void pgm_walk_end_clear(PgmWalkEnd *end)
{
    g_clear_pointer(&end->folder, g_free);
    g_clear_pointer(&end->run, g_free);
    g_clear_pointer(&end->report, g_free);
    g_clear_pointer(&end->message, g_free);
}

/* Signals */

static void fill(sigset_t *set)
{
    static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    sigemptyset(set);
    for (gsize i = 0; i < G_N_ELEMENTS(heard); i++)
    {
        sigaddset(set, heard[i]);
    }
}

int pgm_signals_open(void)
{
    sigset_t set;
    fill(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void pgm_signals_close(int fd)
{
    sigset_t set;
    while (pgm_signals_take(fd) != 0)
    {
        /* one that came again while the walk ended has had its effect */
    }
    fill(&set);
    close(fd);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int pgm_signals_take(int fd)
{
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}
