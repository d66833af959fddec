/* health.c - asks the checks and judges the answers. */
#include "pgmedic/health.h"
#include "catalog/health_checks.h"
#include "pgmedic/query.h"

#include <math.h>
#include <string.h>

enum
{
    IMPATIENT_MS = 300, /* for a check that may be asked again, with all its time, after the others */
};

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
    finding->tidiness = check->tidiness;
    finding->summary = g_strdup(summary);
    finding->advice = g_strdup(advice);
    return finding;
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
        if (pgm_health_is_named(check, threshold->check))
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
        const char *why_not = pgm_result_rows(answer) > 0 ? pgm_result_value(answer, 0, 1) : NULL;
        return finding_new(check, PGM_HEALTH_UNKNOWN,
                           why_not != NULL ? why_not : "the server keeps no figures about it", NULL);
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

/* What this role may read of what others do. */
typedef struct
{
    gboolean stats;
    gboolean file_settings;
} Privileges;

static gboolean lacks_stats(const PgmHealthCheck *check, const PgmServer *server, const Privileges *privileges)
{
    return !privileges->stats &&
           (check->need == PGM_NEED_STATS || (check->need == PGM_NEED_STATS_OF_STANDBYS && !server->standby));
}

/* Says of CHECK why it cannot be asked here, and what would do; NULL: it can. */
static PgmHealthFinding *obstacle(const PgmHealthCheck *check, const PgmServer *server, const Privileges *privileges)
{
    g_autofree char *user = pgm_quote_identifier(server->user);
    g_autofree char *advice = NULL;
    if (check->need == PGM_NEED_PRIMARY && server->standby)
    {
        return finding_new(check, PGM_HEALTH_UNKNOWN, "a standby does not know", "ask the primary");
    }
    if (lacks_stats(check, server, privileges))
    {
        advice = g_strdup_printf("GRANT pg_read_all_stats TO %s, or pg_monitor, which includes it", user);
        return finding_new(check, PGM_HEALTH_UNKNOWN, "needs pg_read_all_stats", advice);
    }
    if (check->need == PGM_NEED_FILE_SETTINGS && !privileges->file_settings)
    {
        advice = g_strdup_printf("GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO %s, and "
                                 "GRANT SELECT ON pg_file_settings TO %s",
                                 user, user);
        return finding_new(check, PGM_HEALTH_UNKNOWN, "needs EXECUTE on pg_show_all_file_settings()", advice);
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
        summary = g_strdup_printf("not read: %s", trouble->message);
        return finding_new(check, PGM_HEALTH_UNKNOWN, summary, "grant it to this role, or use one that has pg_monitor");
    }
    summary = g_strdup_printf("could not be asked: %s", trouble->message);
    return finding_new(check, PGM_HEALTH_UNKNOWN, summary, NULL);
}

/* A round of questions under way. */
typedef struct
{
    const GArray *asked; /* numbers of checks; one query for its time-out and one for itself */
    const GPtrArray *thresholds;
    PgmHealthFinding **findings; /* by number */
} Round;

/* A check's rows come before the end of its query, which has none. */
static void take_answer(int query, const PgmResult *answer, gpointer user)
{
    Round *round = user;
    guint number = g_array_index(round->asked, guint, query / 2);
    if (query % 2 == 1 && round->findings[number] == NULL)
    {
        round->findings[number] = judge(&pgm_health_checks[number], answer, round->thresholds);
    }
}

/* Asks in one round trip. FALSE: *FAILED is the place in the round of the check that failed; those before it have their
 * findings. */
static gboolean ask_together(PgmConnection *connection, Round *round, int at_most_ms, guint *failed, GError **error)
{
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) queries = g_ptr_array_new();
    int version = pgm_connection_server(connection)->version;
    for (guint i = 0; i < round->asked->len; i++)
    {
        const PgmHealthCheck *check = &pgm_health_checks[g_array_index(round->asked, guint, i)];
        char *limit = g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%d', true)",
                                      MIN(check->timeout_ms, at_most_ms));
        g_ptr_array_add(owned, limit);
        g_ptr_array_add(queries, limit);
        g_ptr_array_add(queries, (gpointer)(gsize)pgm_query_text(check->query, version));
    }
    int place = 0;
    gboolean answered = pgm_connection_stream(connection, (const char *const *)queries->pdata, (int)queries->len,
                                              take_answer, round, &place, error);
    *failed = (guint)place / 2;
    return answered;
}

