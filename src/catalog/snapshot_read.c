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
 *
 * A database in trouble has a migration in it that hangs and holds its locks.
 * The first query finds them, and leaves in settings of the transaction what
 * the kinds' queries must not ask for. What comes in between (a new lock, a
 * relation dropped after it was listed, a conflict with replay on a standby)
 * fails the read: it is begun again, and in the end does without that kind.
 */
#include "catalog/locked.h"
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
    GPtrArray *locks;                            /* PgmLocked */
    int facts;                                   /* place of the query for the facts; the kinds follow */
    int locked;                                  /* of that for others' locks; -1: not asked */
    int unread;                                  /* of that for what may not be read; -1: not asked */
    GPtrArray *kinds;                            /* their places in pgm_kinds */
    int current;                                 /* the query that ATTRIBUTES is about; -1: none yet */
    int attributes[3 + PGM_KIND_MAX_ATTRIBUTES]; /* which attribute each column holds */
    int definition;                              /* the column without which an object is gone; -1: none */
    const PgmKind *gone;                         /* of something that was dropped while it was read; NULL: nothing */
} Reader;

/* By name: a variant for an older server may lack some. */
static void map_columns(Reader *reader, const PgmKind *kind, const PgmResult *result)
{
    static const char *const defined[] = {"view",    "matview",  "index",      "constraint", "rule",
                                          "trigger", "function", "statistics", NULL};
    g_assert(pgm_result_columns(result) <= (int)G_N_ELEMENTS(reader->attributes));
    reader->definition = -1;
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
        if (strcmp(name, "definition") == 0 && g_strv_contains(defined, kind->name))
        {
            reader->definition = column;
        }
    }
}

/* The transaction's snapshot still lists what is dropped meanwhile, but definitions and argument types are looked up in
 * the present, and then there is none. */
static gboolean is_gone(const Reader *reader, const PgmResult *result, int row)
{
    return pgm_result_value(result, row, 2) == NULL ||
           (reader->definition >= 0 && pgm_result_value(result, row, reader->definition) == NULL);
}

static void take_objects(Reader *reader, const PgmKind *kind, const PgmResult *result)
{
    PgmSnapshot *snapshot = reader->snapshot;
    for (int row = 0; row < pgm_result_rows(result); row++)
    {
        if (is_gone(reader, result, row))
        {
            reader->gone = kind;
            continue;
        }
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
    int place = query - reader->facts - 1;
    for (int row = 0; query == reader->locked && row < pgm_result_rows(result); row++)
    {
        g_ptr_array_add(reader->locks, pgm_locked_new(result, row));
    }
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
        pgm_snapshot_settle(reader->snapshot); /* the kind before, while the server works */
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
                       .locks = g_ptr_array_new_with_free_func((GDestroyNotify)pgm_locked_free),
                       .locked = -1,
                       .unread = -1,
                       .current = -1};
}

