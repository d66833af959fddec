/*
 * reading_rules.c - what is known of functions that a typed query may name.
 *
 * Without a row here: PostgreSQL's own are called unless they are marked volatile; an extension's only when marked
 * immutable, which by its author's word neither writes nor runs SQL; anybody else's never. A row says otherwise, and
 * why. The first that fits counts.
 *
 * "Volatile" means only that two calls may answer differently, so most that tell an engineer what the server is doing
 * are: each was looked at, from 13 to 18, and allowed when it only tells. And a stable function may run SQL that is
 * hidden in a string, where nobody can look.
 */
#include "pg/reading_guard.h"

#include <string.h>

#define HIDDEN_SQL "it runs SQL of its own, or reads whole tables into one value; query the table itself"
#define SESSION    "it acts on another session; the Sessions view does that, with a confirmation, or psql"
#define LOCKS      "it takes a lock that the session keeps; pg_locks shows those that are held"
#define FILES      "it reads the server's files; use psql, or a shell on the server"
#define LARGE      "large objects are not read here; use psql"
#define WAL        "it writes to the WAL or moves what replication depends on; use psql"
#define RESETS     "it throws away statistics; use psql"
#define SEQUENCE   "it moves or needs the session's sequence; pg_sequences shows last_value"
#define SNAPSHOT   "it only makes sense in a transaction that stays open; use psql"
#define CONFIGURES "it changes a setting or tells the server to act; use psql, or a runbook"
#define ASSIGNS                                                                                                        \
    "it uses up a transaction id; pg_current_snapshot() shows what is open, pg_current_xact_id_if_assigned() the own " \
    "id"
#define REMOTE     "it runs SQL on another server, where nothing is guarded; use psql"
#define ONLY_TELLS "only tells"
#define CHANCE     "changes nothing"

/* Own functions that are volatile and only tell; stable ones that do more; and for the likeliest of the others, a
 * reason that is better than "volatile". */
