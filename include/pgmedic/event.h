/*
 * event.h - what happens in a run: the one vocabulary of journal, screens and report.
 *
 * An event is a kind and some named fields. A durable event is written to the
 * journal before the operator hears of it; the rest (progress) is only shown.
 * Events are built by one thread, handed over, and not changed afterwards.
 */
#ifndef PGMEDIC_EVENT_H
#define PGMEDIC_EVENT_H

#include <glib.h>

typedef enum
{
    /* The run as a whole */
    PGM_EVENT_RUN,          /* run, pgmedic, runbook, title, sha256, parameters{}, conninfo, host, port, user, database,
                               database_oid,          system_identifier, timeline, server_version, environment, operator,
                               os_host, mode,          phases[] (names), diagnosis?;
                               outside a run: record (sessions) instead of runbook, sha256, parameters, phases */
    PGM_EVENT_RESUMED,      /* mode (resume|rollback), operator, os_host, timeline, torn_bytes */
    PGM_EVENT_CONNECTED,    /* pid, backend_start, server_version: a run connection was opened */
    PGM_EVENT_PRECONDITION, /* name, sql, expected, answer, holds, error? */
    PGM_EVENT_ARMED,        /* database: the operator typed its name */
    PGM_EVENT_SCHEMA,       /* moment (before|after), file, sha256 */
    PGM_EVENT_BACKUP_BEGIN, /* how (dump), tables[], estimated_bytes */
    PGM_EVENT_BACKUP_PROGRESS, /* (shown only) step, bytes, estimated_bytes, elapsed_ms */
    PGM_EVENT_BACKUP, /* how (dump|evidence|none|failed), file?, bytes?, sha256?, snapshot_time?, rows_by_table{}?,
                         checksum_by_table{}?, ms?, pg_dump?, text? (evidence, or the reason), error? */
    /* One phase. All carry phase, direction (forward|rollback), attempt (1 …) */
    PGM_EVENT_PHASE_BEGIN,      /* title, transaction, statements[] (sql), rollback[] (sql), lock[], stall_limit_ms,
                                   decide_within_ms, commit (ask|verified) */
    PGM_EVENT_PHASE_SKIPPED,    /* reason: already applied */
    PGM_EVENT_TX_OPEN,          /* xid? pid, backend_start, system_identifier, timeline, database_oid */
    PGM_EVENT_LOCK_RETRY,       /* try, of, sqlstate, blockers[] (text), pause_ms */
    PGM_EVENT_LOCKED,           /* relations[], try, ms */
    PGM_EVENT_STATEMENT,        /* index (0-based), count, sql: it is about to run */
    PGM_EVENT_STATEMENT_RESULT, /* index, ok, skipped, sqlstate?, message?, tag?, rows?, ms */
    PGM_EVENT_ACTIVITY,         /* (shown only) held[{mode,relation}], waiting[{pid,user,application,query,wait_ms}],
                                   oldest_wait_ms, blockers[],         percent, done_bytes, total_bytes, doing?, wait_event? */
    PGM_EVENT_VERIFICATION,     /* moment (before-commit|after-commit), name, sql, expected, answer, holds, error? */
    PGM_EVENT_CHANGES,          /* lines[], dropped_indexes[]: what the uncommitted transaction changes */
    PGM_EVENT_IMPACT,           /* exclusive_ms (locks held), most_waiting, oldest_wait_ms, relations[] */
    PGM_EVENT_QUESTION,         /* id, question (kind), title, choices[], within_ms */
    PGM_EVENT_ANSWER,           /* id, decision, text?, by (operator|deadline|stall|policy|signal|lost) */
    PGM_EVENT_COMMIT_INTENT,    /* xid?, lsn?, proven */
    PGM_EVENT_COMMITTED,        /* ms */
    PGM_EVENT_ABORTED,  /* reason, sqlstate?, by (operator|deadline|stall|verification|statement|lock|signal|journal) */
    PGM_EVENT_LOST,     /* message: the connection broke */
    PGM_EVENT_RESOLVED, /* outcome (committed|aborted), by (xid|probe|operator|no-intent), detail */
    /* Sessions of others, in a run and outside of one (signal.h) */
    PGM_EVENT_SESSION_CANCEL,    /* pid, backend_start, query_start, user?, database?, application?, client?,
                                    backend_type?, state?, query?, transaction_ms, query_ms, behind: it is about to be
                                    sent */
    PGM_EVENT_SESSION_TERMINATE, /* the same, without query_start */
    PGM_EVENT_SESSION_OUTCOME,   /* signal (cancel|terminate), pid, backend_start, fate (ended|still-there|gone|refused|
                                    unknown), detail?, ms */
    PGM_EVENT_DISARMED,          /* reason */
    /* The end */
    PGM_EVENT_DRIFT,  /* breaking, risky, cosmetic, lines[], baseline: after the last phase */
    PGM_EVENT_NOTICE, /* text: the server said something */
    PGM_EVENT_NOTE,   /* text: pgmedic says something worth keeping */
    PGM_EVENT_END,    /* outcome (finished|not-begun|stopped|rolled-back|unknown), message */
    PGM_EVENT_KINDS
} PgmEventKind;

