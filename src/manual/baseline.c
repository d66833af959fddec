/* baseline.c - the JSON schema of the YAML baseline, from the table of kinds. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "manual/manual.h"
#include "pgmedic/snapshot.h"

static void add(JsonBuilder *json, const char *name, const char *value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_string_value(json, value);
}

static void begin(JsonBuilder *json, const char *name)
{
    json_builder_set_member_name(json, name);
    json_builder_begin_object(json);
}

static void add_type(JsonBuilder *json, const char *name, const char *type)
{
    begin(json, name);
    add(json, "type", type);
    json_builder_end_object(json);
}

static void forbid_others(JsonBuilder *json)
{
    json_builder_set_member_name(json, "additionalProperties");
    json_builder_add_boolean_value(json, FALSE);
}

static gboolean is_schema(const PgmKind *kind)
{
    return kind == pgm_kinds; /* the schema comes first */
}

static gboolean has_attribute(const PgmKind *kind, const char *name)
{
    for (int i = 0; kind != NULL && i < PGM_KIND_MAX_ATTRIBUTES && kind->attributes[i].name != NULL; i++)
    {
        if (strcmp(kind->attributes[i].name, name) == 0)
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* "tables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/table"}}, for each kind that stands in OWNER
 * (NULL: the baseline itself) or belongs to it. A view's "columns" are one text, an attribute of its own. */
static void add_sections(JsonBuilder *json, const PgmKind *owner)
{
    gboolean belonging = owner != NULL && owner->relation;
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        if ((kind->parent != NULL) != belonging || (is_schema(kind) && owner != NULL) ||
            has_attribute(owner, kind->plural))
        {
            continue;
        }
        g_autofree char *reference = g_strdup_printf("#/$defs/%s", kind->name);
        begin(json, kind->plural);
        add(json, "type", "object");
        begin(json, "additionalProperties");
        add(json, "$ref", reference);
        json_builder_end_object(json);
        json_builder_end_object(json);
    }
}

static void add_kind(JsonBuilder *json, const PgmKind *kind)
{
    begin(json, kind->name);
    add(json, "type", "object");
    begin(json, "properties");
    for (int i = kind->ordered ? 1 : 0; i < PGM_KIND_MAX_ATTRIBUTES && kind->attributes[i].name != NULL; i++)
    {
        begin(json, kind->attributes[i].name);
        add(json, "$ref", "#/$defs/value");
        json_builder_end_object(json);
    }
    if (is_schema(kind) || kind->relation)
    {
        add_sections(json, kind);
    }
    json_builder_end_object(json);
    forbid_others(json);
    json_builder_end_object(json);
}

static void add_value(JsonBuilder *json)
{
    begin(json, "value");
    add(json, "description", "text as the catalog gives it, or true; what is not set is left out");
    json_builder_set_member_name(json, "type");
    json_builder_begin_array(json);
    json_builder_add_string_value(json, "string");
    json_builder_add_string_value(json, "boolean");
    json_builder_end_array(json);
    json_builder_set_member_name(json, "not");
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "const");
    json_builder_add_boolean_value(json, FALSE);
    json_builder_end_object(json);
    json_builder_end_object(json);
}

static void add_head(JsonBuilder *json)
{
    begin(json, "format");
    json_builder_set_member_name(json, "const");
    json_builder_add_int_value(json, 1);
    json_builder_end_object(json);
    add_type(json, "label", "string");
    add_type(json, "database", "string");
    add_type(json, "server_version", "string");
    add_type(json, "taken_at", "string");
    begin(json, "unread");
    add(json, "type", "array");
    add_type(json, "items", "string");
    json_builder_end_object(json);
}

static void add_required(JsonBuilder *json)
{
    static const char *const required[] = {"format", "database", "server_version", "taken_at"};
    json_builder_set_member_name(json, "required");
    json_builder_begin_array(json);
    for (guint i = 0; i < G_N_ELEMENTS(required); i++)
    {
        json_builder_add_string_value(json, required[i]);
    }
    json_builder_end_array(json);
}

static void add_kinds(JsonBuilder *json)
{
    begin(json, "$defs");
    add_value(json);
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        add_kind(json, kind);
    }
    json_builder_end_object(json);
}

char *pgm_manual_baseline(void)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    add(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    add(json, "title", "pgmedic snapshot: the YAML baseline");
    add(json, "$comment", "written from the table of kinds by: make schema");
    add(json, "type", "object");
    begin(json, "properties");
    add_head(json);
    add_sections(json, NULL);
    json_builder_end_object(json);
    add_required(json);
    forbid_others(json);
    add_kinds(json);
    json_builder_end_object(json);
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    return g_strconcat(text, "\n", NULL);
}
