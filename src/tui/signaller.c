/* signaller.c - the worker with the armed period. */
#include "tui/signaller.h"

#include "pgmedic/signal.h"

enum
{
    FOREVER_MS = 24 * 3600 * 1000,
};

typedef struct
{
    PgmTarget *target;
    char *state_folder;
    int idle_ms;
    GMutex mutex;    /* over `armed`, for interrupt() */
    PgmArmed *armed; /* NULL: not armed */
    gint64 used;     /* monotonic: armed, or last signal */
} Signaller;

static void set_armed(Signaller *signaller, PgmArmed *armed)
{
    g_mutex_lock(&signaller->mutex);
    signaller->armed = armed;
    g_mutex_unlock(&signaller->mutex);
}

static void post_armed(PgmWorker *worker, const Signaller *signaller, const char *message)
{
    PgmArmedNews *news = g_new0(PgmArmedNews, 1);
    news->armed = signaller->armed != NULL;
    news->folder = signaller->armed != NULL ? g_strdup(pgm_armed_folder(signaller->armed)) : NULL;
    news->message = g_strdup(message);
    pgm_worker_post(worker, PGM_NEWS_ARMED, news);
}

static void arm(PgmWorker *worker, Signaller *signaller, const char *typed)
{
    g_autoptr(GError) error = NULL;
    if (signaller->armed == NULL)
    {
        set_armed(signaller, pgm_armed_begin(signaller->target, signaller->state_folder, typed, &error));
    }
    signaller->used = g_get_monotonic_time();
    post_armed(worker, signaller, error != NULL ? error->message : NULL);
}

static void disarm(PgmWorker *worker, Signaller *signaller, const char *why)
{
    PgmArmed *armed = signaller->armed;
    if (armed != NULL)
    {
        set_armed(signaller, NULL);
        pgm_armed_end(armed, why);
        post_armed(worker, signaller, why);
    }
}

static void send_signal(PgmWorker *worker, Signaller *signaller, const PgmSignal *signal)
{
    g_autoptr(GError) error = NULL;
    PgmSignalledNews *news = g_new0(PgmSignalledNews, 1);
    if (signaller->armed == NULL)
    {
        news->error = g_strdup("pgmedic was disarmed before: nothing was sent");
    }
    else if (!pgm_armed_signal(signaller->armed, signal, &news->outcome, &error))
    {
        news->error = g_strdup_printf("%s: %s", news->outcome != NULL ? "sent, but not on record" : "nothing was sent",
                                      error->message);
    }
    signaller->used = g_get_monotonic_time();
    pgm_worker_post(worker, PGM_NEWS_SIGNALLED, news);
}

static int obey(PgmWorker *worker, gpointer state, const PgmJob *job)
{
    Signaller *signaller = state;
    switch (job != NULL ? job->kind : -1)
    {
    case PGM_SIGNALLER_ARM:
        arm(worker, signaller, job->text);
        break;
    case PGM_SIGNALLER_DISARM:
        disarm(worker, signaller, job->text);
        break;
    case PGM_SIGNALLER_SIGNAL:
        send_signal(worker, signaller, g_ptr_array_index(job->array, 0));
        break;
    default:
        break;
    }
    if (signaller->armed == NULL)
    {
        return FOREVER_MS;
    }
    int left = (int)(signaller->idle_ms - (g_get_monotonic_time() - signaller->used) / 1000);
    if (left <= 0)
    {
        disarm(worker, signaller, "not used for a while");
        return FOREVER_MS;
    }
    return left;
}

static void interrupt(gpointer state)
{
    Signaller *signaller = state;
    g_mutex_lock(&signaller->mutex);
    if (signaller->armed != NULL)
    {
        pgm_armed_hurry(signaller->armed);
    }
    g_mutex_unlock(&signaller->mutex);
}

static void end(gpointer state)
{
    Signaller *signaller = state;
    pgm_armed_end(signaller->armed, "the console was left");
    pgm_target_free(signaller->target);
    g_free(signaller->state_folder);
    g_mutex_clear(&signaller->mutex);
    g_free(signaller);
}

PgmWorker *pgm_signaller_start(const PgmTuiOptions *options, PgmQueue *inbox)
{
    return pgm_signaller_start_with(options, inbox, PGM_SIGNALLER_IDLE_MINUTES * 60 * 1000);
}

PgmWorker *pgm_signaller_start_with(const PgmTuiOptions *options, PgmQueue *inbox, int idle_ms)
{
    static const PgmWorkerOps ops = {"signaller", obey, interrupt, end};
    Signaller *signaller = g_new0(Signaller, 1);
    signaller->target = pgm_target_copy(options->target);
    signaller->idle_ms = idle_ms;
    signaller->state_folder = g_strdup(options->state_folder);
    g_mutex_init(&signaller->mutex);
    return pgm_worker_start(&ops, signaller, inbox);
}
