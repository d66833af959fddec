/* backup_tables.c - names to tables, tables to checksums. */
#include "run/backup_tables.h"
#include "pgmedic/activity.h"
#include "pgmedic/query.h"
#include "pgmedic/text.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void chosen_free(gpointer data)
{
    PgmChosenTable *table = data;
    g_free(table->display);
    g_free(table->sql_name);
    g_free(table);
}

/* Always quoted: between quotes nothing is a pattern to pg_dump but the quote itself, which is doubled. */
static char *quoted(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *inner = g_strjoinv("\"\"", parts);
    return g_strdup_printf("\"%s\"", inner);
}

static char *names_json(const char *const *names, int n)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_array(builder);
    for (int i = 0; i < n; i++)
    {
        json_builder_add_string_value(builder, names[i]);
    }
    json_builder_end_array(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    return json_to_string(root, FALSE);
}

/* backup/tables.sql under SEARCH_PATH, which is put back afterwards. */
static PgmResult *ask_tables(PgmConnection *connection, const PgmBackupRequest *request, GError **error)
{
    int version = pgm_connection_server(connection)->version;
    gboolean whole = request->scope == PGM_BACKUP_DATABASE;
    g_autofree char *names = whole ? g_strdup("") : names_json(request->tables, request->table_count);
    g_autofree char *path = pgm_connection_value(connection, "SELECT pg_catalog.current_setting('search_path')", error);
    if (path == NULL)
    {
        return NULL;
    }
    const char *settings[] = {names, request->search_path != NULL ? request->search_path : path};
    static const char set[] = "SELECT pg_catalog.set_config('pgmedic.relations', $1, false),"
                              " pg_catalog.set_config('search_path', $2, false)";
    g_autoptr(PgmResult) prepared = pgm_connection_execute(connection, set, 2, settings, NULL, error);
    if (prepared == NULL)
    {
        return NULL;
    }
    PgmResult *rows = pgm_connection_query(connection, pgm_query_text("backup/tables", version), error);
    const char *back[] = {"", path};
    g_autoptr(PgmResult) restored = pgm_connection_execute(connection, set, 2, back, NULL, NULL);
    return rows;
}

enum
{
    TABLE_NAME,
    TABLE_OID,
    TABLE_KIND,
    TABLE_SCHEMA,
    TABLE_RELATION,
    TABLE_DISPLAY,
    TABLE_BYTES,
};

static PgmChosenTable *chosen_from_row(const PgmResult *rows, int row)
{
    PgmChosenTable *table = g_new0(PgmChosenTable, 1);
    g_autofree char *schema = quoted(pgm_result_value(rows, row, TABLE_SCHEMA));
    g_autofree char *relation = quoted(pgm_result_value(rows, row, TABLE_RELATION));
    table->display = g_strdup(pgm_result_value(rows, row, TABLE_DISPLAY));
    table->sql_name = g_strconcat(schema, ".", relation, NULL);
    table->partitioned = strcmp(pgm_result_value(rows, row, TABLE_KIND), "p") == 0;
    table->bytes = pgm_result_integer(rows, row, TABLE_BYTES);
    return table;
}

GPtrArray *pgm_backup_choose(PgmConnection *connection, const PgmBackupRequest *request, GError **error)
{
    g_autoptr(PgmResult) rows = ask_tables(connection, request, error);
    if (rows == NULL)
    {
        return NULL;
    }
    g_autoptr(GPtrArray) chosen = g_ptr_array_new_with_free_func(chosen_free);
    g_autoptr(GString) wrong = g_string_new(NULL);
    for (int row = 0; row < pgm_result_rows(rows); row++)
    {
        const char *kind = pgm_result_value(rows, row, TABLE_KIND);
        if (kind != NULL && strchr("rp", kind[0]) != NULL)
        {
            g_ptr_array_add(chosen, chosen_from_row(rows, row));
            continue;
        }
        g_string_append_printf(wrong, "%s%s %s", wrong->len > 0 ? ", " : "", pgm_result_value(rows, row, TABLE_NAME),
                               kind == NULL ? "does not exist" : "is not a table");
    }
    if (wrong->len > 0)
    {
        g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID,
                    "the backup cannot take what it was told to: %s; correct `backup: tables` and `search_path` in the "
                    "runbook",
                    wrong->str);
        return NULL;
    }
    return g_steal_pointer(&chosen);
}

