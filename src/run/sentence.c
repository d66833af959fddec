/* sentence.c - one event as one sentence: for the timeline, the plain terminal, the report. */
#include <string.h>

#include "pgmedic/model.h"
#include "pgmedic/text.h"

static char *duration(const PgmEvent *event, const char *field)
{
    return pgm_text_duration(pgm_event_integer(event, field));
}

static char *one_line(const char *text)
{
    g_autofree char *line = pgm_text_one_line(text != NULL ? text : "");
    return pgm_text_safe(line, -1);
}

/* "phase convert" or "rollback of phase convert". */
static char *phase_name(const PgmEvent *event)
{
    const char *phase = pgm_event_text(event, "phase");
    gboolean backward = g_strcmp0(pgm_event_text(event, "direction"), "rollback") == 0;
    return g_strdup_printf("%sphase %s", backward ? "rollback of " : "", phase != NULL ? phase : "?");
}

static char *join(const PgmEvent *event, const char *field, const char *separator)
{
    g_autoptr(GPtrArray) texts = pgm_event_texts(event, field);
    g_ptr_array_add(texts, NULL);
    return g_strjoinv(separator, (char **)texts->pdata);
}

static char *check_sentence(const PgmEvent *event, const char *what)
{
    const char *error = pgm_event_text(event, "error");
    const char *answer = pgm_event_text(event, "answer");
    const char *name = pgm_event_text(event, "name");
    const char *expected = pgm_event_text(event, "expected");
    if (pgm_event_boolean(event, "holds"))
    {
        return g_strdup_printf("✓ %s%s (%s)", what, name, answer != NULL ? answer : "");
    }
    return g_strdup_printf("✗ %s%s: expected %s, %s %s", what, name, expected != NULL ? expected : "?",
                           error != NULL ? "but it failed:" : "got",
                           error != NULL    ? error
                           : answer != NULL ? answer
                                            : "null");
}

static char *backup_sentence(const PgmEvent *event)
{
    const char *how = pgm_event_text(event, "how");
    const char *text = pgm_event_text(event, "text");
    if (g_strcmp0(how, "dump") == 0)
    {
        g_autofree char *bytes = pgm_text_bytes(pgm_event_integer(event, "bytes"));
        g_autofree char *took = duration(event, "ms");
        return g_strdup_printf("backup: %s, %s, read back whole in %s, sha256 %.16s…", pgm_event_text(event, "file"),
                               bytes, took, pgm_event_text(event, "sha256"));
    }
    if (g_strcmp0(how, "evidence") == 0)
    {
        return g_strdup_printf("backup: on the operator's word: %s", text);
    }
    if (g_strcmp0(how, "none") == 0)
    {
        return g_strdup_printf("no backup: %s", text);
    }
    return g_strdup_printf("the backup failed: %s", pgm_event_text(event, "error"));
}

static char *result_sentence(const PgmEvent *event)
{
    g_autofree char *took = duration(event, "ms");
    const char *message = pgm_event_text(event, "message");
    if (pgm_event_boolean(event, "ok"))
    {
        return g_strdup_printf("  ✓ %s in %s", pgm_event_text(event, "tag"), took);
    }
    if (pgm_event_boolean(event, "skipped"))
    {
        return g_strdup_printf("  ▲ skipped, as the runbook tolerates it: %s", message);
    }
    const char *detail = pgm_event_text(event, "detail");
    return g_strdup_printf("  ✗ failed after %s: %s%s%s", took, message, detail != NULL ? " - " : "",
                           detail != NULL ? detail : "");
}

static char *retry_sentence(const PgmEvent *event)
{
    g_autofree char *blockers = join(event, "blockers", "; ");
    g_autofree char *pause = duration(event, "pause_ms");
    return g_strdup_printf("the locks could not be had (try %d, %s); again in %s. In the way: %s",
                           (int)pgm_event_integer(event, "try"), pgm_event_text(event, "sqlstate"), pause,
                           blockers[0] != '\0' ? blockers : "nobody any more");
}

