/* Messages between threads: order, the descriptor, waiting, ownership. */
#include "pgmedic/queue.h"

#include <poll.h>

static gboolean is_readable(PgmQueue *queue)
{
    struct pollfd fd = {.fd = pgm_queue_fd(queue), .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

static void test_order(void)
{
    g_autoptr(PgmQueue) queue = pgm_queue_new(NULL);
    g_assert_null(pgm_queue_pop(queue));
    for (int i = 1; i <= 3; i++)
    {
        pgm_queue_push(queue, GINT_TO_POINTER(i));
    }
    for (int i = 1; i <= 3; i++)
    {
        g_assert_cmpint(GPOINTER_TO_INT(pgm_queue_pop(queue)), ==, i);
    }
    g_assert_null(pgm_queue_pop(queue));
}

static void test_descriptor(void)
{
    g_autoptr(PgmQueue) queue = pgm_queue_new(NULL);
    g_assert_false(is_readable(queue));
    for (int round = 0; round < 3; round++)
    {
        pgm_queue_push(queue, queue);
        pgm_queue_push(queue, queue);
        g_assert_true(is_readable(queue));
        g_assert_nonnull(pgm_queue_pop(queue));
        g_assert_true(is_readable(queue));
        g_assert_nonnull(pgm_queue_pop(queue));
        g_assert_false(is_readable(queue));
        g_assert_null(pgm_queue_pop(queue));
    }
}

static void count_free(gpointer message)
{
    ++*(int *)message;
}

static void test_free(void)
{
    int freed = 0;
    PgmQueue *queue = pgm_queue_new(count_free);
    pgm_queue_push(queue, &freed);
    pgm_queue_push(queue, &freed);
    pgm_queue_push(queue, &freed);
    g_assert_true(pgm_queue_pop(queue) == &freed);
    pgm_queue_free(queue);
    g_assert_cmpint(freed, ==, 2);
    pgm_queue_free(NULL);
}

static void test_wait_times_out(void)
{
    g_autoptr(PgmQueue) queue = pgm_queue_new(NULL);
    gint64 start = g_get_monotonic_time();
    g_assert_null(pgm_queue_wait(queue, 0));
    g_assert_null(pgm_queue_wait(queue, 20));
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 20000);
    pgm_queue_push(queue, queue);
    g_assert_true(pgm_queue_wait(queue, 0) == queue);
}

enum
{
    WRITERS = 4,
    MESSAGES = 5000,
};

typedef struct
{
    PgmQueue *queue;
    int writer;
} Writer;

static gpointer write_messages(gpointer data)
{
    const Writer *writer = data;
    for (int i = 1; i <= MESSAGES; i++)
    {
        pgm_queue_push(writer->queue, GINT_TO_POINTER(writer->writer * (MESSAGES + 1) + i));
    }
    return NULL;
}

/* Nothing is lost, and each writer's messages stay in their order. */
static void test_threads(void)
{
    g_autoptr(PgmQueue) queue = pgm_queue_new(NULL);
    Writer writers[WRITERS];
    GThread *threads[WRITERS];
    int last[WRITERS] = {0};
    for (int i = 0; i < WRITERS; i++)
    {
        writers[i] = (Writer){queue, i};
        threads[i] = g_thread_new("writer", write_messages, &writers[i]);
    }
    for (int i = 0; i < WRITERS * MESSAGES; i++)
    {
        int message = GPOINTER_TO_INT(pgm_queue_wait(queue, -1));
        int writer = message / (MESSAGES + 1);
        g_assert_cmpint(message % (MESSAGES + 1), ==, last[writer] + 1);
        last[writer]++;
    }
    for (int i = 0; i < WRITERS; i++)
    {
        g_thread_join(threads[i]);
    }
    g_assert_null(pgm_queue_pop(queue));
    g_assert_false(is_readable(queue));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/queue/order", test_order);
    g_test_add_func("/base/queue/descriptor", test_descriptor);
    g_test_add_func("/base/queue/free", test_free);
    g_test_add_func("/base/queue/wait-times-out", test_wait_times_out);
    g_test_add_func("/base/queue/threads", test_threads);
    return g_test_run();
}
