/* event.c - events as JSON objects: built, read, written as a journal's line and read back. */
#include "pgmedic/event.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "pgmedic/error.h"

struct PgmEvent
{
    PgmEventKind kind;
    gint64 sequence;
    char *time;
    JsonObject *fields; /* without seq, time, event and the chain */
};

static const struct
{
    const char *name;
    gboolean durable;
} kinds[PGM_EVENT_KINDS] = {
    [PGM_EVENT_RUN] = {"run", TRUE},
    [PGM_EVENT_RESUMED] = {"resumed", TRUE},
    [PGM_EVENT_CONNECTED] = {"connected", TRUE},
    [PGM_EVENT_PRECONDITION] = {"precondition", TRUE},
    [PGM_EVENT_ARMED] = {"armed", TRUE},
    [PGM_EVENT_SCHEMA] = {"schema", TRUE},
    [PGM_EVENT_BACKUP_BEGIN] = {"backup-begin", TRUE},
    [PGM_EVENT_BACKUP_PROGRESS] = {"backup-progress", FALSE},
    [PGM_EVENT_BACKUP] = {"backup", TRUE},
    [PGM_EVENT_PHASE_BEGIN] = {"phase-begin", TRUE},
    [PGM_EVENT_PHASE_SKIPPED] = {"phase-skipped", TRUE},
    [PGM_EVENT_TX_OPEN] = {"tx-open", TRUE},
    [PGM_EVENT_LOCK_RETRY] = {"lock-retry", TRUE},
    [PGM_EVENT_LOCKED] = {"locked", TRUE},
    [PGM_EVENT_STATEMENT] = {"statement", TRUE},
    [PGM_EVENT_STATEMENT_RESULT] = {"statement-result", TRUE},
    [PGM_EVENT_ACTIVITY] = {"activity", FALSE},
    [PGM_EVENT_VERIFICATION] = {"verification", TRUE},
    [PGM_EVENT_CHANGES] = {"changes", TRUE},
    [PGM_EVENT_IMPACT] = {"impact", TRUE},
    [PGM_EVENT_QUESTION] = {"question", TRUE},
    [PGM_EVENT_ANSWER] = {"answer", TRUE},
    [PGM_EVENT_COMMIT_INTENT] = {"commit-intent", TRUE},
    [PGM_EVENT_COMMITTED] = {"committed", TRUE},
    [PGM_EVENT_ABORTED] = {"aborted", TRUE},
    [PGM_EVENT_LOST] = {"lost", TRUE},
    [PGM_EVENT_RESOLVED] = {"resolved", TRUE},
    [PGM_EVENT_SESSION_CANCEL] = {"session-cancel", TRUE},
    [PGM_EVENT_SESSION_TERMINATE] = {"session-terminate", TRUE},
    [PGM_EVENT_SESSION_OUTCOME] = {"session-outcome", TRUE},
    [PGM_EVENT_DISARMED] = {"disarmed", TRUE},
    [PGM_EVENT_DRIFT] = {"drift", TRUE},
    [PGM_EVENT_NOTICE] = {"notice", TRUE},
    [PGM_EVENT_NOTE] = {"note", TRUE},
    [PGM_EVENT_END] = {"end", TRUE},
};

PgmEvent *pgm_event_new(PgmEventKind kind)
{
    PgmEvent *event = g_new0(PgmEvent, 1);
    event->kind = kind;
    event->fields = json_object_new();
    return event;
}

void pgm_event_free(PgmEvent *event)
{
    if (event == NULL)
    {
        return;
    }
    g_free(event->time);
    json_object_unref(event->fields);
    g_free(event);
}

PgmEventKind pgm_event_kind(const PgmEvent *event)
{
    return event->kind;
}

const char *pgm_event_kind_name(PgmEventKind kind)
{
    return kind < PGM_EVENT_KINDS ? kinds[kind].name : "unknown";
}

gboolean pgm_event_kind_durable(PgmEventKind kind)
{
    return kind < PGM_EVENT_KINDS && kinds[kind].durable;
}

gint64 pgm_event_sequence(const PgmEvent *event)
{
    return event->sequence;
}

const char *pgm_event_time(const PgmEvent *event)
{
    return event->time;
}

/* JSON is UTF-8; a server in SQL_ASCII or a file name may not be. What is not becomes visible as \xNN, so that nothing
 * is lost. */
