/* fields.c - typed reading of a runbook's fields, every mistake with its place. */
#include <string.h>

#include "runbook/loader.h"

void pgm_loader_error(PgmLoader *loader, const PgmNode *node, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    pgm_findings_add(loader->findings, PGM_FINDING_ERROR, loader->path, node->line, node->column, rule, "%s", message);
}

gboolean pgm_loader_mapping(PgmLoader *loader, const PgmNode *node, const char *what, const char *const *known)
{
    if (node->kind != PGM_NODE_MAPPING)
    {
        pgm_loader_error(loader, node, "form", "%s must be a mapping (key: value)", what);
        return FALSE;
    }
    for (guint i = 0; i < node->keys->len; i++)
    {
        const PgmNode *key = node->keys->pdata[i];
        if (g_strv_contains(known, key->scalar))
        {
            continue;
        }
        const char *nearest = pgm_findings_nearest(key->scalar, known);
        pgm_loader_error(loader, key, "unknown-key", "%s has no key \"%s\"%s%s%s", what, key->scalar,
                         nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                         nearest != NULL ? "\"?" : "");
    }
    return TRUE;
}

const GPtrArray *pgm_loader_list(PgmLoader *loader, const PgmNode *node, const char *key)
{
    const PgmNode *list = pgm_node_get(node, key);
    if (list == NULL)
    {
        return NULL;
    }
    if (list->kind != PGM_NODE_SEQUENCE)
    {
        pgm_loader_error(loader, list, "form", "\"%s\" must be a list", key);
        return NULL;
    }
    return list->items;
}

char *pgm_loader_text(PgmLoader *loader, const PgmNode *node, const char *key)
{
    const PgmNode *value = pgm_node_get(node, key);
    if (value == NULL)
    {
        return NULL;
    }
    if (value->kind != PGM_NODE_SCALAR || pgm_node_is_null(value) ||
        strspn(value->scalar, " \n\t") == strlen(value->scalar))
    {
        pgm_loader_error(loader, value, "form", "\"%s\" must be a text that is not empty", key);
        return NULL;
    }
    return g_strdup(value->scalar);
}

char *pgm_loader_required(PgmLoader *loader, const PgmNode *node, const char *key, const char *what)
{
    if (pgm_node_get(node, key) == NULL)
    {
        pgm_loader_error(loader, node, "missing-key", "%s needs \"%s\"", what, key);
        return NULL;
    }
    return pgm_loader_text(loader, node, key);
}

GPtrArray *pgm_loader_texts(PgmLoader *loader, const PgmNode *node, const char *key)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    const GPtrArray *items = pgm_loader_list(loader, node, key);
    for (guint i = 0; items != NULL && i < items->len; i++)
    {
        const PgmNode *item = items->pdata[i];
        if (item->kind != PGM_NODE_SCALAR || pgm_node_is_null(item) || item->scalar[0] == '\0')
        {
            pgm_loader_error(loader, item, "form", "\"%s\" must hold texts that are not empty", key);
            continue;
        }
        g_ptr_array_add(texts, g_strdup(item->scalar));
    }
    return texts;
}

gboolean pgm_loader_boolean(PgmLoader *loader, const PgmNode *node, const char *key, gboolean otherwise)
{
    const PgmNode *value = pgm_node_get(node, key);
    if (value == NULL)
    {
        return otherwise;
    }
    gboolean yes = value->kind == PGM_NODE_SCALAR && g_str_equal(value->scalar, "true");
    if (!yes && (value->kind != PGM_NODE_SCALAR || !g_str_equal(value->scalar, "false")))
    {
        pgm_loader_error(loader, value, "form", "\"%s\" must be true or false", key);
        return otherwise;
    }
    return yes;
}

int pgm_loader_integer(PgmLoader *loader, const PgmNode *node, const char *key, int otherwise, int least, int most)
{
    const PgmNode *value = pgm_node_get(node, key);
    if (value == NULL)
    {
        return otherwise;
    }
    gint64 number = 0;
    if (value->kind != PGM_NODE_SCALAR || !g_ascii_string_to_signed(value->scalar, 10, least, most, &number, NULL))
    {
        pgm_loader_error(loader, value, "form", "\"%s\" must be a whole number from %d to %d", key, least, most);
        return otherwise;
    }
    return (int)number;
}

/* Milliseconds of one UNIT; 0: no such unit. */
static gint64 unit_ms(const char *unit)
{
    static const struct
    {
        const char *name;
        gint64 ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"min", 60 * 1000}, {"h", 60 * 60 * 1000}};
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    {
        if (g_str_equal(unit, units[i].name))
        {
            return units[i].ms;
        }
    }
    return 0;
}

int pgm_loader_duration(PgmLoader *loader, const PgmNode *node, const char *key, int otherwise)
{
    const PgmNode *value = pgm_node_get(node, key);
    if (value == NULL)
    {
        return otherwise;
    }
    const char *text = value->kind == PGM_NODE_SCALAR ? value->scalar : "";
    size_t digits = strspn(text, "0123456789");
    gint64 ms = digits > 0 && digits < 9 ? g_ascii_strtoll(text, NULL, 10) * unit_ms(text + digits) : 0;
    if (digits > 0 && text[digits] == '\0')
    {
        pgm_loader_error(loader, value, "duration", "\"%s: %s\" lacks a unit; write %sms, %ss, %smin or %sh", key, text,
                         text, text, text, text);
        return otherwise;
    }
    if (ms <= 0 || ms > 24 * 60 * 60 * 1000)
    {
        pgm_loader_error(
            loader, value, "duration",
            "\"%s\" must be a duration of more than nothing and at most 24h, such as 300ms, 20s, 15min or 1h", key);
        return otherwise;
    }
    return (int)ms;
}

gboolean pgm_loader_is_name(const char *text)
{
    return text[0] != '\0' && text[0] != '-' && strlen(text) <= 63 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}
