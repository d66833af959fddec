/*
 * baseline_write.c - a snapshot as the YAML baseline.
 *
 *     schemas: → SCHEMA: → tables: → TABLE: → columns: → COLUMN: → type: uuid
 *
 * Keyed by name and sorted, so that a diff of two baselines is a diff of two
 * schemas; what is not set is left out. The order of a table's columns is the
 * order in which they stand, not a number that an added one would shift.
 */
#include "catalog/model.h"

#include <string.h>

#include "pgmedic/node.h"

static void write_attributes(PgmYamlWriter *writer, const PgmObject *object)
{
    for (int i = object->kind->ordered ? 1 : 0; i < pgm_kind_attributes(object->kind); i++)
    {
        const char *value = object->values[i];
        if (value != NULL && strcmp(value, "true") == 0)
        {
            pgm_yaml_boolean(writer, object->kind->attributes[i].name, TRUE);
        }
        else if (value != NULL)
        {
            pgm_yaml_text(writer, object->kind->attributes[i].name, value);
        }
    }
}

static void write_section(PgmYamlWriter *writer, const PgmSnapshot *snapshot, const PgmKind *kind, const char *schema,
                          const char *parent);

/* What stands in SCHEMA (PARENT NULL) or belongs to one of its relations. */
static void write_contents(PgmYamlWriter *writer, const PgmSnapshot *snapshot, const char *schema, const char *parent)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        if ((kind->parent != NULL) == (parent != NULL))
        {
            write_section(writer, snapshot, kind, schema, parent);
        }
    }
}

static void write_section(PgmYamlWriter *writer, const PgmSnapshot *snapshot, const PgmKind *kind, const char *schema,
                          const char *parent)
{
    guint first, n = pgm_snapshot_children(snapshot, kind, schema, parent, &first);
    if (n == 0)
    {
        return;
    }
    pgm_yaml_begin_mapping(writer, kind->plural);
    for (guint i = first; i < first + n; i++)
    {
        const PgmObject *object = snapshot->objects->pdata[i];
        pgm_yaml_begin_mapping(writer, object->name);
        write_attributes(writer, object);
        if (pgm_kind_is_schema(kind))
        {
            write_contents(writer, snapshot, object->name, NULL);
        }
        else if (kind->relation)
        {
            write_contents(writer, snapshot, schema, object->name);
        }
        pgm_yaml_end(writer);
    }
    pgm_yaml_end(writer);
}

static void write_unread(PgmYamlWriter *writer, const PgmSnapshot *snapshot)
{
    if (snapshot->unread->len == 0)
    {
        return;
    }
    pgm_yaml_begin_sequence(writer, "unread");
    for (guint i = 0; i < snapshot->unread->len; i++)
    {
        pgm_yaml_text(writer, NULL, snapshot->unread->pdata[i]);
    }
    pgm_yaml_end(writer);
}

char *pgm_snapshot_write(const PgmSnapshot *snapshot, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    PgmYamlWriter *writer = pgm_yaml_writer_new(out);
    pgm_yaml_begin_mapping(writer, NULL);
    pgm_yaml_integer(writer, "format", PGM_BASELINE_FORMAT);
    if (snapshot->label != NULL)
    {
        pgm_yaml_text(writer, "label", snapshot->label);
    }
    pgm_yaml_text(writer, "database", snapshot->database);
    pgm_yaml_text(writer, "server_version", snapshot->server_version);
    pgm_yaml_text(writer, "taken_at", snapshot->taken_at);
    write_unread(writer, snapshot);
    write_contents(writer, snapshot, "", NULL);
    pgm_yaml_end(writer);
    if (!pgm_yaml_writer_finish(writer, error))
    {
        return NULL;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
