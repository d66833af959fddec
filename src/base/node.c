/* node.c - YAML as a tree whose nodes know their line. */
#include "pgmedic/node.h"

#include "base/character.h"
#include "pgmedic/error.h"

#include <string.h>
#include <yaml.h>

typedef struct
{
    const char *name;
    yaml_parser_t parser;
} Reader;

static PgmNode *node_new(PgmNodeKind kind, const yaml_mark_t *mark)
{
    PgmNode *node = g_new0(PgmNode, 1);
    node->kind = kind;
    node->line = (int)mark->line + 1;
    node->column = (int)mark->column + 1;
    if (kind == PGM_NODE_MAPPING)
    {
        node->keys = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_node_free);
    }
    if (kind != PGM_NODE_SCALAR)
    {
        node->items = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_node_free);
    }
    return node;
}

void pgm_node_free(PgmNode *node)
{
    if (node == NULL)
    {
        return;
    }
    g_free(node->scalar);
    g_clear_pointer(&node->keys, g_ptr_array_unref);
    g_clear_pointer(&node->items, g_ptr_array_unref);
    g_free(node);
}

static gboolean fail(const char *name, gsize line, gsize column, GError **error, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* LINE and COLUMN count from 0, as libyaml's do. Returns FALSE. */
static gboolean fail(const char *name, gsize line, gsize column, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", name, line + 1,
                column + 1, message);
    return FALSE;
}

static gboolean fail_at(const Reader *reader, const yaml_mark_t *mark, GError **error, const char *message)
{
    return fail(reader->name, mark->line, mark->column, error, "%s", message);
}

static gboolean fail_in_libyaml(const Reader *reader, GError **error)
{
    const yaml_parser_t *parser = &reader->parser;
    GString *message = g_string_new(parser->problem != NULL ? parser->problem : "cannot be read");
    if (g_str_has_prefix(message->str, "found character that cannot start any token"))
    {
        g_string_append(message, " (a tab, or one of % @ ` outside quotes)");
    }
    if (parser->context != NULL)
    {
        g_string_append_printf(message, ", %s", parser->context);
        if (parser->context_mark.line != parser->problem_mark.line)
        {
            g_string_append_printf(message, " that begins in line %" G_GSIZE_FORMAT, parser->context_mark.line + 1);
        }
    }
    fail(reader->name, parser->problem_mark.line, parser->problem_mark.column, error, "%s", message->str);
    g_string_free(message, TRUE);
    return FALSE;
}

/* What YAML forbids to stand raw in a file, and NUL, which libyaml 0.2.5 takes for the end. */
static gboolean is_forbidden(gunichar c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0xFFFE ||
           c == 0xFFFF;
}

static gboolean check_bytes(const char *name, const char *data, gsize length, GError **error)
{
    gsize line = 0, column = 0;
    for (gsize i = 0; i < length;)
    {
        gunichar c = 0;
        int bytes;
        if (!pgm_character_next(data + i, length - i, &c, &bytes))
        {
            return fail(name, line, column, error, "byte 0x%02x is not UTF-8", (guint)(guchar)data[i]);
        }
        if (c == 0)
        {
            return fail(name, line, column, error, "a NUL byte; this is no text file");
        }
        if (is_forbidden(c))
        {
            return fail(name, line, column, error, "a control character; in double quotes, write it as \\u%04x", c);
        }
        line += c == '\n';
        column = c == '\n' ? 0 : column + 1;
        i += (gsize)bytes;
    }
    return TRUE;
}

/* The next event, without the ones that we refuse. On TRUE the caller deletes it. */
static gboolean next_event(Reader *reader, yaml_event_t *event, GError **error)
{
    if (!yaml_parser_parse(&reader->parser, event))
    {
        return fail_in_libyaml(reader, error);
    }
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type)
    {
    case YAML_ALIAS_EVENT:
        fail_at(reader, &event->start_mark, error, "an alias (*name) is not allowed here; write the value out");
        yaml_event_delete(event);
        return FALSE;
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor != NULL || tag != NULL)
    {
        fail_at(reader, &event->start_mark, error,
                anchor != NULL ? "an anchor (&name) is not allowed here" : "a tag (!name) is not allowed here");
        yaml_event_delete(event);
        return FALSE;
    }
    return TRUE;
}

