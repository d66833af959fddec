/* command_snapshot.c - pgmedic snapshot: the schema as a YAML baseline. */
#include "cli/command.h"
#include "cli/schema_json.h"

static char *snapshot_json(const PgmSnapshot *snapshot)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    json_builder_set_member_name(json, "format");
    json_builder_add_int_value(json, 1);
    json_builder_set_member_name(json, "database");
    json_builder_add_string_value(json, snapshot->database);
    json_builder_set_member_name(json, "server_version");
    json_builder_add_string_value(json, snapshot->server_version);
    json_builder_set_member_name(json, "taken_at");
    json_builder_add_string_value(json, snapshot->taken_at);
    json_builder_set_member_name(json, "unread");
    json_builder_begin_array(json);
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        json_builder_add_string_value(json, snapshot->unread->pdata[i]);
    }
    json_builder_end_array(json);
    json_builder_set_member_name(json, "objects");
    json_builder_begin_array(json);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        pgm_schema_json_object(json, snapshot->objects->pdata[i]);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
    return pgm_schema_json_text(json);
}

int pgm_command_snapshot(PgmInvocation *invocation, GError **error)
{
    g_autoptr(PgmTarget) target = pgm_invocation_target(invocation, error);
    if (target == NULL)
    {
        return 0;
    }
    g_autoptr(PgmConnection) connection = pgm_connection_open(target->conninfo, PGM_PURPOSE_INSPECT, error);
    g_autoptr(PgmSnapshot) snapshot = connection != NULL ? pgm_snapshot_read(connection, error) : NULL;
    if (snapshot == NULL)
    {
        return 0;
    }
    /* A target that is no entry of the configuration has no name to give. */
    if (target->name != NULL && target->name[0] != '\0')
    {
        snapshot->label = g_strdup(target->name);
    }
    g_autofree char *text = invocation->json ? snapshot_json(snapshot) : pgm_snapshot_write(snapshot, error);
    if (text != NULL)
    {
        pgm_invocation_write(invocation, text, error);
    }
    return 0;
}
