/* phase.c - the phases of a runbook. */
#include <string.h>

#include "runbook/loader.h"

/* A tolerated error that would hide a disaster, or that PostgreSQL cannot go on after (POSTGRES.md 5). */
static gboolean may_tolerate(const char *sqlstate)
{
    static const char *const never[] = {"25P02", "42501", "2BP01", "55P03", "40", "53", "57"};
    for (guint i = 0; i < G_N_ELEMENTS(never); i++)
    {
        if (g_str_has_prefix(sqlstate, never[i]))
        {
            return FALSE;
        }
    }
    return strlen(sqlstate) == 5 && strspn(sqlstate, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5;
}

static void read_tolerate(PgmLoader *loader, const PgmNode *node, PgmPhase *phase)
{
    const PgmNode *list = pgm_node_get(node, "tolerate");
    phase->tolerate = pgm_loader_texts(loader, node, "tolerate");
    if (list == NULL)
    {
        return;
    }
    for (guint i = 0; i < phase->tolerate->len; i++)
    {
        const char *sqlstate = phase->tolerate->pdata[i];
        if (!may_tolerate(sqlstate))
        {
            pgm_loader_error(loader, list, "tolerate", "\"%s\" cannot be tolerated: %s", sqlstate,
                             strlen(sqlstate) == 5 ? "such an error means that something else is wrong"
                                                   : "an SQLSTATE has five characters");
        }
    }
    if (!phase->transaction)
    {
        pgm_loader_error(loader, list, "tolerate", "tolerate works by savepoints, which need a transaction");
    }
    if (phase->script != NULL && phase->script->statements->len > PGM_PHASE_MAX_TOLERANT)
    {
        pgm_loader_error(loader, list, "tolerate",
                         "a phase that tolerates errors may hold at most %d statements; this one holds %u",
                         PGM_PHASE_MAX_TOLERANT, phase->script->statements->len);
    }
}

static void read_rollback(PgmLoader *loader, const PgmNode *node, PgmPhase *phase)
{
    static const char *const forms[] = {"rollback_script", "rollback_sql", "rollback", "irreversible"};
    guint given = 0;
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
    {
        given += pgm_node_get(node, forms[i]) != NULL;
    }
    phase->rollback = PGM_ROLLBACK_NOTHING;
    phase->rollback_verify = pgm_loader_checks(loader, node, "rollback_verify", FALSE);
    if (given != 1)
    {
        pgm_loader_error(loader, node, "rollback",
                         "the phase \"%s\" needs exactly one of rollback_script, rollback_sql, rollback: nothing and "
                         "irreversible: REASON",
                         phase->name);
        return;
    }
    const PgmNode *rollback = pgm_node_get(node, "rollback");
    if (rollback != NULL && (rollback->kind != PGM_NODE_SCALAR || !g_str_equal(rollback->scalar, "nothing")))
    {
        pgm_loader_error(loader, rollback, "rollback",
                         "\"rollback\" can only be nothing; SQL goes into rollback_script or rollback_sql");
    }
    phase->irreversible = pgm_loader_text(loader, node, "irreversible");
    phase->rollback_script = pgm_loader_script(loader, node, "rollback_script", "rollback_sql", phase->transaction);
    gboolean sql = pgm_node_get(node, "rollback_script") != NULL || pgm_node_get(node, "rollback_sql") != NULL;
    phase->rollback = sql                           ? PGM_ROLLBACK_SQL
                      : phase->irreversible != NULL ? PGM_ROLLBACK_IRREVERSIBLE
                                                    : PGM_ROLLBACK_NOTHING;
    const PgmNode *verify = pgm_node_get(node, "rollback_verify");
    if (sql && (verify == NULL || (verify->kind == PGM_NODE_SEQUENCE && verify->items->len == 0)))
    {
        pgm_loader_error(loader, node, "rollback", "the phase \"%s\" has a rollback and so needs rollback_verify",
                         phase->name);
    }
    if (!sql && verify != NULL)
    {
        pgm_loader_error(loader, verify, "rollback", "rollback_verify goes with rollback_script or rollback_sql");
    }
}

static void read_transaction(PgmLoader *loader, const PgmNode *node, PgmPhase *phase)
{
    const PgmNode *transaction = pgm_node_get(node, "transaction");
    phase->transaction = transaction == NULL;
    if (transaction != NULL && (transaction->kind != PGM_NODE_SCALAR || !g_str_equal(transaction->scalar, "none")))
    {
        pgm_loader_error(loader, transaction, "form",
                         "\"transaction\" can only be none; leave it out for a phase in one transaction");
    }
    for (guint i = 0; transaction != NULL && i < 2; i++)
    {
        const char *key = i == 0 ? "lock" : "lock_timeout";
        if (pgm_node_get(node, key) != NULL)
        {
            pgm_loader_error(loader, pgm_node_get(node, key), "form", "\"%s\" makes no sense with transaction: none",
                             key);
        }
    }
}

static void read_limits(PgmLoader *loader, const PgmNode *node, PgmPhase *phase)
{
    phase->lock = pgm_loader_texts(loader, node, "lock");
    pgm_loader_relations(loader, node, "lock", phase->lock);
    phase->lock_timeout_ms = pgm_loader_duration(loader, node, "lock_timeout", PGM_PHASE_LOCK_TIMEOUT_MS);
    phase->lock_timeout_ms = phase->transaction ? phase->lock_timeout_ms : 0;
    phase->lock_retries = pgm_loader_integer(loader, node, "lock_retries", PGM_PHASE_LOCK_RETRIES, 0, 1000);
    phase->statement_timeout_ms =
        pgm_loader_duration(loader, node, "statement_timeout", PGM_PHASE_STATEMENT_TIMEOUT_MS);
    phase->decide_within_ms = pgm_loader_duration(loader, node, "decide_within", PGM_PHASE_DECIDE_WITHIN_MS);
    phase->stall_limit_ms = pgm_loader_duration(loader, node, "stall_limit", PGM_PHASE_STALL_LIMIT_MS);
    g_autofree char *commit = pgm_loader_text(loader, node, "commit");
    phase->commit_verified = g_strcmp0(commit, "verified") == 0;
    if (commit != NULL && !phase->commit_verified && !g_str_equal(commit, "ask"))
    {
        pgm_loader_error(loader, pgm_node_get(node, "commit"), "form", "\"commit\" must be ask or verified");
    }
}

static void read_checks(PgmLoader *loader, const PgmNode *node, PgmPhase *phase)
{
    const PgmNode *done_when = pgm_node_get(node, "done_when");
    const PgmNode *verify = pgm_node_get(node, "verify");
    if (done_when == NULL)
    {
        pgm_loader_error(loader, node, "missing-key",
                         "the phase \"%s\" needs \"done_when\": how the catalog tells that it has been applied",
                         phase->name);
    }
    else
    {
        phase->done_when = pgm_loader_check(loader, done_when, "done_when", FALSE, FALSE);
    }
    phase->verify = pgm_loader_checks(loader, node, "verify", phase->transaction && phase->lock->len > 0);
    if (verify == NULL || (verify->kind == PGM_NODE_SEQUENCE && verify->items->len == 0))
    {
        pgm_loader_error(loader, node, "missing-key", "the phase \"%s\" needs \"verify\", with at least one check",
                         phase->name);
    }
}

static PgmPhase *read_phase(PgmLoader *loader, const PgmNode *node)
{
    static const char *const known[] = {"name",
                                        "title",
                                        "transaction",
                                        "script",
                                        "sql",
                                        "rollback_script",
                                        "rollback_sql",
                                        "rollback",
                                        "irreversible",
                                        "rollback_verify",
                                        "lock",
                                        "lock_timeout",
                                        "lock_retries",
                                        "statement_timeout",
                                        "done_when",
                                        "commit",
                                        "decide_within",
                                        "stall_limit",
                                        "tolerate",
                                        "verify",
                                        NULL};
    if (!pgm_loader_mapping(loader, node, "a phase", known))
    {
        return NULL;
    }
    g_autoptr(PgmPhase) phase = g_new0(PgmPhase, 1);
    phase->line = node->line;
    phase->name = pgm_loader_required(loader, node, "name", "a phase");
    if (phase->name == NULL)
    {
        phase->name = g_strdup("");
    }
    else if (!pgm_loader_is_name(phase->name))
    {
        pgm_loader_error(loader, pgm_node_get(node, "name"), "form",
                         "\"%s\" cannot be a phase's name; use small letters, digits and hyphens", phase->name);
    }
    phase->title = pgm_loader_required(loader, node, "title", "a phase");
    read_transaction(loader, node, phase);
    phase->script = pgm_loader_script(loader, node, "script", "sql", phase->transaction);
    if (pgm_node_get(node, "script") == NULL && pgm_node_get(node, "sql") == NULL)
    {
        pgm_loader_error(loader, node, "missing-key", "the phase \"%s\" needs \"script\" or \"sql\"", phase->name);
    }
    read_rollback(loader, node, phase);
    read_limits(loader, node, phase);
    read_tolerate(loader, node, phase);
    read_checks(loader, node, phase);
    return g_steal_pointer(&phase);
}

void pgm_loader_phases(PgmLoader *loader, const PgmNode *node)
{
    loader->runbook->phases = g_ptr_array_new_with_free_func(pgm_phase_free);
    const GPtrArray *items = pgm_loader_list(loader, node, "phases");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; items != NULL && i < items->len; i++)
    {
        PgmPhase *phase = read_phase(loader, items->pdata[i]);
        if (phase == NULL)
        {
            continue;
        }
        g_ptr_array_add(loader->runbook->phases, phase);
        if (!g_hash_table_add(seen, phase->name) && phase->name[0] != '\0')
        {
            pgm_loader_error(loader, items->pdata[i], "twice", "there are two phases named \"%s\"", phase->name);
        }
    }
    const PgmNode *phases = pgm_node_get(node, "phases");
    if (phases == NULL || (items != NULL && items->len == 0))
    {
        pgm_loader_error(loader, phases != NULL ? phases : node, "missing-key",
                         "the runbook needs \"phases\", with at least one");
    }
}