static PgmNode *scalar_from(const yaml_event_t *event)
{
    PgmNode *node = node_new(PGM_NODE_SCALAR, &event->start_mark);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->scalar = g_strndup((const char *)event->data.scalar.value, event->data.scalar.length);
    return node;
}

/* "\0" in double quotes: a C string would silently end there. */
static gboolean check_scalar(const Reader *reader, const yaml_event_t *event, GError **error)
{
    if (memchr(event->data.scalar.value, 0, event->data.scalar.length) != NULL)
    {
        return fail_at(reader, &event->start_mark, error, "the character \\0 is not allowed");
    }
    return TRUE;
}

static PgmNode *build(Reader *reader, yaml_event_t *event, int depth, GError **error);

static gboolean check_key(const Reader *reader, const yaml_event_t *event, GHashTable *seen, GError **error)
{
    if (event->type != YAML_SCALAR_EVENT)
    {
        return fail_at(reader, &event->start_mark, error, "a key must be one word or text");
    }
    if (!check_scalar(reader, event, error))
    {
        return FALSE;
    }
    const char *key = (const char *)event->data.scalar.value;
    const PgmNode *first = g_hash_table_lookup(seen, key);
    if (first != NULL)
    {
        return fail(reader->name, event->start_mark.line, event->start_mark.column, error,
                    "the key \"%s\" stands here twice; the first is in line %d", key, first->line);
    }
    return TRUE;
}

static gboolean fill_mapping(Reader *reader, PgmNode *mapping, int depth, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal); /* borrows from MAPPING */
    for (;;)
    {
        yaml_event_t event;
        if (!next_event(reader, &event, error))
        {
            return FALSE;
        }
        if (event.type == YAML_MAPPING_END_EVENT)
        {
            yaml_event_delete(&event);
            return TRUE;
        }
        if (!check_key(reader, &event, seen, error))
        {
            yaml_event_delete(&event);
            return FALSE;
        }
        PgmNode *key = scalar_from(&event);
        yaml_event_delete(&event);
        g_ptr_array_add(mapping->keys, key);
        g_hash_table_insert(seen, key->scalar, key);
        if (!next_event(reader, &event, error))
        {
            return FALSE;
        }
        PgmNode *value = build(reader, &event, depth, error);
        if (value == NULL)
        {
            return FALSE;
        }
        g_ptr_array_add(mapping->items, value);
    }
}

static gboolean fill_sequence(Reader *reader, PgmNode *sequence, int depth, GError **error)
{
    for (;;)
    {
        yaml_event_t event;
        if (!next_event(reader, &event, error))
        {
            return FALSE;
        }
        if (event.type == YAML_SEQUENCE_END_EVENT)
        {
            yaml_event_delete(&event);
            return TRUE;
        }
        PgmNode *item = build(reader, &event, depth, error);
        if (item == NULL)
        {
            return FALSE;
        }
        g_ptr_array_add(sequence->items, item);
    }
}

/* The node that EVENT begins, DEPTH levels below the document. Deletes EVENT. */
static PgmNode *build(Reader *reader, yaml_event_t *event, int depth, GError **error)
{
    if (event->type == YAML_SCALAR_EVENT)
    {
        PgmNode *scalar = check_scalar(reader, event, error) ? scalar_from(event) : NULL;
        yaml_event_delete(event);
        return scalar;
    }
    PgmNodeKind kind = event->type == YAML_MAPPING_START_EVENT ? PGM_NODE_MAPPING : PGM_NODE_SEQUENCE;
    g_autoptr(PgmNode) node = node_new(kind, &event->start_mark);
    yaml_event_delete(event);
    if (depth == PGM_NODE_MAX_DEPTH)
    {
        fail(reader->name, (gsize)node->line - 1, (gsize)node->column - 1, error, "more than %d levels deep",
             PGM_NODE_MAX_DEPTH);
        return NULL;
    }
    gboolean filled = kind == PGM_NODE_MAPPING ? fill_mapping(reader, node, depth + 1, error)
                                               : fill_sequence(reader, node, depth + 1, error);
    return filled ? g_steal_pointer(&node) : NULL;
}

