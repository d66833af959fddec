/*
 * parse_child.c - a parse tree of foreign text, built where it can do no harm.
 *
 * Building one recurses as deep as the text does, and no limit on the text
 * would be honest; so it happens in a child process, which may die of it.
 */
#include "pg/parse_child.h"

#include <errno.h>
#include <fcntl.h>
#include <pg_query.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
    CHILD_MEMORY = 1024 * 1024 * 1024, /* bytes of address space, beyond what the parent has */
    CHILD_SECONDS = 5,
    ANSWER_MAX = 1024 * 1024,
};

static void visit_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, PgmVisit visit,
                        gpointer user)
{
    const char *base = (const char *)message;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
    {
        return;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
    {
        size_t n = *(const size_t *)(gconstpointer)(base + field->quantifier_offset);
        ProtobufCMessage *const *items = *(ProtobufCMessage *const *const *)(gconstpointer)(base + field->offset);
        for (size_t i = 0; i < n; i++)
        {
            pgm_parse_walk(items[i], visit, user);
        }
        return;
    }
    gboolean one_of = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    if (!one_of || *(const uint32_t *)(gconstpointer)(base + field->quantifier_offset) == field->id)
    {
        pgm_parse_walk(*(const ProtobufCMessage *const *)(gconstpointer)(base + field->offset), visit, user);
    }
}

void pgm_parse_walk(const ProtobufCMessage *message, PgmVisit visit, gpointer user)
{
    if (message == NULL)
    {
        return;
    }
    visit(message, user);
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
    {
        visit_field(message, &message->descriptor->fields[i], visit, user);
    }
}

void pgm_parse_answer_string(GByteArray *answer, const char *text)
{
    const char *whole = text == NULL ? "" : text;
    g_byte_array_append(answer, (const guint8 *)whole, (guint)strlen(whole) + 1);
}

static void write_whole(int fd, const char *data, size_t length)
{
    while (length > 0)
    {
        ssize_t n = write(fd, data, length);
        if (n <= 0)
        {
            _exit(1);
        }
        data += n;
        length -= (size_t)n;
    }
}

static void child_answer(const char *sql, int fd, PgmParseAnswer answer)
{
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(sql);
    if (parsed.error != NULL)
    {
        _exit(1);
    }
    PgQuery__ParseResult *tree =
        pg_query__parse_result__unpack(NULL, parsed.parse_tree.len, (const uint8_t *)parsed.parse_tree.data);
    if (tree == NULL)
    {
        _exit(1);
    }
    GByteArray *bytes = g_byte_array_new();
    answer(tree, bytes);
    write_whole(fd, (const char *)bytes->data, bytes->len);
    _exit(0);
}

static void limit(int resource, rlim_t value)
{
    struct rlimit bound = {value, value};
    (void)setrlimit((__rlimit_resource_t)resource, &bound);
}

static rlim_t address_space_now(void)
{
    g_autofree char *statm = NULL;
    if (!g_file_get_contents("/proc/self/statm", &statm, NULL, NULL))
    {
        return 0;
    }
    return (rlim_t)g_ascii_strtoull(statm, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

static G_NORETURN void child_main(const char *sql, int fd, rlim_t memory, PgmParseAnswer answer)
{
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, CHILD_SECONDS);
#ifndef __SANITIZE_ADDRESS__ /* which reserves terabytes of it */
    limit(RLIMIT_AS, memory);
#else
    (void)memory;
#endif
    if (freopen("/dev/null", "w", stderr) == NULL)
    {
        _exit(1);
    }
    child_answer(sql, fd, answer);
    _exit(1);
}

/* All that comes through FD before DEADLINE; NULL when it did not end in time. */
static GByteArray *read_until(int fd, gint64 deadline)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (;;)
    {
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        struct pollfd wanted = {fd, POLLIN, 0};
        int ready = left > 0 ? poll(&wanted, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
        {
            continue;
        }
        guint8 buffer[4096];
        ssize_t n = ready > 0 ? read(fd, buffer, sizeof buffer) : -1;
        if (n == 0)
        {
            return g_steal_pointer(&bytes);
        }
        if (n < 0 || bytes->len > ANSWER_MAX)
        {
            return NULL;
        }
        g_byte_array_append(bytes, buffer, (guint)n);
    }
}

static gboolean child_ended_well(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
    {
        if (errno != EINTR)
        {
            return FALSE;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

GByteArray *pgm_parse_in_child(const char *sql, PgmParseAnswer answer)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
    {
        return NULL;
    }
    rlim_t memory = address_space_now() + CHILD_MEMORY;
    pid_t child = fork();
    if (child == 0)
    {
        child_main(sql, ends[1], memory, answer);
    }
    close(ends[1]);
    g_autoptr(GByteArray) bytes = NULL;
    if (child > 0)
    {
        bytes = read_until(ends[0], g_get_monotonic_time() + CHILD_SECONDS * G_USEC_PER_SEC);
        if (bytes == NULL)
        {
            kill(child, SIGKILL);
        }
        if (!child_ended_well(child))
        {
            g_clear_pointer(&bytes, g_byte_array_unref);
        }
    }
    close(ends[0]);
    return g_steal_pointer(&bytes);
}
