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

/* A read under way: what is asked, and where the answers go. */
typedef struct
{
    PgmSnapshot *snapshot;
    GPtrArray *queries;                          /* char* */
    int facts;                                   /* place of the query for the facts */
    int unread;                                  /* of that for what may not be read; the kinds follow */
    GPtrArray *kinds;                            /* their places in pgm_kinds */
    int current;                                 /* the query that ATTRIBUTES is about; -1: none yet */
    int attributes[3 + PGM_KIND_MAX_ATTRIBUTES]; /* which attribute each column holds */
} Reader;

/* By name: a variant for an older server may lack some. */
static void map_columns(Reader *reader, const PgmKind *kind, const PgmResult *result)
{
    g_assert(pgm_result_columns(result) <= (int)G_N_ELEMENTS(reader->attributes));
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
        reader->attributes[column] = found;
    }
}

static void take_objects(Reader *reader, const PgmKind *kind, const PgmResult *result)
{
    PgmSnapshot *snapshot = reader->snapshot;
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        PgmObject *object = pgm_snapshot_add(snapshot, kind, pgm_result_value(result, row, 0),
                                             pgm_result_value(result, row, 1), pgm_result_value(result, row, 2));
        for (int column = 3; column < pgm_result_columns(result); column++)
        {
            const char *value = pgm_result_value(result, row, column);
            if (value != NULL)
            {
                pgm_snapshot_set(snapshot, object, reader->attributes[column], value);
            }
        }
    }
}

static void take_rows(int query, const PgmResult *result, gpointer user)
{
    Reader *reader = user;
    int place = query - reader->unread - 1;
    for (int row = 0; query == reader->unread && row < pgm_result_rows(result); row++)
    {
        g_ptr_array_add(reader->snapshot->unread, g_strdup(pgm_result_value(result, row, 0)));
    }
    if (query == reader->facts && pgm_result_rows(result) > 0)
    {
        read_facts(reader->snapshot, result);
    }
    if (place < 0 || place >= (int)reader->kinds->len)
    {
        return;
    }
    const PgmKind *kind = &pgm_kinds[(gsize)reader->kinds->pdata[place]];
    if (reader->current != query)
    {
        map_columns(reader, kind, result);
        reader->current = query;
    }
    take_objects(reader, kind, result);
}

/* TEXT with its marks replaced by conditions on OIDS; NULL when it has none: then it says nothing about relations. */
static char *restrict_query(const char *text, const char *oids)
{
    g_autoptr(GString) query = g_string_new(NULL);
    const char *rest = text, *mark, *end;
    while ((mark = strstr(rest, RELATIONS_MARK)) != NULL && (end = strstr(mark, "*/")) != NULL)
    {
        const char *column = mark + strlen(RELATIONS_MARK);
        g_string_append_len(query, rest, mark - rest);
        g_string_append_printf(query, "AND %.*s IN (%s)", (int)(end - column), column, oids);
        rest = end + strlen("*/");
    }
    if (rest == text)
    {
        return NULL;
    }
    g_string_append(query, rest);
    return g_string_free(g_steal_pointer(&query), FALSE);
}

static void reader_init(Reader *reader)
{
    *reader = (Reader){.snapshot = pgm_snapshot_new(),
                       .queries = g_ptr_array_new_with_free_func(g_free),
                       .kinds = g_ptr_array_new(),
                       .current = -1};
}

