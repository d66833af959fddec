/* baseline_read.c - the YAML baseline back into a snapshot; every mistake of a hand-edited one is told at once. */
#include "catalog/model.h"

#include <string.h>

#include "pgmedic/file.h"
#include "pgmedic/node.h"

/* A baseline of 100,000 tables is under this; a configuration that points elsewhere by mistake is not read whole. */
#define MAX_BYTES ((gsize)256 * 1024 * 1024)

typedef struct
{
    PgmSnapshot *snapshot;
    PgmFindings *findings;
    const char *name;
} Reader;

static void complain(const Reader *reader, const PgmNode *node, const char *rule, const char *message)
{
    pgm_findings_add(reader->findings, PGM_FINDING_ERROR, reader->name, node->line, node->column, rule, "%s", message);
}

static gboolean is_mapping(const Reader *reader, const PgmNode *node, const char *what)
{
    if (node->kind == PGM_NODE_MAPPING)
    {
        return TRUE;
    }
    if (!pgm_node_is_null(node))
    {
        g_autofree char *message = g_strdup_printf("%s must hold names, each with a colon", what);
        complain(reader, node, "not-a-mapping", message);
    }
    return FALSE;
}

static void unknown_key(const Reader *reader, const PgmNode *key, const PgmKind *kind)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (int i = 0; kind != NULL && i < pgm_kind_attributes(kind); i++)
    {
        g_ptr_array_add(known, (gpointer)(gsize)kind->attributes[i].name);
    }
    for (const PgmKind *each = pgm_kinds; each->name != NULL; each++)
    {
        g_ptr_array_add(known, (gpointer)(gsize)each->plural);
    }
    g_ptr_array_add(known, NULL);
    const char *nearest = pgm_findings_nearest(key->scalar, (const char *const *)known->pdata);
    pgm_findings_add(reader->findings, PGM_FINDING_ERROR, reader->name, key->line, key->column, "unknown-key",
                     "\"%s\" is not known here%s%s%s", key->scalar, nearest != NULL ? "; did you mean \"" : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static void read_section(const Reader *reader, const PgmKind *kind, const PgmNode *node, const char *schema,
                         const char *parent);

/* The kind whose section KEY begins, inside an object of kind INSIDE (NULL: the document); NULL: none. */
static const PgmKind *section_kind(const char *key, const PgmKind *inside)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        gboolean fits = inside == NULL || pgm_kind_is_schema(inside) ? kind->parent == NULL
                                                                     : inside->relation && kind->parent != NULL;
        if (fits && strcmp(kind->plural, key) == 0)
        {
            return kind;
        }
    }
    return NULL;
}

static gboolean read_attribute(const Reader *reader, PgmObject *object, const PgmNode *key, const PgmNode *value)
{
    for (int i = object->kind->ordered ? 1 : 0; i < pgm_kind_attributes(object->kind); i++)
    {
        if (strcmp(object->kind->attributes[i].name, key->scalar) != 0)
        {
            continue;
        }
        if (value->kind != PGM_NODE_SCALAR)
        {
            complain(reader, value, "not-a-value", "a single value is expected here");
        }
        /* Anything else in a flag's place would only seem to be compared. */
        else if (pgm_attribute_is_flag(key->scalar) && !pgm_node_is_null(value) && strcmp(value->scalar, "true") != 0 &&
                 strcmp(value->scalar, "false") != 0 && strcmp(value->scalar, "(not read)") != 0)
        {
            complain(reader, value, "not-a-flag", "true or false is expected here");
        }
        else if (!pgm_node_is_null(value) && (value->quoted || strcmp(value->scalar, "false") != 0))
        {
            pgm_snapshot_set(reader->snapshot, object, i, value->scalar);
        }
        return TRUE;
    }
    return FALSE;
}

static void read_object(const Reader *reader, const PgmKind *kind, const PgmNode *key, const PgmNode *node,
                        const char *schema, const char *parent, guint place)
{
    PgmObject *object = pgm_snapshot_add(reader->snapshot, kind, schema, parent, key->scalar);
    if (kind->ordered)
    {
        g_autofree char *position = g_strdup_printf("%u", place + 1);
        pgm_snapshot_set(reader->snapshot, object, 0, position);
    }
    if (!is_mapping(reader, node, key->scalar))
    {
        return;
    }
    for (guint i = 0; i < node->keys->len; i++)
    {
        const PgmNode *inner = node->keys->pdata[i], *value = node->items->pdata[i];
        const PgmKind *section = section_kind(inner->scalar, kind);
        if (read_attribute(reader, object, inner, value))
        {
            continue;
        }
        if (section != NULL)
        {
            gboolean in_schema = pgm_kind_is_schema(kind);
            read_section(reader, section, value, in_schema ? object->name : schema, in_schema ? NULL : object->name);
        }
        else
        {
            unknown_key(reader, inner, kind);
        }
    }
}

