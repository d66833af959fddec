/*
 * model.h - a run as its events tell it: one fold for screens, recovery, lists and report.
 *
 * Applying the journal's events in order gives the same model as watching them
 * live; live, the shown-only events add progress. Plain structs; one thread.
 */
#ifndef PGMEDIC_MODEL_H
#define PGMEDIC_MODEL_H

#include "pgmedic/event.h"

typedef enum
{
    PGM_STEP_PENDING,
    PGM_STEP_RUNNING,
    PGM_STEP_OK,
    PGM_STEP_SKIPPED, /* tolerated error */
    PGM_STEP_FAILED,
} PgmStepState;

typedef struct
{
    char *sql;
    PgmStepState state;
    char *sqlstate, *message, *tag;
    gint64 rows; /* -1: none */
    gint64 ms;   /* -1: not finished */
    char *began_at, *ended_at;
} PgmModelStatement;

typedef struct
{
    char *name, *sql, *expected, *answer, *error;
    char *moment; /* "before-commit", "after-commit"; NULL for a precondition */
    gboolean holds;
} PgmModelCheck;

typedef enum
{
    PGM_PHASE_PENDING,
    PGM_PHASE_SKIPPED, /* found applied before the run */
    PGM_PHASE_RUNNING, /* begun, no outcome yet: after a crash, unknown */
    PGM_PHASE_COMMITTED,
    PGM_PHASE_ABORTED,     /* rolled back before COMMIT */
    PGM_PHASE_ROLLED_BACK, /* was committed, then undone */
} PgmPhaseState;

/* One try at one phase, forward or backward. */
typedef struct
{
    gboolean backward;
    int number;
    PgmPhaseState outcome; /* RUNNING, COMMITTED or ABORTED */
    char *reason;          /* why aborted */
    char *decided_by;      /* of the ABORTED or RESOLVED event */
    char *began_at, *ended_at;
    GPtrArray *statements;      /* PgmModelStatement */
    GPtrArray *checks;          /* PgmModelCheck */
    GPtrArray *changes;         /* char* */
    gboolean changes_known;     /* they were looked at: none in the list means that there are none */
    GPtrArray *dropped_indexes; /* char*: by this attempt's transaction */
    GPtrArray *retries;         /* char*: lock retries, one line each */
    gboolean transaction;       /* FALSE: transaction none */
    /* what recovery needs */
    gboolean intent; /* commit-intent is in the journal */
    gboolean intent_proven;
    char *xid, *lsn;
    int pid;
    char *backend_start, *timeline, *system_identifier;
    /* impact */
    gint64 exclusive_ms, most_waiting, oldest_wait_ms; /* -1: not told */
    GPtrArray *locked;                                 /* char* */
} PgmModelAttempt;

typedef struct
{
    char *name, *title;
    PgmPhaseState state;
    GPtrArray *attempts; /* PgmModelAttempt, oldest first */
    GPtrArray *rollback; /* char*: the rollback statements */
    gint64 stall_limit_ms, decide_within_ms;
} PgmModelPhase;

typedef struct
{
    char *run, *runbook, *title, *sha256, *database, *database_oid, *host, *port, *user, *system_identifier, *timeline;
    char *server_version, *environment, *operator_name, *mode, *began_at, *ended_at, *conninfo, *pgmedic;
    char *record; /* "sessions": sessions ended outside a run (signal.h), nothing to resume or roll back; NULL: a run */
    GHashTable *parameters;
    GPtrArray *preconditions; /* PgmModelCheck */
    GPtrArray *phases;        /* PgmModelPhase, in the runbook's order */
    gboolean armed;
    int connected_pid;          /* the newest run connection's backend; 0: none told */
    char *connected_start;      /* … and its backend_start */
    gboolean backward;          /* the run is on its way back: resume goes on rolling back */
    char *backup_how;           /* "dump" …; NULL: not yet */
    PgmEvent *backup;           /* the BACKUP event; NULL */
    PgmEvent *backup_progress;  /* live; NULL */
    PgmEvent *activity;         /* live, the newest; NULL */
    PgmEvent *drift;            /* NULL */
    PgmEvent *question;         /* open now; NULL */
    char *outcome;              /* of END; NULL while unfinished */
    char *message;              /* of END */
    GPtrArray *missing_indexes; /* char*: dropped by a committed phase and not yet built again */
    GPtrArray *timeline_lines;  /* PgmTimelineLine: what the report's timeline and the Run view's log show */
} PgmModel;

typedef struct
{
    char *time;
    char *text; /* one sentence, already safe */
    gboolean bad;
} PgmTimelineLine;

PgmModel *pgm_model_new(void);
void pgm_model_free(PgmModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmModel, pgm_model_free)
/* EVENT is read, not kept (copied where needed). */
void pgm_model_apply(PgmModel *model, const PgmEvent *event);
PgmModel *pgm_model_from_events(GPtrArray *events);

const PgmModelPhase *pgm_model_phase(const PgmModel *model, const char *name);
const PgmModelAttempt *pgm_model_phase_attempt(const PgmModelPhase *phase); /* the newest; NULL: none */
/* The phase in hand: the newest begun; NULL before the first. */
const PgmModelPhase *pgm_model_current(const PgmModel *model);
/* Broken off, and yet some of it stands: statements that committed alone, in any try since it was last undone (a later
 * try leaves out what an earlier one did). Never a phase with a transaction. */
gboolean pgm_model_phase_partial(const PgmModelPhase *phase);
const char *pgm_phase_state_name(PgmPhaseState state);
/* Is something unknown: an attempt without outcome? */
gboolean pgm_model_unknown(const PgmModel *model);
/* A walk through a runbook, and not another record that stands among them. */
gboolean pgm_model_is_run(const PgmModel *model);
/* A run that can be gone on with: not finished, not fully rolled back. */
gboolean pgm_model_unfinished(const PgmModel *model);
/* One event as one safe sentence for logs and the plain terminal; NULL when it is not worth a line. Caller frees. */
char *pgm_event_sentence(const PgmEvent *event);

#endif
