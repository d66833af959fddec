/* case.h - one diagnosis in the making: the log, the database, the repository, and what is concluded from them. */
#ifndef PGMEDIC_RUNBOOK_CASE_H
#define PGMEDIC_RUNBOOK_CASE_H

#include "pgmedic/relations.h"
#include "runbook/log_reader.h"

typedef struct
{
    PgmConnection *connection;       /* NULL: none, or it failed */
    const PgmRepository *repository; /* NULL: none */
    GPtrArray *library;              /* const PgmRunbook* */
    const PgmLog *log;
    const PgmLogRecord *record; /* the cause */
    PgmDiagnosis *diagnosis;
    const PgmRevision *revision;  /* the one that failed; NULL: not known, or not in the repository */
    int failed_line;              /* in the repository's file of that revision; 0: not known */
    GPtrArray *books;             /* PgmMigrationBook; NULL: not read */
    const PgmMigrationBook *book; /* the repository's own; NULL: none */
    PgmMigrationState *state;     /* NULL: not known */
    GHashTable *facts;            /* name → text, for the parameters of runbooks: "table", "from" … */
} PgmCase;

/* One statement of a revision that this database would refuse. */
typedef struct
{
    char sqlstate[6];
    const char *revision; /* its id; "" for the log's own statement */
    int line;
    char *statement; /* "create_table document_share_links" */
    char
        *what; /* "document_share_links.document_id is character varying(36) and references documents.id, which is …" */
    char *relation; /* the missing, existing or referenced relation */
    char *column;   /* the referenced or missing column; NULL */
    char *type;     /* 42804: of the referencing column */
    char *other;    /* 42804: of the referenced column */
    char *referrer; /* 42804: "table.column" */
} PgmObstacle;

void pgm_case_evidence(PgmCase *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pgm_case_next(PgmCase *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pgm_case_headline(PgmCase *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pgm_case_explain(PgmCase *c, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pgm_case_fact(PgmCase *c, const char *name, const char *value);
/* "the migration 774225e563ca", or "the statement". Caller frees. */
char *pgm_case_subject(const PgmCase *c);

/* What stands in the way of REVISIONS (const PgmRevision*, in order), each seen after those before it. Empty without a
 * database. Elements PgmObstacle, freed with the array. */
GPtrArray *pgm_case_obstacles(PgmCase *c, const GPtrArray *revisions);
/* The same for mentions that stand alone: the log's statement. */
GPtrArray *pgm_case_statement_obstacles(PgmCase *c, const GPtrArray *mentions);
/* The revisions to look at: the failing one, else those pending. Borrowed elements; may be empty. */
GPtrArray *pgm_case_revisions(const PgmCase *c);

/* The kinds of errors that are looked into. FALSE: not this one's business after all. */
gboolean pgm_case_type_mismatch(PgmCase *c);
gboolean pgm_case_missing_relation(PgmCase *c);
gboolean pgm_case_aborted(PgmCase *c);
gboolean pgm_case_exists_already(PgmCase *c);
/* What the log complains of is so no longer; OBSTACLES: what stands in the way of its migration now. */
void pgm_case_mended(PgmCase *c, const GPtrArray *obstacles);
/* Any other, by the table of signatures. */
void pgm_case_signature(PgmCase *c);
/* A mismatch found in the catalog, told as a cause; ERROR: what PostgreSQL would say of it. */
PgmLogError *pgm_case_mismatch_error(const PgmObstacle *obstacle);

/* Tries the library's matches on ERROR. FITS: why one that matches is suggested, "its match fits the error". RELATION:
 * the table that it is about; NULL: not known. */
void pgm_case_suggest(PgmCase *c, const PgmLogError *error, const char *fits, const char *relation);
#define PGM_FITS_ERROR "its match fits the error"
/* Has OBSTACLES said the same before index I? One missing table is named by many statements. */
gboolean pgm_case_said_before(const GPtrArray *obstacles, guint i);

#endif