static const PgmFunctionRule rules[] = {
    /* Time, chance */
    {NULL, "random", TRUE, CHANCE},
    {NULL, "random_normal", TRUE, CHANCE},
    {NULL, "gen_random_uuid", TRUE, CHANCE},
    {NULL, "uuidv4", TRUE, CHANCE},
    {NULL, "uuidv7", TRUE, CHANCE},
    {NULL, "array_sample", TRUE, CHANCE},
    {NULL, "array_shuffle", TRUE, CHANCE},
    {NULL, "clock_timestamp", TRUE, ONLY_TELLS},
    {NULL, "timeofday", TRUE, ONLY_TELLS},
    {NULL, "current_query", TRUE, ONLY_TELLS},
    {NULL, "timezone", TRUE, "AT TIME ZONE: its form for timetz is marked volatile in 13"},

    /* Sizes: they stat() the files of a relation that the query names */
    {NULL, "pg_relation_size", TRUE, ONLY_TELLS},
    {NULL, "pg_table_size", TRUE, ONLY_TELLS},
    {NULL, "pg_indexes_size", TRUE, ONLY_TELLS},
    {NULL, "pg_total_relation_size", TRUE, ONLY_TELLS},
    {NULL, "pg_database_size", TRUE, ONLY_TELLS},
    {NULL, "pg_tablespace_size", TRUE, ONLY_TELLS},
    {NULL, "pg_partition_tree", TRUE, ONLY_TELLS},
    {NULL, "pg_partition_ancestors", TRUE, ONLY_TELLS},
    {NULL, "pg_sequence_last_value", TRUE, ONLY_TELLS},
    {NULL, "pg_get_sequence_data", TRUE, ONLY_TELLS},
    {NULL, "pg_collation_actual_version", TRUE, ONLY_TELLS},
    {NULL, "pg_database_collation_actual_version", TRUE, ONLY_TELLS},

    /* Locks and sessions: they look into shared memory. The two that name blockers stop the lock manager for as long
     * as they look, which the server's own documentation bears with. */
    {NULL, "pg_blocking_pids", TRUE, ONLY_TELLS},
    {NULL, "pg_safe_snapshot_blocking_pids", TRUE, ONLY_TELLS},
    {NULL, "pg_lock_status", TRUE, ONLY_TELLS},
    {NULL, "pg_prepared_xact", TRUE, ONLY_TELLS},
    {NULL, "pg_notification_queue_usage", TRUE, ONLY_TELLS},
    {NULL, "pg_get_wait_events", TRUE, ONLY_TELLS},
    {NULL, "pg_get_aios", TRUE, ONLY_TELLS},
    {NULL, "pg_get_multixact_members", TRUE, ONLY_TELLS},
    {NULL, "pg_get_backend_memory_contexts", TRUE, ONLY_TELLS},
    {NULL, "pg_get_shmem_allocations*", TRUE, ONLY_TELLS},
    {NULL, "pg_get_loaded_modules", TRUE, ONLY_TELLS},
    {NULL, "pg_jit_available", TRUE, ONLY_TELLS},
    {NULL, "pg_stat_get_*", TRUE, ONLY_TELLS},
    {NULL, "pg_stat_have_stats", TRUE, ONLY_TELLS},

    /* Transactions that were: by an id that the query names */
    {NULL, "pg_xact_status", TRUE, ONLY_TELLS},
    {NULL, "txid_status", TRUE, ONLY_TELLS},
    {NULL, "pg_xact_commit_timestamp*", TRUE, ONLY_TELLS},
    {NULL, "pg_last_committed_xact", TRUE, ONLY_TELLS},

    /* WAL and replication: places, never moves */
    {NULL, "pg_current_wal_*", TRUE, ONLY_TELLS},
    {NULL, "pg_last_wal_*", TRUE, ONLY_TELLS},
    {NULL, "pg_last_xact_replay_timestamp", TRUE, ONLY_TELLS},
    {NULL, "pg_is_in_recovery", TRUE, ONLY_TELLS},
    {NULL, "pg_is_wal_replay_paused", TRUE, ONLY_TELLS},
    {NULL, "pg_get_wal_replay_pause_state", TRUE, ONLY_TELLS},
    {NULL, "pg_get_wal_resource_managers", TRUE, ONLY_TELLS},
    {NULL, "pg_get_wal_summarizer_state", TRUE, ONLY_TELLS},
    {NULL, "pg_available_wal_summaries", TRUE, ONLY_TELLS},
    {NULL, "pg_wal_summary_contents", TRUE, ONLY_TELLS},
    {NULL, "pg_show_replication_origin_status", TRUE, ONLY_TELLS},
    {NULL, "pg_is_in_backup", TRUE, ONLY_TELLS},

    /* The server: what it is, and what its configuration files say (superusers and pg_read_all_settings only) */
    {NULL, "pg_control_*", TRUE, ONLY_TELLS},
    {NULL, "pg_current_logfile", TRUE, ONLY_TELLS},
    {NULL, "pg_show_all_file_settings", TRUE, ONLY_TELLS},
    {NULL, "pg_hba_file_rules", TRUE, ONLY_TELLS},
    {NULL, "pg_ident_file_mappings", TRUE, ONLY_TELLS},
    {NULL, "pg_ls_dir", FALSE, FILES},
    {NULL, "pg_ls_*", TRUE, "lists names and sizes in one folder of the server's own: what fills the disk"},

    /* Not called. Of these only the first two groups are not marked volatile in every version. */
    {NULL, "*_to_xml", FALSE, HIDDEN_SQL},
    {NULL, "*_to_xmlschema", FALSE, HIDDEN_SQL},
    {NULL, "*_to_xml_and_xmlschema", FALSE, HIDDEN_SQL},
    {NULL, "ts_stat", FALSE, HIDDEN_SQL},
    {NULL, "txid_current", FALSE, ASSIGNS},
    {NULL, "pg_current_xact_id", FALSE, ASSIGNS},
    {NULL, "pg_terminate_backend", FALSE, SESSION},
    {NULL, "pg_cancel_backend", FALSE, SESSION},
    {NULL, "pg_log_backend_memory_contexts", FALSE, SESSION},
    {NULL, "pg_advisory_*", FALSE, LOCKS},
    {NULL, "pg_try_advisory_*", FALSE, LOCKS},
    {NULL, "pg_read_*", FALSE, FILES},
    {NULL, "pg_stat_file", FALSE, FILES},
    {NULL, "lo_*", FALSE, LARGE},
    {NULL, "loread", FALSE, LARGE},
    {NULL, "lowrite", FALSE, LARGE},
    {NULL, "pg_stat_reset*", FALSE, RESETS},
    {NULL, "pg_switch_wal", FALSE, WAL},
    {NULL, "pg_create_*", FALSE, WAL},
    {NULL, "pg_drop_replication_slot", FALSE, WAL},
    {NULL, "pg_copy_*_replication_slot", FALSE, WAL},
    {NULL, "pg_replication_*", FALSE, WAL},
    {NULL, "pg_logical_*", FALSE, WAL},
    {NULL, "pg_wal_replay_*", FALSE, WAL},
    {NULL, "pg_promote", FALSE, WAL},
    {NULL, "pg_backup_*", FALSE, WAL},
    {NULL, "nextval", FALSE, SEQUENCE},
    {NULL, "setval", FALSE, SEQUENCE},
    {NULL, "currval", FALSE, SEQUENCE},
    {NULL, "lastval", FALSE, SEQUENCE},
    {NULL, "pg_export_snapshot", FALSE, SNAPSHOT},
    {NULL, "pg_sleep*", FALSE, "it only keeps a transaction open, and that holds up vacuum"},
    {NULL, "set_config", FALSE, CONFIGURES},
    {NULL, "setseed", FALSE, CONFIGURES},
    {NULL, "pg_reload_conf", FALSE, CONFIGURES},
    {NULL, "pg_rotate_logfile*", FALSE, CONFIGURES},
    {NULL, "pg_notify", FALSE, "it sends to others; use psql"},

    /* Extensions that come with PostgreSQL, and what an engineer needs of them. What an extension is not listed for is
     * called when it is immutable. */
    {"pg_stat_statements", "pg_stat_statements_reset", FALSE, RESETS},
    {"pg_stat_statements", "*", TRUE, ONLY_TELLS},
    {"pg_buffercache", "pg_buffercache_evict*", FALSE, "it empties the cache; use psql"},
    {"pg_buffercache", "*", TRUE, ONLY_TELLS},
    {"pgstattuple", "*", TRUE, "reads the whole relation, and only tells"},
    {"pgrowlocks", "*", TRUE, "reads the whole table, and only tells"},
    {"pg_freespacemap", "*", TRUE, ONLY_TELLS},
    {"pg_visibility", "pg_truncate_visibility_map", FALSE, "it truncates the visibility map; use psql"},
    {"pg_visibility", "*", TRUE, ONLY_TELLS},
    {"pageinspect", "*", TRUE, "shows pages; writes none"},
    {"pg_walinspect", "*", TRUE, ONLY_TELLS},
    {"pg_logicalinspect", "*", TRUE, ONLY_TELLS},
    {"amcheck", "bt_index_parent_check", FALSE, "it keeps writers out while it checks; bt_index_check() does not"},
    {"amcheck", "gin_index_check", TRUE, ONLY_TELLS},
    {"amcheck", "*", TRUE, "checks under the lock that any query takes"},
    {"pg_trgm", "set_limit", FALSE, CONFIGURES},
    {"pg_trgm", "*", TRUE, "compares words, by settings"},
    {"unaccent", "*", TRUE, "reads a dictionary"},
    {"citext", "*", TRUE, "compares words"},
    {"uuid-ossp", "*", TRUE, CHANCE},
    {"pgcrypto", "gen_*", TRUE, CHANCE},
    {"pgcrypto", "*encrypt*", TRUE, CHANCE},
    {"sslinfo", "*", TRUE, ONLY_TELLS},
    {"dblink", "*", FALSE, REMOTE},
    {"tablefunc", "normal_rand", TRUE, CHANCE},
    {"tablefunc", "*", FALSE, HIDDEN_SQL},
    {"xml2", "xpath_table", FALSE, HIDDEN_SQL},
};

const PgmFunctionRule *pgm_reading_rule(const char *extension, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
    {
        if (g_strcmp0(rules[i].extension, extension) == 0 && g_pattern_match_simple(rules[i].name, name))
        {
            return &rules[i];
        }
    }
    return NULL;
}
