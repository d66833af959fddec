/*
 * queue.h - messages between threads.
 *
 * A GQueue, a mutex and an eventfd, so that a queue and a socket are polled
 * together. Ownership travels with the message.
 */
#ifndef PGMEDIC_QUEUE_H
#define PGMEDIC_QUEUE_H

#include <glib.h>

typedef struct PgmQueue PgmQueue;

PgmQueue *pgm_queue_new(GDestroyNotify free_message);
/* Frees what is still in it. Nobody may use it any more. */
void pgm_queue_free(PgmQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmQueue, pgm_queue_free)

/* Any thread. Takes MESSAGE, which is not NULL. */
void pgm_queue_push(PgmQueue *queue, gpointer message);

/* The reading thread. NULL when empty. Caller owns the message. */
gpointer pgm_queue_pop(PgmQueue *queue);

/* Readable (POLLIN) while the queue is not empty. Owned by the queue. */
int pgm_queue_fd(const PgmQueue *queue);

/* Wait until there is a message or TIMEOUT_MS passed (-1: for ever). NULL on time-out. */
gpointer pgm_queue_wait(PgmQueue *queue, int timeout_ms);

#endif
