/* schema_json.c - objects of a snapshot as JSON. */
#include "cli/schema_json.h"

static void add_text(JsonBuilder *json, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0')
    {
        json_builder_set_member_name(json, name);
        json_builder_add_string_value(json, value);
    }
}

void pgm_schema_json_object(JsonBuilder *json, const PgmObject *object)
{
    g_autofree char *display = pgm_object_display(object);
    json_builder_begin_object(json);
    add_text(json, "kind", object->kind->name);
    add_text(json, "schema", object->schema);
    add_text(json, "parent", object->parent);
    add_text(json, "name", object->name);
    add_text(json, "display", display);
    json_builder_set_member_name(json, "attributes");
    json_builder_begin_object(json);
    for (int i = 0; i < PGM_KIND_MAX_ATTRIBUTES && object->kind->attributes[i].name != NULL; i++)
    {
        add_text(json, object->kind->attributes[i].name, object->values[i]);
    }
    json_builder_end_object(json);
    json_builder_end_object(json);
}

char *pgm_schema_json_text(JsonBuilder *json)
{
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    return g_strconcat(text, "\n", NULL);
}