static char *valid_text(const char *value)
{
    if (g_utf8_validate(value, -1, NULL))
    {
        return g_strdup(value);
    }
    GString *out = g_string_new(NULL);
    while (*value != '\0')
    {
        const char *end = NULL;
        g_utf8_validate(value, -1, &end);
        g_string_append_len(out, value, end - value);
        if (*end != '\0')
        {
            g_string_append_printf(out, "\\x%02x", (unsigned char)*end);
            end++;
        }
        value = end;
    }
    return g_string_free(out, FALSE);
}

PgmEvent *pgm_event_set_text(PgmEvent *event, const char *field, const char *value)
{
    if (value != NULL)
    {
        g_autofree char *text = valid_text(value);
        json_object_set_string_member(event->fields, field, text);
    }
    return event;
}

PgmEvent *pgm_event_set_integer(PgmEvent *event, const char *field, gint64 value)
{
    json_object_set_int_member(event->fields, field, value);
    return event;
}

PgmEvent *pgm_event_set_boolean(PgmEvent *event, const char *field, gboolean value)
{
    json_object_set_boolean_member(event->fields, field, value);
    return event;
}

PgmEvent *pgm_event_set_texts(PgmEvent *event, const char *field, GPtrArray *values)
{
    JsonArray *array = json_array_new();
    for (guint i = 0; values != NULL && i < values->len; i++)
    {
        g_autofree char *text = valid_text(g_ptr_array_index(values, i));
        json_array_add_string_element(array, text);
    }
    json_object_set_array_member(event->fields, field, array);
    return event;
}

PgmEvent *pgm_event_set_mapping(PgmEvent *event, const char *field, GHashTable *values)
{
    JsonObject *object = json_object_new();
    g_autoptr(GList) keys = values != NULL ? g_hash_table_get_keys(values) : NULL;
    keys = g_list_sort(keys, (GCompareFunc)strcmp);
    for (GList *key = keys; key != NULL; key = key->next)
    {
        g_autofree char *name = valid_text(key->data);
        g_autofree char *text = valid_text(g_hash_table_lookup(values, key->data));
        json_object_set_string_member(object, name, text);
    }
    json_object_set_object_member(event->fields, field, object);
    return event;
}

