/*
 * facts.h - what the console knows, and the news by which it learns.
 *
 * Workers post news; the thread that draws files them as facts. News are not
 * changed once posted.
 */
#ifndef PGMEDIC_TUI_FACTS_H
#define PGMEDIC_TUI_FACTS_H

#include "pgmedic/details.h"
#include "pgmedic/diagnose.h"
#include "pgmedic/drift.h"
#include "pgmedic/health.h"
#include "pgmedic/migration.h"
#include "pgmedic/model.h"
#include "pgmedic/queue.h"
#include "pgmedic/sessions.h"
#include "tui/completion.h"
#include "tui/schema_tree.h"

typedef enum
{
    PGM_NEWS_SERVER,      /* PgmServerNews: connected */
    PGM_NEWS_UNREACHABLE, /* char*: why; raw */
    PGM_NEWS_ROUND_TRIP,  /* gint64*: microseconds */
    PGM_NEWS_MIGRATION,   /* PgmMigrationNews */
    PGM_NEWS_HEALTH,      /* GPtrArray of PgmHealthFinding */
    PGM_NEWS_ENDPOINTS,   /* the same */
    PGM_NEWS_SCHEMA,      /* PgmSchemaNews */
    PGM_NEWS_SESSIONS,    /* PgmSessionsNews */
    PGM_NEWS_LIBRARY,     /* GPtrArray of PgmLibraryEntry */
    PGM_NEWS_RUNS,        /* GPtrArray of PgmRunEntry */
    PGM_NEWS_DIAGNOSIS,   /* PgmDiagnosisNews */
    PGM_NEWS_READING,     /* PgmReaderNews */
    PGM_NEWS_DETAILS,     /* PgmDetailsNews */
    PGM_NEWS_ARMED,       /* PgmArmedNews */
    PGM_NEWS_SIGNALLED,   /* PgmSignalledNews */
    PGM_NEWS_KINDS
} PgmNewsKind;

typedef struct
{
    PgmNewsKind kind;
    gpointer payload;
    GDestroyNotify free_payload;
    gint64 filed; /* monotonic: when it became a fact */
} PgmNews;

typedef struct
{
    char *version; /* "15.20" */
    char *where;   /* "user/database@host:port", safe */
    char *database;
    char *user;
    gboolean standby, superuser, pooled;
    PgmEnvironment environment;
} PgmServerNews;

typedef struct
{
    GPtrArray *books;          /* PgmMigrationBook; NULL: could not be read */
    PgmRepository *repository; /* NULL: none configured, or not readable */
    GPtrArray *states;         /* PgmMigrationState or NULL, one for each book */
    char *error;               /* raw; NULL */
    char *repository_error;    /* raw; NULL */
} PgmMigrationNews;

typedef struct
{
    PgmSnapshot *snapshot; /* NULL: could not be read */
    PgmSnapshot *baseline; /* NULL: none configured, or not readable */
    PgmDrift *drift;       /* NULL without both */
    GPtrArray *mend;       /* PgmMend: what makes it as the baseline says; NULL without drift */
    PgmMarks *marks;       /* of the drift, by object; NULL without a snapshot */
    PgmSchemaTree *tree;   /* NULL without a snapshot */
    gint64 stamp;          /* tells one reading from every other */
    GPtrArray *within;     /* PgmMismatch that no difference tells of already; NULL without a snapshot */
    PgmNames *names;       /* of the snapshot, for completion; NULL without one */
    char *error;           /* raw; NULL */
    char *baseline_error;
} PgmSchemaNews;

typedef struct
{
    GPtrArray *rows; /* PgmSessionRow; NULL */
    char *error;
    gint64 read_at; /* monotonic */
} PgmSessionsNews;

typedef struct
{
    gboolean armed; /* outside a run */
    char *folder;   /* its record; NULL when not armed */
    char *message;  /* why it is not; raw */
} PgmArmedNews;

typedef struct
{
    PgmEvent *outcome; /* NULL: nothing was sent */
    char *error;       /* raw; NULL: outcome says it all */
} PgmSignalledNews;

typedef struct
{
    char *path;
    PgmRunbook *runbook; /* NULL: does not load */
    char *error;         /* raw; with every finding */
} PgmLibraryEntry;

typedef struct
{
    char *name;
    char *folder;
    PgmModel *model; /* NULL: not readable */
    char *error;
} PgmRunEntry;

typedef struct
{
    char *source;            /* the file's path, or "what was pasted" */
    gboolean asked;          /* by the operator: shown as a page when it comes */
    PgmDiagnosis *diagnosis; /* NULL */
    char *error;
} PgmDiagnosisNews;

typedef struct
{
    PgmIdentity *object; /* whose page asked */
    PgmDetails *details; /* NULL: could not be read */
    char *error;         /* raw; NULL */
} PgmDetailsNews;

/* From which age on what is shown is said to be old, in milliseconds: more than it gets when all is well. */
enum
{
    PGM_FACTS_OLD_MS = 10000,
    PGM_FACTS_OLD_SCHEMA_MS = 45000,
};

typedef struct
{
    PgmNews *newest[PGM_NEWS_KINDS]; /* NULL: not known yet */
    gboolean lost;                   /* UNREACHABLE came after the last SERVER */
    gint64 heard;                    /* when the inspector last had something to say (monotonic); 0: never */
} PgmFacts;

PgmNews *pgm_news_new(PgmNewsKind kind, gpointer payload);
void pgm_news_free(gpointer data);
/* Takes NEWS. */
void pgm_facts_file(PgmFacts *facts, PgmNews *news);
void pgm_facts_clear(PgmFacts *facts);
/* The payload of the newest news of KIND; NULL: none yet. */
gpointer pgm_facts_get(const PgmFacts *facts, PgmNewsKind kind);

/* "as of 25 s ago" when what is known of KIND is older than MS milliseconds; NULL: it is not, or nothing is known.
 * Caller frees. */
char *pgm_facts_as_of(const PgmFacts *facts, PgmNewsKind kind, int ms);

/* Seconds since the server last answered the inspector, which asks it every few: more than it ever takes when all is
 * well means that nothing shown is of now. 0 before the first answer and without a connection. */
int pgm_facts_silence(const PgmFacts *facts);

/* The library's entry whose runbook has NAME; NULL. */
const PgmLibraryEntry *pgm_facts_runbook(const PgmFacts *facts, const char *name);

#endif
