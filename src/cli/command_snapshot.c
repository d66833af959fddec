/* command_snapshot.c - pgmedic snapshot: the schema as a YAML baseline. */
#include "cli/document.h"
#include "cli/schema_json.h"

static gboolean write_json(const PgmInvocation *invocation, const PgmSnapshot *snapshot, GError **error)
{
    g_autoptr(JsonBuilder) json = pgm_document_new();
    pgm_schema_json_facts(json, snapshot);
    json_builder_set_member_name(json, "objects");
    json_builder_begin_array(json);
    for (guint i = 0; i < snapshot->objects->len; i++)
    {
        pgm_schema_json_object(json, snapshot->objects->pdata[i]);
    }
    json_builder_end_array(json);
    return pgm_document_write(json, invocation, error);
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
    if (invocation->json)
    {
        write_json(invocation, snapshot, error);
        return 0;
    }
    g_autofree char *text = pgm_snapshot_write(snapshot, error);
    if (text != NULL)
    {
        pgm_invocation_write(invocation, text, error);
    }
    return 0;
}
