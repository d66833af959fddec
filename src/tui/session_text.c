/* session_text.c - sessions in words. */
#include "tui/session_text.h"

#include "pgmedic/text.h"

#include <string.h>

char *pgm_session_key(const PgmSessionRow *row)
{
    return row->gid != NULL ? g_strdup_printf("gid %s", row->gid)
                            : g_strdup_printf("%d %s", row->pid, row->backend_start != NULL ? row->backend_start : "");
}

const PgmSessionRow *pgm_session_by_key(const GPtrArray *rows, const char *key)
{
    for (guint i = 0; rows != NULL && key != NULL && i < rows->len; i++)
    {
        g_autofree char *other = pgm_session_key(g_ptr_array_index(rows, i));
        if (g_str_equal(other, key))
        {
            return g_ptr_array_index(rows, i);
        }
    }
    return NULL;
}

char *pgm_session_name(const PgmSessionRow *row)
{
    return row->gid != NULL ? g_strdup_printf("prepared '%s'", row->gid) : g_strdup_printf("%d", row->pid);
}

char *pgm_session_who(const PgmSessionRow *row)
{
    const char *user = row->user != NULL           ? row->user
                       : row->backend_type != NULL ? row->backend_type
                                                   : "the server itself";
    return row->application != NULL ? g_strdup_printf("%s/%s", user, row->application) : g_strdup(user);
}

char *pgm_session_lock(const PgmSessionLock *lock)
{
    return lock->mode != NULL ? g_strdup_printf("%s (%s)", lock->thing, lock->mode) : g_strdup(lock->thing);
}

char *pgm_session_age(gint64 ms)
{
    return ms >= 0 ? pgm_text_duration(ms) : g_strdup("?");
}

char *pgm_session_waiting(const GPtrArray *rows, const PgmSessionRow *row)
{
    if (row->awaits == NULL)
    {
        return NULL;
    }
    g_autofree char *lock = pgm_session_lock(row->awaits);
    gboolean held = FALSE;
    for (guint i = 0; i < row->blockers->len; i++)
    {
        held = held || ((const PgmSessionBlocker *)g_ptr_array_index(row->blockers, i))->holds;
    }
    if (held || row->blockers->len == 0)
    {
        return g_strdup_printf("waits for %s", lock);
    }
    const PgmSessionBlocker *first = g_ptr_array_index(row->blockers, 0);
    g_autofree char *name = pgm_session_name(g_ptr_array_index(rows, first->row));
    return g_strdup_printf("queues behind %s for %s", name, lock);
}

char *pgm_session_statement(const PgmSessionRow *row)
{
    if (!row->visible)
    {
        return g_strdup("(not visible: needs pg_read_all_stats)");
    }
    g_autofree char *safe = pgm_text_safe_lines(row->query != NULL ? row->query : "", -1);
    return pgm_text_one_line(safe);
}

char *pgm_session_state(const PgmSessionRow *row)
{
    return g_strdup(!row->visible               ? "not visible"
                    : row->state != NULL        ? row->state
                    : row->backend_type != NULL ? row->backend_type
                                                : "?");
}

gboolean pgm_session_idles_in_transaction(const PgmSessionRow *row)
{
    return row->state != NULL && g_str_has_prefix(row->state, "idle in transaction");
}

gboolean pgm_session_against_wraparound(const PgmSessionRow *row)
{
    return g_strcmp0(row->backend_type, "autovacuum worker") == 0 && row->query != NULL &&
           strstr(row->query, "(to prevent wraparound)") != NULL;
}

/* Advice */

/* Whose end would free the way for ROW: up the holders, as far as they wait themselves. */
static const PgmSessionRow *root_of(const GPtrArray *rows, const PgmSessionRow *row)
{
    const PgmSessionRow *at = row;
    for (guint steps = 0; at->blockers->len > 0 && steps <= rows->len; steps++)
    {
        const PgmSessionBlocker *chosen = g_ptr_array_index(at->blockers, 0);
        for (guint i = 0; i < at->blockers->len && !chosen->holds; i++)
        {
            chosen = g_ptr_array_index(at->blockers, i);
        }
        at = g_ptr_array_index(rows, chosen->row);
    }
    return at;
}