gint64 pgm_backup_total(const GPtrArray *chosen)
{
    gint64 total = 0;
    for (guint i = 0; i < chosen->len; i++)
    {
        total += ((const PgmChosenTable *)g_ptr_array_index(chosen, i))->bytes;
    }
    return total;
}

gint64 pgm_backup_estimate(PgmConnection *connection, const PgmBackupRequest *request, GError **error)
{
    g_autoptr(GPtrArray) chosen = pgm_backup_choose(connection, request, error);
    return chosen == NULL ? -1 : pgm_backup_total(chosen);
}

char *pgm_backup_checksum_sql(const PgmChosenTable *table)
{
    return g_strdup_printf("SELECT pg_catalog.count(*),"
                           " coalesce(pg_catalog.sum(pg_catalog.hashtextextended((pgm_row.*)::text, 0)), 0)"
                           " FROM ONLY %s AS pgm_row",
                           table->sql_name);
}

PgmBackupTable *pgm_backup_table_new(const PgmChosenTable *table, const PgmResult *answer)
{
    PgmBackupTable *counted = g_new0(PgmBackupTable, 1);
    counted->name = g_strdup(table->display);
    counted->rows = answer != NULL ? pgm_result_integer(answer, 0, 0) : 0;
    counted->checksum = g_strdup(answer != NULL ? pgm_result_value(answer, 0, 1) : "0");
    counted->bytes = table->bytes;
    return counted;
}

void pgm_backup_table_free(PgmBackupTable *table)
{
    if (table == NULL)
    {
        return;
    }
    g_free(table->name);
    g_free(table->checksum);
    g_free(table);
}

GPtrArray *pgm_backup_checksums(PgmConnection *connection, const char *const *names, int n, GError **error)
{
    PgmBackupRequest request = {.scope = PGM_BACKUP_TABLES, .tables = names, .table_count = n};
    g_autoptr(PgmResult) set =
        pgm_connection_query(connection,
                             "SELECT pg_catalog.set_config(s.name, s.value, false) FROM (VALUES " PGM_CHECKSUM_SETTINGS
                             ") AS s (name, value)",
                             error);
    if (set == NULL)
    {
        return NULL;
    }
    g_autoptr(GPtrArray) chosen = pgm_backup_choose(connection, &request, error);
    if (chosen == NULL)
    {
        return NULL;
    }
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_backup_table_free);
    for (guint i = 0; i < chosen->len; i++)
    {
        const PgmChosenTable *table = g_ptr_array_index(chosen, i);
        g_autofree char *sql = pgm_backup_checksum_sql(table);
        g_autoptr(PgmResult) answer = table->partitioned ? NULL : pgm_connection_query(connection, sql, error);
        if (answer == NULL && !table->partitioned)
        {
            return NULL;
        }
        g_ptr_array_add(tables, pgm_backup_table_new(table, answer));
    }
    return g_steal_pointer(&tables);
}

char *pgm_backup_blockers(PgmConnection *connection, const PgmBackupRequest *request, const GPtrArray *chosen)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; chosen != NULL && i < chosen->len; i++)
    {
        g_ptr_array_add(names, ((PgmChosenTable *)g_ptr_array_index(chosen, i))->sql_name);
    }
    /* Already taking the sizes waits for such a lock: then only the runbook's names are known. */
    g_autoptr(GPtrArray) sessions =
        chosen != NULL ? pgm_activity_blockers(connection, (const char *const *)names->pdata, (int)names->len, NULL)
                       : pgm_activity_blockers(connection, request->tables, request->table_count, NULL);
    GString *text = g_string_new(NULL);
    for (guint i = 0; sessions != NULL && i < sessions->len; i++)
    {
        const PgmSession *session = g_ptr_array_index(sessions, i);
        if (!session->exclusive)
        {
            continue; /* a reader or writer is not in a dump's way */
        }
        g_autofree char *age = pgm_text_duration(MAX(0, session->transaction_ms));
        g_string_append_printf(text, "%spid %d %s (%s), %s, its transaction %s old", text->len > 0 ? "; " : "",
                               session->pid, session->user, session->application, session->state, age);
    }
    return g_string_free(text, FALSE);
}
