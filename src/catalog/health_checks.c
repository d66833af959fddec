/* health_checks.c - what is asked of a server, in the order in which it is shown. */
#include "catalog/health_checks.h"
#include "pgmedic/error.h"
#include "pgmedic/node.h"

#include <string.h>

enum
{
    QUICK = 1000,
    THOROUGH = 3000, /* the catalog of ten thousand tables */
};

const PgmHealthCheck pgm_health_checks[] = {
    {"connections", "health/connections", PGM_UNIT_PERCENT, "80%", "95%", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "see in Sessions who holds them; a pool that is too large, or idle sessions, can be ended"},
    {"longest transaction", "health/longest-transaction", PGM_UNIT_SECONDS, "5min", "1h", FALSE, FALSE, PGM_NEED_STATS,
     QUICK, "it keeps VACUUM from cleaning up, and ALTER TABLE waits for it: ask its owner before ending it"},
    {"idle in transaction", "health/idle-in-transaction", PGM_UNIT_SECONDS, "1min", "10min", FALSE, FALSE,
     PGM_NEED_STATS, QUICK, "it holds its locks and does nothing: find the application that forgot to commit"},
    {"lock waits", "health/lock-waits", PGM_UNIT_SECONDS, "1s", "5min", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "Sessions shows who blocks whom: the first in the chain has to finish"},
    {"invalid indexes", "health/invalid-indexes", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_NOTHING, THOROUGH,
     "they cost every write and serve no query: DROP INDEX CONCURRENTLY and build them again, or REINDEX CONCURRENTLY"},
    {"unvalidated constraints", "health/unvalidated-constraints", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE,
     PGM_NEED_NOTHING, THOROUGH, "old rows may break them: ALTER TABLE … VALIDATE CONSTRAINT, which blocks no reader"},
    {"wraparound", "health/wraparound", PGM_UNIT_PERCENT, "25%", "50%", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "VACUUM (FREEZE) the oldest tables, and end what holds VACUUM back: old transactions, slots, prepared "
     "transactions"},
    {"replication", "health/replication", PGM_UNIT_BYTES, "64MB", "1GB", FALSE, FALSE, PGM_NEED_STATS_OF_STANDBYS,
     QUICK, "look at the standby's load and network; a long query on it may hold replay back"},
    {"replay", "health/replay", PGM_UNIT_SECONDS, "1min", "10min", FALSE, FALSE, PGM_NEED_STANDBY, QUICK,
     "what is read here is that old: pg_wal_replay_resume() if it is paused; if it is cut off, look at the primary and "
     "the "
     "network; a long query here may hold replay back"},
    {"longest query", "health/longest-query", PGM_UNIT_SECONDS, "5min", "1h", FALSE, FALSE, PGM_NEED_STATS, QUICK,
     "see in Sessions whether it is expected; cancelling it is gentler than ending its session"},
    {"prepared transactions", "health/prepared-transactions", PGM_UNIT_SECONDS, "5min", "1h", FALSE, FALSE,
     PGM_NEED_PRIMARY, QUICK, "nobody finished them and they hold locks: COMMIT PREPARED or ROLLBACK PREPARED"},
    {"deadlocks", "health/deadlocks", PGM_UNIT_COUNT, "10", NULL, FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "the server's log names the statements: applications should take their locks in one order"},
    {"multixacts", "health/multixact", PGM_UNIT_PERCENT, "25%", "50%", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "VACUUM (FREEZE) the tables with the oldest relminmxid"},
    {"dead rows", "health/dead-rows", PGM_UNIT_PERCENT, "20%", "50%", FALSE, FALSE, PGM_NEED_PRIMARY, THOROUGH,
     "VACUUM it, and see what holds autovacuum back"},
    {"statistics", "health/stale-statistics", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_PRIMARY, THOROUGH,
     "ANALYZE them: the planner guesses without"},
    {"disabled triggers", "health/disabled-triggers", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_NOTHING,
     THOROUGH, "what they check or keep up is not done: ALTER TABLE … ENABLE TRIGGER, unless it is meant"},
    {"sequences", "health/sequences", PGM_UNIT_PERCENT, "70%", "90%", FALSE, FALSE, PGM_NEED_NOTHING, THOROUGH,
     "at 100 % every INSERT fails: change its column to bigint, or give the sequence a higher end, before that"},
    {"duplicate indexes", "health/duplicate-indexes", PGM_UNIT_COUNT, "1", NULL, FALSE, TRUE, PGM_NEED_NOTHING,
     THOROUGH, "each costs every write and serves nobody: DROP INDEX CONCURRENTLY"},
    {"unindexed foreign keys", "health/unindexed-foreign-keys", PGM_UNIT_COUNT, "1", NULL, FALSE, TRUE,
     PGM_NEED_NOTHING, THOROUGH,
     "a delete or key change on the other side reads the whole table: CREATE INDEX CONCURRENTLY"},
    {"primary keys", "health/tables-without-primary-key", PGM_UNIT_COUNT, "1", NULL, FALSE, TRUE, PGM_NEED_NOTHING,
     THOROUGH, "rows cannot be told apart, and logical replication refuses updates: add one"},
    {"collations", "health/collations", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_NOTHING, THOROUGH,
     "REINDEX what sorts by them, then ALTER … REFRESH [COLLATION] VERSION"},
    {"extensions", "health/extensions", PGM_UNIT_COUNT, "1", NULL, FALSE, TRUE, PGM_NEED_NOTHING, THOROUGH,
     "ALTER EXTENSION … UPDATE, after reading its notes"},
    {"cache hits", "health/cache-hits", PGM_UNIT_PERCENT, "90%", "50%", TRUE, TRUE, PGM_NEED_NOTHING, QUICK,
     "the data in use do not fit in shared_buffers, or a query reads more than it should"},
    {"temporary files", "health/temporary-files", PGM_UNIT_BYTES, "10GB", NULL, FALSE, TRUE, PGM_NEED_NOTHING, QUICK,
     "sorts and hashes spill to disk: look for the query (log_temp_files), then at work_mem"},
    {"archiving", "health/archiving", PGM_UNIT_SECONDS, "1s", "1h", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "WAL piles up until the disk is full: the server's log has archive_command's own words"},
    {"checkpoints", "health/checkpoints", PGM_UNIT_PERCENT, "50%", NULL, FALSE, TRUE, PGM_NEED_NOTHING, QUICK,
     "raise max_wal_size"},
    {"slot WAL", "health/slot-wal", PGM_UNIT_BYTES, "5GB", "50GB", FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "the disk fills up while its reader is away: bring it back, or drop the slot"},
    {"inactive slots", "health/inactive-slots", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "drop the slot if its reader is gone for good"},
    {"standby feedback", "health/standby-feedback", PGM_UNIT_COUNT, "10000000", "100000000", FALSE, FALSE,
     PGM_NEED_STATS, QUICK, "a long query on a standby, or a stuck slot, keeps VACUUM from cleaning up here"},
    {"recovery conflicts", "health/recovery-conflicts", PGM_UNIT_COUNT, "10", NULL, FALSE, FALSE, PGM_NEED_STANDBY,
     QUICK, "queries here are cancelled for replay: hot_standby_feedback, or a longer max_standby_streaming_delay"},
    {"pending restart", "health/pending-restart", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE, PGM_NEED_NOTHING, QUICK,
     "what the files say is not what runs: plan a restart"},
    {"configuration files", "health/configuration-errors", PGM_UNIT_COUNT, "1", NULL, FALSE, FALSE,
     PGM_NEED_FILE_SETTINGS, QUICK, "the server may not start again with them: correct them before any restart"},
    {"uptime", "health/uptime", PGM_UNIT_SECONDS, "1h", NULL, TRUE, TRUE, PGM_NEED_NOTHING, QUICK,
     "it was restarted lately: the server's log says why"},
};