static void read_section(const Reader *reader, const PgmKind *kind, const PgmNode *node, const char *schema,
                         const char *parent)
{
    if (!is_mapping(reader, node, kind->plural))
    {
        return;
    }
    for (guint i = 0; i < node->keys->len; i++)
    {
        read_object(reader, kind, node->keys->pdata[i], node->items->pdata[i], schema, parent, i);
    }
}

static void read_unread(const Reader *reader, const PgmNode *node)
{
    if (node->kind != PGM_NODE_SEQUENCE)
    {
        complain(reader, node, "not-a-list", "\"unread\" must be a list of texts");
        return;
    }
    for (guint i = 0; i < node->items->len; i++)
    {
        const PgmNode *item = node->items->pdata[i];
        if (item->kind == PGM_NODE_SCALAR)
        {
            g_ptr_array_add(reader->snapshot->unread, g_strdup(item->scalar));
        }
    }
}

/* A key of the document that is no section; FALSE: not one of them. */
static gboolean read_fact(const Reader *reader, const PgmNode *key, const PgmNode *value)
{
    PgmSnapshot *snapshot = reader->snapshot;
    struct
    {
        const char *key;
        char **place;
    } facts[] = {{"database", &snapshot->database},
                 {"server_version", &snapshot->server_version},
                 {"taken_at", &snapshot->taken_at},
                 {"label", &snapshot->label}};
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
    {
        if (strcmp(facts[i].key, key->scalar) == 0)
        {
            if (value->kind != PGM_NODE_SCALAR)
            {
                complain(reader, value, "not-a-value", "a single value is expected here");
            }
            else if (!pgm_node_is_null(value))
            {
                *facts[i].place = g_strdup(value->scalar);
            }
            return TRUE;
        }
    }
    if (strcmp(key->scalar, "unread") == 0)
    {
        read_unread(reader, value);
        return TRUE;
    }
    return strcmp(key->scalar, "format") == 0;
}

static void read_document(const Reader *reader, const PgmNode *root)
{
    const PgmNode *format = pgm_node_get(root, "format");
    if (format == NULL || format->kind != PGM_NODE_SCALAR || strcmp(format->scalar, "1") != 0)
    {
        complain(reader, format != NULL ? format : root, "format",
                 "this is not a baseline that this pgmedic reads: it must say \"format: 1\"; take a new one with "
                 "\"pgmedic snapshot\"");
        return;
    }
    for (guint i = 0; i < root->keys->len; i++)
    {
        const PgmNode *key = root->keys->pdata[i], *value = root->items->pdata[i];
        const PgmKind *kind = section_kind(key->scalar, NULL);
        if (kind != NULL)
        {
            read_section(reader, kind, value, "", NULL);
        }
        else if (!read_fact(reader, key, value))
        {
            unknown_key(reader, key, NULL);
        }
    }
}

PgmSnapshot *pgm_snapshot_parse(const char *name, const char *data, gsize length, GError **error)
{
    g_autoptr(PgmNode) root = pgm_node_parse(name, data, length, MAX_BYTES, error);
    if (root == NULL)
    {
        return NULL;
    }
    g_autoptr(PgmSnapshot) snapshot = pgm_snapshot_new();
    g_autoptr(PgmFindings) findings = pgm_findings_new();
    const Reader reader = {snapshot, findings, name};
    if (root->kind == PGM_NODE_MAPPING)
    {
        read_document(&reader, root);
    }
    else
    {
        complain(&reader, root, "not-a-mapping", "this is not a baseline: it must begin with \"format: 1\"");
    }
    if (!pgm_findings_check(findings, error))
    {
        return NULL;
    }
    pgm_snapshot_finish(snapshot);
    return g_steal_pointer(&snapshot);
}

PgmSnapshot *pgm_snapshot_load(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = pgm_file_read(path, MAX_BYTES, error);
    if (bytes == NULL)
    {
        return NULL;
    }
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    return pgm_snapshot_parse(path, data, length, error);
}