static char *impact_sentence(const PgmEvent *event)
{
    g_autofree char *held = duration(event, "exclusive_ms");
    g_autofree char *waited = duration(event, "oldest_wait_ms");
    g_autofree char *relations = join(event, "relations", ", ");
    int most = (int)pgm_event_integer(event, "most_waiting");
    if (most == 0)
    {
        return g_strdup_printf("%s locked for %s; nobody was seen waiting", relations, held);
    }
    return g_strdup_printf("%s locked for %s; at most %d session%s waited, the longest %s", relations, held, most,
                           most == 1 ? "" : "s", waited);
}

static char *answer_sentence(const PgmEvent *event)
{
    const char *by = pgm_event_text(event, "by");
    const char *text = pgm_event_text(event, "text");
    if (g_strcmp0(by, "operator") != 0)
    {
        return g_strdup_printf("the question was closed without an answer (%s)", by);
    }
    return g_strdup_printf("answered: %s%s%s", pgm_event_text(event, "decision"), text != NULL ? ", " : "",
                           text != NULL ? text : "");
}

/* "cancelling the statement of 4711 (web/app, transaction of 12 min, 3 waiting behind it): UPDATE …" */
static char *signal_sentence(const PgmEvent *event)
{
    const char *user = pgm_event_text(event, "user");
    const char *application = pgm_event_text(event, "application");
    const char *type = pgm_event_text(event, "backend_type");
    const char *query = pgm_event_text(event, "query");
    gint64 transaction = pgm_event_integer(event, "transaction_ms");
    gint64 behind = pgm_event_integer(event, "behind");
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s %d (%s%s%s",
                           pgm_event_kind(event) == PGM_EVENT_SESSION_CANCEL ? "cancelling the statement of"
                                                                             : "terminating session",
                           (int)pgm_event_integer(event, "pid"),
                           user != NULL   ? user
                           : type != NULL ? type
                                          : "?",
                           application != NULL ? "/" : "", application != NULL ? application : "");
    if (transaction >= 0)
    {
        g_autofree char *age = pgm_text_duration(transaction);
        g_string_append_printf(text, ", transaction of %s", age);
    }
    if (behind > 0)
    {
        g_string_append_printf(text, ", %d waiting behind it", (int)behind);
    }
    g_string_append_printf(text, "): %s", query != NULL ? query : "no statement");
    return g_string_free(text, FALSE);
}

static char *signal_outcome_sentence(const PgmEvent *event)
{
    const char *fate = pgm_event_text(event, "fate");
    const char *detail = pgm_event_text(event, "detail");
    gboolean cancel = g_strcmp0(pgm_event_text(event, "signal"), "cancel") == 0;
    const char *what = cancel ? "the statement" : "the session";
    int pid = (int)pgm_event_integer(event, "pid");
    g_autofree char *took = duration(event, "ms");
    if (g_strcmp0(fate, "ended") == 0)
    {
        return g_strdup_printf("%d: %s has ended, in %s", pid, what, took);
    }
    if (g_strcmp0(fate, "gone") == 0)
    {
        return g_strdup_printf("%d: nothing was sent: %s had ended before", pid, what);
    }
    if (g_strcmp0(fate, "still-there") == 0)
    {
        return g_strdup_printf("%d: %s is still there after %s (%s)", pid, what, took, detail != NULL ? detail : "?");
    }
    return g_strdup_printf("%d: %s: %s", pid,
                           g_strcmp0(fate, "refused") == 0 ? "nothing was sent" : "what came of it is unknown",
                           detail != NULL ? detail : "nobody waited for it");
}

