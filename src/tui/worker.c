/* worker.c - threads that work for the console. */
#include "tui/worker.h"

enum
{
    JOB_END = -1,
};

struct PgmWorker
{
    const PgmWorkerOps *ops;
    gpointer state;
    PgmQueue *inbox;
    PgmQueue *jobs;
    GThread *thread;
    gint stopping;
    GMutex mutex;
    GCond ended_cond;
    gboolean ending;
    gboolean ended;
    gboolean left_behind;
};

static void job_free(gpointer data)
{
    PgmJob *job = data;
    g_free(job->text);
    g_free(job->name);
    g_clear_pointer(&job->array, g_ptr_array_unref);
    g_free(job);
}

static void worker_free(PgmWorker *worker)
{
    pgm_queue_free(worker->jobs);
    g_mutex_clear(&worker->mutex);
    g_cond_clear(&worker->ended_cond);
    g_free(worker);
}

static gpointer worker_main(gpointer data)
{
    PgmWorker *worker = data;
    int pause = worker->ops->work(worker, worker->state, NULL);
    while (!pgm_worker_is_stopping(worker))
    {
        PgmJob *job = pgm_queue_wait(worker->jobs, pause);
        if (pgm_worker_is_stopping(worker))
        {
            g_clear_pointer(&job, job_free);
            break;
        }
        pause = worker->ops->work(worker, worker->state, job);
        g_clear_pointer(&job, job_free);
    }
    /* From here on interrupt() may not touch the state any more. The end itself may hang in a network: who waits for it
     * waits as long as it said, not longer. */
    g_mutex_lock(&worker->mutex);
    worker->ending = TRUE;
    g_mutex_unlock(&worker->mutex);
    worker->ops->end(worker->state);
    g_mutex_lock(&worker->mutex);
    worker->ended = TRUE;
    gboolean alone = worker->left_behind;
    g_cond_signal(&worker->ended_cond);
    g_mutex_unlock(&worker->mutex);
    if (alone)
    {
        worker_free(worker);
    }
    return NULL;
}

PgmWorker *pgm_worker_start(const PgmWorkerOps *ops, gpointer state, PgmQueue *inbox)
{
    PgmWorker *worker = g_new0(PgmWorker, 1);
    worker->ops = ops;
    worker->state = state;
    worker->inbox = inbox;
    worker->jobs = pgm_queue_new(job_free);
    g_mutex_init(&worker->mutex);
    g_cond_init(&worker->ended_cond);
    worker->thread = g_thread_new(ops->name, worker_main, worker);
    return worker;
}

void pgm_worker_tell_job(PgmWorker *worker, PgmJob job)
{
    PgmJob *copy = g_new(PgmJob, 1);
    *copy = job;
    pgm_queue_push(worker->jobs, copy);
}

void pgm_worker_tell(PgmWorker *worker, int kind, char *text, char *name, GPtrArray *array)
{
    pgm_worker_tell_job(worker, (PgmJob){.kind = kind, .text = text, .name = name, .array = array});
}

void pgm_worker_post(PgmWorker *worker, PgmNewsKind kind, gpointer payload)
{
    pgm_queue_push(worker->inbox, pgm_news_new(kind, payload));
}

gboolean pgm_worker_is_stopping(PgmWorker *worker)
{
    return g_atomic_int_get(&worker->stopping) != 0;
}

gboolean pgm_worker_stop(PgmWorker *worker, int ms)
{
    g_atomic_int_set(&worker->stopping, 1);
    pgm_worker_tell(worker, JOB_END, NULL, NULL, NULL);
    gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;
    g_mutex_lock(&worker->mutex);
    if (!worker->ending && worker->ops->interrupt != NULL)
    {
        worker->ops->interrupt(worker->state);
    }
    while (!worker->ended && g_cond_wait_until(&worker->ended_cond, &worker->mutex, until))
    {
    }
    gboolean ended = worker->ended;
    worker->left_behind = !ended;
    GThread *thread = worker->thread;
    g_mutex_unlock(&worker->mutex);
    if (!ended)
    {
        g_thread_unref(thread);
        return FALSE;
    }
    g_thread_join(thread);
    worker_free(worker);
    return TRUE;
}
