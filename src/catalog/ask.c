/* ask.c - settings and the query that reads them, in one implicit transaction. */
#include "catalog/ask.h"

#include "pgmedic/query.h"

PgmResult *pgm_ask(PgmConnection *connection, const char *name, const char *const *settings, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    for (int i = 0; settings[i] != NULL; i += 2)
    {
        g_autofree char *value = pgm_quote_literal(settings[i + 1]);
        g_string_append_printf(sql, "%s pg_catalog.set_config('%s', %s, true)", i == 0 ? "SELECT" : ",", settings[i],
                               value);
    }
    const char *const queries[] = {sql->str, pgm_query_text(name, pgm_connection_server(connection)->version)};
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, queries, G_N_ELEMENTS(queries), NULL, error);
    return results != NULL ? g_ptr_array_steal_index(results, 1) : NULL;
}
