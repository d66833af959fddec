/* queue.c - messages between threads. */
#include "pgmedic/queue.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct PgmQueue
{
    GMutex mutex;
    GQueue messages;
    GDestroyNotify free_message;
    int fd; /* holds 1 exactly while MESSAGES is not empty */
};

PgmQueue *pgm_queue_new(GDestroyNotify free_message)
{
    PgmQueue *queue = g_new0(PgmQueue, 1);
    g_mutex_init(&queue->mutex);
    g_queue_init(&queue->messages);
    queue->free_message = free_message;
    queue->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (queue->fd < 0)
    {
        /* Like memory that ran out: there is nothing sensible to go on with. */
        g_error("cannot make an event descriptor: %s", g_strerror(errno));
    }
    return queue;
}

void pgm_queue_free(PgmQueue *queue)
{
    if (queue == NULL)
    {
        return;
    }
    gpointer message;
    while ((message = g_queue_pop_head(&queue->messages)) != NULL)
    {
        if (queue->free_message != NULL)
        {
            queue->free_message(message);
        }
    }
    close(queue->fd);
    g_mutex_clear(&queue->mutex);
    g_free(queue);
}

void pgm_queue_push(PgmQueue *queue, gpointer message)
{
    g_return_if_fail(message != NULL);
    g_mutex_lock(&queue->mutex);
    if (g_queue_is_empty(&queue->messages))
    {
        eventfd_write(queue->fd, 1);
    }
    g_queue_push_tail(&queue->messages, message);
    g_mutex_unlock(&queue->mutex);
}

gpointer pgm_queue_pop(PgmQueue *queue)
{
    g_mutex_lock(&queue->mutex);
    gpointer message = g_queue_pop_head(&queue->messages);
    if (message != NULL && g_queue_is_empty(&queue->messages))
    {
        eventfd_t count;
        eventfd_read(queue->fd, &count);
    }
    g_mutex_unlock(&queue->mutex);
    return message;
}

int pgm_queue_fd(const PgmQueue *queue)
{
    return queue->fd;
}

gpointer pgm_queue_wait(PgmQueue *queue, int timeout_ms)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
    for (;;)
    {
        gpointer message = pgm_queue_pop(queue);
        if (message != NULL)
        {
            return message;
        }
        int wait = -1;
        if (timeout_ms >= 0)
        {
            gint64 left = deadline - g_get_monotonic_time();
            if (left <= 0)
            {
                return NULL;
            }
            wait = (int)((left + 999) / 1000);
        }
        struct pollfd fd = {.fd = queue->fd, .events = POLLIN};
        (void)poll(&fd, 1, wait); /* EINTR: look again */
    }
}
