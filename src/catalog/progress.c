/*
 * progress.c - how far a statement is.
 *
 * ALTER TABLE's rewrites have no progress view. But the new heap, its TOAST table and
 * its indexes are locked by the backend under numbers that no committed catalog row has,
 * and at birth a relation's number is its file's name. The files' sizes against
 * the old relation's size before it was locked give the percentage; where files
 * may not be looked at, the growth of the WAL stands in (all of a rewrite is logged).
 */
#include "catalog/progress.h"
#include "pgmedic/query.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct PgmProgress
{
    GHashTable *sizes;   /* relation's number as text → gint64*, bytes before the lock (or estimated) */
    char *statement;     /* query_start of the statement seen last; NULL: none yet */
    gint64 newest;       /* highest uncommitted relation seen so far */
    gint64 floor;        /* … when the current statement began: what is not above is an earlier statement's */
    gint64 wal;          /* WAL position at the last look */
    gint64 wal_baseline; /* … when the current statement began; -1: unknown */
};

/* A phase of one of the reported commands: which part of the whole it usually takes. */
typedef struct
{
    const char *command; /* prefix */
    const char *phase;   /* prefix */
    int from;
    int to;
    const char *text; /* for people, after the object; NULL: the server's own word */
} Phase;

/* Shares of the time, measured roughly on B-tree builds; the first line that fits counts. */
static const Phase phases[] = {
    {"CREATE INDEX CONCURRENTLY", "building index: scanning", 0, 35, "scanning the table"},
    {"CREATE INDEX CONCURRENTLY", "building index: sorting", 35, 40, "sorting"},
    {"CREATE INDEX CONCURRENTLY", "building index: loading", 40, 55, "writing the index"},
    {"CREATE INDEX CONCURRENTLY", "waiting for writers before build", 0, 0, "waiting for older writers"},
    {"CREATE INDEX CONCURRENTLY", "waiting for writers before valid", 55, 55, "waiting for older writers"},
    {"CREATE INDEX CONCURRENTLY", "building index", 0, 55, NULL},
    {"CREATE INDEX CONCURRENTLY", "index validation: scanning index", 55, 62, "checking: reading the index"},
    {"CREATE INDEX CONCURRENTLY", "index validation: sorting", 62, 65, "checking: sorting"},
    {"CREATE INDEX CONCURRENTLY", "index validation: scanning table", 65, 95, "checking: reading the table"},
    {"CREATE INDEX CONCURRENTLY", "waiting for old snapshots", 95, 99, "waiting for older transactions"},
    {"CREATE INDEX", "building index: scanning", 0, 60, "scanning the table"},
    {"CREATE INDEX", "building index: sorting", 60, 70, "sorting"},
    {"CREATE INDEX", "building index: loading", 70, 100, "writing the index"},
    {"CREATE INDEX", "building index", 0, 100, NULL},
    {"REINDEX", "building index: scanning", 0, 50, "scanning the table"},
    {"REINDEX", "building index: sorting", 50, 55, "sorting"},
    {"REINDEX", "building index: loading", 55, 75, "writing the index"},
    {"REINDEX", "waiting for writers before valid", 75, 75, "waiting for older writers"},
    {"REINDEX", "index validation", 75, 95, "checking"},
    {"REINDEX", "waiting", 95, 99, "waiting for older transactions"},
    {"VACUUM FULL", "seq scanning heap", 0, 65, "copying the table"},
    {"VACUUM FULL", "index scanning heap", 0, 65, "copying the table"},
    {"VACUUM FULL", "rebuilding index", 65, 95, "rebuilding indexes"},
    {"CLUSTER", "seq scanning heap", 0, 40, "reading the table"},
    {"CLUSTER", "index scanning heap", 0, 65, "copying the table"},
    {"CLUSTER", "sorting", 40, 45, "sorting"},
    {"CLUSTER", "writing new heap", 45, 65, "copying the table"},
    {"CLUSTER", "rebuilding index", 65, 95, "rebuilding indexes"},
    {"VACUUM", "scanning heap", 0, 60, "scanning the table"},
    {"VACUUM", "vacuuming indexes", 60, 80, "cleaning indexes"},
    {"VACUUM", "vacuuming heap", 80, 95, "cleaning the table"},
    {"VACUUM", "cleaning up indexes", 95, 97, "cleaning indexes"},
    {"VACUUM", "truncating heap", 97, 99, "giving back space"},
    {"ANALYZE", "acquiring", 0, 85, "sampling rows"},
    {"ANALYZE", "computing", 85, 95, "computing statistics"},
    {"ANALYZE", "finalizing", 95, 99, "storing statistics"},
    {"COPY", "copying", 0, 100, NULL},
};

PgmProgress *pgm_progress_new_empty(void)
{
    PgmProgress *progress = g_new0(PgmProgress, 1);
    progress->sizes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    progress->wal = -1;
    progress->wal_baseline = -1;
    return progress;
}

void pgm_progress_free(PgmProgress *progress)
{
    if (progress == NULL)
    {
        return;
    }
    g_hash_table_unref(progress->sizes);
    g_free(progress->statement);
    g_free(progress);
}

