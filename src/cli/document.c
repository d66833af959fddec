/* document.c - the JSON documents of --json. */
#include "cli/document.h"

#include "pgmedic/error.h"

JsonBuilder *pgm_document_new(void)
{
    JsonBuilder *json = json_builder_new();
    json_builder_begin_object(json);
    pgm_document_integer(json, "format", 1);
    return json;
}

static void add_text(JsonBuilder *json, const char *value)
{
    if (value == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    json_builder_add_string_value(json, valid);
}

void pgm_document_text(JsonBuilder *json, const char *name, const char *value)
{
    json_builder_set_member_name(json, name);
    add_text(json, value);
}

void pgm_document_integer(JsonBuilder *json, const char *name, gint64 value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

void pgm_document_boolean(JsonBuilder *json, const char *name, gboolean value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_boolean_value(json, value);
}

void pgm_document_texts(JsonBuilder *json, const char *name, const GPtrArray *values)
{
    json_builder_set_member_name(json, name);
    if (values == NULL)
    {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_array(json);
    for (guint i = 0; i < values->len; i++)
    {
        add_text(json, values->pdata[i]);
    }
    json_builder_end_array(json);
}

gboolean pgm_document_write(JsonBuilder *json, const PgmInvocation *invocation, GError **error)
{
    json_builder_end_object(json);
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    return pgm_invocation_write(invocation, line, error);
}

void pgm_document_write_error(const PgmInvocation *invocation, const GError *error)
{
    const PgmSqlErrorInfo *info = pgm_sql_error_info(error);
    g_autoptr(JsonBuilder) json = pgm_document_new();
    json_builder_set_member_name(json, "error");
    json_builder_begin_object(json);
    pgm_document_text(json, "message", error->message);
    pgm_document_text(json, "sqlstate", info != NULL && info->sqlstate[0] != '\0' ? info->sqlstate : NULL);
    pgm_document_text(json, "detail", info != NULL ? info->detail : NULL);
    pgm_document_text(json, "hint", info != NULL ? info->hint : NULL);
    pgm_document_integer(json, "exit", pgm_error_exit_code(error));
    json_builder_end_object(json);
    pgm_document_write(json, invocation, NULL);
}