typedef struct PgmEvent PgmEvent;

PgmEvent *pgm_event_new(PgmEventKind kind);
PgmEvent *pgm_event_copy(const PgmEvent *event); /* deep */
void pgm_event_free(PgmEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmEvent, pgm_event_free)

PgmEventKind pgm_event_kind(const PgmEvent *event);
const char *pgm_event_kind_name(PgmEventKind kind); /* "commit-intent" */
gboolean pgm_event_kind_durable(PgmEventKind kind);
gint64 pgm_event_sequence(const PgmEvent *event);  /* in the journal, from 1; 0: not journaled */
const char *pgm_event_time(const PgmEvent *event); /* UTC */

/* Setting fields; NULL text is left out. They return EVENT, so that they chain. */
PgmEvent *pgm_event_set_text(PgmEvent *event, const char *field, const char *value);
PgmEvent *pgm_event_set_integer(PgmEvent *event, const char *field, gint64 value);
PgmEvent *pgm_event_set_boolean(PgmEvent *event, const char *field, gboolean value);
PgmEvent *pgm_event_set_texts(PgmEvent *event, const char *field, GPtrArray *values); /* char* */
PgmEvent *pgm_event_set_mapping(PgmEvent *event, const char *field,
                                GHashTable *values); /* char* → char*, written sorted */
/* A list of mappings: begins a new element of FIELD; the setters below fill the newest one. */
PgmEvent *pgm_event_add_item(PgmEvent *event, const char *field);
PgmEvent *pgm_event_item_text(PgmEvent *event, const char *field, const char *key, const char *value);
PgmEvent *pgm_event_item_integer(PgmEvent *event, const char *field, const char *key, gint64 value);

/* Reading. Borrowed; absent: NULL, 0, FALSE. */
const char *pgm_event_text(const PgmEvent *event, const char *field);
gint64 pgm_event_integer(const PgmEvent *event, const char *field);
gboolean pgm_event_boolean(const PgmEvent *event, const char *field);
gboolean pgm_event_has(const PgmEvent *event, const char *field);
GPtrArray *pgm_event_texts(const PgmEvent *event,
                           const char *field); /* new array of borrowed char*; unref it. Empty when absent */
GHashTable *pgm_event_mapping(const PgmEvent *event, const char *field); /* new; unref it. Empty when absent */
guint pgm_event_items(const PgmEvent *event, const char *field);         /* elements of a list of mappings */
const char *pgm_event_item_get_text(const PgmEvent *event, const char *field, guint item, const char *key);
gint64 pgm_event_item_get_integer(const PgmEvent *event, const char *field, guint item, const char *key);

/* The journal's line without newline and without chain: seq, time, event, then the fields in the order they were set.
 * SEQUENCE and TIME are stored in EVENT. Caller frees. */
char *pgm_event_serialize(PgmEvent *event, gint64 sequence, const char *time);
/* Reads such a line (chain fields are ignored). NULL with PGM_ERROR_INVALID. */
PgmEvent *pgm_event_parse(const char *line, gssize length, GError **error);

#endif