static JsonArray *field_array(const PgmEvent *event, const char *field)
{
    JsonNode *node = json_object_get_member(event->fields, field);
    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static JsonObject *field_item(const PgmEvent *event, const char *field, guint item)
{
    JsonArray *array = field_array(event, field);
    if (array == NULL || item >= json_array_get_length(array))
    {
        return NULL;
    }
    JsonNode *node = json_array_get_element(array, item);
    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

PgmEvent *pgm_event_add_item(PgmEvent *event, const char *field)
{
    JsonArray *array = field_array(event, field);
    if (array == NULL)
    {
        array = json_array_new();
        json_object_set_array_member(event->fields, field, array);
    }
    json_array_add_object_element(array, json_object_new());
    return event;
}

static JsonObject *newest_item(PgmEvent *event, const char *field)
{
    guint items = pgm_event_items(event, field);
    g_return_val_if_fail(items > 0, NULL);
    return field_item(event, field, items - 1);
}

PgmEvent *pgm_event_item_text(PgmEvent *event, const char *field, const char *key, const char *value)
{
    if (value != NULL)
    {
        g_autofree char *text = valid_text(value);
        json_object_set_string_member(newest_item(event, field), key, text);
    }
    return event;
}

PgmEvent *pgm_event_item_integer(PgmEvent *event, const char *field, const char *key, gint64 value)
{
    json_object_set_int_member(newest_item(event, field), key, value);
    return event;
}

static const char *node_text(JsonNode *node)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static gint64 node_integer(JsonNode *node)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64
               ? json_node_get_int(node)
               : 0;
}

const char *pgm_event_text(const PgmEvent *event, const char *field)
{
    return node_text(json_object_get_member(event->fields, field));
}

gint64 pgm_event_integer(const PgmEvent *event, const char *field)
{
    return node_integer(json_object_get_member(event->fields, field));
}

gboolean pgm_event_boolean(const PgmEvent *event, const char *field)
{
    JsonNode *node = json_object_get_member(event->fields, field);
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
           json_node_get_boolean(node);
}

gboolean pgm_event_has(const PgmEvent *event, const char *field)
{
    return json_object_has_member(event->fields, field);
}

GPtrArray *pgm_event_texts(const PgmEvent *event, const char *field)
{
    GPtrArray *texts = g_ptr_array_new();
    JsonArray *array = field_array(event, field);
    guint length = array != NULL ? json_array_get_length(array) : 0;
    for (guint i = 0; i < length; i++)
    {
        const char *text = node_text(json_array_get_element(array, i));
        if (text != NULL)
        {
            g_ptr_array_add(texts, (gpointer)(gsize)text);
        }
    }
    return texts;
}

GHashTable *pgm_event_mapping(const PgmEvent *event, const char *field)
{
    GHashTable *mapping = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    JsonNode *node = json_object_get_member(event->fields, field);
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
    {
        return mapping;
    }
    JsonObjectIter iter;
    const char *key;
    JsonNode *value;
    json_object_iter_init(&iter, json_node_get_object(node));
    while (json_object_iter_next(&iter, &key, &value))
    {
        if (node_text(value) != NULL)
        {
            g_hash_table_insert(mapping, g_strdup(key), g_strdup(node_text(value)));
        }
    }
    return mapping;
}

guint pgm_event_items(const PgmEvent *event, const char *field)
{
    JsonArray *array = field_array(event, field);
    return array != NULL ? json_array_get_length(array) : 0;
}

const char *pgm_event_item_get_text(const PgmEvent *event, const char *field, guint item, const char *key)
{
    JsonObject *object = field_item(event, field, item);
    return object != NULL ? node_text(json_object_get_member(object, key)) : NULL;
}

gint64 pgm_event_item_get_integer(const PgmEvent *event, const char *field, guint item, const char *key)
{
    JsonObject *object = field_item(event, field, item);
    return object != NULL ? node_integer(json_object_get_member(object, key)) : 0;
}

char *pgm_event_serialize(PgmEvent *event, gint64 sequence, const char *time)
{
    event->sequence = sequence;
    if (event->time != time)
    {
        g_free(event->time);
        event->time = g_strdup(time);
    }
    JsonObject *line = json_object_new();
    json_object_set_int_member(line, "seq", sequence);
    json_object_set_string_member(line, "time", time);
    json_object_set_string_member(line, "event", pgm_event_kind_name(event->kind));
    JsonObjectIter iter;
    const char *key;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, event->fields);
    while (json_object_iter_next_ordered(&iter, &key, &value))
    {
        json_object_set_member(line, key, json_node_copy(value));
    }
    g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), line);
    json_object_unref(line);
    return json_to_string(root, FALSE);
}

static gboolean field_is_frame(const char *key)
{
    static const char *const frame[] = {"seq", "time", "event", "prev", "hash", NULL};
    return g_strv_contains(frame, key);
}

static gboolean kind_by_name(const char *name, PgmEventKind *kind)
{
    for (guint i = 0; name != NULL && i < PGM_EVENT_KINDS; i++)
    {
        if (strcmp(kinds[i].name, name) == 0)
        {
            *kind = (PgmEventKind)i;
            return TRUE;
        }
    }
    return FALSE;
}

PgmEvent *pgm_event_parse(const char *line, gssize length, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) why = NULL;
    if (!json_parser_load_from_data(parser, line, length, &why))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "not a journal line: %s", why->message);
        return NULL;
    }
    JsonNode *root = json_parser_get_root(parser);
    JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    PgmEventKind kind;
    if (object == NULL || !kind_by_name(node_text(json_object_get_member(object, "event")), &kind))
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "not a journal line: it names no known event");
        return NULL;
    }
    PgmEvent *event = pgm_event_new(kind);
    event->sequence = node_integer(json_object_get_member(object, "seq"));
    event->time = g_strdup(node_text(json_object_get_member(object, "time")));
    JsonObjectIter iter;
    const char *key;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &key, &value))
    {
        if (!field_is_frame(key))
        {
            json_object_set_member(event->fields, key, json_node_copy(value));
        }
    }
    return event;
}

PgmEvent *pgm_event_copy(const PgmEvent *event)
{
    PgmEvent *view = g_new0(PgmEvent, 1);
    view->kind = event->kind;
    view->fields = json_object_ref(event->fields);
    g_autofree char *line = pgm_event_serialize(view, event->sequence, event->time != NULL ? event->time : "");
    pgm_event_free(view);
    PgmEvent *copy = pgm_event_parse(line, -1, NULL);
    g_assert(copy != NULL);
    return copy;
}
