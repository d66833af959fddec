/* relations.c - one round trip for any number of names. */
#include "pgmedic/relations.h"

#include "catalog/ask.h"

#include <json-glib/json-glib.h>

static void relation_free(gpointer data)
{
    PgmRelation *relation = data;
    g_free(relation->schema);
    g_hash_table_unref(relation->columns);
    g_free(relation);
}

static char *names_json(GPtrArray *names)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_array(builder);
    for (guint i = 0; i < names->len; i++)
    {
        g_autofree char *name = g_utf8_make_valid(names->pdata[i], -1);
        json_builder_add_string_value(builder, name);
    }
    json_builder_end_array(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    return json_to_string(root, FALSE);
}

static void add_row(GHashTable *found, const PgmResult *result, int row)
{
    const char *name = pgm_result_value(result, row, 0);
    PgmRelation *relation = g_hash_table_lookup(found, name);
    if (relation == NULL)
    {
        relation = g_new0(PgmRelation, 1);
        relation->schema = g_strdup(pgm_result_value(result, row, 1));
        relation->columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(found, g_strdup(name), relation);
    }
    if (pgm_result_value(result, row, 2) != NULL)
    {
        g_hash_table_insert(relation->columns, g_strdup(pgm_result_value(result, row, 2)),
                            g_strdup(pgm_result_value(result, row, 3)));
    }
}

GHashTable *pgm_relations_read(PgmConnection *connection, GPtrArray *names, GError **error)
{
    g_autofree char *json = names_json(names);
    const char *const settings[] = {"pgmedic.relations", json, NULL};
    g_autoptr(PgmResult) result = pgm_ask(connection, "migration/relations", settings, error);
    if (result == NULL)
    {
        return NULL;
    }
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, relation_free);
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        add_row(found, result, row);
    }
    return found;
}

gboolean pgm_relations_comparable(PgmConnection *connection, const char *from, const char *to, gboolean *comparable,
                                  GError **error)
{
    const char *const settings[] = {"pgmedic.type_from", from, "pgmedic.type_to", to, NULL};
    g_autoptr(PgmResult) result = pgm_ask(connection, "migration/comparable", settings, error);
    if (result == NULL)
    {
        return FALSE;
    }
    *comparable = pgm_result_rows(result) == 0 || pgm_result_boolean(result, 0, 0);
    return TRUE;
}

GPtrArray *pgm_relations_references(PgmConnection *connection, const char *schema, const char *relation,
                                    const char *column, GError **error)
{
    const char *const settings[] = {"pgmedic.schema", schema, "pgmedic.relation", relation, "pgmedic.column",
                                    column,           NULL};
    g_autoptr(PgmResult) result = pgm_ask(connection, "migration/references", settings, error);
    if (result == NULL)
    {
        return NULL;
    }
    GPtrArray *references = g_ptr_array_new_with_free_func(g_free);
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        g_ptr_array_add(references,
                        g_strdup_printf("%s (%s), constraint %s", pgm_result_value(result, row, 0),
                                        pgm_result_value(result, row, 1), pgm_result_value(result, row, 2)));
    }
    return references;
}
