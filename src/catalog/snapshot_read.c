/*
 * snapshot_read.c - a snapshot of a live database.
 *
 * One pipeline: the transaction, the facts, one bulk query a kind. The number
 * of round trips does not depend on the size of the schema.
 *
 * Definitions come from pg_get_*def() and format_type(), which leave out the
 * schema of whatever search_path finds. An inspection connection has only
 * pg_catalog in it; a run's connection has the runbook's, so there it is set
 * for the read alone, below a savepoint whose rollback restores it and keeps
 * a failed read from failing the run's transaction.
 */
#include "catalog/model.h"

#include <string.h>

#include "pgmedic/query.h"
#include "pgmedic/text.h"

/* In a query: where a read of some relations puts its condition on the oid that is named there. */
#define RELATIONS_MARK "/*relations "

static const char facts_query[] = "SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_version'), "
                                  "pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.statement_timestamp()), "
                                  "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";

static void read_facts(PgmSnapshot *snapshot, const PgmResult *result)
{
    snapshot->database = g_strdup(pgm_result_value(result, 0, 0));
    /* "15.20 (Debian 15.20-0+deb12u1)": the packager's part says nothing about the schema. */
    const char *version = pgm_result_value(result, 0, 1);
    snapshot->server_version = g_strndup(version, strcspn(version, " "));
    snapshot->taken_at = g_strdup(pgm_result_value(result, 0, 2));
}

/* Which attribute each column of RESULT holds, by name: a variant for an older server may lack some. */
static void map_columns(const PgmKind *kind, const PgmResult *result, int *attributes)
{
    for (int column = 3; column < pgm_result_columns(result); column++)
    {
        const char *name = pgm_result_column_name(result, column);
        int found = -1;
        for (int i = 0; i < pgm_kind_attributes(kind); i++)
        {
            if (strcmp(kind->attributes[i].name, name) == 0)
            {
                found = i;
            }
        }
        if (found < 0)
        {
            g_error("%s gives a column %s that the kind %s does not have", kind->query, name, kind->name);
        }
        attributes[column] = found;
    }
}

static void read_kind(PgmSnapshot *snapshot, const PgmKind *kind, const PgmResult *result)
{
    int attributes[3 + PGM_KIND_MAX_ATTRIBUTES] = {0};
    g_assert(pgm_result_columns(result) <= 3 + PGM_KIND_MAX_ATTRIBUTES);
    map_columns(kind, result, attributes);
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        PgmObject *object = pgm_snapshot_add(snapshot, kind, pgm_result_value(result, row, 0),
                                             pgm_result_value(result, row, 1), pgm_result_value(result, row, 2));
        for (int column = 3; column < pgm_result_columns(result); column++)
        {
            pgm_snapshot_set(snapshot, object, attributes[column], pgm_result_value(result, row, column));
        }
    }
}

/* TEXT with its mark replaced by a condition on OIDS; NULL when it has none: then it says nothing about relations. */
static char *restrict_query(const char *text, const char *oids)
{
    const char *mark = strstr(text, RELATIONS_MARK);
    const char *end = mark != NULL ? strstr(mark, "*/") : NULL;
    if (end == NULL)
    {
        return NULL;
    }
    const char *column = mark + strlen(RELATIONS_MARK);
    return g_strdup_printf("%.*s AND %.*s IN (%s)%s", (int)(mark - text), text, (int)(end - column), column, oids,
                           end + strlen("*/"));
}

/* The kinds' queries onto QUERIES, the kinds onto KINDS; OIDS NULL: of the whole database. */
static void add_queries(const PgmConnection *connection, const char *oids, GPtrArray *queries, GPtrArray *kinds)
{
    int version = pgm_connection_server(connection)->version;
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const char *text = pgm_query_text(kind->query, version);
        char *query = oids != NULL ? restrict_query(text, oids) : g_strdup(text);
        if (query != NULL)
        {
            g_ptr_array_add(queries, query);
            g_ptr_array_add(kinds, (gpointer)(gsize)(kind - pgm_kinds));
        }
    }
}

/* RESULTS[FIRST] holds the facts, then one result a kind. Each is freed once read: a large schema's results and its
 * snapshot need not stand in memory together. */