static gboolean in_circle(const GPtrArray *rows, const PgmSessionRow *row)
{
    return root_of(rows, row)->blockers->len > 0;
}

static void add_held(GString *text, const PgmSessionRow *row)
{
    if (row->locks->len == 0)
    {
        return;
    }
    const PgmSessionLock *lock = g_ptr_array_index(row->locks, 0);
    g_string_append_printf(text, ", holding %s%s%s", lock->mode != NULL ? lock->mode : "",
                           lock->mode != NULL ? " on " : "", lock->thing);
    if (row->locks_all > 1)
    {
        g_string_append_printf(text, " and %d other lock%s", row->locks_all - 1, row->locks_all > 2 ? "s" : "");
    }
}

static void add_behind(GString *text, const PgmSessionRow *row)
{
    if (row->behind > 0)
    {
        g_string_append_printf(text, " %d session%s behind it.", row->behind, row->behind > 1 ? "s wait" : " waits");
    }
}

static gboolean somebody_queues_behind(const GPtrArray *rows, const PgmSessionRow *row)
{
    for (guint i = 0; i < rows->len; i++)
    {
        const PgmSessionRow *other = g_ptr_array_index(rows, i);
        for (guint b = 0; b < other->blockers->len; b++)
        {
            const PgmSessionBlocker *blocker = g_ptr_array_index(other->blockers, b);
            if (!blocker->holds && g_ptr_array_index(rows, blocker->row) == row)
            {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static void advise_waiter(GString *text, const GPtrArray *rows, const PgmSessionRow *row)
{
    g_autofree char *waiting = pgm_session_waiting(rows, row);
    g_autofree char *age = pgm_session_age(row->wait_ms);
    g_string_append_printf(text, "It %s, %s %s.", waiting, row->wait_estimated ? "for at most" : "for", age);
    add_behind(text, row);
    if (row->blockers->len == 0)
    {
        g_string_append(text, " Who blocks it was not seen; look again.");
        return;
    }
    if (in_circle(rows, row))
    {
        g_string_append(text, " It waits in a circle, a deadlock: the server ends one of them by itself after "
                              "deadlock_timeout.");
        return;
    }
    g_autofree char *root = pgm_session_name(root_of(rows, row));
    g_string_append_printf(text, " The way is free when %s ends: look there first.", root);
    if (somebody_queues_behind(rows, row))
    {
        g_string_append(text, " Cancelling this one lets those pass that only stand behind it in the queue.");
    }
}

static void advise_idle_in_transaction(GString *text, const PgmSessionRow *row)
{
    g_autofree char *since = pgm_session_age(row->state_ms);
    g_string_append_printf(text, "Idle%s for %s", row->state + strlen("idle"), since);
    add_held(text, row);
    g_string_append(text, ".");
    add_behind(text, row);
    g_string_append(text, row->behind > 0
                              ? " The application has most likely forgotten it: terminate ends it and rolls "
                                "its transaction back. Cancel would do nothing, since no statement runs."
                              : " Nobody waits for it now, but vacuum cannot clean up behind it. Terminate "
                                "would end it and roll its transaction back.");
}

static void advise_prepared(GString *text, const PgmSessionRow *row)
{
    g_autofree char *age = pgm_session_age(row->transaction_ms);
    g_string_append_printf(text, "Prepared %s ago and not finished", age);
    add_held(text, row);
    g_string_append(text, ".");
    add_behind(text, row);
    g_autofree char *gid = pgm_quote_literal(row->gid);
    g_string_append_printf(
        text,
        " No connection belongs to it: it outlives a restart, and cannot be cancelled or "
        "terminated. In database %s, COMMIT PREPARED %s or ROLLBACK PREPARED %s ends it; ask whoever "
        "runs the transaction manager which one it is to be.",
        row->database != NULL ? row->database : "?", gid, gid);
}

static void advise_worker(GString *text, const PgmSessionRow *row)
{
    if (pgm_session_against_wraparound(row))
    {
        g_string_append(text, "An autovacuum that keeps transaction ids from running out: it does not give way to "
                              "others, and begins again at once when it is ended. Let it finish where you can.");
    }
    else if (g_strcmp0(row->backend_type, "autovacuum worker") == 0)
    {
        g_string_append(text, "An autovacuum: it gives way by itself to a lock that somebody waits for, and comes back "
                              "later.");
    }
    else if (g_strcmp0(row->backend_type, "walsender") == 0)
    {
        g_string_append(text, "It feeds a standby, a subscriber or a copy: ending it breaks that off until it connects "
                              "again.");
    }
    else
    {
        g_string_append_printf(text, "A process of the server itself (%s).",
                               row->backend_type != NULL ? row->backend_type : "not visible");
    }
    add_behind(text, row);
}

char *pgm_session_advice(const GPtrArray *rows, const PgmSessionRow *row)
{
    GString *text = g_string_new(NULL);
    gboolean client = row->backend_type == NULL || g_str_equal(row->backend_type, "client backend");
    if (row->gid != NULL)
    {
        advise_prepared(text, row);
    }
    else if (row->awaits != NULL)
    {
        advise_waiter(text, rows, row);
    }
    else if (!client)
    {
        advise_worker(text, row);
    }
    else if (!row->visible)
    {
        g_string_append(text,
                        "What it does is not visible to this role: GRANT pg_read_all_stats (or pg_monitor) to it.");
        add_behind(text, row);
    }
    else if (pgm_session_idles_in_transaction(row))
    {
        advise_idle_in_transaction(text, row);
    }
    else if (g_strcmp0(row->state, "active") == 0)
    {
        g_autofree char *since = pgm_session_age(row->query_ms);
        g_string_append_printf(text, "Its statement has run for %s", since);
        add_held(text, row);
        g_string_append(text, ".");
        add_behind(text, row);
        g_string_append(text, " Cancel ends the statement; terminate ends the session too.");
    }
    else
    {
        g_string_append(text, "It does nothing at the moment.");
        add_behind(text, row);
    }
    return g_string_free(text, FALSE);
}

/* Loss */

static gboolean is_type(const PgmSessionRow *row, const char *type)
{
    return row->backend_type != NULL && g_str_has_prefix(row->backend_type, type);
}

static void lose_transaction(GString *text, const PgmSessionRow *row, gboolean terminate)
{
    g_autofree char *age = pgm_session_age(row->transaction_ms);
    g_string_append_printf(text, "Its client gets the error %s%s.", terminate ? "57P01" : "57014",
                           terminate ? " and loses the connection" : "");
    if (row->transaction_ms < 0)
    {
        g_string_append(text, terminate
                                  ? " No transaction is open: nothing is rolled back. Advisory locks that it holds "
                                    "are released."
                                  : "");
    }
    else if (terminate)
    {
        g_string_append_printf(text,
                               " Its transaction of %s is rolled back: nothing of it remains. What it holds is "
                               "released.",
                               age);
    }
    else
    {
        g_string_append_printf(text,
                               " Its transaction of %s fails with it: what it did is rolled back and what it holds "
                               "released, but for what came before a savepoint. The session stays.",
                               age);
    }
}

char *pgm_session_loss(const PgmSessionRow *row, gboolean terminate)
{
    GString *text = g_string_new(NULL);
    if (pgm_session_against_wraparound(row))
    {
        g_string_append(text,
                        "It keeps transaction ids from running out. What it has done for this table so far is begun "
                        "again, and it comes back at once: it has to be let through soon.");
    }
    else if (is_type(row, "autovacuum"))
    {
        g_string_append(text, "What it has done for this table so far is begun again when it comes back, by itself.");
    }
    else if (is_type(row, "walsender"))
    {
        g_string_append(text,
                        "It feeds a standby, a subscriber or a copy: that is cut off until it connects again, and a "
                        "copy that is being made (a base backup) is lost.");
    }
    else if (!is_type(row, "client backend"))
    {
        g_string_append_printf(text,
                               "It is a process of the server itself (%s), which starts it again where it needs it.",
                               row->backend_type);
    }
    else
    {
        lose_transaction(text, row, terminate);
    }
    if (row->superuser)
    {
        g_string_append_printf(text, " It belongs to the superuser %s.", row->user);
    }
    add_behind(text, row);
    return g_string_free(text, FALSE);
}
