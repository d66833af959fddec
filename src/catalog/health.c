/* health.c - asks the checks and judges the answers. */
#include "pgmedic/health.h"
#include "catalog/health_checks.h"
#include "pgmedic/query.h"

#include <math.h>
#include <string.h>

void pgm_health_finding_free(PgmHealthFinding *finding)
{
    if (finding == NULL)
    {
        return;
    }
    g_free(finding->summary);
    g_free(finding->advice);
    g_free(finding);
}

const char *pgm_health_level_name(PgmHealthLevel level)
{
    switch (level)
    {
    case PGM_HEALTH_OK:
        return "ok";
    case PGM_HEALTH_WARN:
        return "warn";
    case PGM_HEALTH_FAIL:
        return "fail";
    case PGM_HEALTH_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

static PgmHealthFinding *finding_new(const PgmHealthCheck *check, PgmHealthLevel level, const char *summary,
                                     const char *advice)
{
    PgmHealthFinding *finding = g_new0(PgmHealthFinding, 1);
    finding->check = check->name;
    finding->level = level;
    finding->summary = g_strdup(summary);
    finding->advice = g_strdup(advice);
    return finding;
}

/* "lock-waits" in a configuration means the check "lock waits". */
static gboolean same_name(const char *check, const char *written)
{
    g_autofree char *blanks = g_strdelimit(g_strdup(written), "-_", ' ');
    return g_ascii_strcasecmp(check, blanks) == 0;
}

/* The check's own threshold, or the configuration's; NAN: none. FALSE: the configuration's makes no sense, TEXT says
 * which. */
static gboolean find_thresholds(const PgmHealthCheck *check, const GPtrArray *thresholds, double *warn, double *fail,
                                const char **text)
{
    const char *words[] = {check->warn, check->fail};
    double *values[] = {warn, fail};
    for (guint i = 0; thresholds != NULL && i < thresholds->len; i++)
    {
        const PgmThreshold *threshold = g_ptr_array_index(thresholds, i);
        if (same_name(check->name, threshold->check))
        {
            words[0] = threshold->warn != NULL ? threshold->warn : words[0];
            words[1] = threshold->fail != NULL ? threshold->fail : words[1];
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    {
        *values[i] = NAN;
        if (words[i] != NULL && !pgm_health_parse_threshold(words[i], check->unit, values[i]))
        {
            *text = words[i];
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean reaches(double value, double threshold, gboolean low_is_bad)
{
    return !isnan(threshold) && (low_is_bad ? value < threshold : value >= threshold);
}

static PgmHealthFinding *judge(const PgmHealthCheck *check, const PgmResult *answer, const GPtrArray *thresholds)
{
    if (pgm_result_rows(answer) == 0 || pgm_result_value(answer, 0, 0) == NULL)
    {
        return finding_new(check, PGM_HEALTH_UNKNOWN, "the server keeps no figures about it", NULL);
    }
    double value = g_ascii_strtod(pgm_result_value(answer, 0, 0), NULL);
    const char *summary = pgm_result_value(answer, 0, 1);
    double warn = NAN, fail = NAN;
    const char *wrong = NULL;
    if (!find_thresholds(check, thresholds, &warn, &fail, &wrong))
    {
        g_autofree char *text = g_strdup_printf("%s; its threshold \"%s\" in the configuration makes no sense",
                                                summary != NULL ? summary : "", wrong);
        return finding_new(check, PGM_HEALTH_UNKNOWN, text, "write it as 80%, 5min, 1GB or 3, as the check counts");
    }
    PgmHealthLevel level = reaches(value, fail, check->low_is_bad)   ? PGM_HEALTH_FAIL
                           : reaches(value, warn, check->low_is_bad) ? PGM_HEALTH_WARN
                                                                     : PGM_HEALTH_OK;
    return finding_new(check, level, summary, level == PGM_HEALTH_OK ? NULL : check->advice);
}

/* Why CHECK cannot be asked here; NULL: it can. Caller frees. */
static char *obstacle(const PgmHealthCheck *check, const PgmServer *server, const PgmResult *privileges)
{
    if (server->version < check->min_version)
    {
        return g_strdup_printf("needs PostgreSQL %d or newer", check->min_version / 10000);
    }
    if (check->need == PGM_NEED_STATS && !pgm_result_boolean(privileges, 0, 0))
    {
        g_autofree char *user = pgm_quote_identifier(server->user);
        return g_strdup_printf("may not be read: GRANT pg_read_all_stats (or pg_monitor) TO %s", user);
    }
    if (check->need == PGM_NEED_FILE_SETTINGS && !pgm_result_boolean(privileges, 0, 1))
    {
        g_autofree char *user = pgm_quote_identifier(server->user);
        return g_strdup_printf(
            "may not be read: GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() and GRANT SELECT "
            "ON pg_file_settings TO %s",
            user);
    }
    return NULL;
}

static PgmHealthFinding *finding_from_error(const PgmHealthCheck *check, const GError *trouble)
{
    g_autofree char *summary = NULL;
    if (pgm_sql_error_is(trouble, "57014"))
    {
        summary = g_strdup_printf("no answer within %d s", check->timeout_ms / 1000);
        return finding_new(check, PGM_HEALTH_UNKNOWN, summary, "the server is busy: look again later");
    }
    if (pgm_sql_error_is(trouble, "55P03"))
    {
        return finding_new(check, PGM_HEALTH_UNKNOWN, "waits behind a lock", "look again later");
    }
    if (pgm_sql_error_is(trouble, "42501"))
    {
        summary = g_strdup_printf("may not be read: %s", trouble->message);
        return finding_new(check, PGM_HEALTH_UNKNOWN, summary, "grant it to this role, or use one that has pg_monitor");
    }
    summary = g_strdup_printf("could not be asked: %s", trouble->message);
    return finding_new(check, PGM_HEALTH_UNKNOWN, summary, NULL);
}

/* Asks the checks whose numbers are in ASKED in one round trip. NULL: *FAILED is the place in ASKED of the one that
 * failed. */
static GPtrArray *ask_together(PgmConnection *connection, const GArray *asked, guint *failed, GError **error)
{
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    int version = pgm_connection_server(connection)->version;
    for (guint i = 0; i < asked->len; i++)
    {
        const PgmHealthCheck *check = &pgm_health_checks[g_array_index(asked, guint, i)];
        char *limit =
            g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%d', true)", check->timeout_ms);
        g_ptr_array_add(owned, limit);
        g_ptr_array_add(queries, limit);
        g_ptr_array_add(queries, (gpointer)(gsize)pgm_query_text(check->query, version));
    }
    int place = 0;
    GPtrArray *answers =
        pgm_connection_pipeline(connection, (const char *const *)queries->pdata, (int)queries->len, &place, error);
    *failed = (guint)place / 2;
    return answers;
}

/* One round trip when all goes well. A check that fails is known then, and the others are asked again without it: each
 * has a time-out of its own, and what failed is not asked twice. */
static gboolean ask_all(PgmConnection *connection, GArray *asked, PgmHealthFinding **findings,
                        const GPtrArray *thresholds, GError **error)
{
    while (asked->len > 0)
    {
        g_autoptr(GError) trouble = NULL;
        guint failed = 0;
        g_autoptr(GPtrArray) answers = ask_together(connection, asked, &failed, &trouble);
        if (answers != NULL)
        {
            for (guint i = 0; i < asked->len; i++)
            {
                guint number = g_array_index(asked, guint, i);
                findings[number] = judge(&pgm_health_checks[number], g_ptr_array_index(answers, 2 * i + 1), thresholds);
            }
            return TRUE;
        }
        if (pgm_connection_is_lost(connection) || failed >= asked->len)
        {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return FALSE;
        }
        guint number = g_array_index(asked, guint, failed);
        findings[number] = finding_from_error(&pgm_health_checks[number], trouble);
        g_array_remove_index(asked, failed);
    }
    return TRUE;
}

GPtrArray *pgm_health_check(PgmConnection *connection, GPtrArray *thresholds, GError **error)
{
    const PgmServer *server = pgm_connection_server(connection);
    g_autoptr(PgmResult) privileges =
        pgm_connection_query(connection, pgm_query_text("health/privileges", server->version), error);
    if (privileges == NULL)
    {
        return NULL;
    }
    g_autofree PgmHealthFinding **findings = g_new0(PgmHealthFinding *, pgm_health_check_count);
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        g_autofree char *why_not = obstacle(&pgm_health_checks[i], server, privileges);
        if (why_not != NULL)
        {
            findings[i] = finding_new(&pgm_health_checks[i], PGM_HEALTH_UNKNOWN, why_not, NULL);
            continue;
        }
        g_array_append_val(asked, i);
    }
    gboolean answered = ask_all(connection, asked, findings, thresholds, error);
    g_autoptr(GPtrArray) result =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))pgm_health_finding_free);
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        if (findings[i] != NULL)
        {
            g_ptr_array_add(result, findings[i]);
        }
    }
    return answered ? g_steal_pointer(&result) : NULL;
}
