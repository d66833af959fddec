/*
 * script_relations.c - the relations that a statement names.
 *
 * The only place that builds a full parse tree of foreign text. That recurses
 * as deep as the text does, and no limit on the text would be honest; so it
 * happens in a child process, which may die of it.
 */
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

#include "pg/script_token.h"
#include "pgmedic/script.h"

enum
{
    CHILD_MEMORY = 1024 * 1024 * 1024, /* bytes of address space, beyond what the parent has */
    CHILD_SECONDS = 5,
    ANSWER_MAX = 1024 * 1024,
};

/* One relation while the tree is walked. */
typedef struct
{
    int location; /* bytes into the statement; -1: the tree does not say */
    guint order;
    char *name;
} Named;

typedef struct
{
    GArray *named; /* Named */
    GPtrArray *ctes;
} Walk;

static void walk_add(Walk *walk, const char *schema, const char *name, int location)
{
    gboolean qualified = schema != NULL && schema[0] != '\0';
    Named named = {location, walk->named->len, qualified ? g_strconcat(schema, ".", name, NULL) : g_strdup(name)};
    g_array_append_val(walk->named, named);
}

/* DROP TABLE names its relations as lists of strings, not as range variables. */
static void walk_drop(Walk *walk, const PgQuery__DropStmt *drop)
{
    switch (drop->remove_type)
    {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
        break;
    default:
        return;
    }
    for (size_t i = 0; i < drop->n_objects; i++)
    {
        const PgQuery__Node *object = drop->objects[i];
        if (object->node_case != PG_QUERY__NODE__NODE_LIST || object->list->n_items == 0)
        {
            continue;
        }
        const PgQuery__List *parts = object->list;
        const char *words[2] = {NULL, NULL};
        for (size_t k = 0; k < parts->n_items; k++)
        {
            words[0] = words[1];
            words[1] = parts->items[k]->node_case == PG_QUERY__NODE__NODE_STRING ? parts->items[k]->string->sval : NULL;
        }
        if (words[1] != NULL)
        {
            walk_add(walk, words[0], words[1], -1);
        }
    }
}

static void walk_message(Walk *walk, const ProtobufCMessage *message);

static void walk_field(Walk *walk, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
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
            walk_message(walk, items[i]);
        }
        return;
    }
    gboolean one_of = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    if (!one_of || *(const uint32_t *)(gconstpointer)(base + field->quantifier_offset) == field->id)
    {
        walk_message(walk, *(const ProtobufCMessage *const *)(gconstpointer)(base + field->offset));
    }
}

static void walk_message(Walk *walk, const ProtobufCMessage *message)
{
    if (message == NULL)
    {
        return;
    }
    if (message->descriptor == &pg_query__range_var__descriptor)
    {
        const PgQuery__RangeVar *relation = (gconstpointer)message;
        walk_add(walk, relation->schemaname, relation->relname, relation->location);
    }
    else if (message->descriptor == &pg_query__drop_stmt__descriptor)
    {
        walk_drop(walk, (gconstpointer)message);
    }
    else if (message->descriptor == &pg_query__common_table_expr__descriptor)
    {
        g_ptr_array_add(walk->ctes, ((const PgQuery__CommonTableExpr *)(gconstpointer)message)->ctename);
    }
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
    {
        walk_field(walk, message, &message->descriptor->fields[i]);
    }
}

static int named_compare(gconstpointer a, gconstpointer b)
{
    const Named *left = a;
    const Named *right = b;
    if (left->location != right->location)
    {
        return left->location < right->location ? -1 : 1;
    }
    return left->order < right->order ? -1 : left->order > right->order;
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

/* In the child: parse, walk, and write the names, each ended by NUL. */
static void child_answer(const char *sql, int fd)
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
    Walk walk = {g_array_new(FALSE, FALSE, sizeof(Named)), g_ptr_array_new()};
    walk_message(&walk, &tree->base);
    g_array_sort(walk.named, named_compare);
    for (guint i = 0; i < walk.named->len; i++)
    {
        const char *name = g_array_index(walk.named, Named, i).name;
        if (!g_ptr_array_find_with_equal_func(walk.ctes, name, g_str_equal, NULL))
        {
            write_whole(fd, name, strlen(name) + 1);
        }
    }
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

static G_NORETURN void child_main(const char *sql, int fd, rlim_t memory)
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
    child_answer(sql, fd);
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

GPtrArray *pgm_script_relations(const char *sql)
{
    GPtrArray *relations = g_ptr_array_new_with_free_func(g_free);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
    {
        return relations;
    }
    rlim_t memory = address_space_now() + CHILD_MEMORY;
    pid_t child = fork();
    if (child == 0)
    {
        child_main(sql, ends[1], memory);
    }
    close(ends[1]);
    if (child > 0)
    {
        g_autoptr(GByteArray) answer = read_until(ends[0], g_get_monotonic_time() + CHILD_SECONDS * G_USEC_PER_SEC);
        if (answer == NULL)
        {
            kill(child, SIGKILL);
        }
        gboolean well = child_ended_well(child) && answer != NULL;
        for (guint at = 0; well && at < answer->len; at += (guint)strlen((const char *)answer->data + at) + 1)
        {
            const char *name = (const char *)answer->data + at;
            if (!g_ptr_array_find_with_equal_func(relations, name, g_str_equal, NULL))
            {
                g_ptr_array_add(relations, g_strdup(name));
            }
        }
    }
    close(ends[0]);
    return relations;
}