static char *raw_sentence(const PgmEvent *event)
{
    g_autofree char *phase = phase_name(event);
    switch (pgm_event_kind(event))
    {
    case PGM_EVENT_SESSION_CANCEL:
    case PGM_EVENT_SESSION_TERMINATE:
        return signal_sentence(event);
    case PGM_EVENT_SESSION_OUTCOME:
        return signal_outcome_sentence(event);
    case PGM_EVENT_DISARMED:
        return g_strdup_printf("disarmed: %s", pgm_event_text(event, "reason"));
    case PGM_EVENT_RUN:
        if (pgm_event_has(event, "record"))
        {
            return g_strdup_printf("%s on %s at %s:%s, PostgreSQL %s, by %s", pgm_event_text(event, "record"),
                                   pgm_event_text(event, "database"), pgm_event_text(event, "host"),
                                   pgm_event_text(event, "port"), pgm_event_text(event, "server_version"),
                                   pgm_event_text(event, "operator"));
        }
        return g_strdup_printf("run %s: %s on %s at %s:%s, PostgreSQL %s, by %s", pgm_event_text(event, "run"),
                               pgm_event_text(event, "runbook"), pgm_event_text(event, "database"),
                               pgm_event_text(event, "host"), pgm_event_text(event, "port"),
                               pgm_event_text(event, "server_version"), pgm_event_text(event, "operator"));
    case PGM_EVENT_RESUMED:
        return g_strdup_printf("taken up again (%s) by %s", pgm_event_text(event, "mode"),
                               pgm_event_text(event, "operator"));
    case PGM_EVENT_PRECONDITION:
        return check_sentence(event, "precondition: ");
    case PGM_EVENT_ARMED:
        return g_strdup_printf("armed for database %s", pgm_event_text(event, "database"));
    case PGM_EVENT_BACKUP_BEGIN:
        return g_strdup("backup: the dump begins");
    case PGM_EVENT_BACKUP:
        return backup_sentence(event);
    case PGM_EVENT_PHASE_BEGIN:
        return g_strdup_printf("%s begins: %s", phase, pgm_event_text(event, "title"));
    case PGM_EVENT_PHASE_SKIPPED:
        return g_strdup_printf("%s skipped: %s", phase, pgm_event_text(event, "reason"));
    case PGM_EVENT_LOCK_RETRY:
        return retry_sentence(event);
    case PGM_EVENT_LOCKED:
    {
        g_autofree char *relations = join(event, "relations", ", ");
        return g_strdup_printf("locked ACCESS EXCLUSIVE: %s", relations);
    }
    case PGM_EVENT_STATEMENT:
        return g_strdup_printf("  %d/%d %s", (int)pgm_event_integer(event, "index") + 1,
                               (int)pgm_event_integer(event, "count"), pgm_event_text(event, "sql"));
    case PGM_EVENT_STATEMENT_RESULT:
        return result_sentence(event);
    case PGM_EVENT_VERIFICATION:
        return check_sentence(event, g_strcmp0(pgm_event_text(event, "moment"), "after-commit") == 0
                                         ? "after COMMIT: "
                                         : "before COMMIT: ");
    case PGM_EVENT_IMPACT:
        return impact_sentence(event);
    case PGM_EVENT_QUESTION:
        return g_strdup_printf("asked: %s", pgm_event_text(event, "title"));
    case PGM_EVENT_ANSWER:
        return answer_sentence(event);
    case PGM_EVENT_COMMITTED:
        return g_strdup_printf("%s committed", phase);
    case PGM_EVENT_ABORTED:
        return g_strdup_printf("%s rolled back: %s", phase, pgm_event_text(event, "reason"));
    case PGM_EVENT_LOST:
        return g_strdup_printf("%s: the connection was lost: %s", phase, pgm_event_text(event, "message"));
    case PGM_EVENT_RESOLVED:
        return g_strdup_printf("%s is %s, by %s: %s", phase, pgm_event_text(event, "outcome"),
                               pgm_event_text(event, "by"), pgm_event_text(event, "detail"));
    case PGM_EVENT_DRIFT:
        return g_strdup_printf("against baseline %s: %d breaking, %d risky, %d cosmetic",
                               pgm_event_text(event, "baseline"), (int)pgm_event_integer(event, "breaking"),
                               (int)pgm_event_integer(event, "risky"), (int)pgm_event_integer(event, "cosmetic"));
    case PGM_EVENT_NOTICE:
        return g_strdup_printf("the server says: %s", pgm_event_text(event, "text"));
    case PGM_EVENT_NOTE:
        return g_strdup(pgm_event_text(event, "text"));
    case PGM_EVENT_END:
        return g_strdup_printf("end, %s: %s", pgm_event_text(event, "outcome"), pgm_event_text(event, "message"));
    default:
        return NULL;
    }
}

char *pgm_event_sentence(const PgmEvent *event)
{
    g_autofree char *raw = raw_sentence(event);
    if (raw == NULL)
    {
        return NULL;
    }
    gboolean indented = g_str_has_prefix(raw, "  ");
    g_autofree char *line = one_line(raw);
    g_strstrip(line);
    return g_strdup_printf("%s%s", indented ? "  " : "", line);
}