static PgmSnapshot *build(GPtrArray *results, guint first, GPtrArray *kinds)
{
    PgmSnapshot *snapshot = pgm_snapshot_new();
    read_facts(snapshot, results->pdata[first]);
    for (guint i = 0; i < kinds->len; i++)
    {
        guint place = first + 1 + i;
        read_kind(snapshot, &pgm_kinds[(gsize)kinds->pdata[i]], results->pdata[place]);
        pgm_result_free(g_steal_pointer(&results->pdata[place]));
    }
    pgm_snapshot_finish(snapshot);
    return snapshot;
}

/* Gives a failed read's error its kind: "permission denied" alone does not say on what. */
static void name_kind(GPtrArray *kinds, int failed, guint first, GError **error)
{
    int place = failed - (int)first - 1;
    if (place >= 0 && place < (int)kinds->len)
    {
        g_prefix_error(error, "Reading the schema's %s failed: ", pgm_kinds[(gsize)kinds->pdata[place]].plural);
    }
    else
    {
        g_prefix_error(error, "Reading the schema failed: ");
    }
}

PgmSnapshot *pgm_snapshot_read(PgmConnection *connection, GError **error)
{
    g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    g_ptr_array_add(queries, g_strdup("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    g_ptr_array_add(queries, g_strdup("SET LOCAL search_path = ''"));
    g_ptr_array_add(queries, g_strdup(facts_query));
    add_queries(connection, NULL, queries, kinds);
    g_ptr_array_add(queries, g_strdup("COMMIT"));
    int failed = -1;
    g_autoptr(GPtrArray) results =
        pgm_connection_pipeline(connection, (const char *const *)queries->pdata, (int)queries->len, &failed, error);
    if (results == NULL)
    {
        name_kind(kinds, failed, 2, error);
        if (!pgm_connection_is_lost(connection) && pgm_connection_transaction(connection) != ' ')
        {
            pgm_connection_command(connection, NULL, "ROLLBACK");
        }
        return NULL;
    }
    return build(results, 2, kinds);
}

/* The oids of RELATIONS as "1, 2", "0" where there are none of these names. */
static char *find_relations(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    g_autoptr(GString) sql = g_string_new(
        "SELECT coalesce(pg_catalog.string_agg(r.oid::text, ', '), '0') FROM (VALUES (NULL::pg_catalog.oid)");
    for (int i = 0; i < n; i++)
    {
        g_autofree char *literal = pgm_quote_literal(relations[i]);
        g_string_append_printf(sql, ", (pg_catalog.to_regclass(%s)::pg_catalog.oid)", literal);
    }
    g_string_append(sql, ") r (oid)");
    return pgm_connection_value(connection, sql->str, error);
}

static PgmSnapshot *read_relations(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    g_autofree char *oids = find_relations(connection, relations, n, error);
    if (oids == NULL)
    {
        return NULL;
    }
    g_autoptr(GPtrArray) queries = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    g_ptr_array_add(queries, g_strdup("SET LOCAL search_path = ''"));
    g_ptr_array_add(queries, g_strdup(facts_query));
    add_queries(connection, oids, queries, kinds);
    int failed = -1;
    g_autoptr(GPtrArray) results =
        pgm_connection_pipeline(connection, (const char *const *)queries->pdata, (int)queries->len, &failed, error);
    if (results == NULL)
    {
        name_kind(kinds, failed, 1, error);
        return NULL;
    }
    return build(results, 1, kinds);
}

PgmSnapshot *pgm_snapshot_read_relations(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    gboolean own = pgm_connection_transaction(connection) == ' ';
    if (!pgm_connection_command(connection, error, "%s",
                                own ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "SAVEPOINT pgmedic_snapshot"))
    {
        return NULL;
    }
    g_autoptr(PgmSnapshot) snapshot = read_relations(connection, relations, n, error);
    if (pgm_connection_is_lost(connection))
    {
        return NULL;
    }
    static const char *const undo[] = {"ROLLBACK TO SAVEPOINT pgmedic_snapshot", "RELEASE SAVEPOINT pgmedic_snapshot"};
    gboolean undone;
    GError **undo_error = snapshot != NULL ? error : NULL;
    if (own)
    {
        undone = pgm_connection_command(connection, undo_error, "ROLLBACK");
    }
    else
    {
        g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, undo, G_N_ELEMENTS(undo), NULL, undo_error);
        undone = results != NULL;
    }
    return undone ? g_steal_pointer(&snapshot) : NULL;
}