/* FOUND: does a document start here, or did the stream end? */
static gboolean expect_document_start(Reader *reader, gboolean *found, GError **error)
{
    yaml_event_t event;
    if (!next_event(reader, &event, error))
    {
        return FALSE;
    }
    *found = event.type == YAML_DOCUMENT_START_EVENT;
    gboolean tagged =
        *found && event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end;
    if (tagged)
    {
        fail_at(reader, &event.start_mark, error, "a %TAG line is not allowed here");
    }
    yaml_event_delete(&event);
    return !tagged;
}

static PgmNode *read_root(Reader *reader, GError **error)
{
    yaml_event_t event;
    if (!next_event(reader, &event, error))
    {
        return NULL;
    }
    g_autoptr(PgmNode) root = build(reader, &event, 0, error);
    /* The document's end. */
    if (root == NULL || !next_event(reader, &event, error))
    {
        return NULL;
    }
    yaml_event_delete(&event);
    if (!next_event(reader, &event, error))
    {
        return NULL;
    }
    gboolean ended = event.type == YAML_STREAM_END_EVENT;
    if (!ended)
    {
        fail_at(reader, &event.start_mark, error, "a second document begins here; a file holds one");
    }
    yaml_event_delete(&event);
    return ended ? g_steal_pointer(&root) : NULL;
}

/* A file of nothing, or of comments, is a null. */
static PgmNode *empty_root(void)
{
    yaml_mark_t start = {0, 0, 0};
    PgmNode *node = node_new(PGM_NODE_SCALAR, &start);
    node->scalar = g_strdup("");
    return node;
}

static PgmNode *read_stream(Reader *reader, GError **error)
{
    yaml_event_t event;
    gboolean found;
    if (!next_event(reader, &event, error))
    {
        return NULL;
    }
    yaml_event_delete(&event);
    if (!expect_document_start(reader, &found, error))
    {
        return NULL;
    }
    return found ? read_root(reader, error) : empty_root();
}

PgmNode *pgm_node_parse(const char *name, const char *data, gsize length, gsize max_bytes, GError **error)
{
    gsize limit = max_bytes != 0 ? max_bytes : PGM_NODE_MAX_BYTES;
    if (length > limit)
    {
        fail(name, 0, 0, error, "larger than %" G_GSIZE_FORMAT " bytes", limit);
        return NULL;
    }
    if (!check_bytes(name, data, length, error))
    {
        return NULL;
    }
    Reader reader = {.name = name};
    if (!yaml_parser_initialize(&reader.parser))
    {
        fail(name, 0, 0, error, "not enough memory");
        return NULL;
    }
    /* An empty GBytes has no data at all, and libyaml aborts on that. */
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)(data != NULL ? data : ""), length);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    PgmNode *root = read_stream(&reader, error);
    yaml_parser_delete(&reader.parser);
    return root;
}

const PgmNode *pgm_node_get(const PgmNode *node, const char *key)
{
    if (node == NULL || node->kind != PGM_NODE_MAPPING)
    {
        return NULL;
    }
    for (guint i = 0; i < node->keys->len; i++)
    {
        const PgmNode *candidate = g_ptr_array_index(node->keys, i);
        if (strcmp(candidate->scalar, key) == 0)
        {
            return g_ptr_array_index(node->items, i);
        }
    }
    return NULL;
}

gboolean pgm_node_is_null(const PgmNode *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    return node != NULL && node->kind == PGM_NODE_SCALAR && !node->quoted && g_strv_contains(nulls, node->scalar);
}