static void reader_clear(Reader *reader)
{
    pgm_snapshot_free(reader->snapshot);
    g_ptr_array_unref(reader->queries);
    g_ptr_array_unref(reader->kinds);
    g_ptr_array_unref(reader->locks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

/* What a read can do without, by its query's name; each stands in REFUSED as a kind does. */
static const char locked_query[] = "catalog/locked", unread_query[] = "catalog/unread";

static int add_optional(Reader *reader, const char *name, int version, GHashTable *refused)
{
    if (g_hash_table_contains(refused, name))
    {
        return -1;
    }
    g_ptr_array_add(reader->queries, g_strdup(pgm_query_text(name, version)));
    return (int)reader->queries->len - 1;
}

/* For the read alone: how long it may take and cost, and all that the text of a definition depends on (names, numbers,
 * times, intervals, bytes, money in it), so that two sessions that differ in them read one schema. */
static const char settings_query[] =
    "SELECT pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('lock_timeout', '200ms', true), "
    "pg_catalog.set_config('jit', 'off', true), pg_catalog.set_config('work_mem', '16MB', true), "
    "pg_catalog.set_config('max_parallel_workers_per_gather', '0', true), "
    "pg_catalog.set_config('quote_all_identifiers', 'off', true), "
    "pg_catalog.set_config('standard_conforming_strings', 'on', true), "
    "pg_catalog.set_config('extra_float_digits', '1', true), pg_catalog.set_config('DateStyle', 'ISO, YMD', true), "
    "pg_catalog.set_config('IntervalStyle', 'postgres', true), pg_catalog.set_config('TimeZone', 'UTC', true), "
    "pg_catalog.set_config('bytea_output', 'hex', true), pg_catalog.set_config('lc_monetary', 'C', true)";

/* Settings for the read, the facts, and the query of every kind that is not in REFUSED; OIDS NULL: of the whole
 * database. Compiling a query costs more than it saves, and workers belong to those whose database it is. */
static void add_queries(Reader *reader, int version, const char *oids, GHashTable *refused)
{
    g_ptr_array_add(reader->queries, g_strdup(settings_query));
    reader->locked = add_optional(reader, locked_query, version, refused);
    reader->unread = add_optional(reader, unread_query, version, refused);
    reader->facts = (int)reader->queries->len;
    g_ptr_array_add(reader->queries, g_strdup(facts_query));
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const char *text = pgm_query_text(kind->query, version);
        char *query = oids != NULL ? restrict_query(text, oids) : g_strdup(text);
        if (query == NULL || g_hash_table_contains(refused, kind))
        {
            g_free(query);
            continue;
        }
        g_ptr_array_add(reader->queries, query);
        g_ptr_array_add(reader->kinds, (gpointer)(gsize)(kind - pgm_kinds));
    }
}

/* A read of the whole database, but for what is REFUSED. */
static void add_statements(Reader *reader, int version, GHashTable *refused)
{
    g_ptr_array_add(reader->queries, g_strdup("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    add_queries(reader, version, NULL, refused);
    g_ptr_array_add(reader->queries, g_strdup("COMMIT"));
}

GPtrArray *pgm_snapshot_statements(int version)
{
    g_autoptr(GHashTable) refused = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_auto(Reader) reader;
    reader_init(&reader);
    add_statements(&reader, version, refused);
    return g_ptr_array_ref(reader.queries);
}

static gboolean run_queries(Reader *reader, PgmConnection *connection, int *failed, GError **error)
{
    return pgm_connection_stream(connection, (const char *const *)reader->queries->pdata, (int)reader->queries->len,
                                 take_rows, reader, failed, error);
}

static PgmSnapshot *finish(Reader *reader)
{
    pgm_snapshot_finish(reader->snapshot);
    pgm_locked_tell(reader->snapshot, reader->locks);
    return g_steal_pointer(&reader->snapshot);
}

/* The kind whose query FAILED is; NULL: none. */
static const PgmKind *failed_kind(const Reader *reader, int failed)
{
    int place = failed - reader->facts - 1;
    return place >= 0 && place < (int)reader->kinds->len ? &pgm_kinds[(gsize)reader->kinds->pdata[place]] : NULL;
}

/* What the read could do without: a kind, or an optional query's name; NULL: not without what failed. */
static gconstpointer dispensable(const Reader *reader, int failed)
{
    if (failed >= 0 && failed == reader->locked)
    {
        return locked_query;
    }
    if (failed >= 0 && failed == reader->unread)
    {
        return unread_query;
    }
    return failed_kind(reader, failed);
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

/* What has gone by when it is tried again: a lock, a relation that was dropped or made meanwhile (its definition is
 * looked up in the present, not in the transaction's snapshot), a conflict with replay on a standby. */
static gboolean is_passing(const GError *error)
{
    static const char *const codes[] = {"55P03", "40", "42P01", "42704", "42883", "XX000"};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
    {
        if (pgm_sql_error_is(error, codes[i]))
        {
            return TRUE;
        }
    }
    return FALSE;
}

/* In words for a line of `unread`. Caller frees. */
static char *refusal(const GError *error)
{
    if (pgm_sql_error_is(error, "55P03"))
    {
        return g_strdup("another session's lock was in the way, each time it was tried");
    }
    if (pgm_sql_error_is(error, "57014"))
    {
        return g_strdup("the server did not answer in time");
    }
    return g_strdup(error->message);
}

enum
{
    TRIES = 4,                         /* of a read that something passing fails */
    TIMED_OUT_US = 9 * G_USEC_PER_SEC, /* a 57014 after that long is the statement's timeout, not somebody's
                                          cancel */
};

/* A read that is tried until it succeeds. */
typedef struct
{
    GHashTable *refused; /* kinds and optional queries that it does without → why */
    int tries;
} Attempts;

static void attempts_init(Attempts *attempts)
{
    *attempts = (Attempts){g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free), 0};
}

static void attempts_clear(Attempts *attempts)
{
    g_hash_table_unref(attempts->refused);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempts, attempts_clear)

/* Is it worth another try, perhaps without WHAT (NULL: it cannot be done without)? */
static gboolean try_again(Attempts *attempts, gconstpointer what, const GError *error, gint64 took)
{
    if (!pgm_sql_error_is(error, ""))
    {
        return FALSE;
    }
    if (is_passing(error) && ++attempts->tries < TRIES)
    {
        return TRUE;
    }
    gboolean other = pgm_sql_error_is(error, "57") || pgm_sql_error_is(error, "53") || pgm_sql_error_is(error, "08");
    gboolean timed_out = pgm_sql_error_is(error, "57014") && took >= TIMED_OUT_US;
    if (what == NULL || (other && !timed_out))
    {
        return FALSE;
    }
    /* Who asks for the locks of others opens no relation but catalogs: with one of them locked, nothing can be read. */
    if (what == locked_query && pgm_sql_error_is(error, "55P03"))
    {
        return FALSE;
    }
    g_hash_table_insert(attempts->refused, (gpointer)(gsize)what, refusal(error));
    return TRUE;
}

/* The kinds that a read did without. */
static void tell_refused(PgmSnapshot *snapshot, GHashTable *refused)
{
    for (const PgmKind *kind = pgm_kinds; kind->name != NULL; kind++)
    {
        const char *words = g_hash_table_lookup(refused, kind);
        if (words != NULL)
        {
            g_ptr_array_add(snapshot->unread, g_strdup_printf("%s: %s", kind->name, words));
        }
    }
}

/* Runs READER's queries, which are all there. NULL with *AGAIN: another try may do. */
static PgmSnapshot *attempt(Reader *reader, PgmConnection *connection, Attempts *attempts, gboolean *again,
                            GError **error)
{
    g_autoptr(GError) why = NULL;
    int failed = -1;
    gint64 begun = g_get_monotonic_time();
    if (run_queries(reader, connection, &failed, &why))
    {
        if (reader->gone != NULL && ++attempts->tries < TRIES)
        {
            *again = TRUE;
            return NULL;
        }
        const PgmKind *gone = reader->gone;
        PgmSnapshot *snapshot = finish(reader);
        if (gone != NULL)
        {
            g_ptr_array_add(
                snapshot->unread,
                g_strdup_printf("%s: some were dropped while they were read, each time it was tried", gone->name));
        }
        tell_refused(snapshot, attempts->refused);
        return snapshot;
    }
    *again = !pgm_connection_is_lost(connection) &&
             try_again(attempts, dispensable(reader, failed), why, g_get_monotonic_time() - begun);
    if (!*again && failed == reader->locked && pgm_sql_error_is(why, "55P03"))
    {
        g_set_error(
            error, PGM_ERROR, PGM_ERROR_REFUSED,
            "Another session has locked a system catalog (VACUUM FULL or REINDEX does): nothing of the schema can "
            "be read until that ends");
    }
    else if (!*again)
    {
        name_kind(failed_kind(reader, failed), &why);
        g_propagate_error(error, g_steal_pointer(&why));
    }
    return NULL;
}

static PgmSnapshot *read_once(PgmConnection *connection, Attempts *attempts, gboolean *again, GError **error)
{
    g_auto(Reader) reader;
    reader_init(&reader);
    add_statements(&reader, pgm_connection_server(connection)->version, attempts->refused);
    PgmSnapshot *snapshot = attempt(&reader, connection, attempts, again, error);
    if (snapshot == NULL && !pgm_connection_is_lost(connection) && pgm_connection_transaction(connection) != ' ')
    {
        pgm_connection_command(connection, NULL, "ROLLBACK");
    }
    return snapshot;
}

PgmSnapshot *pgm_snapshot_read(PgmConnection *connection, GError **error)
{
    g_auto(Attempts) attempts;
    attempts_init(&attempts);
    PgmSnapshot *snapshot = NULL;
    for (gboolean again = TRUE; again && snapshot == NULL;)
    {
        again = FALSE;
        snapshot = read_once(connection, &attempts, &again, error);
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

static PgmSnapshot *read_relations_once(PgmConnection *connection, const char *const *relations, int n,
                                        Attempts *attempts, gboolean *again, GError **error)
{
    g_autofree char *oids = find_relations(connection, relations, n, error);
    if (oids == NULL)
    {
        return NULL;
    }
    g_auto(Reader) reader;
    reader_init(&reader);
    add_queries(&reader, pgm_connection_server(connection)->version, oids, attempts->refused);
    return attempt(&reader, connection, attempts, again, error);
}

static gboolean begin_read(PgmConnection *connection, gboolean own, GError **error)
{
    return pgm_connection_command(connection, error, "%s",
                                  own ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                      : "SAVEPOINT pgmedic_snapshot");
}

/* Leaves everything as it was before begin_read(). */
static gboolean end_read(PgmConnection *connection, gboolean own, GError **error)
{
    static const char *const undo[] = {"ROLLBACK TO SAVEPOINT pgmedic_snapshot", "RELEASE SAVEPOINT pgmedic_snapshot"};
    if (own)
    {
        return pgm_connection_command(connection, error, "ROLLBACK");
    }
    g_autoptr(GPtrArray) results = pgm_connection_pipeline(connection, undo, G_N_ELEMENTS(undo), NULL, error);
    return results != NULL;
}

PgmSnapshot *pgm_snapshot_read_relations(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    gboolean own = pgm_connection_transaction(connection) == ' ';
    g_auto(Attempts) attempts;
    attempts_init(&attempts);
    g_autoptr(PgmSnapshot) snapshot = NULL;
    for (gboolean again = TRUE; again && snapshot == NULL;)
    {
        again = FALSE;
        if (!begin_read(connection, own, error))
        {
            return NULL;
        }
        snapshot = read_relations_once(connection, relations, n, &attempts, &again, error);
        if (pgm_connection_is_lost(connection) || !end_read(connection, own, snapshot != NULL || again ? error : NULL))
        {
            return NULL;
        }
    }
    return g_steal_pointer(&snapshot);
}