const guint pgm_health_check_count = G_N_ELEMENTS(pgm_health_checks);

typedef struct
{
    const char *suffix;
    PgmHealthUnit unit;
    double factor;
} Suffix;

gboolean pgm_health_parse_threshold(const char *text, PgmHealthUnit unit, double *value)
{
    static const Suffix suffixes[] = {
        {"%", PGM_UNIT_PERCENT, 1},        {"", PGM_UNIT_PERCENT, 1},       {"", PGM_UNIT_COUNT, 1},
        {"ms", PGM_UNIT_SECONDS, 0.001},   {"s", PGM_UNIT_SECONDS, 1},      {"min", PGM_UNIT_SECONDS, 60},
        {"h", PGM_UNIT_SECONDS, 3600},     {"d", PGM_UNIT_SECONDS, 86400},  {"B", PGM_UNIT_BYTES, 1},
        {"kB", PGM_UNIT_BYTES, 1024},      {"MB", PGM_UNIT_BYTES, 1 << 20}, {"GB", PGM_UNIT_BYTES, 1 << 30},
        {"TB", PGM_UNIT_BYTES, 1LL << 40},
    };
    char *end = NULL;
    double number = g_ascii_strtod(text, &end);
    if (end == text || number < 0)
    {
        return FALSE;
    }
    while (*end == ' ')
    {
        end++;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
    {
        if (suffixes[i].unit == unit && strcmp(suffixes[i].suffix, end) == 0)
        {
            *value = number * suffixes[i].factor;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean pgm_health_is_named(const PgmHealthCheck *check, const char *written)
{
    g_autofree char *blanks = g_strdelimit(g_strdup(written), "-_", ' ');
    return g_ascii_strcasecmp(check->name, blanks) == 0;
}

static const PgmHealthCheck *check_named(const char *written)
{
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        if (pgm_health_is_named(&pgm_health_checks[i], written))
        {
            return &pgm_health_checks[i];
        }
    }
    return NULL;
}

static gboolean set_unknown_check(const PgmThreshold *threshold, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        g_ptr_array_add(names, (gpointer)(gsize)pgm_health_checks[i].name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgm_findings_nearest(threshold->check, (const char *const *)names->pdata);
    g_autofree char *all = nearest == NULL ? g_strjoinv(", ", (char **)names->pdata) : NULL;
    g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s: there is no check \"%s\"; %s%s%s", threshold->where,
                threshold->check, nearest != NULL ? "did you mean \"" : "there are: ", nearest != NULL ? nearest : all,
                nearest != NULL ? "\"?" : "");
    return FALSE;
}

static const char *const examples[] = {
    [PGM_UNIT_COUNT] = "3", [PGM_UNIT_PERCENT] = "80%", [PGM_UNIT_SECONDS] = "5min", [PGM_UNIT_BYTES] = "1GB"};

gboolean pgm_health_accepts(const GPtrArray *thresholds, GError **error)
{
    for (guint i = 0; i < thresholds->len; i++)
    {
        const PgmThreshold *threshold = thresholds->pdata[i];
        const PgmHealthCheck *check = check_named(threshold->check);
        if (check == NULL)
        {
            return set_unknown_check(threshold, error);
        }
        const char *const values[] = {threshold->warn, threshold->fail};
        for (guint k = 0; k < G_N_ELEMENTS(values); k++)
        {
            double value;
            if (values[k] != NULL && !pgm_health_parse_threshold(values[k], check->unit, &value))
            {
                g_set_error(error, PGM_ERROR, PGM_ERROR_INVALID, "%s: \"%s\" is no threshold of %s; write it like %s",
                            threshold->where, values[k], check->name, examples[check->unit]);
                return FALSE;
            }
        }
    }
    return TRUE;
}