static void remember_size(PgmProgress *progress, const char *relation, gint64 bytes)
{
    g_hash_table_insert(progress->sizes, g_strdup(relation), g_memdup2(&bytes, sizeof bytes));
}

gboolean pgm_activity_set_relations(PgmConnection *connection, const char *const *names, int n, GError **error)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_array(builder);
    for (int i = 0; i < n; i++)
    {
        json_builder_add_string_value(builder, names[i]);
    }
    json_builder_end_array(builder);
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, FALSE);
    const char *parameters[] = {text};
    g_autoptr(PgmResult) set = pgm_connection_execute(
        connection, "SELECT pg_catalog.set_config('pgmedic.relations', $1, false)", 1, parameters, NULL, error);
    return set != NULL;
}

PgmProgress *pgm_progress_new(PgmConnection *connection, const char *const *relations, int n, GError **error)
{
    g_autoptr(PgmProgress) progress = pgm_progress_new_empty();
    if (!pgm_activity_set_relations(connection, relations, n, error))
    {
        return NULL;
    }
    g_autoptr(GError) trouble = NULL;
    int version = pgm_connection_server(connection)->version;
    g_autoptr(PgmResult) sizes = pgm_connection_query(connection, pgm_query_text("activity/sizes", version), &trouble);
    if (sizes == NULL)
    {
        /* Somebody has locked one of them: the estimate will have to do. */
        if (pgm_sql_error_is(trouble, "55P03") || pgm_sql_error_is(trouble, "57014"))
        {
            return g_steal_pointer(&progress);
        }
        g_propagate_error(error, g_steal_pointer(&trouble));
        return NULL;
    }
    for (int row = 0; row < pgm_result_rows(sizes); row++)
    {
        remember_size(progress, pgm_result_value(sizes, row, 0), pgm_result_integer(sizes, row, 1));
    }
    return g_steal_pointer(&progress);
}

static const Phase *phase_find(const char *command, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(phases); i++)
    {
        if (g_str_has_prefix(command, phases[i].command) && g_str_has_prefix(name, phases[i].phase))
        {
            return &phases[i];
        }
    }
    return NULL;
}

