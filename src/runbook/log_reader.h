/* log_reader.h - the errors that a log tells, in order, whatever wrote it. */
#ifndef PGMEDIC_RUNBOOK_LOG_READER_H
#define PGMEDIC_RUNBOOK_LOG_READER_H

#include "pgmedic/diagnose.h"

enum
{
    PGM_LOG_MAX_BYTES = 4 * 1024 * 1024, /* only the last ones are read */
    PGM_LOG_MAX_LINE = 64 * 1024,        /* a longer line is cut */
    PGM_LOG_MAX_ERRORS = 1000,
};

/* The lines of a log as text that can be worked on: valid UTF-8, without colours, NUL, returns, and what a log
 * collector wrote before each line. */
typedef struct
{
    GPtrArray *lines; /* char* */
    int first;        /* number of the first one in the whole log, 1-based */
} PgmLogText;

PgmLogText *pgm_log_text_new(const char *text, gsize length);
void pgm_log_text_free(PgmLogText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmLogText, pgm_log_text_free)

/* One error with what only the reader needs. */
typedef struct
{
    PgmLogError *error;
    char *process;       /* pid of a server log line; NULL */
    char *code_at_frame; /* the source line of the user's frame: "op.create_table("; NULL */
    char *frame_file;    /* its file's base name; NULL */
    int frame_line;
    char *revision_from; /* what was being applied; NULL */
    char *revision_to;
    guint attempt; /* which run of the migration tool, counted in the log */
    guint times;   /* how often the log repeats it */
} PgmLogRecord;

typedef struct
{
    GPtrArray *records;        /* PgmLogRecord, each error once */
    const PgmLogRecord *cause; /* the first real one of the last attempt; NULL: none */
    gboolean cascade;          /* it is an aftermath: nothing else is there */
    guint aftermath;           /* how many errors followed from it */
    gboolean transactional;    /* the tool says that it runs in a transaction */
} PgmLog;

PgmLog *pgm_log_read(const char *text, gsize length);
void pgm_log_free(PgmLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgmLog, pgm_log_free)

/* Fills in SQLSTATE and condition; CODE NULL, or not of five characters, changes nothing. */
void pgm_log_error_set_code(PgmLogError *error, const char *code);
void pgm_log_record_free(gpointer data);
/* Does B tell of A once more (a chained exception, a retry in the same attempt)? */
gboolean pgm_log_record_same(const PgmLogRecord *a, const PgmLogRecord *b);
/* A keeps its place and learns what only B knew. */
void pgm_log_record_merge(PgmLogRecord *a, PgmLogRecord *b);
/* Sets cause, cascade and aftermath from the records. */
void pgm_log_choose(PgmLog *log);

PgmLogError *pgm_log_error_new(const char *sqlstate, const char *message);
PgmLogError *pgm_log_error_copy(const PgmLogError *error);
void pgm_log_error_free(PgmLogError *error);

/* The SQLSTATE that an English message of PostgreSQL's betrays; NULL: none. */
const char *pgm_sqlstate_from_message(const char *message);

#endif