static void reader_clear(Reader *reader)
{
    pgm_snapshot_free(reader->snapshot);
    g_ptr_array_unref(reader->queries);
    g_ptr_array_unref(reader->kinds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* Settings for the read, the facts, and the query of every kind that is not in REFUSED; OIDS NULL: of the whole
 * database. Compiling a query costs more than it saves, and workers belong to those whose database it is. */
static void add_queries(Reader *reader, const PgmConnection *connection, const char *oids, GHashTable *refused)
{
    int version = pgm_connection_server(connection)->version;
    g_ptr_array_add(reader->queries, g_strdup("SELECT pg_catalog.set_config('search_path', '', true), "
                                              "pg_catalog.set_config('jit', 'off', true), "
                                              "pg_catalog.set_config('work_mem', '16MB', true), "
                                              "pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)"));
    reader->facts = (int)reader->queries->len;
    g_ptr_array_add(reader->queries, g_strdup(facts_query));
    reader->unread = (int)reader->queries->len;
    g_ptr_array_add(reader->queries, g_strdup(pgm_query_text("catalog/unread", version)));
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const char *text = pgm_query_text(kind->query, version);
        char *query = oids != NULL ? restrict_query(text, oids) : g_strdup(text);
        if (query == NULL || (refused != NULL && g_hash_table_contains(refused, kind)))
        {
            g_free(query);
            continue;
        }
        g_ptr_array_add(reader->queries, query);
        g_ptr_array_add(reader->kinds, (gpointer)(gsize)(kind - pgm_kinds));
    }
}

static gboolean run_queries(Reader *reader, PgmConnection *connection, int *failed, GError **error)
{
    return pgm_connection_stream(connection, (const char *const *)reader->queries->pdata, (int)reader->queries->len,
                                 take_rows, reader, failed, error);
}

static PgmSnapshot *finish(Reader *reader)
{
    pgm_snapshot_finish(reader->snapshot);
    return g_steal_pointer(&reader->snapshot);
}

/* The kind whose query FAILED is; NULL: none. */
static const PgmKind *failed_kind(const Reader *reader, int failed)
{
    int place = failed - reader->unread - 1;
    return place >= 0 && place < (int)reader->kinds->len ? &pgm_kinds[(gsize)reader->kinds->pdata[place]] : NULL;
}

/* Gives a failed read's error its kind: "permission denied" alone does not say on what. */
static void name_kind(const PgmKind *kind, GError **error)
{
    if (kind != NULL)
    {
        g_prefix_error(error, "Reading the schema's %s failed: ", kind->plural);
    }
    else
    {
        g_prefix_error(error, "Reading the schema failed: ");
    }
}

/* One read of all but the REFUSED kinds; a kind that may not be read joins them, with the server's words, and NULL is
 * returned without an error: then it is worth another try. */
static PgmSnapshot *try_to_read(PgmConnection *connection, GHashTable *refused, GError **error)
{
    g_auto(Reader) reader;
    reader_init(&reader);
    g_ptr_array_add(reader.queries, g_strdup("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    add_queries(&reader, connection, NULL, refused);
    g_ptr_array_add(reader.queries, g_strdup("COMMIT"));
    g_autoptr(GError) why = NULL;
    int failed = -1;
    if (run_queries(&reader, connection, &failed, &why))
    {
        return finish(&reader);
    }
    if (!pgm_connection_is_lost(connection) && pgm_connection_transaction(connection) != ' ')
    {
        pgm_connection_command(connection, NULL, "ROLLBACK");
    }
    const PgmKind *kind = failed_kind(&reader, failed);
    if (kind != NULL && pgm_sql_error_is(why, "42501"))
    {
        g_hash_table_insert(refused, (gpointer)(gsize)kind, g_strdup(why->message));
        return NULL;
    }
    name_kind(kind, &why);
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

PgmSnapshot *pgm_snapshot_read(PgmConnection *connection, GError **error)
{
    g_autoptr(GHashTable) refused = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    g_autoptr(GError) why = NULL;
    PgmSnapshot *snapshot = NULL;
    while (snapshot == NULL && why == NULL)
    {
        snapshot = try_to_read(connection, refused, &why);
    }
    for (const PgmKind *kind = pgm_kinds; snapshot != NULL && kind->name != NULL; kind++)
    {
        const char *words = g_hash_table_lookup(refused, kind);
        if (words != NULL)
        {
            g_ptr_array_add(snapshot->unread, g_strdup_printf("%s: %s", kind->name, words));
        }
    }
    if (why != NULL)
    {
        g_propagate_error(error, g_steal_pointer(&why));
    }
    return snapshot;
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
    g_auto(Reader) reader;
    reader_init(&reader);
    add_queries(&reader, connection, oids, NULL);
    int failed = -1;
    if (!run_queries(&reader, connection, &failed, error))
    {
        name_kind(failed_kind(&reader, failed), error);
        return NULL;
    }
    return finish(&reader);
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