static const char *command_verb(const char *command)
{
    static const struct
    {
        const char *command;
        const char *verb;
    } verbs[] = {
        {"CREATE INDEX", "building index"},
        {"REINDEX", "rebuilding index"},
        {"VACUUM FULL", "rewriting"},
        {"CLUSTER", "rewriting"},
        {"VACUUM", "vacuuming"},
        {"ANALYZE", "analyzing"},
        {"COPY", "copying"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
    {
        if (g_str_has_prefix(command, verbs[i].command))
        {
            return verbs[i].verb;
        }
    }
    return "working on";
}

static char *report_text(const char *command, const char *relation, const char *index, const char *phase)
{
    GString *text = g_string_new(command_verb(command));
    gboolean of_index = strstr(command, "INDEX") != NULL;
    if (of_index && index != NULL)
    {
        g_string_append_printf(text, " %s", index); /* an index that is not committed yet has no name to be seen */
    }
    if (relation != NULL)
    {
        g_string_append_printf(text, of_index ? " on %s" : " %s", relation);
    }
    if (phase != NULL)
    {
        g_string_append_printf(text, ": %s", phase);
    }
    return g_string_free(text, FALSE);
}

gboolean pgm_progress_take_report(PgmActivity *activity, const PgmResult *report)
{
    if (pgm_result_rows(report) == 0)
    {
        return FALSE;
    }
    const char *command = pgm_result_value(report, 0, 0);
    const char *name = pgm_result_value(report, 0, 1);
    command = command != NULL ? command : "";
    name = name != NULL ? name : "";
    if (strcmp(name, "initializing") == 0)
    {
        return FALSE; /* nothing to tell yet; ALTER TABLE passes here too when it makes the indexes that it will fill
                         later */
    }
    gint64 done = pgm_result_integer(report, 0, 2);
    gint64 total = pgm_result_integer(report, 0, 3);
    const Phase *phase = phase_find(command, name);
    if (phase != NULL && (total > 0 || phase->from > 0))
    {
        double part = total > 0 ? CLAMP((double)done / (double)total, 0.0, 1.0) : 0.0;
        activity->percent = phase->from + (int)(part * (phase->to - phase->from));
    }
    const char *text = phase != NULL && phase->text != NULL ? phase->text : name;
    activity->phase_text = report_text(command, pgm_result_value(report, 0, 4), pgm_result_value(report, 0, 5), text);
    return TRUE;
}

static gboolean is_name_byte(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

/* Where TEXT has WORD, not as a part of a longer name; NULL: nowhere. */
static const char *find_word(const char *text, const char *word)
{
    gsize length = strlen(word);
    for (const char *at = text; *at != '\0' && length > 0; at++)
    {
        if (g_ascii_strncasecmp(at, word, length) == 0 && (at == text || !is_name_byte(at[-1])) &&
            !is_name_byte(at[length]))
        {
            return at;
        }
    }
    return NULL;
}

/* The row of HELD whose relation the statement is about: of those under ACCESS EXCLUSIVE, the one that it names first.
 * The names are known, so this needs no parser, and it works on a statement that pg_stat_activity cut off. -1: none. */
static int find_target(const PgmResult *held, const char *query)
{
    int target = -1;
    const char *first = NULL;
    for (int row = 0; row < pgm_result_rows(held); row++)
    {
        const char *name = pgm_result_value(held, row, 3);
        if (name == NULL || strcmp(pgm_result_value(held, row, 0), "ACCESS EXCLUSIVE") != 0)
        {
            continue;
        }
        const char *at = find_word(query, name);
        if (at != NULL && (first == NULL || at < first))
        {
            first = at;
            target = row;
        }
    }
    return target;
}

/* The numbers of relations that are the current statement's own and not committed, comma-separated; NULL: none. */
static char *uncommitted_list(PgmProgress *progress, const PgmResult *held)
{
    GString *list = g_string_new(NULL);
    for (int row = 0; row < pgm_result_rows(held); row++)
    {
        gint64 number = pgm_result_integer(held, row, 2);
        if (pgm_result_value(held, row, 3) != NULL)
        {
            continue;
        }
        progress->newest = MAX(progress->newest, number);
        if (number > progress->floor)
        {
            g_string_append_printf(list, "%s%" G_GINT64_FORMAT, list->len > 0 ? "," : "", number);
        }
    }
    return g_string_free(list, list->len == 0);
}

static void note_statement(PgmProgress *progress, const PgmResult *backend)
{
    const char *started = pgm_result_value(backend, 0, 2);
    gint64 wal = pgm_result_value(backend, 0, 4) != NULL ? pgm_result_integer(backend, 0, 4) : -1;
    if (g_strcmp0(progress->statement, started) != 0)
    {
        g_free(progress->statement);
        progress->statement = g_strdup(started);
        progress->floor = progress->newest;
        progress->wal_baseline = progress->wal >= 0 ? progress->wal : wal;
    }
    progress->wal = wal;
}

/* The answer of a query that may fail without harm: -1 when it does. FALSE: the connection is lost. */
static gboolean ask_bytes(PgmConnection *connection, const char *query, gint64 *bytes, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    int version = pgm_connection_server(connection)->version;
    g_autofree char *value = pgm_connection_value(connection, pgm_query_text(query, version), &trouble);
    *bytes = value != NULL ? g_ascii_strtoll(value, NULL, 10) : -1;
    if (trouble != NULL && pgm_connection_is_lost(connection))
    {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return FALSE;
    }
    return TRUE;
}

static gboolean ask_total(PgmConnection *connection, PgmProgress *progress, const char *relation, gint64 *total,
                          GError **error)
{
    const gint64 *known = g_hash_table_lookup(progress->sizes, relation);
    if (known != NULL)
    {
        *total = *known;
        return TRUE;
    }
    if (!ask_bytes(connection, "activity/estimate", total, error))
    {
        return FALSE;
    }
    remember_size(progress, relation, *total);
    return TRUE;
}

gboolean pgm_progress_take_rewrite(PgmConnection *connection, PgmProgress *progress, PgmActivity *activity,
                                   const PgmResult *backend, const PgmResult *held, GError **error)
{
    const char *state = pgm_result_value(backend, 0, 0);
    const char *query = pgm_result_value(backend, 0, 1);
    note_statement(progress, backend);
    g_autofree char *heaps = uncommitted_list(progress, held);
    if (heaps == NULL || g_strcmp0(state, "active") != 0)
    {
        return TRUE;
    }
    int target = find_target(held, query != NULL ? query : "");
    if (target < 0)
    {
        return TRUE;
    }
    const char *relation = pgm_result_value(held, target, 2);
    /* Numbers and commas only: nothing to quote. */
    if (!pgm_connection_command(connection, error,
                                "SELECT pg_catalog.set_config('pgmedic.relation', '%s', false), "
                                "pg_catalog.set_config('pgmedic.heaps', '%s', false)",
                                relation, heaps) ||
        !ask_total(connection, progress, relation, &activity->total_bytes, error))
    {
        return FALSE;
    }
    gint64 done = progress->wal_baseline >= 0 && progress->wal >= 0 ? progress->wal - progress->wal_baseline : -1;
    if (pgm_result_boolean(backend, 0, 5))
    {
        gint64 written = -1;
        if (!ask_bytes(connection, "activity/rewrite", &written, error))
        {
            return FALSE;
        }
        done = written >= 0 ? written : done;
    }
    activity->done_bytes = done;
    activity->phase_text = g_strdup_printf("rewriting %s", pgm_result_value(held, target, 1));
    if (done >= 0 && activity->total_bytes > 0)
    {
        /* New rows may be larger than the old ones: it is not done before the server says so. */
        activity->percent = (int)MIN(99, (double)done * 100 / (double)activity->total_bytes);
    }
    return TRUE;
}