/* One round trip when all goes well. What fails is known then, and those behind it are asked in another. */
static gboolean ask_all(PgmConnection *connection, GArray *asked, int at_most_ms, const GPtrArray *thresholds,
                        PgmHealthFinding **findings, GHashTable *slow, GError **error)
{
    while (asked->len > 0)
    {
        g_autoptr(GError) trouble = NULL;
        Round round = {asked, thresholds, findings};
        guint failed = 0;
        if (ask_together(connection, &round, at_most_ms, &failed, &trouble))
        {
            return TRUE;
        }
        if (pgm_connection_is_lost(connection) || failed >= asked->len)
        {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return FALSE;
        }
        guint number = g_array_index(asked, guint, failed);
        const PgmHealthCheck *check = &pgm_health_checks[number];
        gboolean late = pgm_sql_error_is(trouble, "57014") && at_most_ms < check->timeout_ms;
        g_clear_pointer(&findings[number], pgm_health_finding_free);
        findings[number] = late ? finding_new(check, PGM_HEALTH_UNKNOWN, "takes long: asked after the others", NULL)
                                : finding_from_error(check, trouble);
        if (late)
        {
            g_hash_table_add(slow, (gpointer)(gsize)check->name);
        }
        g_array_remove_range(asked, 0, failed + 1);
    }
    return TRUE;
}

static gboolean read_privileges(PgmConnection *connection, Privileges *privileges, GError **error)
{
    g_autoptr(PgmResult) result = pgm_connection_query(
        connection, pgm_query_text("health/privileges", pgm_connection_server(connection)->version), error);
    if (result == NULL)
    {
        return FALSE;
    }
    *privileges = (Privileges){pgm_result_boolean(result, 0, 0), pgm_result_boolean(result, 0, 1)};
    return TRUE;
}

GPtrArray *pgm_health_ask(PgmConnection *connection, GPtrArray *thresholds, gboolean patient, GHashTable *slow,
                          GError **error)
{
    const PgmServer *server = pgm_connection_server(connection);
    Privileges privileges;
    if (!read_privileges(connection, &privileges, error))
    {
        return NULL;
    }
    g_autofree PgmHealthFinding **findings = g_new0(PgmHealthFinding *, pgm_health_check_count);
    g_autoptr(GArray) asked = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < pgm_health_check_count; i++)
    {
        const PgmHealthCheck *check = &pgm_health_checks[i];
        if (g_hash_table_contains(slow, check->name) != patient ||
            (check->need == PGM_NEED_STANDBY && !server->standby))
        {
            continue;
        }
        findings[i] = obstacle(check, server, &privileges);
        if (findings[i] != NULL)
        {
            continue;
        }
        g_array_append_val(asked, i);
    }
    gboolean answered =
        ask_all(connection, asked, patient ? G_MAXINT : IMPATIENT_MS, thresholds, findings, slow, error);
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

static guint place_in_table(const char *check)
{
    guint i = 0;
    while (i < pgm_health_check_count && strcmp(pgm_health_checks[i].name, check) != 0)
    {
        i++;
    }
    return i;
}

static int compare_places(gconstpointer a, gconstpointer b)
{
    const PgmHealthFinding *x = *(const PgmHealthFinding *const *)a, *y = *(const PgmHealthFinding *const *)b;
    guint first = place_in_table(x->check), second = place_in_table(y->check);
    return first < second ? -1 : first > second;
}

void pgm_health_merge(GPtrArray *findings, const GPtrArray *later)
{
    for (guint i = 0; i < later->len; i++)
    {
        const PgmHealthFinding *finding = g_ptr_array_index(later, i);
        for (guint k = 0; k < findings->len; k++)
        {
            const PgmHealthFinding *old = g_ptr_array_index(findings, k);
            if (old->check == finding->check)
            {
                g_ptr_array_remove_index(findings, k);
                break;
            }
        }
        PgmHealthFinding *copy = g_new0(PgmHealthFinding, 1);
        *copy = (PgmHealthFinding){finding->check, finding->level, finding->tidiness, g_strdup(finding->summary),
                                   g_strdup(finding->advice)};
        g_ptr_array_add(findings, copy);
    }
    g_ptr_array_sort(findings, compare_places);
}

GPtrArray *pgm_health_check(PgmConnection *connection, GPtrArray *thresholds, GError **error)
{
    g_autoptr(GHashTable) slow = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) findings = pgm_health_ask(connection, thresholds, FALSE, slow, error);
    g_autoptr(GPtrArray) late = findings != NULL && g_hash_table_size(slow) > 0
                                    ? pgm_health_ask(connection, thresholds, TRUE, slow, error)
                                    : NULL;
    if (late != NULL)
    {
        pgm_health_merge(findings, late);
    }
    gboolean complete = findings != NULL && (late != NULL || g_hash_table_size(slow) == 0);
    return complete ? g_steal_pointer(&findings) : NULL;
}
